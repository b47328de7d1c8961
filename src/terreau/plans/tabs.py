"""The views of a plan, in the order in which their links stand."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from terreau.plans.models import Plan

TABS = (
    ("own", gettext_lazy("Actions")),
    ("table", gettext_lazy("Modifier en tableau")),
    ("calendar", gettext_lazy("Calendrier")),
    ("gantt", gettext_lazy("Frise")),
    ("money", gettext_lazy("Argent")),
    ("chains", gettext_lazy("Du besoin au résultat")),
    ("governance", gettext_lazy("Pilotage")),
)
# What only those who write the plan are offered.
WRITING = ("table",)


def tabs_of(plan: Plan, current: str, *, keeps: bool, query: str = "") -> list[dict[str, Any]]:
    """The links to the views of a plan, the present one told apart."""
    return [
        {
            "label": label,
            "url": f"{reverse(f'plans:{name}', args=[plan.territory.code])}{query}",
            "current": name == current,
        }
        for name, label in TABS
        if keeps or name not in WRITING
    ]
