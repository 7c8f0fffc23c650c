#!/bin/sh
# Installs a Chromium for the browser suite where apt-get can; where it cannot, the suite says that it is skipped.
set -u
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" > /dev/null 2>&1 && exit 0
done
command -v apt-get > /dev/null 2>&1 || exit 0
sudo=''
[ "$(id -u)" = 0 ] || sudo='sudo -n'
log=$(mktemp)
if $sudo apt-get update > "$log" 2>&1 && $sudo apt-get install -y --no-install-recommends chromium >> "$log" 2>&1; then
  rm -f "$log"
else
  tail -n 3 "$log" >&2
  echo 'no Chromium could be installed: the browser suite is skipped' >&2
fi
