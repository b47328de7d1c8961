"""The territories that share a project: told that they do, free to leave it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.directory.models import new_public_id
from terreau.directory.writing import public_changed
from terreau.notifications.telling import write_to_town
from terreau.portfolio import perms
from terreau.portfolio.models import Project, Share
from terreau.portfolio.telling import SHARED, held, tell
from terreau.territories.models import Territory


def tell_sharers(project: Project, shares: Iterable[Share]) -> None:
    """Write to the towns that a project is now shared with, in the transaction that says so."""
    town = project.territory.name
    for share in shares:
        _write(
            share.territory,
            _("%(town)s partage un projet avec votre territoire") % {"town": town},
            [f"«\u00a0{project.title}\u00a0»", *([share.part] if share.part else [])],
            project,
        )


def leave(*, person: Any, project: Project, territory: Territory) -> None:
    """A territory leaves a project that another bears; left already, nothing happens.

    Raises:
        NotAllowed: when the person is no agent of the territory that leaves.
    """
    perms.can_run.require(person, territory)
    with transaction.atomic():
        found = held(project)
        if not found.shares.filter(territory=territory).delete()[0]:
            return
        found.version += 1
        found.save(update_fields=["version"])
        tell("left", person, found, territory=territory.name)
        subject = _("%(town)s quitte un projet que vous portez") % {"town": territory.name}
        _write(found.territory, subject, [f"«\u00a0{found.title}\u00a0»"], found)
        if found.is_public:
            public_changed()


def _write(territory: Territory, subject: str, lines: list[str], project: Project) -> None:
    write_to_town(
        territory,
        kind=SHARED,
        # A project may be shared, left, then shared again: each time is news.
        once=f"project:{project.public_id}:{new_public_id()}",
        subject=subject,
        lines=lines,
        url=reverse("portfolio:project", args=[project.public_id]),
    )
