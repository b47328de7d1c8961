"""A picture in four parts: points on two scales, each marked by its number in the table beside it.

Understood in black and white: every point is a ring of the same ink around its number. Rings that would cover
one another are moved apart, with a line back to their point.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from terreau.core.errors import TerreauError
from terreau.documents import svg
from terreau.documents.palette import INK, NARROW, PAPER, SAND, SOIL, STONE, WIDE

_SIZE: Final = {False: 16.0, True: 14.0}
_RADIUS: Final = {False: 13.0, True: 11.0}
_HEIGHT: Final = {False: 460.0, True: 340.0}
_MARGIN: Final = 26.0
_TURNS: Final = 16
_RINGS: Final = 12


@dataclass(frozen=True, slots=True)
class Point:
    """A number, and where it stands on the two scales."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale: its bounds, where it is cut in two, what its two ends are called."""

    low: float
    high: float
    middle: float
    low_label: str
    high_label: str


def quadrant_chart(
    points: Sequence[Point],
    across: Axis,
    up: Axis,
    captions: tuple[str, str, str, str],
    *,
    title: str,
    description: str,
    narrow: bool = False,
) -> str:
    """Points on two scales, in four named parts.

    Args:
        points: those to show, the first drawn nearest to its place.
        across: the scale from left to right.
        up: the scale from bottom to top.
        captions: of the parts at the top left, top right, bottom left, bottom right.
        title: names the picture for a screen reader; not drawn.
        description: read after the title.
        narrow: for a screen of 360 pixels.

    Raises:
        TerreauError: when there is nothing to draw.
    """
    if not points:
        raise TerreauError("Il n’y a rien à dessiner.", remedy="Donnez au moins un point.")
    frame = _Frame(across, up, narrow)
    body = [*_ground(frame, captions), *_labels(frame), *_marks(frame, points)]
    return svg.document(frame.width, frame.height, body, title=title, description=description)


class _Frame:
    """Where values stand in the picture."""

    def __init__(self, across: Axis, up: Axis, narrow: bool) -> None:
        self.across, self.up = across, up
        self.width = float(NARROW if narrow else WIDE)
        self.size, self.radius = _SIZE[narrow], _RADIUS[narrow]
        self.bottom = _HEIGHT[narrow]
        self.top = self.size + 10
        self.height = self.bottom + self.size + 12

    def x(self, value: float) -> float:
        """Across."""
        return 1 + self._part(self.across, value) * (self.width - 2)

    def y(self, value: float) -> float:
        """From the top, as pictures are drawn."""
        return self.bottom - self._part(self.up, value) * (self.bottom - self.top)

    @staticmethod
    def _part(axis: Axis, value: float) -> float:
        return (min(axis.high, max(axis.low, value)) - axis.low) / (axis.high - axis.low)


def _ground(frame: _Frame, captions: Sequence[str]) -> list[str]:
    """The frame, the part to look at first in sand, the two middle lines, what each part is called."""
    left, right = frame.x(frame.across.low), frame.x(frame.across.high)
    middle, cut = frame.x(frame.across.middle), frame.y(frame.up.middle)
    top, bottom = frame.top, frame.bottom
    drawn = [
        svg.element("rect", x=left, y=top, width=middle - left, height=cut - top, fill=SAND),
        svg.element(
            "rect", x=left, y=top, width=right - left, height=bottom - top, fill="none", stroke=STONE
        ),
        svg.element("path", d=f"M{svg.short(middle)} {svg.short(top)}V{svg.short(bottom)}", stroke=STONE),
        svg.element("path", d=f"M{svg.short(left)} {svg.short(cut)}H{svg.short(right)}", stroke=STONE),
    ]
    small = frame.size - 1
    places = (
        (left + 6, top + small + 3, "start"),
        (right - 6, top + small + 3, "end"),
        (left + 6, bottom - 8, "start"),
        (right - 6, bottom - 8, "end"),
    )
    for text, (x, y, anchor) in zip(captions, places, strict=True):
        drawn.append(
            svg.text_element(text, x, y, font_size=small, fill=SOIL, font_weight="bold", text_anchor=anchor)
        )
    return drawn


def _labels(frame: _Frame) -> list[str]:
    """What the ends of the scales are called: across below, up above."""
    below = frame.bottom + frame.size + 4
    size = frame.size - 1
    return [
        svg.text_element(frame.across.low_label, 0, below, font_size=size),
        svg.text_element(frame.across.high_label, frame.width, below, font_size=size, text_anchor="end"),
        svg.text_element(f"↑ {frame.up.high_label}", 0, frame.size, font_size=size),
    ]


def _marks(frame: _Frame, points: Sequence[Point]) -> list[str]:
    """Each point, its ring moved until it covers no other."""
    placed: list[tuple[float, float]] = []
    lines, rings = [], []
    for point in points:
        x, y = frame.x(point.x), frame.y(point.y)
        at = _free(frame, x, y, placed)
        placed.append(at)
        if math.dist(at, (x, y)) > 1:
            way = f"M{svg.short(x)} {svg.short(y)}L{svg.short(at[0])} {svg.short(at[1])}"
            lines += [
                svg.element("path", d=way, stroke=INK),
                svg.element("circle", cx=x, cy=y, r=2.5, fill=INK),
            ]
        rings.append(svg.element("circle", cx=at[0], cy=at[1], r=frame.radius, fill=PAPER, stroke=INK))
        number = svg.text_element(
            str(point.number), at[0], at[1] + frame.size * 0.34, font_size=frame.size, text_anchor="middle"
        )
        rings.append(number)
    return lines + rings


def _free(frame: _Frame, x: float, y: float, placed: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The nearest place where a ring covers no other and stays inside."""
    least = frame.radius * 2 + 2
    for ring in range(_RINGS):
        for turn in range(_TURNS if ring else 1):
            angle = 2 * math.pi * turn / _TURNS
            at = _inside(
                frame,
                x + ring * frame.radius * 0.8 * math.cos(angle),
                y + ring * frame.radius * 0.8 * math.sin(angle),
            )
            if all(math.dist(at, one) >= least for one in placed):
                return at
    return _inside(frame, x, y)


def _inside(frame: _Frame, x: float, y: float) -> tuple[float, float]:
    edge = frame.radius + 2
    # Above and below, the captions keep their lines.
    return (
        min(frame.width - edge, max(edge, x)),
        min(frame.bottom - edge - _MARGIN + 6, max(frame.top + edge + _MARGIN - 6, y)),
    )
