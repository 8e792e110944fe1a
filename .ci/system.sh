#!/bin/sh
# Installs what pip cannot: Python's venv module, and Tesseract's models for OCR (English reads columns of numbers).
# With SOVANG_BROWSER=1 (as `make test` asks) also Chromium, in which the review pages are tested.
# Uses apt-get where it may (root, or sudo without a password); elsewhere says what is missing and goes on.
set -u

say() { printf 'setup: %s\n' "$*" >&2; }

wanted=""
have_model=no
for folder in "${TESSDATA_PREFIX:-}" /usr/share/tesseract-ocr/*/tessdata /usr/share/tessdata; do
    [ -n "$folder" ] && [ -f "$folder/vie.traineddata" ] && have_model=yes
done
[ "$have_model" = yes ] || wanted="tesseract-ocr-vie tesseract-ocr-eng"
if ! "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null; then
    wanted="$wanted python3-venv"
fi
browser=""
if [ "${SOVANG_BROWSER:-}" = 1 ] && ! command -v chromium >/dev/null 2>&1; then
    browser=chromium
fi
[ -n "$wanted$browser" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    as_root=none
elif [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root=none
fi

if [ "$as_root" = none ]; then
    say "cannot install system packages here (no apt-get, or neither root nor sudo without a password)"
else
    say "installing $wanted $browser with apt-get"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || say "apt-get update failed; trying with the lists at hand"
    if [ -n "$browser" ]; then # on its own: some systems have no such package
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null \
            || say "apt-get could not install chromium: the tests of the pages in a browser are skipped"
    fi
    [ -n "$wanted" ] || exit 0
    # shellcheck disable=SC2086
    if $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null; then
        exit 0
    fi
    say "apt-get could not install $wanted"
fi
[ -z "$browser" ] || [ "$as_root" != none ] || say "going on without chromium: the tests of the pages in a browser are skipped"
[ -n "$wanted" ] || exit 0
case "$wanted" in
    *python3-venv*) say "python3-venv is missing: ask an administrator for 'apt-get install python3-venv', then run make again"; exit 1 ;;
esac
say "going on without OCR: scans will be listed as failed until an administrator runs 'apt-get install tesseract-ocr-vie tesseract-ocr-eng'"
exit 0
