"""Place names as lists write them, made plain before the gazetteer is asked. Pure.

Folding and boroughs are those of `territories.rules`; here is what stands around the name in a cell (postal
code, department in brackets, « Cedex »), Roman numerals, and the French national grid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import atan, atan2, degrees, exp, hypot, isfinite, log, pi, sin

from terreau.core.text import squeeze
from terreau.registers.reading_values import clean_text, parse_number

_POSTAL_FIRST = re.compile(r"^(?:[A-Z]{1,3}-)?(\d{4,5})\s+(\D.*)$")
_POSTAL_LAST = re.compile(r"^(.*\D)[\s,]+(?:[A-Z]{1,3}-)?(\d{5})$")
_DEPARTMENT = re.compile(r"^(.*?)\s*[(\[](2[AB]|\d{2,3})[)\]]\s*$", re.IGNORECASE)
_CEDEX = re.compile(r"\s*\bcedex(?:\s+\d{1,2})?\b", re.IGNORECASE)
_ROMAN = re.compile(
    r"\b(x{0,2}(?:ix|iv|v?i{0,3}))(?:er|ère|[eè]me|[eè])(?:\s*arr(?:t|dt|\.|ondissement)?\.?)?$",
    re.IGNORECASE,
)
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10}

# Lambert-93 (RGF93, GRS80): constants of the projection, IGN, NTG 71 and « Projections cartographiques
# conformes en France » : exponent, constant, pole of the cone (metres), eccentricity, central meridian.
_EXPONENT = 0.7256077650532670
_CONSTANT = 11754255.426096
_POLE_X, _POLE_Y = 700_000.0, 12_655_612.049876
_ECCENTRICITY = 0.08181919104281579
_MERIDIAN = 3.0
_GRID = (0.0, 1_300_000.0, 6_000_000.0, 7_200_000.0)
_GRID_NAMED = re.compile(r"lambert|l93|2154", re.IGNORECASE)
_MOST_DEGREES = 180.0


@dataclass(frozen=True, slots=True)
class Locality:
    """A town's name alone, and what else the cell said; texts are empty when it did not."""

    name: str
    postal_code: str = ""
    department: str = ""


@lru_cache(maxsize=50_000)
def clean_locality(text: str) -> Locality:
    """The name of a town without what lists put around it.

    « 76600 Le Havre », « POITIERS CEDEX 9 », « Langon (33) », « Paris XVIIIème » → « Paris 18e ».
    """
    name = squeeze(clean_text(text)).strip(" ,;-")
    postal_code = department = ""
    found = _DEPARTMENT.match(name)
    if found:
        name, department = found[1], found[2].upper()
    first, last = _POSTAL_FIRST.match(name), _POSTAL_LAST.match(name)
    if first:
        postal_code, name = first[1], first[2]
    elif last:
        name, postal_code = last[1], last[2]
    name = _CEDEX.sub("", name).strip(" ,;-")
    return Locality(_roman_to_figures(name), postal_code, department)


def _roman_to_figures(name: str) -> str:
    found = _ROMAN.search(name)
    if not found or not found[1] or not name[: found.start()].strip():
        return name
    return f"{name[: found.start()].rstrip()} {_value_of(found[1].lower())}e"


def _value_of(roman: str) -> int:
    total = 0
    for place, letter in enumerate(roman):
        value = _ROMAN_DIGITS[letter]
        ahead = place + 1 < len(roman) and _ROMAN_DIGITS[roman[place + 1]] > value
        total += -value if ahead else value
    return total


def metres(raw: str, axis: str) -> float | None:
    """A number that can be an `easting` or a `northing` of the French grid; None when it cannot."""
    number = parse_number(raw)
    low, high = _GRID[:2] if axis == "easting" else _GRID[2:]
    # Degrees are within the grid's width too: what can be a longitude is none of its eastings.
    if number is None or not (low <= number <= high) or abs(number) <= _MOST_DEGREES:
        return None
    return float(number)


def names_the_grid(column: str) -> bool:
    """Whether the name of a column says that its numbers are of the French grid."""
    return bool(_GRID_NAMED.search(column))


def lambert93_to_wgs84(x: float, y: float) -> tuple[float, float] | None:
    """Longitude and latitude, in degrees, of a point of the French national grid (metres, EPSG:2154).

    SIRENE's stock of establishments gives positions in this grid for metropolitan France, and in others
    overseas: a point outside the grid's own bounds gives nothing. RGF93 and WGS84 agree within a metre.
    Inverse of the conformal conic projection, latitude by iteration (IGN, NTG 71, ALG0002 and ALG0004).
    """
    west, east, south, north = _GRID
    if not (isfinite(x) and isfinite(y) and west <= x <= east and south <= y <= north):
        return None
    radius = hypot(x - _POLE_X, y - _POLE_Y)
    angle = atan2(x - _POLE_X, _POLE_Y - y)
    isometric = -log(radius / _CONSTANT) / _EXPONENT
    latitude = 2 * atan(exp(isometric)) - pi / 2
    for _ in range(8):
        bend = _ECCENTRICITY * sin(latitude)
        latitude = 2 * atan(((1 + bend) / (1 - bend)) ** (_ECCENTRICITY / 2) * exp(isometric)) - pi / 2
    return _MERIDIAN + degrees(angle / _EXPONENT), degrees(latitude)
