"""The made-up register of Imaginie: the whole economy of a country, drawn by chance, always the same.

Three vintages, so that there are trends. Sizes are told by bands, as an open register does; in one of the
years they are not public. In the last one wages are told, exactly: never public, they come out protected. A
table of exact jobs is left to be protected by hand.
"""

from __future__ import annotations

import csv
import json
import math
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from terreau.perimeters.rules import OUTSIDE, forms_of
from terreau.project.exercise import country
from terreau.project.exercise.words import BEINGS, QUALITIES, TRADES

VINTAGES: Final = ("2024-11", "2025-11", "2026-11")
# The year of which the sizes may not be shown.
WITHHELD: Final = "2025-11"
# From this one on, wages are told.
PAID: Final = "2026-11"
NAME: Final = "Registre inventé des organisations d’Imaginie (RIO)"
TO_PROTECT: Final = "tableau-a-proteger.json"
_BANDS: Final = (0, 1, 3, 6, 10, 20, 50, 100, 200, 500, 1000, 5000)
COUNT: Final = 7_000
APPROVED: Final = "oui"
# What a job is paid in a year, in the money of Imaginie: the middle, and the spread of its logarithm.
_PAY: Final = (24_000, 0.25)
# Not one of the forms: what most of an economy is made of.
COMPANY: Final = "xt-societe"
_FIRST_DAY, _LAST_DAY = date(1985, 1, 1), date(2026, 10, 31)
_CLOSING: Final = 0.035  # in a year
_COLUMNS: Final = (
    *("Numéro", "Forme", "Activité", "Agrément", "Établissement", "Commune", "Effectif"),
    *("Créée le", "Radiée le", "Siège", "donneesSimulees"),
)
_WAGES: Final = "Masse salariale"
_ECONOMY: Final = ("43", "45", "46", "47", "47", "49", "56", "62", "68", "70", "81", "96")
_SECTIONS: Final = {
    "A": ("agriculture, forêt et pêche", ("01", "02", "03")),
    "C": ("fabrication", ("10", "16", "25")),
    "DE": ("énergie, eau et déchets", ("35", "38")),
    "F": ("construction", ("41", "43")),
    "G": ("commerce et réparation", ("45", "46", "47")),
    "H": ("transport", ("49",)),
    "I": ("hébergement et restauration", ("55", "56")),
    "J": ("information et communication", ("62",)),
    "K": ("finance et assurance", ("64",)),
    "MN": ("services aux entreprises, immobilier", ("68", "70", "78", "81")),
    "O": ("administration publique", ("84",)),
    "P": ("enseignement", ("85",)),
    "Q": ("santé et action sociale", ("86", "88", "89")),
    "R": ("culture, sport et loisirs", ("90", "93")),
    "S": ("vie associative et autres services", ("94", "96")),
}


@dataclass(frozen=True)
class Kind:
    """Units alike: how many of a thousand, how many employ, how many jobs and establishments they have."""

    form: str
    weight: float
    employing: float
    size: float
    branches: float = 0.0
    approved: float = 0.0


_KINDS: Final = (
    Kind("xt-association", 340, 0.14, 1.2, 0.06),
    Kind("xt-union", 8, 0.4, 1.4, 0.3),
    Kind("xt-cooperative", 38, 0.6, 1.5, 0.15),
    Kind("xt-cooperative-agricole", 16, 0.5, 1.6, 0.5),
    Kind("xt-cooperative-epargne", 5, 0.95, 2.0, 3.0),
    Kind("xt-mutuelle", 6, 0.9, 2.2, 2.0),
    Kind("xt-fondation", 8, 0.6, 2.2, 0.3),
    Kind("xt-entreprise-sociale", 14, 0.9, 1.9, 0.1, approved=0.85),
    Kind(COMPANY, 520, 0.55, 2.0, 0.12),
    Kind("xt-syndicat", 15, 0.2, 0.8),
    Kind("xt-administration", 30, 0.95, 3.4, 1.5),
)
# Forms that some provinces have more of: nothing to compare, were all alike.
_LEANING: Final = {
    "21": {"xt-cooperative": 2.5, "xt-cooperative-agricole": 2.0},
    "32": {"xt-mutuelle": 3.0, "xt-entreprise-sociale": 2.0},
    "12": {"xt-association": 1.4, COMPANY: 0.8},
}


@dataclass(frozen=True)
class Branch:
    """An establishment: where, since when, until when, with how many jobs in the first vintage."""

    number: str
    place: str
    jobs: int
    created: date
    closed: date | None
    seat: bool


@dataclass(frozen=True)
class Unit:
    """A unit of the register; its name is for the directory, the register has none."""

    number: str
    name: str
    form: str
    activity: str
    approved: bool
    branches: tuple[Branch, ...]

    @property
    def seat(self) -> Branch:
        """Where it is managed from."""
        return self.branches[0]


@lru_cache(maxsize=1)
def units() -> tuple[Unit, ...]:
    """Every unit there ever was."""
    chance = random.Random("Imaginie")  # noqa: S311 (a drawing, not a secret)
    places = [row for row in country.rows() if row["places"]]
    people = [int(row["population"]) for row in places]
    names = _names(chance)
    return tuple(
        _unit(chance, number, chance.choices(places, people)[0]["places"], places, names)
        for number in range(1, COUNT + 1)
    )


def _names(chance: random.Random) -> dict[str, list[str]]:
    """Every name of each trade, drawn in a row so that none comes twice."""
    found = {}
    for trade in TRADES:
        every = [f"{head} {of} {how}" for head in trade.names for of in BEINGS for how in QUALITIES]
        chance.shuffle(every)
        found[trade.activity] = every
    return found


def _unit(
    chance: random.Random, number: int, place: str, places: list[dict[str, str]], names: dict[str, list[str]]
) -> Unit:
    leaning = _LEANING.get(place[:2], {})
    kind = chance.choices(_KINDS, [kind.weight * leaning.get(kind.form, 1.0) for kind in _KINDS])[0]
    if kind.form == "xt-administration":
        activity = "84"
    elif kind.form == COMPANY:
        activity = chance.choice(_ECONOMY)
    else:
        activity = chance.choice(TRADES).activity
    created = _day(chance, _FIRST_DAY)
    years = chance.expovariate(_CLOSING)
    end = created + timedelta(days=int(365 * years)) if years < 60 else _LAST_DAY + timedelta(days=1)
    closed = end if end <= _LAST_DAY else None
    others = min(int(chance.expovariate(1 / kind.branches)), 6) if kind.branches else 0
    where = [place, *(chance.choice(places)["places"] for _other in range(others))]
    return Unit(
        number=f"RIO-{number:05d}",
        name=names[activity].pop() if names.get(activity) else "",
        form=kind.form,
        activity=activity,
        approved=chance.random() < kind.approved,
        branches=tuple(
            Branch(
                f"{rank}",
                there,
                _jobs(chance, kind),
                created if rank == 1 else min(_day(chance, created), closed or _LAST_DAY),
                closed,
                rank == 1,
            )
            for rank, there in enumerate(where, start=1)
        ),
    )


def _day(chance: random.Random, since: date) -> date:
    return since + timedelta(days=chance.randrange(max((_LAST_DAY - since).days, 1)))


def _jobs(chance: random.Random, kind: Kind) -> int:
    return 1 + int(chance.lognormvariate(kind.size, 1.1)) if chance.random() < kind.employing else 0


def write(folder: Path) -> None:
    """Write the register as it stood at each vintage, and what its columns mean."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / country.TERRITORIES).write_text(country.territories_table(), encoding="utf-8")
    _write_json(folder / TO_PROTECT, table_to_protect())
    for vintage in VINTAGES:
        _write_json(mapping_of(folder, vintage), _mapping(vintage))
        with file_of(folder, vintage).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=";", lineterminator="\n")
            writer.writerow(_COLUMNS + _paid(vintage, _WAGES))
            writer.writerows(_rows(vintage))


def file_of(folder: Path, vintage: str) -> Path:
    """The register of one month."""
    return folder / f"registre-{vintage}.csv"


def mapping_of(folder: Path, vintage: str) -> Path:
    """What the columns of the register mean in one month."""
    return folder / f"correspondance-{vintage}.json"


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _bands() -> dict[str, tuple[int, int | None]]:
    """Each band as it is written → the sizes it holds."""
    ends = (*(low - 1 for low in _BANDS[1:]), None)
    return {
        f"{low} et plus" if high is None else str(low) if low == high else f"{low} à {high}": (low, high)
        for low, high in zip(_BANDS, ends, strict=True)
    }


def _band_of(size: int) -> str:
    return next(told for told, (low, high) in _bands().items() if high is None or low <= size <= high)


def _rows(vintage: str) -> Iterator[tuple[str, ...]]:
    on = date.fromisoformat(f"{vintage}-01")
    for unit in units():
        for branch in unit.branches:
            if branch.created < on:
                size = _grown(unit, branch, on.year)
                closed = branch.closed if branch.closed and branch.closed < on else None
                yield (
                    *(unit.number, unit.form, unit.activity, APPROVED if unit.approved else "non"),
                    *(branch.number, branch.place, _band_of(size)),
                    *(_written(branch.created), _written(closed), "oui" if branch.seat else "non", "oui"),
                    *_paid(vintage, _wages(unit, branch, size)),
                )


def _grown(unit: Unit, branch: Branch, year: int) -> int:
    """Jobs of a later year: a little more or a little less, each year alike."""
    pace = random.Random(unit.number + branch.number).gauss(0.02, 0.06)  # noqa: S311 (a drawing)
    return round(branch.jobs * (1 + pace) ** (year - 2024))


def _paid(vintage: str, wages: str) -> tuple[str, ...]:
    """The last column, of the vintages that have it."""
    return (wages,) if vintage >= PAID else ()


def _wages(unit: Unit, branch: Branch, size: int) -> str:
    """What the jobs of a year are paid together: nobody tells anything where there is none."""
    middle, spread = _PAY
    pay = random.Random(f"{unit.number} {branch.number}").gauss(math.log(middle), spread)  # noqa: S311 (a drawing)
    return f"{size * math.exp(pay):.0f}" if size else ""


def _written(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def table_to_protect() -> dict[str, Any]:
    """The jobs of each province and family, as a State that counts them exactly would have them."""
    families = {form.code: form.family for form in forms_of(country.ISO2) if form.family != OUTSIDE}
    jobs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for unit in units():
        held: dict[str, int] = defaultdict(int)
        for branch in unit.branches:
            if branch.closed is None and unit.form in families:
                held[f"xt-pro-{branch.place[:2]}"] += branch.jobs
        for province, count in held.items():
            if count:
                jobs[province, families[unit.form]].append(count)
    rows = country.rows()
    regions: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["kind"] == "department":
            regions[row["parent"]].append(row["code"])
    return {
        "dimensions": {
            "territoire": [{country.CODE: list(regions), **regions}],
            "famille": [{"ensemble": sorted(set(families.values()))}],
        },
        "cells": [
            {"territoire": province, "famille": family, "n": len(held), "value": sum(held), "max": max(held)}
            for (province, family), held in sorted(jobs.items())
        ],
        "rule": {"min_units": 3, "max_share": 0.85},
        "protection": 0.1,
    }


def _mapping(vintage: str) -> dict[str, Any]:
    return {
        "country": country.ISO2,
        "label": NAME,
        "licence": "données simulées",
        "size_public": vintage != WITHHELD,
        "bands": _bands(),
        "whole_economy": True,
        "territories": country.TERRITORIES,
        "units": {"id": "Numéro", "form": "Forme", "activity": "Activité", "approval": "Agrément"},
        "establishments": {
            "unit": "Numéro",
            "id": "Établissement",
            "place": "Commune",
            "activity": "Activité",
            "size": "Effectif",
            **dict.fromkeys(_paid(vintage, "wages"), _WAGES),
            "created": "Créée le",
            "closed": "Radiée le",
            "seat": "Siège",
        },
        "date_format": "%d/%m/%Y",
        "nomenclature": "nomenclature inventée des activités",
        "public_forms": ["xt-administration"],
        "approvals": {APPROVED: "agrement"},
        "seat": ["oui"],
        "sections": {
            code: {"label": label, "prefixes": list(prefixes)}
            for code, (label, prefixes) in _SECTIONS.items()
        },
    }
