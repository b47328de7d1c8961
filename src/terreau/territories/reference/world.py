"""Countries of the world, and the cities of the French-speaking ones with their first-level regions.

The French departments and collectivities overseas have ISO 3166 codes and GeoNames countries of
their own. Here they are what they are in INSEE's code: departments of France and their communes;
their GeoNames cities are matched to these communes, never added beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from terreau.core.countries import country_name, iso2_codes
from terreau.core.geo import distance_km
from terreau.core.text import fold
from terreau.territories.reference.files import table
from terreau.territories.reference.rows import NameRow, Only, PopulationRow, TerritoryRow, World

GEONAMES = "GeoNames"
UNDATED_POPULATION = "GeoNames ne dit pas de quelle année est ce chiffre."
# ISO 3166-1 codes that are French departments or collectivities in INSEE's code.
FRENCH_OVERSEAS = {
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "PM": "975",
    "YT": "976",
    "BL": "977",
    "MF": "978",
    "TF": "984",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}
_SAME_PLACE_KM = 15.0
City = dict[str, str]


@lru_cache(maxsize=1)
def _cities() -> list[City]:
    return table("cities_francophonie")


@lru_cache(maxsize=1)
def _french_names() -> dict[str, str]:
    """French names of cities and regions that GeoNames gives in another language, by public code."""
    return {row["code"]: row["name"] for row in table("names_fr")}


def add_countries(world: World, only: Only | None) -> None:
    """Add the countries of ISO 3166-1, named in French, with their English name."""
    wanted = iso2_codes() if only is None else _countries_of(only)
    for iso2 in sorted(wanted - FRENCH_OVERSEAS.keys()):
        code = iso2.lower()
        world.add(
            TerritoryRow(
                code,
                "country",
                country_name(iso2),
                iso2,
                national_code=iso2,
                source="ISO 3166-1, noms du CLDR",
            )
        )
        world.names.append(NameRow(code, country_name(iso2, "en"), "translated", "en"))
    for iso2, department in FRENCH_OVERSEAS.items():
        code = f"fr-dep-{department}"
        if code in world.territories:
            named = {world.territories[code].name}
            for language in ("fr", "en"):
                name = country_name(iso2, language)
                if name not in named:
                    named.add(name)
                    world.names.append(NameRow(code, name, "translated", language))


def _countries_of(only: Only) -> frozenset[str]:
    cities = {row["country"] for row in _cities() if row["geonameid"] in only.cities}
    french = {"FR"} if only.departments else set()
    return only.countries | cities | french


def add_cities(world: World, only: Only | None) -> None:
    """Add the cities with their regions; those of France overseas enrich the communes they are."""
    rows = [row for row in _cities() if only is None or row["geonameid"] in only.cities]
    overseas = [row for row in rows if row["country"] in FRENCH_OVERSEAS]
    _enrich_overseas(world, overseas)
    for row in rows:
        if row["country"] not in FRENCH_OVERSEAS:
            _add_city(world, row, _add_region(world, row))


def _add_region(world: World, row: City) -> str:
    """The public code of the city's first-level region, added when new; its country without one."""
    country = row["country"].lower()
    if not row["admin1_code"] or not row["admin1_name"]:
        return country
    code = f"{country}-adm1-{row['admin1_code'].lower()}"
    if code not in world.territories:
        add_with_french_name(
            world,
            TerritoryRow(
                code,
                "region",
                row["admin1_name"],
                row["country"],
                national_code=row["admin1_code"],
                parent=country,
                source=GEONAMES,
            ),
        )
    return code


def _add_city(world: World, row: City, parent: str) -> None:
    code = f"{row['country'].lower()}-gn-{row['geonameid']}"
    add_with_french_name(
        world,
        TerritoryRow(
            code,
            "commune",
            row["name"],
            row["country"],
            parent=parent,
            longitude=float(row["longitude"]),
            latitude=float(row["latitude"]),
            source=GEONAMES,
        ),
    )
    add_undated_population(world, code, row["population"])


def add_with_french_name(world: World, row: TerritoryRow, french: str = "") -> None:
    """Add a territory under its French name when it has one, its other name kept to be found by."""
    name = french or _french_names().get(row.code, "")
    if name and name != row.name:
        world.names.append(NameRow(row.code, row.name, "usual"))
        row = replace(row, name=name)
    world.add(row)


def add_undated_population(world: World, code: str, population: str) -> None:
    """A figure of GeoNames, which has no year."""
    if population and int(population) > 0:
        world.populations.append(PopulationRow(code, None, int(population), GEONAMES, UNDATED_POPULATION))


def _enrich_overseas(world: World, rows: Iterable[City]) -> None:
    """Give the communes of France overseas the position and the spelling that GeoNames has of them."""
    for row in rows:
        department = f"fr-dep-{FRENCH_OVERSEAS[row['country']]}"
        longitude, latitude = float(row["longitude"]), float(row["latitude"])
        candidates = [item for item in world.territories.values() if item.parent == department]
        found = next((c for c in candidates if _is_same_place(c, row["name"], longitude, latitude)), None)
        if found is None:
            continue
        if found.longitude is None:
            source = f"{found.source}\u202f; position de {GEONAMES}"
            world.add(replace(found, longitude=longitude, latitude=latitude, source=source))
        if fold(found.name) != fold(row["name"]):
            world.names.append(NameRow(found.code, row["name"], "usual"))


def _is_same_place(row: TerritoryRow, name: str, longitude: float, latitude: float) -> bool:
    articles = ("le ", "la ", "les ", "l ")
    ours, theirs = fold(row.name), fold(name)
    same = ours == theirs or any(ours == f"{article}{theirs}" for article in articles)
    if not same or row.valid_to is not None or row.kind != "commune":
        return False
    if row.longitude is None or row.latitude is None:
        return True
    return distance_km(row.longitude, row.latitude, longitude, latitude) <= _SAME_PLACE_KM
