"""Where the levers appear elsewhere: doors and page of a territory, my data."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from terreau.core import stamp
from terreau.levers.models import LeverOpinion, LeversEdition, ThresholdChoice
from terreau.territories.models import Territory


def door(territory: Territory) -> str:
    """The levers of a territory."""
    return reverse("levers:own", args=[territory.code])


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """On a territory's page: the first levers, as last published."""
    found = _last_editions().get(territory.pk)
    return {"territory": territory, "as_of": found[0], "first": found[1]} if found else None


def _last_editions() -> dict[int, tuple[date, list[str]]]:
    """The last edition of every territory that has one: asked once for all their pages."""

    def ask() -> dict[int, tuple[date, list[str]]]:
        rows = LeversEdition.objects.order_by("number").values_list("territory", "as_of", "first")
        return {territory: (as_of, first) for territory, as_of, first in rows}

    return stamp.kept(settings.HOME.content_stamp, "levers of territories", ask)


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
