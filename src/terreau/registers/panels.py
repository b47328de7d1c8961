"""Where the imports appear elsewhere: a person's workspace, a territory's page for those who may import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.care import territories_looked_after
from terreau.accounts.perms import can_import, is_signed_in
from terreau.core.registry import Waiting
from terreau.registers.enums import Outcome, RunState
from terreau.registers.models import ImportRun, StagedRow
from terreau.registers.screens_steps import is_under_way
from terreau.territories.models import Territory

_MOST = 20
WAITING = (RunState.RECEIVED, RunState.MAPPED, RunState.COMPARED)


def names(keys: Iterable[str]) -> dict[str, str]:
    """What the journal calls each import, by the text of its key: its source."""
    found = ImportRun.objects.filter(pk__in=list(keys)).values_list("pk", "source__name")
    return {str(pk): f"«\u00a0{name}\u00a0»" for pk, name in found}


def tasks(person: Any) -> list[dict[str, Any]]:
    """The imports to continue, and the rows to review."""
    territories = territories_looked_after(person)
    # What was sent for a territory that is no longer theirs waits for somebody else.
    sent = Territory.objects.filter(runs__person=person).exclude(pk__in=[one.pk for one in territories])
    others = [one for one in sent.distinct() if can_import(person, one)]
    mine = Q(territory__in=[*territories, *others])
    return [*_to_continue(mine), *_to_review(mine)]


def _to_continue(mine: Q) -> list[dict[str, Any]]:
    runs = ImportRun.objects.filter(mine).waiting_for_a_person()
    found = []
    for run in runs.select_related("territory", "source", "job").order_by("-created_at")[:_MOST]:
        if is_under_way(run):
            continue
        text = (
            _("%(territory)s\u00a0: relire les différences de «\u00a0%(source)s\u00a0»")
            if run.state == RunState.COMPARED
            else _("%(territory)s\u00a0: continuer l’import de «\u00a0%(source)s\u00a0»")
        )
        names = {"territory": run.territory.name, "source": run.source.name}
        url = reverse("registers:run", args=[run.territory.code, run.pk])
        found.append({"text": text % names, "url": url, "count": None})
    return found


def _to_review(mine: Q) -> list[dict[str, Any]]:
    applied = ImportRun.objects.filter(mine, state=RunState.APPLIED)
    waiting = (
        StagedRow.objects.to_review()
        .filter(run__in=applied)
        .values("run__territory__code", "run__territory__name")
        .annotate(count=Count("pk"))
        .order_by("run__territory__name")
    )
    return [
        {
            "text": _("%(territory)s\u00a0: lignes d’import à examiner")
            % {"territory": one["run__territory__name"]},
            "url": reverse("registers:review", args=[one["run__territory__code"]]),
            "count": one["count"],
        }
        for one in waiting[:_MOST]
    ]


def door(territory: Territory) -> str:
    """Where lists are brought in."""
    return reverse("registers:list", args=[territory.code])


def territory_panel(territory: Territory, person: Any) -> dict[str, Any] | None:
    """For those who may import in the territory: what waits there, and the way in."""
    if not is_signed_in(person) or not can_import(person, territory):
        return None
    return {
        "url": reverse("registers:list", args=[territory.code]),
        "new_url": reverse("registers:new", args=[territory.code]),
        "review_url": reverse("registers:review", args=[territory.code]),
        **_waiting(territory),
    }


def _waiting(territory: Territory) -> dict[str, int]:
    """How many imports to continue, how many rows to review, in one query."""
    asked = Q(rows__outcome=Outcome.REVIEW, rows__decision="", state=RunState.APPLIED)
    return ImportRun.objects.filter(territory=territory).aggregate(
        to_continue=Count("pk", distinct=True, filter=Q(state__in=WAITING)),
        to_review=Count("rows", distinct=True, filter=asked),
    )


def to_continue(territories: Iterable[Territory]) -> QuerySet[Any]:
    """The imports of each territory that nobody has finished, or that stopped on an error."""
    states = [*WAITING, RunState.FAILED]
    runs = ImportRun.objects.filter(territory__in=list(territories), state__in=states)
    return runs.order_by().values_list("territory").annotate(count=Count("pk"))


def tell_to_continue(territory: Territory, count: int) -> Waiting:
    """« imports à continuer »."""
    why = _("Une liste est arrêtée en chemin\u00a0: rien n’en paraît tant que vous n’avez pas dit oui.")
    return Waiting(ngettext("import à continuer", "imports à continuer", count), door(territory), count, why)


def to_review(territories: Iterable[Territory]) -> QuerySet[Any]:
    """The rows of each territory that the machine did not dare decide."""
    runs = ImportRun.objects.filter(territory__in=list(territories), state=RunState.APPLIED)
    rows = StagedRow.objects.to_review().filter(run__in=runs)
    return rows.order_by().values_list("run__territory").annotate(count=Count("pk"))


def tell_to_review(territory: Territory, count: int) -> Waiting:
    """« lignes d’import à examiner »."""
    why = _("Est-ce la même organisation, ou une autre\u00a0? La machine n’a pas osé décider.")
    url = reverse("registers:review", args=[territory.code])
    return Waiting(
        ngettext("ligne d’import à examiner", "lignes d’import à examiner", count), url, count, why
    )
