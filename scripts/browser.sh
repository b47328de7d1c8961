#!/usr/bin/env bash
# Debian's Chromium for the tests in a real browser. Where it cannot be installed, those tests say so.
set -u
for name in chromium chromium-browser google-chrome; do command -v "$name" >/dev/null 2>&1 && exit 0; done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Chromium (Debian) pour les essais dans un navigateur…"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 && exit 0
fi
echo "Chromium n’a pas pu être installé (« apt-get install chromium » demande les droits d’administration) :" >&2
echo "les essais dans un navigateur seront passés, et le diront." >&2
exit 0
