#!/usr/bin/env bash
# Debian's Chromium for the tests in a real browser, and libatomic1, which the driver's own Node needs.
# Where they cannot be installed, those tests say so.
set -u
PATH=$PATH:/usr/sbin:/sbin

has_chromium() { for name in chromium chromium-browser google-chrome; do command -v "$name" >/dev/null 2>&1 && return 0; done; return 1; }
has_libatomic() { ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1'; }

missing=()
has_chromium || missing+=(chromium)
has_libatomic || missing+=(libatomic1)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "De Debian, pour les essais dans un navigateur : ${missing[*]}…"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 && exit 0
fi
echo "Il manque de quoi essayer dans un navigateur (« apt-get install ${missing[*]} » demande les droits d’administration) :" >&2
echo "ces essais seront passés, et le diront." >&2
exit 0
