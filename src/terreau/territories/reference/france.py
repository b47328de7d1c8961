"""France: regions, departments, communes, groupings of communes, boroughs, and all that they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from terreau.territories.reference.files import table
from terreau.territories.reference.history import (
    ENDED_NOTE,
    UNDATED_END,
    Histories,
    Life,
    build_histories,
    read_movements,
    read_versions,
)
from terreau.territories.reference.rows import (
    NameRow,
    Only,
    PopulationRow,
    SuccessionRow,
    TerritoryRow,
    World,
)

COG = "INSEE, code officiel géographique 2026"
POPULATION_YEAR = 2023
POPULATION_SOURCE = "INSEE, population municipale 2023, en vigueur au 1er janvier 2026"
SUM_SOURCE = "Somme des populations municipales (INSEE) des communes"
_HISTORY_SOURCE = "INSEE, historique et mouvements des communes 1943–2024"
# Where the last count is of another year (sources cited by the package the figures come from).
_COUNTED_APART = {
    "976": (2017, "INSEE, recensement de Mayotte 2017"),
    "987": (2022, "INSEE et ISPF, recensement de la Polynésie française 2022"),
    "988": (2025, "INSEE et ISEE, recensement de la Nouvelle-Calédonie 2025"),
}
_EPCI_KINDS = {
    "CC": "communauté de communes",
    "CA": "communauté d’agglomération",
    "CU": "communauté urbaine",
    "METRO": "métropole",
    "MET69": "métropole de Lyon",
}
_MIXED_NOTE = "Mayotte en 2017, Polynésie française en 2022, Nouvelle-Calédonie en 2025"
_ATTACHED_KINDS = {"commune-deleguee": "commune déléguée", "commune-associee": "commune associée"}
_SUMMED = (("reg", "region"), ("dep", "department"), ("epci", "epci"))
Commune = dict[str, str]


def commune_code(code: str) -> str:
    """Public code of a commune or borough; public codes are in lower case, Corsica's too."""
    return f"fr-com-{code.lower()}"


def department_code(code: str) -> str:
    """Public code of a department."""
    return f"fr-dep-{code.lower()}"


@lru_cache(maxsize=1)
def communes_of_today() -> list[Commune]:
    """The communes of today, read once; not to be changed by who reads them."""
    return table("communes_fr_2026")


@lru_cache(maxsize=1)
def former_communes() -> list[dict[str, str]]:
    """What were communes and are parts of others, read once; not to be changed by who reads them."""
    return table("communes_fr_former")


@lru_cache(maxsize=1)
def histories() -> Histories:
    """The whole history, read once."""
    attached = {
        row["code"]: (row["name"], row["current_code"])
        for row in former_communes()
        if row["kind"] != "arrondissement-municipal"
    }
    current = {row["code"]: row["name"] for row in communes_of_today()}
    moved, partings = read_movements(table("communes_fr_movements"))
    versions = [*read_versions(table("communes_fr_history")), *moved]
    return build_histories(versions, current=current, attached=attached, partings=partings)


def add_france(world: World, only: Only | None) -> None:
    """Add France, or the departments asked for."""
    chosen = [row for row in communes_of_today() if only is None or row["department"] in only.departments]
    _add_regions_and_departments(world, chosen)
    _add_groupings(world, chosen, whole=only is None)
    for row in chosen:
        _add_commune(world, row)
    _add_boroughs(world, {row["code"] for row in chosen})
    _add_history(world, {row["code"]: row for row in chosen}, whole=only is None)


def _add_regions_and_departments(world: World, communes: Iterable[Commune]) -> None:
    departments = {row["department"] for row in communes}
    rows = [row for row in table("departments_fr_2026") if row["code"] in departments]
    regions = {row["region"] for row in rows}
    for row in table("regions_fr_2026"):
        if row["code"] in regions:
            code = row["code"]
            world.add(
                TerritoryRow(
                    f"fr-reg-{code}", "region", row["name"], "FR", national_code=code, parent="fr", source=COG
                )
            )
    for row in rows:
        code = row["code"]
        world.add(
            TerritoryRow(
                department_code(code),
                "department",
                row["name"],
                "FR",
                national_code=code,
                parent=f"fr-reg-{row['region']}",
                source=COG,
            )
        )


def _add_groupings(world: World, communes: Iterable[Commune], *, whole: bool) -> None:
    """EPCI: in the smallest of department, region and country that holds all their members."""
    members: dict[str, list[Commune]] = defaultdict(list)
    wanted = {row["epci"] for row in communes}
    for row in communes_of_today():
        if row["epci"] and row["epci"] in wanted:
            members[row["epci"]].append(row)
    for row in table("epci_fr_2026"):
        code = row["code"]
        if code not in members:
            continue
        world.add(
            TerritoryRow(
                f"fr-epci-{code}",
                "grouping",
                row["name"],
                "FR",
                national_code=code,
                subkind=_EPCI_KINDS.get(row["kind"], row["kind"]),
                parent=_container(members[code]),
                source=COG,
            )
        )


def _container(communes: list[Commune]) -> str:
    departments = {row["department"] for row in communes}
    if len(departments) == 1:
        return department_code(departments.pop())
    regions = {row["region"] for row in communes}
    return f"fr-reg-{regions.pop()}" if len(regions) == 1 else "fr"


def _add_commune(world: World, row: Commune) -> None:
    code = commune_code(row["code"])
    life = histories().lives.get(row["code"]) or Life(row["code"])
    world.add(
        TerritoryRow(
            code,
            "commune",
            row["name"],
            "FR",
            national_code=row["code"],
            parent=department_code(row["department"]),
            valid_from=life.valid_from,
            dates_note=life.dates_note,
            longitude=float(row["longitude"]) if row["longitude"] else None,
            latitude=float(row["latitude"]) if row["latitude"] else None,
            source=COG,
        )
    )
    world.postal_codes.extend((code, postal) for postal in row["postal_codes"].split())
    if row["population"]:
        world.populations.append(_population(code, row))
    if row["epci"]:
        world.memberships.append((f"fr-epci-{row['epci']}", code))


def _add_boroughs(world: World, communes: set[str]) -> None:
    """Municipal arrondissements of Paris, Lyon and Marseille, inside their commune."""
    for row in table("boroughs_fr_2026"):
        if row["commune"] not in communes:
            continue
        code = commune_code(row["code"])
        world.add(
            TerritoryRow(
                code,
                "borough",
                row["name"],
                "FR",
                national_code=row["code"],
                subkind="arrondissement municipal",
                parent=commune_code(row["commune"]),
                source=COG,
            )
        )
        world.postal_codes.extend((code, postal) for postal in row["postal_codes"].split())
        world.populations.append(_population(code, row))


def _population(code: str, row: dict[str, str]) -> PopulationRow:
    """The municipal population, of the year of its department's last published count."""
    year, source = _COUNTED_APART.get(row.get("department", ""), (POPULATION_YEAR, POPULATION_SOURCE))
    return PopulationRow(code, year, int(row["population"]), source)


def _add_history(world: World, communes: dict[str, Commune], *, whole: bool) -> None:
    """Former communes, in the department where their ground lies today, and former names."""
    known = histories()
    kinds = {row["code"]: _ATTACHED_KINDS.get(row["kind"], "") for row in former_communes()}
    homes = _homes(known, communes, whole=whole)
    for code, life in known.lives.items():
        home = homes.get(code)
        if home is None:
            continue
        public = commune_code(code)
        if public not in world.territories:
            world.add(
                TerritoryRow(
                    public,
                    "commune",
                    life.name,
                    "FR",
                    national_code=code,
                    subkind=kinds.get(code, ""),
                    parent=home,
                    valid_from=life.valid_from,
                    valid_to=life.valid_to,
                    dates_note=life.dates_note,
                    source=_HISTORY_SOURCE,
                )
            )
        world.names.extend(
            NameRow(public, name, "former", "fr", since, until) for name, since, until in life.former_names
        )
        world.earlier_periods.extend((public, since, until) for since, until in life.earlier)
    _add_attached_names(world, communes)
    _add_unfollowed(world, whole=whole)
    world.successions.extend(
        SuccessionRow(
            commune_code(passage.former), commune_code(passage.successor), passage.on, passage.reason
        )
        for passage in known.passages
        if passage.former in homes and passage.successor in homes
    )


def _add_attached_names(world: World, communes: dict[str, Commune]) -> None:
    """A delegated commune that shares the code of the commune it is in is one of its names."""
    named = {(row.code, row.name) for row in world.names}
    for row in former_communes():
        code, name = commune_code(row["code"]), row["name"]
        commune = communes.get(row["code"])
        if commune and name != commune["name"] and (code, name) not in named:
            world.names.append(NameRow(code, name, "former", "fr"))


def _add_unfollowed(world: World, *, whole: bool) -> None:
    """Communes that ended since 2024 and of which no source at hand says what followed."""
    for row in table("communes_fr_unfollowed"):
        home = department_code(row["department"])
        if home in world.territories or whole:
            world.add(
                TerritoryRow(
                    commune_code(row["code"]),
                    "commune",
                    row["name"],
                    "FR",
                    national_code=row["code"],
                    parent=home,
                    valid_to=UNDATED_END,
                    dates_note=ENDED_NOTE,
                    source="INSEE, code officiel géographique 2024",
                )
            )


def _homes(known: Histories, communes: dict[str, Commune], *, whole: bool) -> dict[str, str]:
    """Code → public code of the department where its ground lies today."""
    following: dict[str, list[str]] = defaultdict(list)
    for passage in known.passages:
        following[passage.former].append(passage.successor)
    departments = {department_code(row["department"]) for row in communes.values()}
    homes: dict[str, str] = {}
    for code in known.lives:
        ground = _ground(code, following, communes)
        if ground:
            homes[code] = department_code(communes[ground]["department"])
        elif department_code(code[:2]) in departments and not _goes_elsewhere(code, following, whole):
            homes[code] = department_code(code[:2])
        elif whole:
            homes[code] = "fr"
    return homes


def _goes_elsewhere(code: str, following: dict[str, list[str]], whole: bool) -> bool:
    """In a part of the data, a code that is followed by communes outside of it belongs outside."""
    return not whole and bool(following.get(code))


def _ground(code: str, following: dict[str, list[str]], communes: dict[str, Commune]) -> str | None:
    """The first commune in force reached by following the passages, the latest first."""
    seen, waiting = {code}, [code]
    while waiting:
        here = waiting.pop(0)
        if here in communes:
            return here
        for there in reversed(following.get(here, ())):
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    return None


def add_sums(world: World) -> None:
    """Populations of groupings, departments, regions and country, once all are there: sums over communes."""
    sums: dict[str, int] = defaultdict(int)
    for row in communes_of_today():
        within = {f"fr-{kind}-{row[name].lower()}" for kind, name in _SUMMED if row[name]}
        for code in ("fr", *within):
            sums[code] += int(row["population"] or 0)
    for code in sorted(sums.keys() & world.territories.keys()):
        years = [year for dep, (year, _source) in _COUNTED_APART.items() if _lies_in(world, code, dep)]
        year = years[0] if years else POPULATION_YEAR
        note = _MIXED_NOTE if code == "fr" else ""
        world.populations.append(PopulationRow(code, year, sums[code], SUM_SOURCE, note))


def _lies_in(world: World, code: str, department: str) -> bool:
    """Whether all of a territory lies in a department, or is the region of that one department."""
    chosen = world.territories.get(department_code(department))
    return chosen is not None and (
        code in (chosen.code, chosen.parent) or world.territories[code].parent == chosen.code
    )
