"""Where circles and names go on a map, so that they cover each other as little as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import hypot, sqrt

CHARACTER = 0.56
_UNIT_RADIUS = 7.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Disc:
    """A place, or several gathered, in pixels. `labels` gives the count of each name gathered in it."""

    x: float
    y: float
    count: float
    radius: float = 0.0
    labels: Mapping[str, float] = field(default_factory=dict)
    members: int = 1

    @property
    def name(self) -> str:
        """The name that makes at least half of the count, and how many others stand with it."""
        if not self.labels:
            return ""
        label, count = max(self.labels.items(), key=lambda item: (item[1], item[0]))
        if not label or count < self.count / 2:
            return ""
        others = len([other for other in self.labels if other]) - 1
        if others < 1:
            return label
        return f"{label} et {others} autre{'s' if others > 1 else ''}"


@dataclass(frozen=True)
class Name:
    """A name and where to write it: `anchor` is SVG's text-anchor, `y` the base line."""

    text: str
    x: float
    y: float
    anchor: str


def gather(discs: Iterable[Disc], *, cell: float) -> list[Disc]:
    """Places that fall in the same square of `cell` pixels, as one, at their weighted middle.

    The grid keeps the work in proportion to the places, however many there are.
    """
    cells: dict[tuple[int, int], list[Disc]] = {}
    for disc in discs:
        cells.setdefault((int(disc.x // cell), int(disc.y // cell)), []).append(disc)
    return [_merged(group) for _, group in sorted(cells.items())]


def separate(discs: Iterable[Disc], *, largest: float, room: Callable[[float], float]) -> list[Disc]:
    """Discs with an area as their count, those that overlap gathered into one.

    `room` gives the least radius in which a count can be written. Each gathering makes one disc fewer,
    so it ends. The result is ordered from large to small.
    """
    found = _sized(discs, largest, room)
    while True:
        pair = _first_overlap(found)
        if pair is None:
            return found
        first, second = pair
        rest = [disc for disc in found if disc is not first and disc is not second]
        found = _sized([*rest, _merged([first, second])], largest, room)


def place_names(discs: list[Disc], *, size: float, frame: Box, taken: Iterable[Box] = ()) -> list[Name]:
    """A place for the name of each disc that has one, the largest first; no place, no name."""
    occupied = [*taken, *((d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in discs)]
    names = []
    for disc in sorted((one for one in discs if one.name), key=lambda one: (-one.count, one.name)):
        for name, box in _candidates(disc, size):
            if _inside(box, frame) and not any(_meet(box, other) for other in occupied):
                names.append(name)
                occupied.append(box)
                break
    return names


def text_width(text: str, size: float) -> float:
    """Estimated width in pixels of a text in the usual system faces."""
    return len(text) * size * CHARACTER


def _merged(group: list[Disc]) -> Disc:
    if len(group) == 1:
        return group[0]
    total = sum(disc.count for disc in group)
    weights = [disc.count / total if total else 1 / len(group) for disc in group]
    labels: dict[str, float] = {}
    for disc in group:
        for label, count in disc.labels.items():
            labels[label] = labels.get(label, 0.0) + count
    return Disc(
        x=sum(disc.x * weight for disc, weight in zip(group, weights, strict=True)),
        y=sum(disc.y * weight for disc, weight in zip(group, weights, strict=True)),
        count=total,
        labels=labels,
        members=sum(disc.members for disc in group),
    )


def _sized(discs: Iterable[Disc], largest: float, room: Callable[[float], float]) -> list[Disc]:
    found = list(discs)
    counts = [disc.count for disc in found if disc.count > 0] or [1.0]
    # Small numbers get small circles: a 3 three times as large as a 1 must not fill the map.
    top = min(largest, _UNIT_RADIUS * sqrt(max(counts) / min(counts)))
    sized = [
        replace(d, radius=max(room(d.count), top * sqrt(max(0.0, d.count) / max(counts)))) for d in found
    ]
    return sorted(sized, key=lambda one: (-one.count, one.x, one.y))


def _first_overlap(discs: list[Disc]) -> tuple[Disc, Disc] | None:
    by_x = sorted(discs, key=lambda one: one.x - one.radius)
    for index, disc in enumerate(by_x):
        for other in by_x[index + 1 :]:
            if other.x - other.radius >= disc.x + disc.radius:
                break
            if hypot(disc.x - other.x, disc.y - other.y) < disc.radius + other.radius - 1:
                return disc, other
    return None


def _candidates(disc: Disc, size: float) -> list[tuple[Name, Box]]:
    text = disc.name
    width, gap = text_width(text, size), disc.radius + 4
    middle = disc.y + size * 0.35
    right, left = disc.x + gap, disc.x - gap
    below, above = disc.y + gap + size * 0.8, disc.y - gap
    slant = disc.radius * 0.7
    spots = [
        ("start", right, middle),
        ("end", left, middle),
        ("middle", disc.x, below),
        ("middle", disc.x, above),
        ("start", disc.x + slant, above + 4),
        ("start", disc.x + slant, below - 4),
        ("end", disc.x - slant, above + 4),
        ("end", disc.x - slant, below - 4),
    ]
    shift = {"start": 0.0, "middle": width / 2, "end": width}
    return [(Name(text, x, y, anchor), _box(x - shift[anchor], y, width, size)) for anchor, x, y in spots]


def _box(left: float, base: float, width: float, size: float) -> Box:
    return (left, base - size * 0.85, left + width, base + size * 0.25)


def _inside(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
