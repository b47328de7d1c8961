"""The projects whose levers are ranked: told by the application that keeps them, which lies above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from terreau.levers.rules import ProjectSubject
from terreau.territories.models import Territory

# `find(person, territory, public_id)`: None where there is no such project, or not for this person.
Find = Callable[[Any, Territory, str], ProjectSubject | None]
# `give(person, territory, public_id, lever)`, in the transaction of the opinion that chose the lever.
Give = Callable[[Any, Territory, str, str], None]
_keepers: list[tuple[Find, Give]] = []


def announce(find: Find, give: Give) -> None:
    """Say who knows the projects and writes their lever; said again, it takes the place of the former."""
    _keepers[:] = [(find, give)]


def project_of(person: Any, territory: Territory, public_id: str) -> ProjectSubject | None:
    """A project that a person may read, as the ranking asks of it."""
    return next((found for find, _give in _keepers if (found := find(person, territory, public_id))), None)


def give_lever(person: Any, territory: Territory, public_id: str, lever: str) -> None:
    """Tell whoever keeps a project that its lever is chosen."""
    for _find, give in _keepers:
        give(person, territory, public_id, lever)
