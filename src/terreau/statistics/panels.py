"""What this application shows on the pages of others."""

from __future__ import annotations

from typing import Any

from terreau.observatory import published
from terreau.statistics import reading
from terreau.territories.models import Territory


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """The way to a territory's figures, where there are some."""
    vintage = reading.latest(territory.country_code)
    if vintage is None and not published.figures_for([territory.code]):
        return None
    return {"territory": territory, "vintage": vintage}
