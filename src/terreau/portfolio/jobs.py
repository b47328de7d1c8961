"""Periodic work: how to reach those who proposed is kept no longer than it serves."""

from __future__ import annotations

from terreau.jobs.periodic import periodic
from terreau.portfolio.services import forget


@periodic("portfolio.forget", seconds=24 * 3600)
def forget_who_proposed(_worker_id: str) -> None:
    """Erase what is over."""
    forget()
