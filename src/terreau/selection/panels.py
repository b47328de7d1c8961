"""Where choices appear elsewhere: doors and page of a territory, journal, my data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from terreau.selection.models import Choice, Selection
from terreau.territories import published
from terreau.territories.models import Territory


def door(territory: Territory) -> str:
    """The choices of a territory."""
    return reverse("selection:every", args=[territory.code])


def shown(territory: Territory) -> QuerySet[Any, Any]:
    """The public choices of projects, for the territory's page."""
    return published.columns(
        Choice.objects.filter(territory=territory, is_public=True),
        reference=F("selection__public_id"),
        title=F("selection__title"),
        day=F("decided_on"),
        simulated=F("selection__is_simulated"),
    )


def lines(territory: Territory, rows: list[published.Row]) -> list[published.Line]:
    """The last choices that were published."""
    return published.titled(rows, "selection:public", territory)


def names(public_ids: Iterable[str]) -> dict[str, str]:
    """What each choice is called now, for the journal."""
    return dict(Selection.objects.filter(public_id__in=list(public_ids)).values_list("public_id", "title"))


def export(person: Any) -> dict[str, Any]:
    """What is kept here of a person: the choices they opened and recorded."""
    return {
        "opened": list(Selection.objects.filter(opened_by=person).values_list("public_id", flat=True)),
        "decided": list(Choice.objects.filter(made_by=person).values_list("selection__public_id", flat=True)),
    }


def erase(person: Any) -> None:
    """Take the name off the choices that a person prepared; they stay."""
    Selection.objects.filter(opened_by=person).update(opened_by=None)
    # What was decided does not change: the name is beside it, and goes when the account does.
