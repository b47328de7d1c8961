"""Web Mercator, the projection of map tiles: positions, tiles and cells of a grid numbered along a curve.

A cell of level L is one of 2^L × 2^L squares of the world; its number interleaves the bits of its column
and of its row, so that the cells inside a larger one follow one another: `cell >> 2` is the one above.
"""

from __future__ import annotations

from math import asinh, atan, degrees, pi, radians, sinh, tan

FINEST = 20
_MOST_LATITUDE = 85.0511


def fractions(longitude: float, latitude: float) -> tuple[float, float]:
    """The position as fractions of the square world, from its north-west corner."""
    latitude = max(-_MOST_LATITUDE, min(_MOST_LATITUDE, latitude))
    return (longitude + 180) / 360, (1 - asinh(tan(radians(latitude))) / pi) / 2


def position(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of fractions of the world."""
    return x * 360 - 180, degrees(atan(sinh(pi * (1 - 2 * y))))


def cell_of(longitude: float, latitude: float) -> int:
    """The number of the cell of the finest level that holds a position."""
    x, y = fractions(longitude, latitude)
    most = 2**FINEST - 1
    column, row = (max(0, min(most, int(value * 2**FINEST))) for value in (x, y))
    return number_of(column, row)


def number_of(column: int, row: int) -> int:
    """The number of a cell, or of a tile, from its column and row; the level is not in it."""
    return _spread(column) | _spread(row) << 1


def column_and_row(number: int) -> tuple[int, int]:
    """The column and row of a cell."""
    return _gather(number), _gather(number >> 1)


def centre(level: int, number: int) -> tuple[float, float]:
    """Fractions of the world of the middle of a cell."""
    column, row = column_and_row(number)
    return (column + 0.5) / 2**level, (row + 0.5) / 2**level


def bounds(zoom: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a tile, in degrees."""
    west, north = position(x / 2**zoom, y / 2**zoom)
    east, south = position((x + 1) / 2**zoom, (y + 1) / 2**zoom)
    return west, south, east, north


def _spread(value: int) -> int:
    value = (value | value << 16) & 0x0000FFFF0000FFFF
    value = (value | value << 8) & 0x00FF00FF00FF00FF
    value = (value | value << 4) & 0x0F0F0F0F0F0F0F0F
    value = (value | value << 2) & 0x3333333333333333
    return (value | value << 1) & 0x5555555555555555


def _gather(value: int) -> int:
    value &= 0x5555555555555555
    value = (value | value >> 1) & 0x3333333333333333
    value = (value | value >> 2) & 0x0F0F0F0F0F0F0F0F
    value = (value | value >> 4) & 0x00FF00FF00FF00FF
    value = (value | value >> 8) & 0x0000FFFF0000FFFF
    return (value | value >> 16) & 0x00000000FFFFFFFF
