"""Where the strategy appears elsewhere: doors and page of a territory, my data."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core import published
from terreau.strategy.models import PriorityIssue, Revision, VotedText
from terreau.territories.models import Territory


def door(territory: Territory) -> str:
    """The strategy of a territory."""
    return reverse("strategy:own", args=[territory.code])


def shown(territory: Territory) -> QuerySet[Any, Any]:
    """The revisions published, for the territory's page: the titles of their issues, their day."""
    simulated = Case(When(content__simulated=True, then=1), default=0)
    issues, day = KT("content__issues"), F("published_on")
    return published.columns(
        Revision.objects.filter(territory=territory), title=issues, day=day, simulated=simulated
    )


def lines(territory: Territory, rows: list[published.Row]) -> list[published.Line]:
    """What the territory wants, as last published."""
    url = reverse("strategy:latest", args=[territory.code])
    return [
        published.Line(
            _("Enjeux, cibles et constats"),
            url,
            row.day,
            row.simulated,
            tuple(one["title"] for one in json.loads(row.title)),
        )
        for row in rows[:1]
    ]


def export(person: Any) -> dict[str, Any]:
    """What a person wrote, added, published."""
    issues = PriorityIssue.objects.filter(changed_by=person).order_by("pk")
    texts = VotedText.objects.filter(added_by=person).order_by("pk")
    revisions = Revision.objects.filter(published_by=person).select_related("territory").order_by("pk")
    return {
        "issues": list(issues.values_list("title", flat=True)),
        "texts": list(texts.values_list("title", flat=True)),
        "revisions": [{"territory": one.territory.code, "number": one.number} for one in revisions],
    }


def erase(person: Any) -> None:
    """Take the person's name off; revisions lose theirs with the account."""
    PriorityIssue.objects.filter(changed_by=person).update(changed_by=None)
    VotedText.objects.filter(added_by=person).update(added_by=None)
