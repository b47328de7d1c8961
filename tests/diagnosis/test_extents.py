"""What part of the world a map shows."""

from __future__ import annotations

import pytest

from terreau.diagnosis.extents import country_extent, country_outline

BAMAKO, PARIS, CAYENNE = (-8.0, 12.65), (2.35, 48.86), (-52.33, 4.93)


def holds(extent, position):
    west, south, east, north = extent
    return west < position[0] < east and south < position[1] < north


def test_a_town_is_shown_in_its_whole_country():
    extent = country_extent("ML", [BAMAKO])
    assert holds(extent, BAMAKO)
    assert holds(extent, (0.0, 17.0))  # the north of Mali
    assert not holds(extent, PARIS)


def test_lands_far_away_are_left_out_unless_something_is_there():
    mainland = country_extent("FR", [PARIS])
    assert not holds(mainland, CAYENNE)
    assert holds(country_extent("FR", [PARIS, CAYENNE]), CAYENNE)
    assert not holds(country_extent("FR", [CAYENNE]), PARIS)


@pytest.mark.parametrize(("country", "positions"), [("XX", [BAMAKO]), ("ML", []), ("ML", [PARIS])])
def test_no_extent_where_nothing_is_known(country, positions):
    assert country_extent(country, positions) is None


def test_tens_of_thousands_of_places_are_no_burden():
    many = [(2 + index % 200 / 100, 46 + index // 200 / 100) for index in range(30_000)]
    assert holds(country_extent("FR", many), PARIS)


def test_the_outline_of_a_country_is_known_by_its_code():
    assert country_outline("ML") is not None
    assert country_outline("XX") is None
