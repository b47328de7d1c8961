"""What this application shows on the pages of others."""

from __future__ import annotations

from typing import Any

from terreau.observatory import published
from terreau.statistics import reading, wording
from terreau.territories.models import Territory

_SENTENCES = 2


def has_figures() -> bool:
    """Whether any vintage can be read."""
    return bool(reading.countries())


def holds(territory: Territory) -> bool:
    """Whether the newest vintage of its country has figures of a territory."""
    vintage = reading.latest(territory.country_code)
    return vintage is not None and reading.place(vintage, territory.code) is not None


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """The first sentences, where a vintage holds the territory; else the way to what others published."""
    vintage = reading.latest(territory.country_code)
    found = reading.figures(vintage, territory.code) if vintage else None
    if found is None and not published.figures_for([territory.code]):
        return None
    shown: dict[str, Any] = {"territory": territory, "sentences": [], "simulated": "", "vintage": ""}
    if vintage is None or found is None:
        return shown
    perimeter = vintage.manifest["perimeters"][0]
    return shown | {
        "sentences": wording.sentences(found, vintage, perimeter)[:_SENTENCES],
        "simulated": found.notice,
        "vintage": found.vintage,
    }
