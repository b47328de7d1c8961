"""Numbers as they are written beside their bounds, and the map's own land."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from terreau.statistics.outlines import mainland
from terreau.statistics.showing import interval_of, text_of, unit_of, written
from terreau.statistics.wording import rounded
from tests.statistics.test_pages import plain


@dataclass
class Measure:
    value: float | None
    low: float | None = None
    high: float | None = None
    masked: bool = False
    known: bool = True


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0912, "part", "9,1 %"),
        (110.5, "emplois", "111"),
        (12345.4, "emplois", "12 345"),
        (1.2345, "quotient", "1,23"),
        (0.62824, "de 0 à 1", "0,628"),
        (-0.0312, "part par an", "−3,1 %"),
    ],
)
def test_a_number_is_written_as_its_unit_wants(value, unit, text):
    assert plain(written(value, unit)) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (None, None, ""),
        (0.05, 0.165, "entre 5,0 % et 16,5 %"),
        (0.05, None, "au moins 5,0 %"),
        (0.05001, 0.05002, ""),
    ],
)
def test_bounds_are_told_where_they_say_something(low, high, text):
    assert plain(interval_of(Measure(0.1, low, high), "part")) == text


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.4, "emplois", "emploi"),
        (-1.2, "emplois", "emploi"),
        (1.5, "emplois", "emplois"),
        (None, "emplois", "emplois"),
    ],
)
def test_a_unit_agrees_with_what_is_written(value, unit, written):
    assert unit_of(unit, "part de l’évolution", value) == written


def test_a_masked_value_is_never_written():
    assert text_of(Measure(12.0, masked=True), "emplois") == "masqué"
    assert text_of(Measure(None), "emplois") == "—"
    assert text_of(Measure(None, known=False), "emplois") == "non renseigné"


@given(st.floats(0, 1e7))
def test_an_estimate_is_rounded_by_less_than_one_in_a_hundred(jobs):
    told = int(rounded(jobs).replace("\u202f", ""))
    assert abs(told - jobs) <= max(0.5, jobs / 100)


def test_a_map_leaves_the_lands_overseas_to_the_table():
    near = {str(number): shapely.box(number, 45, number + 1, 46) for number in range(4)}
    island = {"île": shapely.box(5, 42, 6, 43)}
    overseas = {"loin": shapely.box(55, -21, 56, -20)}
    assert mainland({**near, **island, **overseas}) == {*near, "île"}
    assert mainland({}) == set()
