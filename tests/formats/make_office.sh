#!/bin/sh
# Makes vntime.doc and vntime.odt from vntime.rtf, which is written by hand. Needs LibreOffice Writer.
cd "$(dirname "$0")" || exit 1
profile=$(mktemp -d)
for kind in doc odt; do
    soffice --headless "-env:UserInstallation=file://$profile" --convert-to "$kind" vntime.rtf
done
rm -r "$profile"
