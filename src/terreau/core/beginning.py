"""Where a project is begun from what a page shows: the portfolio, which lies above, says so.

The pages of the diagnosis, of the practices, of the directory and of the levers offer it to those who may.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# The address of a new project, given what it comes from: `recommendation` and `finding`, `practice`, `sheet`
# and `action`, `lever`, `need`.
Address = Callable[..., str]
# `offer(person, territory)`: None for those who may not.
Offer = Callable[[Any, Any], Address | None]
_offers: list[Offer] = []


def announce(offer: Offer) -> None:
    """Say who keeps the projects; said again, it takes the place of the former."""
    _offers[:] = [offer]


def new_project(person: Any, territory: Any) -> Address | None:
    """How this person begins a project in this territory; None for those who may not, visitors first."""
    return next((found for offer in _offers if (found := offer(person, territory))), None)
