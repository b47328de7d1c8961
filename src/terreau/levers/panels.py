"""Where the levers appear elsewhere: doors and page of a territory, my data."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from terreau.levers.enums import Stance
from terreau.levers.models import LeverOpinion, LeversEdition, ThresholdChoice
from terreau.territories.models import Territory

MOST_NAMED: Final = 3


def door(territory: Territory) -> str:
    """The levers of a territory."""
    return reverse("levers:own", args=[territory.code])


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """On a territory's page: the first levers, as last published."""
    edition = LeversEdition.objects.filter(territory=territory).first()
    if edition is None:
        return None
    first = [one["label"] for one in edition.content["levers"] if one["stance"] != Stance.ASIDE][:MOST_NAMED]
    return {"territory": territory, "as_of": edition.as_of, "first": first}


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
