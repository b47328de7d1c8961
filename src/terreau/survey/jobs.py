"""Periodic work: what is kept no longer than it serves."""

from __future__ import annotations

from terreau.jobs.periodic import periodic
from terreau.survey.retention import keep_no_longer


@periodic("survey.retention", seconds=6 * 3600)
def erase_what_is_over(_worker_id: str) -> None:
    """Close, then erase."""
    keep_no_longer()
