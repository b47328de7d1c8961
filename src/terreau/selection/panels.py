"""Where choices appear elsewhere: doors and page of a territory, journal, my data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from terreau.core import stamp
from terreau.selection.models import Choice, Selection
from terreau.territories.models import Territory


def door(territory: Territory) -> str:
    """The choices of a territory."""
    return reverse("selection:every", args=[territory.code])


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """On a territory's page: the choices that it published."""
    choices = _public().get(territory.pk)
    return {"code": territory.code, "choices": choices[:5]} if choices else None


def _public() -> dict[int, list[dict[str, Any]]]:
    """The public choices of every territory, the newest first: asked once for all their pages."""

    def ask() -> dict[int, list[dict[str, Any]]]:
        found: dict[int, list[dict[str, Any]]] = {}
        rows = Choice.objects.filter(is_public=True).order_by("-decided_on", "-pk")
        for one in rows.values("territory", "selection__public_id", "selection__title", "decided_on"):
            found.setdefault(one["territory"], []).append(dict(one))
        return found

    return stamp.kept(settings.HOME.content_stamp, "public choices", ask)


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
