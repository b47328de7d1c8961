"""The cities tied to the network of francophone mayors, and what ties each of them."""

from __future__ import annotations

import re

from terreau.core.geo import distance_km
from terreau.core.text import fold
from terreau.territories.reference.files import table
from terreau.territories.reference.rows import Only, TerritoryRow, TieRow, World
from terreau.territories.reference.world import GEONAMES, add_undated_population, add_with_french_name

# How an attestation begins → what the tie is worth. Only an accession makes a member.
_TIES = (
    ("présence au Bureau", "board"),
    ("adhésion", "accession"),
    ("ville associée", "associate"),
    ("hôte d’une assemblée", "host"),
    ("accueil d’un congrès", "host"),
    ("projet soutenu", "project"),
    ("document fourni", "document"),
)
_YEAR = re.compile(r"\b(19|20)\d{2}\b")
_REFERENCE = re.compile(r"\(([^()]*)\)\s*$")
_SAME_CITY_KM = 20.0


def split_attestation(text: str) -> list[str]:
    """The ties told in one cell: separated by semicolons, except inside parentheses."""
    parts, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == ";" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def read_tie(code: str, evidence: str) -> TieRow:
    """One tie: its kind, its year when told, its evidence.

    Raises:
        ValueError: the evidence begins in none of the known ways.
    """
    for beginning, kind in _TIES:
        if evidence.startswith(beginning):
            year = _YEAR.search(evidence.split("(")[0])
            return TieRow(code, kind, int(year[0]) if year else None, evidence)
    raise ValueError(f"unknown tie: {evidence}")


def add_network(world: World, only: Only | None) -> None:
    """Add the ties, and the cities that the other files do not hold."""
    reference = ""
    for row in table("cities_network"):
        code = _city(world, row, only)
        for evidence in split_attestation(row["attestation"]):
            cited = _REFERENCE.search(evidence)
            if cited and cited[1] == "idem":
                evidence = evidence.replace("(idem)", f"({reference})")
            elif cited:
                reference = cited[1]
            if code:
                world.ties.append(read_tie(code, evidence))


def _city(world: World, row: dict[str, str], only: Only | None) -> str:
    """The public code of the city; nothing when it is outside the part asked for."""
    if row["pays_iso2"] == "FR":
        return _french_commune(world, row)
    country = row["pays_iso2"].lower()
    code = f"{country}-gn-{row['geonameid']}" if row["geonameid"] else f"{country}-lieu-{_slug(row['ville'])}"
    known = world.territories.get(code)
    if known is None:
        if only is not None and row["geonameid"] not in only.cities:
            return ""
        _add_city(world, row, code, country)
    elif known.name != row["ville"]:
        world.names = [name for name in world.names if (name.code, name.name) != (code, row["ville"])]
        del world.territories[code]
        add_with_french_name(world, known, row["ville"])
    return code


def _french_commune(world: World, row: dict[str, str]) -> str:
    longitude, latitude = float(row["longitude"]), float(row["latitude"])
    for item in world.territories.values():
        named = item.kind == "commune" and item.country_code == "FR" and item.name == row["ville"]
        if not named or item.longitude is None or item.latitude is None:
            continue
        if distance_km(item.longitude, item.latitude, longitude, latitude) <= _SAME_CITY_KM:
            return item.code
    return ""


def _add_city(world: World, row: dict[str, str], code: str, country: str) -> None:
    world.add(
        TerritoryRow(
            code,
            "commune",
            row["ville"],
            row["pays_iso2"],
            parent=country,
            longitude=float(row["longitude"]),
            latitude=float(row["latitude"]),
            source=GEONAMES,
        )
    )
    add_undated_population(world, code, row["population_geonames"])


def _slug(name: str) -> str:
    return fold(name).replace(" ", "-")
