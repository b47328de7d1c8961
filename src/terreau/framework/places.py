"""Whose law it is: a country, Québec, or several countries that share one; and whose law holds where."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from terreau.core.countries import country_name, is_country
from terreau.perimeters.forms import country_rules, members_of


@dataclass(frozen=True, slots=True)
class Community:
    """Countries that share a law."""

    key: str
    name: str
    short: str
    members: tuple[str, ...]


@cache
def communities() -> tuple[Community, ...]:
    """Those whose law the library knows."""
    file = resources.files("terreau.framework").joinpath("data", "communities.csv")
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    return tuple(
        Community(
            row["key"],
            row["name"],
            row["short"],
            tuple(row["members"].split()) or members_of(row["short"]),
        )
        for row in rows
    )


def is_place(key: str) -> bool:
    """Whether a key names a country, a region with a law of its own, or a community."""
    country, _dash, region = key.partition("-")
    if region:
        known = country_rules(country.upper(), region)
        return known is not None and known.region == region
    return any(one.key == key for one in communities()) or is_country(country.upper())


def place_name(key: str) -> str:
    """« Sénégal », « Québec », « OHADA »."""
    for one in communities():
        if one.key == key:
            return one.short if one.key != "ue" else one.name
    country, _dash, region = key.partition("-")
    if region:
        known = country_rules(country.upper(), region)
        return known.name if known else key
    return country_name(country.upper())


def laws_of(country: str) -> tuple[str, ...]:
    """The places whose law holds in a country: its own, that of its regions, then those that it shares."""
    code = country.upper()
    own = (code.lower(), "ca-qc") if code == "CA" else (code.lower(),)
    return own + tuple(one.key for one in communities() if code in one.members)


def forms_page(key: str) -> str:
    """The key of the page of legal forms of a place; nothing where it has none."""
    country, _dash, region = key.partition("-")
    return key if country_rules(country.upper(), region or None) is not None else ""
