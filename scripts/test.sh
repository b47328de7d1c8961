#!/usr/bin/env bash
# The whole suite: on SQLite with the pages in a real browser, then, for what asks for a database, on PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
# Twice the processors: who waits for a browser or for a process that was killed leaves room to another.
workers=${TERREAU_TEST_WORKERS:-$((2 * $(nproc)))}

# A browser waits more than it works: its tests are shared out among the others.
echo "== SQLite, navigateur compris"
TERREAU_TEST_DATABASE=sqlite "$bin/python" -m pytest -q -n "$workers" --maxschedchunk 1 -m "not bench and not slow"
echo "== PostgreSQL"
TERREAU_TEST_DATABASE=postgresql "$bin/python" -m pytest -q -n "$workers" --maxschedchunk 1 -m "not browser and not bench and not slow"
