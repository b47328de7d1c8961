"""Positions, tiles and cells of the map."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core import mercator

LONGITUDES, LATITUDES = st.floats(-180, 180), st.floats(-90, 90)


@given(LONGITUDES, st.floats(-85, 85))
def test_a_position_comes_back_from_its_fractions(longitude, latitude):
    assert mercator.position(*mercator.fractions(longitude, latitude)) == pytest.approx(
        (longitude, latitude), abs=1e-6
    )


@given(st.integers(0, 2**20 - 1), st.integers(0, 2**20 - 1))
def test_a_number_says_its_column_and_row(column, row):
    assert mercator.column_and_row(mercator.number_of(column, row)) == (column, row)


@given(LONGITUDES, LATITUDES, st.integers(0, 20))
def test_a_position_lies_in_its_cell_at_every_level(longitude, latitude, level):
    cell = mercator.cell_of(longitude, latitude) >> 2 * (mercator.FINEST - level)
    x, y = mercator.fractions(longitude, latitude)
    centre = mercator.centre(level, cell)
    half = 0.5 / 2**level + 1e-6
    assert abs(centre[0] - x) <= half
    assert abs(centre[1] - y) <= half


@given(st.integers(0, 12), st.data())
def test_a_tile_holds_the_positions_between_its_bounds(zoom, data):
    x, y = (data.draw(st.integers(0, 2**zoom - 1)) for _axis in "xy")
    west, south, east, north = mercator.bounds(zoom, x, y)
    cell = mercator.cell_of((west + east) / 2, (south + north) / 2) >> 2 * (mercator.FINEST - zoom)
    assert cell == mercator.number_of(x, y)
