#!/usr/bin/env bash
# What can be said of the code without running it.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
home=$(mktemp -d); trap 'rm -rf "$home"' EXIT
export TERREAU_HOME="$home"

echo "== ruff";          "$bin/ruff" check .; "$bin/ruff" format --check --quiet .
echo "== import-linter"; "$bin/lint-imports" --no-cache
echo "== mypy";          "$bin/mypy" src
echo "== typographie";   "$bin/python" scripts/typographie.py --check
echo "== migrations";    "$bin/python" -m terreau.project.manage makemigrations --check --dry-run >/dev/null && echo "rien à écrire"
