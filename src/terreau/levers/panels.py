"""Where the levers appear elsewhere: doors and page of a territory, my data."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.levers.models import LeverOpinion, LeversEdition, ThresholdChoice
from terreau.territories import published
from terreau.territories.models import Territory


def door(territory: Territory) -> str:
    """The levers of a territory."""
    return reverse("levers:own", args=[territory.code])


def shown(territory: Territory) -> QuerySet[Any, Any]:
    """The editions published, for the territory's page: what their first levers are called, their day."""
    editions = LeversEdition.objects.filter(territory=territory)
    return published.columns(editions, title=F("first"), day=F("as_of"), counts=(F("number"),))


def lines(territory: Territory, rows: list[published.Row]) -> list[published.Line]:
    """The first levers, as last published."""
    url = reverse("levers:latest", args=[territory.code])
    text = _("Leviers classés et leurs raisons")
    return [published.Line(text, url, row.day, titles=tuple(json.loads(row.title))) for row in rows[:1]]


def export(person: Any) -> dict[str, Any]:
    """What a person said of levers, set and published."""
    opinions = LeverOpinion.objects.filter(author=person).select_related("territory").order_by("pk")
    thresholds = ThresholdChoice.objects.filter(author=person).select_related("territory").order_by("pk")
    editions = LeversEdition.objects.filter(published_by=person).select_related("territory").order_by("pk")
    return {
        "opinions": [
            {
                "territory": one.territory.code,
                "on": one.said_on.isoformat(),
                "lever": one.lever,
                "stance": one.stance,
                "reason": one.reason,
            }
            for one in opinions
        ],
        "thresholds": [
            {"territory": one.territory.code, "on": one.since.isoformat(), "reason": one.reason}
            for one in thresholds
        ],
        "editions": [{"territory": one.territory.code, "number": one.number} for one in editions],
    }


def erase(_person: Any) -> None:
    """Nothing to do: the rows stay, and lose their author with the account."""
