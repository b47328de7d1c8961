"""Work that comes back: the index catches up with the base and with the calendar."""

from __future__ import annotations

from terreau.directory import search
from terreau.directory.writing import publish
from terreau.jobs.periodic import periodic


@periodic("directory.index", seconds=60)
def follow_the_base(_worker_id: str) -> None:
    """Index what a process killed after its commit left, and what had its last day."""
    if search.is_behind():
        publish()
