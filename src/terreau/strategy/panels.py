"""Where the strategy appears elsewhere: doors, chain and page of a territory, my data."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.perms import is_signed_in
from terreau.core.registry import StepState
from terreau.strategy import perms
from terreau.strategy.models import PriorityIssue, Revision, VotedText
from terreau.territories import published
from terreau.territories.models import Territory


def door(territory: Territory) -> str:
    """The strategy of a territory."""
    return reverse("strategy:own", args=[territory.code])


def step(territory: Territory, person: Any) -> StepState:
    """Where the strategy stands in the chain, and the next thing to do for whom may do it."""
    rows = published.rows_of(territory).get("strategy", [])
    keeps = bool(is_signed_in(person) and perms.can_write(person, territory))
    if rows:
        told = _issues(len(json.loads(rows[0].title)))
        if keeps:
            return StepState("done", told, door(territory), _("La tenir à jour"))
        return StepState(
            "done", told, reverse("strategy:latest", args=[territory.code]), _("Lire la stratégie")
        )
    if not keeps:
        return StepState("later", _("Aucune stratégie publiée"))
    written = PriorityIssue.objects.filter(strategy__territory=territory).count()
    if not written:
        return StepState("later", _("Aucun enjeu écrit."), door(territory), _("Écrire les enjeux"))
    url = reverse("strategy:publish", args=[territory.code])
    told = _("%(issues)s, rien de publié.") % {"issues": _issues(written)}
    return StepState("now", told, url, _("Relire et publier"))


def _issues(count: int) -> str:
    told = ngettext("%(count)d enjeu prioritaire", "%(count)d enjeux prioritaires", count)
    return told % {"count": count}


def shown(territory: Territory) -> QuerySet[Any, Any]:
    """The revisions published, for the territory's page: the titles of their issues, their day."""
    simulated = Case(When(content__simulated=True, then=1), default=0)
    return published.columns(
        Revision.objects.filter(territory=territory),
        title=KT("content__issues"),
        day=F("published_on"),
        counts=(F("number"),),
        simulated=simulated,
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
