"""What countries have in common: their part of the world, the law that several share. Read from `data/`."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources

from terreau.framework.places import communities, place_name


def region_of(iso2: str) -> str:
    """The part of the world of a country, as the United Nations divide it; nothing when it is not known."""
    return _regions().get(iso2, "")


def shared_law_of(*countries: str) -> str:
    """The common laws to which all these countries belong, or nothing."""
    shared = [one for one in communities() if set(countries) <= set(one.members)]
    return " et ".join(place_name(one.key) for one in shared)


def law_of(iso2: str) -> str:
    """The law that towns are compared by: the common ones, or else that of the country alone."""
    return shared_law_of(iso2) or iso2


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    text = resources.files("terreau.practices").joinpath("data", "regions.csv").read_text("utf-8")
    return {
        country: group
        for group, countries in list(csv.reader(text.splitlines()))[1:]
        for country in countries.split()
    }
