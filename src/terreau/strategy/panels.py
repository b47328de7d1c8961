"""Where the strategy appears elsewhere: doors and page of a territory, my data."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from terreau.core import stamp
from terreau.strategy.models import PriorityIssue, Revision, VotedText
from terreau.territories.models import Territory


def door(territory: Territory) -> str:
    """The strategy of a territory."""
    return reverse("strategy:own", args=[territory.code])


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """On a territory's page: what it wants, as last published."""
    found = _last_revisions().get(territory.pk)
    if found is None:
        return None
    return {"territory": territory, "published_on": found[0], "titles": found[1], "simulated": found[2]}


def _last_revisions() -> dict[int, tuple[date, list[str], bool]]:
    """The last revision of every territory that has one: asked once for all their pages."""

    def ask() -> dict[int, tuple[date, list[str], bool]]:
        rows = Revision.objects.order_by("number").values_list("territory", "published_on", "content")
        return {
            territory: (day, [one["title"] for one in content["issues"]], content["simulated"])
            for territory, day, content in rows
        }

    return stamp.kept(settings.HOME.content_stamp, "strategies", ask)


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
