#!/bin/sh
# The browser tests need Chromium. As root on a system with apt it is installed; else it is said
# what will be left out and how to get it.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests ..."
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null
fi
command -v chromium >/dev/null 2>&1 || echo "Chromium is missing: the browser tests (tests/browser) will be left out. Get it with: apt-get install chromium"
exit 0
