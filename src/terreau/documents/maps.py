"""Still maps as SVG: areas shaded by value, places as circles with their number written inside.

No tile, no service, no script: outlines come with the call, or are those of the countries. Sizes are
in units of the drawing: 640 wide, or 328 with `narrow=True` for a telephone, the text keeping its size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from terreau.core.errors import TerreauError
from terreau.core.numbers import NOT_AVAILABLE, french_number
from terreau.documents import frames, svg
from terreau.documents.classes import Method, ValueClass, class_of, classify
from terreau.documents.frames import Frame
from terreau.documents.geometry import TOLERANCE_PX, hatches, path, simplify_together
from terreau.documents.palette import INK, LAND, NARROW, PAPER, SHOOT, SOIL, STONE, WIDE, is_dark, shades
from terreau.documents.placement import Box, Disc, Name, gather, place_names, separate, text_width
from terreau.documents.projections import Bounds

NUMBER_SIZE = 13.0
NAME_SIZE = 13.0
NOTE_SIZE = 13.0
_GATHER_ABOVE = 80
_DENSE = 600
_CELL = 36.0
_HATCH = 6.0
_SMALLEST, _LARGEST, _LARGEST_NARROW = 10.0, 32.0, 24.0
_GATHERED = "Les lieux proches sont réunis dans un même cercle."


@dataclass(frozen=True)
class Area:
    """An outline (GeoJSON geometry, or a shape, in degrees WGS84) with its value; None: not available."""

    code: str
    label: str
    geometry: Mapping[str, Any] | BaseGeometry
    value: float | None = None


@dataclass(frozen=True)
class Place:
    """A position in degrees WGS84 with what is counted there. Without a label, no name is written."""

    longitude: float
    latitude: float
    count: float
    label: str = ""


@dataclass(frozen=True)
class Look:
    """How a map is to be drawn.

    `countries` draws their outlines behind, where the scale allows. `extent` (west, south, east, north)
    replaces the extent of what is shown. `credit` is the origin of the outlines, written below.
    `categories` names what values stand for, from 0 on: the legend tells names in place of numbers.
    """

    narrow: bool = False
    countries: bool = True
    extent: Bounds | None = None
    credit: str = ""
    classes: int = 5
    method: Method = "jenks"
    decimals: int | None = 0
    categories: tuple[str, ...] = ()


def area_map(
    areas: Sequence[Area],
    *,
    title: str,
    legend: str,
    description: str = "",
    places: Sequence[Place] = (),
    look: Look | None = None,
) -> str:
    """Areas shaded by value in four or five steps of lightness, each value written where it fits.

    Args:
        areas: outlines with values; without any value, plain outlines (and no legend).
        title: names the picture for a screen reader; not drawn.
        legend: what the values are, with their unit: « Organisations pour 1 000 habitants ».
        description: read after the title; by default, the highest values.
        places: circles over the areas.
        look: size, extent, classes.

    Raises:
        TerreauError: when there is no area.
    """
    if not areas:
        raise TerreauError(
            "Il n’y a pas de contour à dessiner.", remedy="Dessinez plutôt une carte de points."
        )
    look = look or Look()
    outlines = [_shape(area.geometry) for area in areas]
    frame = _frame(look, outlines, places)
    classes = _classes(areas, look)
    body = _background(frame, look) + _areas(frame, areas, outlines, classes, look)
    gathered = _circles(frame, places, look, body)
    height = frame.height
    if classes:
        missing = not all(_is_known(area.value) for area in areas)
        height = _legend(body, classes, missing, legend, frame, look)
    spoken = description or _counted(classes, look)
    spoken = spoken or _spoken([(area.label, area.value) for area in areas], look)
    return _sheet(body, frame, height, look, title=title, description=spoken, gathered=gathered)


def place_map(
    places: Sequence[Place],
    *,
    title: str,
    description: str = "",
    outlines: Sequence[Area] = (),
    look: Look | None = None,
) -> str:
    """Circles in proportion to counts, the number written in each, names where there is room.

    Circles that would overlap are gathered into one, which the map then says. `outlines` are drawn
    plain behind, when one has them; countries otherwise.

    Raises:
        TerreauError: when there is no place.
    """
    if not places:
        raise TerreauError("Aucun lieu n’a de position\u00a0: il n’y a pas de carte à dessiner.")
    look = look or Look()
    shapes = [_shape(area.geometry) for area in outlines]
    frame = _frame(look, shapes, places)
    body = _background(frame, look)
    if shapes:
        body += _areas(frame, outlines, shapes, [], look)
    gathered = _circles(frame, places, look, body)
    spoken = description or _spoken([(place.label, place.count) for place in places if place.label], look)
    return _sheet(body, frame, frame.height, look, title=title, description=spoken, gathered=gathered)


def _shape(geometry: Mapping[str, Any] | BaseGeometry) -> BaseGeometry:
    return geometry if isinstance(geometry, BaseGeometry) else shape(geometry)


def _values(areas: Sequence[Area]) -> list[float]:
    return [float(area.value) for area in areas if _is_known(area.value)]


def _classes(areas: Sequence[Area], look: Look) -> list[ValueClass]:
    """A class for each category, met or not; else classes of the values met."""
    values = _values(areas)
    if look.categories:
        return [ValueClass(rank, rank, values.count(rank)) for rank in range(len(look.categories))]
    return classify(values, classes=look.classes, method=look.method)


def _frame(look: Look, shapes: Sequence[BaseGeometry], places: Sequence[Place]) -> Frame:
    positions = [(place.longitude, place.latitude) for place in places]
    extent = look.extent or frames.extent_of(shapes, positions)
    return frames.make_frame(extent, NARROW if look.narrow else WIDE)


def _background(frame: Frame, look: Look) -> list[str]:
    sheet = svg.element(
        "rect", x=0.5, y=0.5, width=frame.width - 1, height=frame.height - 1, fill=PAPER, stroke=LAND
    )
    if not look.countries or not frames.shows_countries(frame):
        return [sheet]
    decimals = 1 if frame.is_local else 0
    outlines = frames.countries_on(frame, tolerance=TOLERANCE_PX if frame.is_local else 1.0)
    data = "".join(path(outline, decimals=decimals) for outline in outlines.values())
    return [sheet, svg.element("path", d=data, fill=LAND, stroke=STONE, stroke_width=0.5)]


def _areas(
    frame: Frame,
    areas: Sequence[Area],
    outlines: Sequence[BaseGeometry],
    classes: list[ValueClass],
    look: Look,
) -> list[str]:
    seen = [(area, frame.shape(outline)) for area, outline in zip(areas, outlines, strict=True)]
    seen = [(area, outline) for area, outline in seen if outline.area > 0]
    dense = len(seen) > _DENSE
    simple = simplify_together([one for _, one in seen], TOLERANCE_PX * (2 if dense else 1))
    fills = shades(len(classes)) if classes else ()
    drawn: dict[str, list[str]] = {}
    texts, unknown = [], []
    for (area, _), outline in zip(seen, simple, strict=True):
        fill = ""
        if classes and _is_known(area.value):
            fill = fills[class_of(area.value, classes)]
            if not look.categories:
                texts.append(_area_text(area, outline, fill, look))
        elif classes:
            unknown.append(outline)
        decimals = 1 if frame.is_local and not dense else 0
        drawn.setdefault(fill, []).append(path(outline, decimals=decimals, min_area=0.5))
    body = []
    for fill, data in sorted(drawn.items()):
        dashes = {"stroke_dasharray": "2 2"} if classes and not fill else {}
        body.append(svg.element("path", d="".join(data), fill=fill or PAPER, **dashes))
    if unknown:
        body.append(svg.element("path", d=hatches(unknown, _HATCH), stroke=STONE, stroke_width=0.6))
    group = svg.element("g", "".join(body), stroke=SOIL, stroke_width=0.2 if dense else 0.7)
    return [group, svg.element("g", "".join(texts), text_anchor="middle", font_size=NUMBER_SIZE)]


def _is_known(value: float | None) -> TypeGuard[float]:
    return value is not None and not math.isnan(value)


def _area_text(area: Area, outline: BaseGeometry, fill: str, look: Look) -> str:
    """The value, and the name above it, where the largest circle inside the outline has room for them."""
    circle = shapely.maximum_inscribed_circle(outline, tolerance=0.5)
    (x, y), radius = circle.coords[0], circle.length
    number = french_number(area.value, look.decimals)
    if max(text_width(number, NUMBER_SIZE) / 2, NUMBER_SIZE / 2) > radius * 0.95:
        return ""
    colour = {"fill": PAPER} if is_dark(fill) else {}
    if text_width(area.label, NAME_SIZE) / 2 > radius * 0.95 or radius < NAME_SIZE * 1.3:
        return svg.text_element(number, x, y + NUMBER_SIZE * 0.35, **colour)
    name = svg.text_element(area.label, x, y - 3, **colour)
    return name + svg.text_element(number, x, y + NUMBER_SIZE, font_weight="bold", **colour)


def _circles(frame: Frame, places: Sequence[Place], look: Look, body: list[str]) -> bool:
    """Add the circles, their numbers and names, then scale and north; tell whether places were gathered."""
    discs = [
        Disc(*position, count=place.count, labels={place.label: place.count})
        for place in places
        for position in [frame.point(place.longitude, place.latitude)]
        if frame.contains(*position)
    ]
    if not discs:
        body.extend(_furniture(frame).parts)
        return False
    if len(discs) > _GATHER_ABOVE:
        discs = gather(discs, cell=_CELL)
    found = separate(
        discs,
        largest=_LARGEST_NARROW if look.narrow else _LARGEST,
        room=lambda count: max(
            _SMALLEST, text_width(french_number(count, look.decimals), NUMBER_SIZE) / 2 + 3
        ),
    )
    for disc in found:
        body.extend(_circle(disc, look))
    edge: Box = (2, 2, frame.width - 2, frame.height - 2)
    furniture = _furniture(frame, found)
    names = place_names(found, size=NAME_SIZE, frame=edge, taken=furniture.boxes)
    body.extend([_name(name) for name in names] + furniture.parts)
    return any(disc.members > 1 for disc in found)


def _circle(disc: Disc, look: Look) -> list[str]:
    number = french_number(disc.count, look.decimals)
    circle = svg.element(
        "circle", cx=disc.x, cy=disc.y, r=disc.radius, fill=SHOOT, stroke=PAPER, stroke_width=1
    )
    written = svg.text_element(
        number, disc.x, disc.y + NUMBER_SIZE * 0.35, fill=PAPER, text_anchor="middle", font_size=NUMBER_SIZE
    )
    return [circle, written]


def _name(name: Name) -> str:
    return svg.text_element(
        name.text, name.x, name.y, text_anchor=name.anchor, font_size=NAME_SIZE,
        stroke=PAPER, stroke_width=3, stroke_linejoin="round", paint_order="stroke",
    )  # fmt: skip


@dataclass(frozen=True)
class _Furniture:
    """The scale and the north arrow, and the room they take."""

    parts: list[str]
    boxes: list[Box]


def _furniture(frame: Frame, discs: Sequence[Disc] = ()) -> _Furniture:
    parts: list[str] = []
    boxes: list[Box] = []
    bar = frame.scale_bar()
    if bar:
        km, length = bar
        y, left = frame.height - 10, 10.0
        if any(disc.x - disc.radius < length + 24 and disc.y + disc.radius > y - 24 for disc in discs):
            left = frame.width - length - 10
        text = f"{french_number(km)}\u00a0km" if km >= 1 else f"{french_number(km * 1000)}\u00a0m"
        steps = f"M{svg.short(left)} {svg.short(y - 5)}v5h{svg.short(length)}v-5"
        parts.append(svg.element("path", d=steps, fill="none", stroke=INK))
        parts.append(svg.text_element(text, left + 4, y - 5, font_size=NOTE_SIZE))
        boxes.append((left - 10, y - 24, left + length + 14, frame.height))
    if frame.is_local:
        x = frame.width - 15
        parts.append(svg.element("path", d=f"M{svg.short(x)} 6l6 16l-6 -4l-6 4z"))
        parts.append(svg.text_element("N", x, 36, text_anchor="middle", font_size=NOTE_SIZE))
        boxes.append((x - 15, 0, frame.width, 46))
    return _Furniture(parts, boxes)


def _legend(
    body: list[str], classes: list[ValueClass], missing: bool, legend: str, frame: Frame, look: Look
) -> float:
    """Add the legend under the map; answer the height reached."""
    y = frame.height + 4.0
    # Bold letters are wider than what `_wrapped` counts.
    for line in _wrapped(legend, frame.width * 0.9):
        y += 18
        body.append(svg.text_element(line, 0, y, font_size=NOTE_SIZE, font_weight="bold"))
    names = look.categories or [_bounds(one, look) for one in classes]
    entries = list(zip(names, shades(len(classes)), strict=True))
    if missing:
        entries.append((NOT_AVAILABLE, ""))
    x, y = 0.0, y + 10
    for text, fill in entries:
        room = 28 + text_width(text, NOTE_SIZE) + 14
        if x and x + room - 14 > frame.width:
            x, y = 0.0, y + 24
        dashes = {} if fill else {"stroke_dasharray": "2 2"}
        swatch = svg.element(
            "rect",
            x=x + 0.5,
            y=y,
            width=22,
            height=15,
            fill=fill or PAPER,
            stroke=SOIL,
            stroke_width=0.7,
            **dashes,
        )
        body.append(swatch)
        if not fill:
            lines = hatches([shapely.box(x + 0.5, y, x + 22.5, y + 15)], _HATCH)
            body.append(svg.element("path", d=lines, stroke=STONE, stroke_width=0.6))
        body += [svg.text_element(text, x + 28, y + 12, font_size=NOTE_SIZE)]
        x += room
    return y + 22


def _bounds(one: ValueClass, look: Look) -> str:
    low, high = french_number(one.low, look.decimals), french_number(one.high, look.decimals)
    return low if low == high else f"{low} à {high}"


def _sheet(
    body: list[str], frame: Frame, height: float, look: Look, *, title: str, description: str, gathered: bool
) -> str:
    notes = [_GATHERED] if gathered else []
    if look.credit:
        notes.append(look.credit)
    for note in notes:
        for line in _wrapped(note, frame.width):
            height += 18
            body.append(svg.text_element(line, 0, height, font_size=NOTE_SIZE, fill=STONE))
    spoken = f"{description} {_GATHERED}" if gathered else description
    return svg.document(
        frame.width, height + (6 if notes else 0), body, title=title, description=spoken.strip()
    )


def _wrapped(text: str, width: float) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        candidate = f"{lines[-1]} {word}".strip()
        if text_width(candidate, NOTE_SIZE) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = candidate
    return lines


def _counted(classes: Sequence[ValueClass], look: Look) -> str:
    """« rien : 12, diagnostic publié : 3 », where values stand for categories."""
    named = zip(look.categories, classes, strict=False)
    return ", ".join(f"{name}\u00a0: {french_number(one.count, 0)}" for name, one in named)


def _spoken(pairs: Sequence[tuple[str, float | None]], look: Look) -> str:
    known = sorted(((label, value) for label, value in pairs if _is_known(value)), key=lambda one: -one[1])
    if not known:
        return ""
    told = ", ".join(f"{label} ({french_number(value, look.decimals)})" for label, value in known[:5])
    rest = f", et {len(known) - 5} autres" if len(known) > 5 else ""
    return f"Du plus haut au plus bas\u00a0: {told}{rest}."
