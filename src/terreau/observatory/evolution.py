"""What changed between two vintages: never between two perimeters, nor two versions of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from terreau.observatory import indicators as ind
from terreau.observatory import quality
from terreau.observatory.counts import Counts, Place, Table, in_field, table_in_geography_of, table_of
from terreau.observatory.figure import Figure, Maker
from terreau.observatory.store import Vintage

_MEASURES = ("etablissements", "employeurs", "emplois")


def figures(before: Vintage, after: Vintage, place: Place, perimeter: str) -> Iterator[Figure]:
    """Growth, yearly growth and its three terms; refused, and said so, when the two must not be compared."""
    make = Maker(after, perimeter, quality.of(after, perimeter), before=before)
    refusal = why_not(before, after, perimeter)
    if refusal:
        for name in ("croissance", "tcam"):
            for measure in _MEASURES:
                figure = make.figure(name, None, segment=f"de:{measure}", sizes=measure != "etablissements")
                yield replace(figure, note=f"Pas de comparaison\u00a0: {refusal}.")
        return
    start = table_in_geography_of(before, place.code, after)
    end = table_of(after, place.code)
    yield from _growth(make, start.field(perimeter), end.field(perimeter), _years(before, after))
    root = after.manifest["root"]
    yield from _shift_share(
        make, start, end, table_in_geography_of(before, root, after), table_of(after, root)
    )


def why_not(before: Vintage, after: Vintage, perimeter: str) -> str:
    """Why two vintages must not be compared, in French; nothing when they may."""
    try:
        ind.growth(1, 1, identity(before, perimeter), identity(after, perimeter))
    except ind.NotComparable as refusal:
        return str(refusal)
    for name, words in (
        ("notice", "l’un des deux est fait de données simulées"),
        ("nomenclature", "la nomenclature des activités n’est pas la même"),
    ):
        if before.manifest[name] != after.manifest[name]:
            return words
    return "le premier n’est pas antérieur au second" if before.name >= after.name else ""


def identity(vintage: Vintage, perimeter: str) -> str:
    """What must be the same for two figures to be compared."""
    listed = "avec la liste" if vintage.manifest["has_ess_list"] else "sans la liste"
    version = vintage.manifest["perimeter_version"]
    return f"{perimeter if perimeter in vintage.manifest['perimeters'] else 'autre'} {version} {listed}"


def _years(before: Vintage, after: Vintage) -> float:
    months = [int(item.name[:4]) * 12 + int(item.name[5:]) for item in (before, after)]
    return (months[1] - months[0]) / 12


def _growth(make: Maker, start: Counts, end: Counts, years: float) -> Iterator[Figure]:
    for measure, name in zip(_MEASURES, ("establishments", "employers", "jobs"), strict=True):
        then, now = getattr(start, name), getattr(end, name)
        sizes = measure != "etablissements"
        segment = f"de:{measure}"
        yield make.figure(
            "croissance",
            ind.growth(then, now, "", ""),
            numerator=now - then,
            denominator=then,
            segment=segment,
            sizes=sizes,
        )
        yield make.figure("tcam", ind.yearly_growth(then, now, years), segment=segment, sizes=sizes)


def _shift_share(
    make: Maker, start: Table, end: Table, reference_start: Table, reference_end: Table
) -> Iterator[Figure]:
    jobs = [
        {section: counts.jobs for section, counts in table.by_section(in_field(make.perimeter)).items()}
        for table in (start, end, reference_start, reference_end)
    ]
    found = ind.shift_share(*jobs)
    terms = (found.national, found.structural, found.local) if found else (None, None, None)
    for name, term in zip(("shift_national", "shift_structurel", "shift_local"), terms, strict=True):
        value = None if term is None else float(term)
        yield make.figure(name, value, segment="de:emplois", sizes=True)
