"""What this application shows on the pages of others."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from terreau.directory.search import Query, search
from terreau.opendata.printed import MOST_SHEETS
from terreau.statistics.panels import holds
from terreau.territories.models import Territory


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """The ways to hand on a territory's directory and its figures, where it has some."""
    total = search(Query(territories=(territory.code,), size=1)).total
    figures = holds(territory)
    if not total and not figures:
        return None
    shown = {"figures": reverse("statistics:downloads", args=[territory.code]) if figures else ""}
    if not total:
        return shown
    return shown | {
        "embed": reverse("opendata:embed", args=[territory.code]),
        "share": f"{reverse('opendata:share')}?territoire={territory.code}",
        "printed": reverse("opendata:printed", args=[territory.code]) if total <= MOST_SHEETS else "",
        "feed": f"{reverse('opendata:feed')}?territoire={territory.code}",
    }


def sites_door(territory: Territory) -> str:
    """Where the sites are chosen."""
    return reverse("opendata:sites", args=[territory.code])
