"""Periodic work: towns are reminded of what they have to say."""

from __future__ import annotations

from terreau.jobs.periodic import periodic
from terreau.practices.services import remind_all_due


@periodic("practices.remind", seconds=3600)
def remind(_worker_id: str) -> None:
    """Write to the towns that have a practice to confirm or a result to tell."""
    remind_all_due()
