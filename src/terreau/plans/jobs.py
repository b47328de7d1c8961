"""Periodic work: towns are told of what fell silent in their plan."""

from __future__ import annotations

from terreau.jobs.periodic import periodic
from terreau.plans.governance_alarms import warn_all_due


@periodic("plans.warn", seconds=3600)
def warn(_worker_id: str) -> None:
    """Write to the towns of a review that passed, of an action of which nothing is said."""
    warn_all_due()
