"""Where freshness appears elsewhere: a person's workspace, a territory's doors, the journal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.accounts.enums import Role
from terreau.core.registry import Waiting
from terreau.freshness.calling import count_to_correct, to_correct
from terreau.freshness.enums import Outcome
from terreau.territories.models import Territory

MOST_TERRITORIES = 20


def calls_door(territory: Territory) -> str:
    """The call list of a territory."""
    return reverse("freshness:calls", args=[territory.code])


def tasks(person: Any) -> list[dict[str, Any]]:
    """For each territory of an agent, the sheets that a call found wrong and nobody corrected yet."""
    found = []
    for territory in territories_of(person)[:MOST_TERRITORIES]:
        waiting = to_correct(territory).count()
        if waiting:
            found.append(
                {
                    "text": _("%(territory)s\u00a0: fiches à corriger après un appel")
                    % {"territory": territory.name},
                    "url": calls_door(territory),
                    "count": waiting,
                }
            )
    return found


def territories_of(person: Any) -> list[Territory]:
    """The territories of which the person is an agent."""
    return [
        grant.territory
        for grant in person.grants.all()
        if grant.role == Role.AGENT and grant.territory is not None
    ]


def call_told(data: dict[str, Any]) -> str:
    """« a appelé (injoignable) », for the journal."""
    outcome = data.get("outcome", "")
    label = Outcome(outcome).label if outcome in Outcome.values else ""
    return _("a appelé (%(outcome)s) l’organisation de la fiche") % {"outcome": label}


def wrong_sheets(territories: Iterable[Territory]) -> dict[int, Waiting]:
    """The sheets that a call found wrong and nobody corrected yet."""
    known = {one.pk: one for one in territories}
    return {
        key: Waiting(
            _("fiches à corriger après un appel"),
            calls_door(known[key]),
            count,
            _("Au téléphone, ces organisations ont dit que leur fiche est inexacte."),
        )
        for key, count in count_to_correct(known.values()).items()
    }
