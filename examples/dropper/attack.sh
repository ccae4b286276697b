#!/bin/sh
# A harmless dropper: brings a program to /tmp, renames it, makes it executable, runs it. Each step
# is done by another process. What it drops is /bin/true.
set -eu
folder=$(mktemp -d /tmp/sequitur-example.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cp /bin/true "$folder/image.png"
chmod 644 "$folder/image.png"
mv "$folder/image.png" "$folder/updater"
chmod +x "$folder/updater"
"$folder/updater"
