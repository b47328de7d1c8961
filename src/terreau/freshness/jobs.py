"""Periodic work: the yearly question, put a few at a time."""

from __future__ import annotations

from terreau.freshness.services import ask_all_due
from terreau.jobs.periodic import periodic

# Done between two jobs, so short: the rest of the day's questions leave at the next rounds.
AT_ONCE = 20


@periodic("freshness.ask", seconds=600)
def ask(_worker_id: str) -> None:
    """Put the yearly question to those for whom it is due."""
    ask_all_due(at_once=AT_ONCE)
