"""What countries have in common: their part of the world, the law that several share. Read from `data/`."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources


def region_of(iso2: str) -> str:
    """The part of the world of a country, as the United Nations divide it; nothing when it is not known."""
    return _table("regions.csv").get(iso2, "")


def shared_law_of(iso2: str) -> str:
    """The common law to which a country belongs, or nothing."""
    return _table("laws.csv").get(iso2, "")


def law_of(iso2: str) -> str:
    """The law that towns are compared by: the common one, or else that of the country alone."""
    return shared_law_of(iso2) or iso2


@lru_cache(maxsize=2)
def _table(name: str) -> dict[str, str]:
    text = resources.files("terreau.practices").joinpath("data", name).read_text("utf-8")
    return {
        country: group
        for group, countries in list(csv.reader(text.splitlines()))[1:]
        for country in countries.split()
    }
