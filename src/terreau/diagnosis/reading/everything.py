"""All that the sections need of a territory, read once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from terreau.diagnosis.facts import (
    Facts,
    Tally,
    Unit,
)
from terreau.diagnosis.reading.beside import kind_in_words, read_containers, read_published, read_references
from terreau.diagnosis.reading.counting import counted, existing, has_ended
from terreau.diagnosis.reading.inside import (
    read_around,
    read_bounds,
    read_extent,
    read_inhabitants,
    read_unit_outlines,
    read_units,
    units_kind_of,
)
from terreau.diagnosis.reading.published import read_evidence
from terreau.diagnosis.reading.sources import read_coverage, read_sources
from terreau.diagnosis.rules import is_fresh
from terreau.directory.enums import Nomenclature, Precision
from terreau.directory.models import OrganisationQuerySet, Term
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

MAP_POINTS = 5000
NAMED = 10  # so few that they can be named
_UNIT_WORDS = {
    Kind.COMMUNE: "communes",
    Kind.BOROUGH: "arrondissements",
    Kind.SECTOR: "secteurs",
    Kind.VILLAGE: "villages",
}


@dataclass
class _Pass:
    """What one reading of the organisations gathers."""

    active: int = 0
    confirmed: int = 0
    families: Counter[str] = field(default_factory=Counter)
    terms: dict[str, Counter[str]] = field(
        default_factory=lambda: {key: Counter() for key in ("sectors", "issues", "filieres")}
    )
    known: Counter[str] = field(default_factory=Counter)
    precisions: Counter[str] = field(default_factory=Counter)
    places: Counter[int] = field(default_factory=Counter)
    points: list[tuple[float, float]] = field(default_factory=list)

    def add(self, row: dict[str, Any], as_of: date) -> None:
        """Count one organisation."""
        self.active += 1
        self.confirmed += is_fresh(row["confirmed_on"], as_of)
        self.families[row["family"]] += 1
        self.precisions[row["precision"]] += 1
        self.places[row["territory_id"]] += 1
        for key, counter in self.terms.items():
            codes = set(row[key] or ())
            counter.update(codes)
            self.known[key] += bool(codes)
        if row["precision"] == Precision.POINT and row["longitude"] is not None:
            self.points.append((row["longitude"], row["latitude"]))


def _read(organisations: OrganisationQuerySet, as_of: date) -> _Pass:
    """Read the organisations once, in a stream: terms are lists, which databases count differently."""
    gathered = _Pass()
    columns = (
        "family", "precision", "territory_id", "sectors", "issues", "filieres", "confirmed_on",
        "longitude", "latitude",
    )  # fmt: skip
    for row in organisations.order_by().values(*columns).iterator(chunk_size=5000):
        gathered.add(row, as_of)
    return gathered


def read_facts(territory: Territory, as_of: date) -> Facts:
    """All that is known of a territory on a day, for the sections of its diagnosis."""
    organisations = counted(territory, as_of)
    gathered = _read(organisations, as_of)
    everything = existing(territory, as_of)
    ceased = everything.filter(has_ended(as_of)).count()
    coverage = read_coverage(territory, as_of)
    containers = read_containers(territory)
    units_kind, units_total = units_kind_of(territory)
    units = read_units(territory, units_kind, gathered.places, as_of, coverage)
    outlines, credit = read_unit_outlines(territory, units_kind, units, units_total, as_of)
    around: tuple[Unit, ...] = ()
    around_name = ""
    if territory.kind == Kind.COMMUNE and not outlines:
        around, around_name, credit = read_around(territory, as_of)
    return Facts(
        code=territory.code,
        name=territory.name,
        kind=territory.kind,
        kind_label=kind_in_words(territory),
        country_code=territory.country_code,
        extent=read_extent(territory, units_kind),
        as_of=as_of,
        active=gathered.active,
        ceased=ceased,
        unseen=everything.exclude(has_ended(as_of)).count() - gathered.active,
        confirmed=gathered.confirmed,
        families=dict(gathered.families),
        sectors=_tally(gathered, "sectors", Nomenclature.SECTOR),
        issues=_tally(gathered, "issues", Nomenclature.ISSUE),
        filieres=_tally(gathered, "filieres", Nomenclature.FILIERE),
        precisions=dict(gathered.precisions),
        points=tuple(gathered.points[:MAP_POINTS]),
        names=_names(organisations) if gathered.active <= NAMED else (),
        units_kind=_UNIT_WORDS.get(Kind(units_kind), "") if units_kind else "",
        units=units,
        units_total=units_total,
        unit_outlines=outlines,
        around=around,
        around_name=around_name,
        outline_credit=credit,
        bounds=read_bounds(territory, units_kind),
        longitude=territory.longitude,
        latitude=territory.latitude,
        inhabitants=read_inhabitants([territory.pk], as_of).get(territory.pk),
        coverage=coverage,
        sources=read_sources(territory, organisations, as_of),
        references=read_references(containers, as_of),
        published=read_published([territory.code, *(place.code for place in containers)], as_of),
        evidence=read_evidence(territory, as_of),
    )


def _names(organisations: OrganisationQuerySet) -> tuple[str, ...]:
    return tuple(organisations.order_by("name_folded", "pk").values_list("name", flat=True))


def _tally(gathered: _Pass, key: str, nomenclature: str) -> Tally:
    counter = gathered.terms[key]
    labels = (
        dict(Term.objects.filter(nomenclature=nomenclature).values_list("code", "label")) if counter else {}
    )
    lines = [(code, labels.get(code, code), number) for code, number in counter.items()]
    lines.sort(key=lambda line: (-line[2], line[1]))
    return Tally(tuple(lines), gathered.known[key])
