"""Where the organisations are: by commune or by part of a town, on a map and in a table."""

from __future__ import annotations

from terreau.core.countries import country_name
from terreau.core.numbers import french_number
from terreau.diagnosis.content import Column, Line, Part, Picture, Table
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.extents import Bounds, country_extent, country_outline
from terreau.diagnosis.facts import Facts, Unit
from terreau.diagnosis.parts.common import COUNTED, count_columns, count_line, inventory
from terreau.diagnosis.rules import round_to
from terreau.diagnosis.wording import COLON, capitalised, listed, organisations, quoted, several
from terreau.documents.maps import Area, Place

LINES = 500  # beyond, the smallest places are put together: the lists themselves are in the directory
_SINGULAR = {
    "communes": "Commune",
    "arrondissements": "Arrondissement",
    "secteurs": "Secteur",
    "villages": "Village",
}


def build(facts: Facts, drawings: Drawings) -> Part | None:
    """The inventory by place, with its map; what has no place is said."""
    if not facts.active:
        return None
    pictures = _density_map(facts, drawings) + _map(facts, drawings)
    tables = (_by_unit(facts),) if facts.units else (_by_precision(facts),)
    return Part(
        key="lieux",
        title="Les lieux",
        texts=_texts(facts),
        pictures=pictures,
        tables=tables,
        notes=_notes(facts, bool(pictures)),
    )


def _texts(facts: Facts) -> tuple[str, ...]:
    point = facts.precisions.get("point", 0)
    has = "a" if point == 1 else "ont"
    texts = []
    if facts.units:
        one = facts.units_kind[:-1]
        where = several(len(facts.units), one, facts.units_kind, feminine=one == "commune")
        texts.append(
            f"{capitalised(organisations(facts.active - facts.unplaced))} dans {where}, sur les "
            f"{french_number(facts.units_total)} du territoire."
        )
    if point and point < facts.active:
        coarse = facts.precisions.get("commune", 0) == facts.active - point
        others = "de l’autre" if facts.active - point == 1 else "des autres"
        rest = f"\u202f; {others}, on ne connaît que la commune" if coarse else ""
        texts.append(
            f"{capitalised(organisations(point))} sur {french_number(facts.active)} {has} un lieu "
            f"précis{rest}."
        )
    elif not point:
        texts.append("Aucune n’a de lieu plus précis que la commune." if facts.active > 1 else "")
    return tuple(text for text in texts if text)


def _notes(facts: Facts, drawn: bool) -> tuple[str, ...]:
    notes = []
    if facts.units and facts.unplaced:
        verb = "est" if facts.unplaced == 1 else "sont"
        notes.append(
            f"{capitalised(organisations(facts.unplaced))} {verb} sans lieu précis\u00a0: on sait seulement "
            f"que c’est dans ce territoire ({facts.name})."
        )
    missing = facts.units_total - len(facts.unit_outlines)
    if drawn and facts.unit_outlines and missing:
        without = capitalised(several(missing, facts.units_kind[:-1], facts.units_kind))
        notes.append(f"{without} sans contour connu\u00a0: seul leur cercle est dessiné.")
    return tuple(notes)


def _by_unit(facts: Facts) -> Table:
    placed = facts.active - facts.unplaced
    head = _SINGULAR[facts.units_kind]
    over = f"sur {french_number(placed)} dont le lieu est connu à cette précision"
    columns = [*count_columns(placed, f"{COUNTED}, par {head.lower()}", over)]
    with_density = _densities(facts)
    if with_density:
        columns.append(
            Column(
                "densite",
                "Pour 1\u202f000 habitants",
                "pour 1\u202f000 habitants",
                2,
                counted=f"{facts.coverage.field}, pour 1\u202f000 habitants",
            )
        )
    lines = []
    for unit in facts.units[:LINES]:
        line = count_line(unit.code, unit.name, unit.count, placed)
        cells = (*line.cells, with_density.get(unit.code)) if with_density else line.cells
        lines.append(Line(line.key, line.label, cells))
    rest = facts.units[LINES:]
    if rest:
        line = count_line(
            "autres", f"{len(rest)} autres {facts.units_kind}", sum(u.count for u in rest), placed
        )
        lines.append(Line(line.key, line.label, (*line.cells, None) if with_density else line.cells))
    caption = f"Organisations par {head.lower()}"
    note = f"Les {facts.units_kind} où aucune organisation n’est connue n’y sont pas."
    return inventory(facts, "lieux", caption, head, tuple(columns), lines, method="lieux", note=note)


def _densities(facts: Facts) -> dict[str, float | None]:
    """The density of each unit; nothing at all when it cannot be known for any."""
    found = {
        unit.code: round_to(facts.coverage.density_of(unit.complete, unit.inhabitants).value, 2)
        for unit in facts.units
    }
    return found if any(value is not None for value in found.values()) else {}


_PRECISIONS = {
    "point": "Point ou adresse",
    "commune": "Commune seulement",
    "country": "Pays seulement",
    "none": "Sans lieu",
}


def _by_precision(facts: Facts) -> Table:
    columns = count_columns(
        facts.active, f"{COUNTED}, par précision du lieu", f"sur {french_number(facts.active)}"
    )
    lines = [
        count_line(key, label, facts.precisions[key], facts.active)
        for key, label in _PRECISIONS.items()
        if facts.precisions.get(key)
    ]
    return inventory(
        facts,
        "precision",
        "Organisations selon la précision de leur lieu",
        "Lieu connu",
        columns,
        lines,
        method="lieux",
    )


def _area(unit: Unit, value: float | None = None) -> Area:
    assert unit.geometry is not None
    return Area(unit.code, unit.name, unit.geometry, value)


def _outlines(facts: Facts, units: tuple[Unit, ...]) -> list[Area]:
    """Those of the units, where there are some; else the country's."""
    if units or facts.bounds:
        return [_area(unit) for unit in units]
    country = country_outline(facts.country_code)
    return [Area(facts.country_code, country_name(facts.country_code), country)] if country else []


def _map(facts: Facts, drawings: Drawings) -> tuple[Picture, ...]:
    """Circles in proportion: numbers are not shaded, since a large commune would weigh by its area."""
    if facts.units:
        return _map_of_units(facts, drawings)
    if facts.points and 10 * len(facts.points) >= facts.active:
        return _map_of_points(facts, drawings)
    if facts.longitude is None or facts.latitude is None:
        return ()
    place = Place(facts.longitude, facts.latitude, facts.active, facts.name)
    within = f", parmi les communes du groupement {quoted(facts.around_name)}" if facts.around_name else ""
    if not facts.around:
        within = f", {country_name(facts.country_code)}"
    title = f"{facts.name}{within}"
    return (
        drawings.circles(
            "carte",
            [place],
            _outlines(facts, facts.around),
            extent=None
            if facts.around
            else country_extent(facts.country_code, [(place.longitude, place.latitude)]),
            title=title,
            alt=f"Carte\u00a0: {title}. Un cercle porte le nombre d’organisations connues, {facts.active}.",
            caption="Organisations connues, placées au centre de la commune.",
            credit=_credit(facts),
        ),
    )


def _credit(facts: Facts) -> str:
    return f"Contours{COLON}{facts.outline_credit}" if facts.outline_credit else ""


def _map_of_units(facts: Facts, drawings: Drawings) -> tuple[Picture, ...]:
    places = [
        Place(unit.longitude, unit.latitude, unit.count, unit.name)
        for unit in facts.units
        if unit.longitude is not None and unit.latitude is not None
    ]
    if not places:
        return ()
    title = f"Organisations connues par {_SINGULAR[facts.units_kind].lower()}"
    first = listed([f"{unit.name} ({unit.count})" for unit in facts.units[:5]])
    return (
        drawings.circles(
            "carte",
            places,
            _outlines(facts, facts.unit_outlines),
            extent=_extent(facts, places),
            title=title,
            alt=f"Carte\u00a0: {title}. Les plus nombreuses\u00a0: {first}.",
            caption="L’aire de chaque cercle est proportionnelle au nombre d’organisations, écrit dedans.",
            credit=_credit(facts),
        ),
    )


def _extent(facts: Facts, places: list[Place]) -> Bounds | None:
    """All of the territory, not only where something is known: the voids tell something too."""
    if facts.unit_outlines:
        return None
    return facts.bounds or country_extent(
        facts.country_code, [(one.longitude, one.latitude) for one in places]
    )


def _map_of_points(facts: Facts, drawings: Drawings) -> tuple[Picture, ...]:
    places = [Place(longitude, latitude, 1) for longitude, latitude in facts.points]
    own = [_area(unit) for unit in facts.around if unit.code == facts.code]
    title = "Organisations dont le lieu précis est connu"
    return (
        drawings.circles(
            "carte",
            places,
            own,
            title=title,
            alt=f"Carte\u00a0: {title}, {len(places)} en tout.",
            caption=f"Chaque cercle porte le nombre d’organisations qui sont là.{_left_out(facts)}",
            credit=_credit(facts),
        ),
    )


def _left_out(facts: Facts) -> str:
    """How many are not on the map of points."""
    missing = facts.active - len(facts.points)
    if not missing:
        return ""
    others = "La dernière, dont" if missing == 1 else f"Les {french_number(missing)} autres, dont"
    verb = "n’y est pas" if missing == 1 else "n’y sont pas"
    return f" {others} on ne connaît pas le lieu précis, {verb}."


def _density_map(facts: Facts, drawings: Drawings) -> tuple[Picture, ...]:
    """Shades of density, only where the coverage is known and the outlines too."""
    found = _densities(facts)
    if not found or not facts.unit_outlines:
        return ()
    areas = [
        _area(unit, round_to(facts.coverage.density_of(unit.complete, unit.inhabitants).value, 2))
        for unit in facts.unit_outlines
    ]
    title = f"Organisations pour 1\u202f000 habitants, par {_SINGULAR[facts.units_kind].lower()}"
    best = sorted(((value, code) for code, value in found.items() if value is not None), reverse=True)[:5]
    names = {unit.code: unit.name for unit in facts.units}
    first = listed([f"{names[code]} ({french_number(value)})" for value, code in best])
    return (
        drawings.shades(
            "densite",
            areas,
            title=title,
            legend="Organisations pour 1\u202f000 habitants",
            alt=f"Carte\u00a0: {title}. Les plus hautes\u00a0: {first}.",
            caption=f"Champ{COLON}{facts.coverage.field}.",
            credit=_credit(facts),
        ),
    )
