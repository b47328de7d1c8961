"""The projects whose levers are ranked: told by the application that keeps them, which lies above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from terreau.levers.rules import ProjectSubject
from terreau.territories.models import Territory

# `find(person, territory, public_id)`: None where there is no such project, or not for this person.
Find = Callable[[Any, Territory, str], ProjectSubject | None]
_finders: list[Find] = []


def announce(find: Find) -> None:
    """Say who knows the projects; said again, it takes the place of the former."""
    _finders[:] = [find]


def project_of(person: Any, territory: Territory, public_id: str) -> ProjectSubject | None:
    """A project that a person may read, as the ranking asks of it."""
    return next((found for find in _finders if (found := find(person, territory, public_id))), None)
