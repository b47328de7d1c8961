#!/usr/bin/env bash
# The whole suite: twice, on SQLite and on a real PostgreSQL, then in a real browser.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
workers=${TERREAU_TEST_WORKERS:-2}

echo "== SQLite"
TERREAU_TEST_DATABASE=sqlite "$bin/python" -m pytest -q -n "$workers" -m "not browser and not bench and not slow"
echo "== PostgreSQL"
TERREAU_TEST_DATABASE=postgresql "$bin/python" -m pytest -q -n "$workers" -m "not browser and not bench and not slow"
echo "== Navigateur"
TERREAU_TEST_DATABASE=sqlite "$bin/python" -m pytest -q -m browser
