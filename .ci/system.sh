#!/bin/sh
# Installs what pip cannot: Python's venv module, and Tesseract's models for OCR (English reads columns of numbers).
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
[ -n "$wanted" ] || exit 0

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
    say "installing $wanted with apt-get"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || say "apt-get update failed; trying with the lists at hand"
    # shellcheck disable=SC2086
    if $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null; then
        exit 0
    fi
    say "apt-get could not install $wanted"
fi
case "$wanted" in
    *python3-venv*) say "python3-venv is missing: ask an administrator for 'apt-get install python3-venv', then run make again"; exit 1 ;;
esac
say "going on without OCR: scans will be listed as failed until an administrator runs 'apt-get install tesseract-ocr-vie tesseract-ocr-eng'"
exit 0
