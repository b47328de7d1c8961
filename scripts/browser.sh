#!/usr/bin/env bash
# Debian's Chromium for the tests in a real browser, and libatomic1, which the driver's own Node needs.
# Without its windows Chromium asks four times less of the processor; a whole one serves where it is all there
# is. Where none can be installed, those tests say so.
set -u
PATH=$PATH:/usr/sbin:/sbin

has() { for name in "$@"; do command -v "$name" >/dev/null 2>&1 && return 0; done; return 1; }
has_libatomic() { ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1'; }

missing=()
has chromium-headless-shell || missing+=(chromium-headless-shell)
has_libatomic || missing+=(libatomic1)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && has apt-get; then
  echo "De Debian, pour les essais dans un navigateur : ${missing[*]}…"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 && exit 0
fi
has_libatomic && has chromium chromium-browser google-chrome && exit 0
echo "Il manque de quoi essayer dans un navigateur (« apt-get install ${missing[*]} » demande les droits d’administration) :" >&2
echo "ces essais seront passés, et le diront." >&2
exit 0
