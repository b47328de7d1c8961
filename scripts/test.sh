#!/usr/bin/env bash
# The whole suite: on SQLite with the pages in a real browser and, at the same time, for what asks for a
# database, on PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
# As many as the processors in each of the two runs: who waits for a browser or for a process that was killed
# leaves room to another. Each takes six seconds to read all the tests.
workers=${TERREAU_TEST_WORKERS:-$(nproc)}
common=(-q -n "$workers" --maxschedchunk 1)

# Never read yet, tests are rewritten before they are run: each of the processes would do it, ten seconds long.
[ -d tests/__pycache__ ] || "$bin/python" -m pytest --collect-only -qq >/dev/null || true

second=$(mktemp)
trap 'rm -f "$second"; kill $(jobs -p) 2>/dev/null || true' EXIT
TERREAU_TEST_DATABASE=postgresql "$bin/python" -m pytest "${common[@]}" \
    -m "not browser and not bench and not slow" >"$second" 2>&1 &
on_postgresql=$!

status=0
# A browser waits more than it works: its tests are shared out among the others.
echo "== SQLite, navigateur compris"
TERREAU_TEST_DATABASE=sqlite "$bin/python" -m pytest "${common[@]}" -m "not bench and not slow" || status=$?
echo "== PostgreSQL"
wait "$on_postgresql" || status=$?
cat "$second"
exit "$status"
