"""The figures of a territory in a vintage, each with all that is needed to judge it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from terreau.observatory import evolution, labels, protected, quality
from terreau.observatory import indicators as ind
from terreau.observatory.counts import (
    Counts,
    Place,
    Table,
    concentration_of,
    in_field,
    place_of,
    table_of,
)
from terreau.observatory.figure import Figure, Maker
from terreau.observatory.indicators import Interval
from terreau.observatory.origins import sources_of
from terreau.observatory.store import Vintage, open_vintage

# Fewer establishments than this make a quotient that says little; it is given with a warning.
_FEW = 10
_MINIMUM_EMPLOYERS = 3


@dataclass(frozen=True)
class FigureSet:
    """The figures of one territory."""

    place: Place
    vintage: str
    notice: str
    source: str
    figures: tuple[Figure, ...]

    def get(self, name: str, *, perimeter: str, segment: str = "") -> Figure:
        """One figure by its name."""
        return next(
            item
            for item in self.figures
            if (item.id, item.perimeter, item.segment) == (name, perimeter, segment)
        )


def figures_of(root: Path, territory: str, vintage: str, *, since: str | None = None) -> FigureSet:
    """Every figure of a territory.

    Args:
        root: where vintages are.
        territory: its public code.
        vintage: the month.
        since: an earlier month, to tell what changed.

    Raises:
        TerreauError: no such vintage, or no such territory in it.
    """
    before = open_vintage(root, since) if since is not None else None
    return figures_in(open_vintage(root, vintage), territory, before)


def figures_in(vintage: Vintage, territory: str, before: Vintage | None = None) -> FigureSet:
    """The same, from vintages that are open.

    Raises:
        TerreauError: no such territory in the vintage.
    """
    place = place_of(vintage, territory)
    found = []
    for perimeter in vintage.manifest["perimeters"]:
        found += _of_perimeter(vintage, place, perimeter)
        if before is not None:
            found += evolution.figures(before, vintage, place, perimeter)
    return FigureSet(
        place,
        vintage.name,
        vintage.manifest["notice"],
        "\u202f; ".join(map(str, sources_of(vintage))),
        tuple(found),
    )


def _of_perimeter(vintage: Vintage, place: Place, perimeter: str) -> list[Figure]:
    table = table_of(vintage, place.code)
    reference = table_of(vintage, vintage.manifest["root"])
    make = Maker(vintage, perimeter, quality.of(vintage, perimeter))
    return [
        *first_figures(make, table, place),
        *structure_figures(make, table),
        *_specialisation(make, table, reference),
        *_concentration(make, table, vintage, place),
        *_flows(make, table),
        *protected.figures(make, vintage, place.code),
    ]


def first_figures(make: Maker, table: Table, place: Place) -> Iterator[Figure]:
    """Those that a territory and each of its parts have: how many, what they weigh, how dense they are."""
    yield from _stock(make, table)
    yield from _weights(make, table, place)


def jobs_of(counts: Counts) -> Interval:
    """Jobs as headcount bands tell them: between two bounds, with an estimate at the middle of each band."""
    return Interval(counts.jobs, counts.jobs_low, None if counts.open_sizes else counts.jobs_high)


def _stock(make: Maker, table: Table) -> Iterator[Figure]:
    ours, everything = table.field(make.perimeter), table.total()
    unclear = table.total(in_field(make.perimeter, "indetermine"))
    yield make("etablissements", ours.establishments, whole=everything.establishments)
    yield make("structures", ours.units, whole=everything.units)
    yield make("employeurs", ours.employers, whole=everything.employers, sizes=True)
    jobs = make.interval("emplois", jobs_of(ours))
    # What the bands do not tell is counted in the same column: masked with it.
    note = "" if jobs.masked else labels.unknown_sizes(ours.unknown_sizes, ours.open_sizes)
    yield replace(jobs, note=note)
    yield make("etablissements_indetermines", unclear.establishments, whole=everything.establishments)


def structure_figures(make: Maker, table: Table) -> Iterator[Figure]:
    """By family and by section: establishments, employers, jobs, and the share of each in the field's."""
    ours = table.field(make.perimeter)
    parts = [
        *((f"famille:{key}", counts) for key, counts in sorted(table.by_family(make.perimeter).items())),
        *((f"section:{key}", counts) for key, counts in table.by_section(in_field(make.perimeter)).items()),
    ]
    for segment, counts in parts:
        yield make("etablissements", counts.establishments, whole=ours.establishments, segment=segment)
        yield make("employeurs", counts.employers, whole=ours.employers, segment=segment, sizes=True)
        yield make.interval("emplois", jobs_of(counts), segment=segment)
        yield make.share("part_emplois", jobs_of(counts), jobs_of(ours - counts), segment=segment)


def _weights(make: Maker, table: Table, place: Place) -> Iterator[Figure]:
    """Two shares with two names, and densities."""
    ours, everything = table.field(make.perimeter), table.total()
    private = table.total(lambda group: not group.public)
    if make.whole_economy:
        yield make.share("poids_emploi_total", jobs_of(ours), jobs_of(everything - ours))
    if make.whole_economy and make.tells_public:
        # Nothing public is in the field in any table at hand; were it so, it would not be of private jobs.
        private_field = table.total(lambda group: not group.public and in_field(make.perimeter)(group))
        yield make.share("poids_emploi_prive", jobs_of(private_field), jobs_of(private - private_field))
    for name, count, per, sizes in (
        ("densite_etab", ours.employers, 1_000, True),
        ("densite_structures", ours.units, 10_000, False),
    ):
        value = ind.ratio(count, place.population, per) if place.population else None
        yield make.figure(name, value, numerator=count, denominator=place.population, sizes=sizes)


def _specialisation(make: Maker, table: Table, reference: Table) -> Iterator[Figure]:
    keep = in_field(make.perimeter)
    ours, there = table.total(keep), reference.total(keep)
    everything, everything_there = table.total(), reference.total()
    if make.whole_economy:
        yield _quotient(make, "ql", "", (ours, everything), (there, everything_there))
    sections, sections_there = table.by_section(keep), reference.by_section(keep)
    for section in sorted(sections_there):
        pair = (sections.get(section, Counts()), ours)
        yield _quotient(make, "ql", f"section:{section}", pair, (sections_there[section], there))
    families, families_there = table.by_family(make.perimeter), reference.by_family(make.perimeter)
    for family in sorted(families_there):
        pair = (families.get(family, Counts()), ours)
        yield _quotient(make, "ql", f"famille:{family}", pair, (families_there[family], there))
    jobs, jobs_there = _jobs(sections), _jobs(sections_there)
    yield make.figure("krugman", ind.krugman(jobs, jobs_there), sizes=True)


def _quotient(
    make: Maker,
    name: str,
    segment: str,
    ours: tuple[Counts, Counts],
    there: tuple[Counts, Counts],
) -> Figure:
    (part, whole), (part_there, whole_there) = ours, there
    found = ind.location_quotient(
        part.jobs, whole.jobs, part_there.jobs, whole_there.jobs, seen=part.employers, of=whole.employers
    )
    figure = make.figure(
        name,
        found.value if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
        numerator=ind.ratio(part.jobs, whole.jobs),
        denominator=ind.ratio(part_there.jobs, whole_there.jobs),
        segment=segment,
        sizes=True,
    )
    # A warning that there are few employers would tell of what is masked.
    return replace(figure, note=labels.FEW if part.employers < _FEW and not figure.masked else "")


def _jobs(parts: dict[str, Counts]) -> dict[str, float]:
    return {key: counts.jobs for key, counts in parts.items()}


def _concentration(make: Maker, table: Table, vintage: Vintage, place: Place) -> Iterator[Figure]:
    parts = {
        "hhi_familles": table.by_family(make.perimeter),
        "hhi_secteurs": table.by_section(in_field(make.perimeter)),
    }
    for name, counts in parts.items():
        # Where all has closed, there is no part any more.
        jobs = _jobs({key: one for key, one in counts.items() if one.establishments})
        index = ind.hhi(jobs.values())
        yield make.figure(name, index, sizes=True)
        yield make.figure(f"{name}_normalise", ind.normalised_hhi(index, len(jobs)), sizes=True)
    found = concentration_of(vintage, place.code).get(make.perimeter)
    known = found is not None and found.employers >= _MINIMUM_EMPLOYERS
    index = found.squares / found.jobs**2 if found and known else None
    five = ind.ratio(found.five_largest, found.jobs) if found and known else None
    yield _few_employers(make.figure("hhi_employeurs", index, sizes=True), known=known)
    yield _few_employers(
        make.figure(
            "top5",
            five,
            numerator=found.five_largest if found and known else None,
            denominator=found.jobs if found and known else None,
            sizes=True,
        ),
        known=known,
    )


def _few_employers(figure: Figure, *, known: bool) -> Figure:
    """Masked where there are too few; what is masked already does not say whether there are."""
    return figure if known or figure.masked else replace(figure, masked=True, why=labels.FEW_EMPLOYERS)


def _flows(make: Maker, table: Table) -> Iterator[Figure]:
    ours = table.field(make.perimeter)
    at_start = ours.establishments - ours.created + ours.closed
    yield make.figure("creation", ours.created)
    yield make.figure("cessation", ours.closed)
    for name, count in (("taux_creation", ours.created), ("taux_cessation", ours.closed)):
        yield make.figure(name, ind.ratio(count, at_start), numerator=count, denominator=at_start)
    yield make.figure(
        "survie3", ind.ratio(ours.survivors, ours.cohort), numerator=ours.survivors, denominator=ours.cohort
    )


def written(found: FigureSet, form: str) -> str:
    """The figures as JSON or CSV; each row of a CSV says its source and licence, and what is simulated."""
    if form == "json":
        head: dict[str, Any] = {
            "mention": found.notice,
            "territoire": asdict(found.place),
            "millesime": found.vintage,
            "source": found.source,
        }
        text = json.dumps(
            head | {"chiffres": [figure.as_row() for figure in found.figures]}, ensure_ascii=False, indent=1
        )
        return f"{text}\n"
    out = io.StringIO()
    rows = [
        {"territoire": found.place.code, **figure.as_row(), "source": found.source}
        for figure in found.figures
    ]
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
