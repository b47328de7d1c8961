"""The lists that invented towns have of their invented actors, as files that are brought in like any other.

They overlap, disagree and hold a few rows that cannot be read, as lists do.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from shapely import prepare
from shapely.geometry import Point

from terreau.project.exercise import country
from terreau.project.exercise.register import Unit, units
from terreau.project.exercise.words import BEINGS, QUALITIES, STREETS, TRADES
from terreau.registers.services import About
from terreau.registers.spec import FORMAT

SONGEMONT, PORT_FABLE, BRUMEVAL, LUNEBOURG = "xt-com-3101", "xt-com-2101", "xt-com-1101", "xt-com-1201"
_TOWNS: Final = (SONGEMONT, PORT_FABLE, BRUMEVAL, LUNEBOURG)
# How many sheets of each town come from the register, and of all other communes together.
_OF_A_TOWN, _ELSEWHERE = 55, 140
_KNOWN_TWICE, _KNOWN_TO_THE_TOWN_ALONE = 40, 24
_GROUPS: Final = 45
_FORMS: Final = frozenset(
    {
        *("xt-association", "xt-union", "xt-cooperative", "xt-cooperative-agricole"),
        *("xt-cooperative-epargne", "xt-mutuelle", "xt-fondation", "xt-entreprise-sociale"),
    }
)
_LABELS: Final = {
    "xt-association": "association",
    "xt-union": "union d’associations",
    "xt-cooperative": "coopérative de travail",
    "xt-cooperative-agricole": "coopérative agricole",
    "xt-cooperative-epargne": "coopérative d’épargne",
    "xt-mutuelle": "société mutualiste",
    "xt-fondation": "fondation",
    "xt-entreprise-sociale": "société à but social",
}
_BY_ACTIVITY: Final = {trade.activity: trade for trade in TRADES}
# Column of the files → field of a sheet.
_FIELDS: Final = {
    "numero": {"field": "source_ref"},
    "nom": {"field": "name"},
    "forme": {"field": "legal_form"},
    "secteur": {"field": "sectors"},
    "enjeux": {"field": "issues", "separator": ";"},
    "activite": {"field": "description"},
    "propose": {"field": "offers", "separator": ";"},
    "commune": {"field": "locality"},
    "code_postal": {"field": "postal_code"},
    "adresse": {"field": "address"},
    "longitude": {"field": "longitude"},
    "latitude": {"field": "latitude"},
    "agrement": {"field": "qualities"},
    "creation": {"field": "founded_on"},
    "membres": {"field": "members"},
    "emplois": {"field": "jobs"},
}
Row = dict[str, str]


@dataclass(frozen=True)
class InventedList:
    """One list: its file, its territory, what is said of its source."""

    file: str
    territory: str
    about: About
    rows: tuple[Row, ...]

    def write(self, folder: Path) -> Path:
        """The file, as its town would bring it."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self.file
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(_FIELDS), delimiter=";", lineterminator="\n", restval="")
            writer.writeheader()
            writer.writerows(self.rows)
        return path


def mapping() -> dict[str, Any]:
    """What the columns of these lists are."""
    return {"format": FORMAT, "columns": _FIELDS, "constants": {"country": country.ISO2}}


@lru_cache(maxsize=1)
def lists() -> tuple[InventedList, ...]:
    """Every list, in the order in which they were brought in."""
    chance = random.Random("actors")  # noqa: S311 (a drawing, not a secret)
    chosen = _chosen()
    told = [_told(chance, unit) for unit in chosen]
    of_songemont = [row for row in told if row["commune"] == _name_of(SONGEMONT)]
    town = [_as_the_town_writes(chance, row) for row in of_songemont[:_KNOWN_TWICE]]
    town += [_made(chance, SONGEMONT, name) for name in _circles(chance, _KNOWN_TO_THE_TOWN_ALONE)]
    return (
        InventedList("registre-des-organisations.csv", country.CODE, _register(), tuple(told)),
        InventedList(
            "subventions-songemont.csv",
            SONGEMONT,
            _about("Subventions inventées de la Ville de Songemont, 2026", date(2026, 9, 1)),
            (*town, *_unreadable()),
        ),
        InventedList(
            "groupements-port-fable.csv",
            PORT_FABLE,
            _about("Recensement inventé des groupements de Port-Fable", date(2026, 6, 15)),
            tuple(_group(chance, number) for number in range(_GROUPS)),
        ),
    )


def to_bring_in() -> InventedList:
    """A list left for whoever practises to bring in."""
    chance = random.Random("to bring in")  # noqa: S311 (a drawing, not a secret)
    return InventedList(
        "marche-de-brumeval.csv",
        BRUMEVAL,
        _about("Marché solidaire inventé de Brumeval", date(2026, 10, 3)),
        tuple(_made(chance, BRUMEVAL, name) for name in _circles(chance, 20)),
    )


def _register() -> About:
    return About(
        name="Registre inventé des organisations d’Imaginie",
        kind="register",
        publisher="Bureau inventé des registres",
        licence="données inventées",
        dated_on=date(2026, 11, 1),
        simulated=True,
    )


def _about(name: str, day: date) -> About:
    return About(name=name, licence="données inventées", dated_on=day, simulated=True)


def _chosen() -> list[Unit]:
    """The units of the register that have a sheet: most of those of the towns, a few of the others."""
    living = [unit for unit in units() if unit.form in _FORMS and unit.name and unit.seat.closed is None]
    found: list[Unit] = []
    for town in _TOWNS:
        place = town.rpartition("-")[2]
        found += [unit for unit in living if unit.seat.place == place][:_OF_A_TOWN]
    known = {town.rpartition("-")[2] for town in _TOWNS}
    return found + [unit for unit in living if unit.seat.place not in known][:_ELSEWHERE]


def _told(chance: random.Random, unit: Unit) -> Row:
    return {
        "numero": unit.number,
        "nom": unit.name,
        "forme": _LABELS[unit.form],
        "creation": unit.seat.created.isoformat(),
        "agrement": "agrément" if unit.approved else "",
        **_doing(unit.activity),
        **_standing(chance, f"xt-com-{unit.seat.place}"),
        **({"emplois": str(unit.seat.jobs)} if unit.seat.jobs and chance.random() < 0.6 else {}),
        **({"membres": str(chance.randrange(8, 400))} if chance.random() < 0.5 else {}),
    }


def _doing(activity: str) -> Row:
    trade = _BY_ACTIVITY[activity]
    return {
        "secteur": trade.sector,
        "enjeux": " ; ".join(trade.issues),
        "activite": trade.does,
        "propose": " ; ".join(trade.offers),
    }


def _standing(chance: random.Random, code: str) -> Row:
    """An address in a commune, and for most a position near its middle."""
    row = next(row for row in country.rows() if row["code"] == code)
    found = {
        "commune": row["name"],
        "code_postal": row["postal_code"],
        "adresse": f"{chance.randrange(1, 80)} {chance.choice(STREETS)}",
    }
    if chance.random() < 0.85:
        point = _inside(chance, code)
        found |= {"longitude": f"{point.x:.5f}", "latitude": f"{point.y:.5f}"}
    return found


def _inside(chance: random.Random, code: str) -> Point:
    """A position in a commune, nearer its middle than its edge."""
    outline = country.outlines()[code]
    prepare(outline)
    centre = outline.centroid
    while True:
        point = Point(chance.gauss(centre.x, 0.035), chance.gauss(centre.y, 0.03))
        if outline.contains(point):
            return point


def _as_the_town_writes(chance: random.Random, row: Row) -> Row:
    """The same organisation on another list: no number, another way to write its name, no position."""
    name = row["nom"]
    written = chance.choice(
        (name, name.upper(), f"Association {name}", name.replace("d’", "de "), f"{name} ")
    )
    kept = ("secteur", "commune", "code_postal", "creation")
    return {"nom": written, **{key: row[key] for key in kept}}


def _circles(chance: random.Random, count: int) -> list[str]:
    """Names of organisations that the register does not have, all different."""
    every = [f"{head} {of} {how}" for head in ("Amis", "Collectif") for of in BEINGS for how in QUALITIES]
    return chance.sample(every, count)


def _made(chance: random.Random, code: str, name: str) -> Row:
    """An organisation that the register does not have."""
    return {
        "nom": name,
        "forme": "association",
        **_doing(chance.choice(TRADES).activity),
        **_standing(chance, code),
    }


def _group(chance: random.Random, number: int) -> Row:
    """A tontine or a circle of neighbours: no form in law, no address but a place to ask."""
    kind = chance.choice(("Tontine", "Cercle d’entraide", "Groupe d’épargne"))
    return {
        "numero": f"G-{number:03d}",
        "nom": f"{kind} {BEINGS[number % len(BEINGS)]} {QUALITIES[number // 4 % len(QUALITIES)]}",
        "forme": "groupement",
        # That the town recognises most of them is what brings them in the field.
        "agrement": "label" if chance.random() < 0.7 else "",
        "secteur": "finance" if kind != "Cercle d’entraide" else "action-sociale",
        "enjeux": "developpement",
        "activite": "Réunit des voisines qui épargnent ensemble et se prêtent à tour de rôle.",
        "commune": _name_of(PORT_FABLE),
        "membres": str(chance.randrange(8, 40)),
    }


def _unreadable() -> Iterable[Row]:
    """What lists hold and nobody can read."""
    town = _name_of(SONGEMONT)
    return (
        {"nom": "", "forme": "association", "commune": town},
        {"nom": "???", "commune": town},
        {"nom": "Amicale sans ville", "forme": "association", "commune": "Nulle-Part-sur-Néant"},
        {"nom": "Club de la rose des vents", "forme": "association", "commune": town, "longitude": "512"},
    )


def _name_of(code: str) -> str:
    return next(row["name"] for row in country.rows() if row["code"] == code)
