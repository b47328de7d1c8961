"""Map tiles, written and read again by what knows only the format."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from terreau.documents.vector_tiles import Feature, encode
from tests.directory import tiles

NUMBERS = st.integers(-5000, 9000)
VALUES = st.one_of(
    st.text(max_size=20), st.integers(-(2**40), 2**40), st.booleans(), st.floats(allow_nan=False)
)


@given(
    st.lists(
        st.tuples(NUMBERS, NUMBERS, st.dictionaries(st.text(min_size=1, max_size=8), VALUES)), max_size=20
    )
)
def test_points_come_back_with_what_is_told_of_them(points):
    made = encode({"essai": [Feature(Point(x, y), told) for x, y, told in points]})
    read = tiles.read(made).get("essai", [])
    assert read == [(1, [[(x, y)]], told) for x, y, told in points]
    assert [[type(v) for v in told.values()] for *_rest, told in read] == [
        [type(v) for v in told.values()] for *_rest, told in points
    ]


def _twice_area(ring):
    return sum(x * b - a * y for (x, y), (a, b) in pairwise(ring))


def test_outer_rings_turn_one_way_and_holes_the_other():
    holed = Polygon(box(0, 0, 100, 100).exterior.coords, [box(20, 20, 40, 40).exterior.coords])
    for shape in (holed, holed.reverse(), MultiPolygon([holed])):
        [(kind, [outer, hole], _told)] = tiles.read(encode({"essai": [Feature(shape)]}))["essai"]
        assert kind == 3
        assert _twice_area(outer) > 0
        assert _twice_area(hole) < 0


def test_what_nothing_is_left_of_is_not_written():
    flat = Polygon([(0, 0), (0.1, 0), (0.1, 0.1)])
    assert encode({"essai": [Feature(flat)], "vide": []}) == b""
    assert encode({"essai": [Feature(LineString([(0, 0), (0.1, 0.1)]))]}) == b""


def test_a_line_is_a_line():
    [(kind, [line], _told)] = tiles.read(encode({"l": [Feature(LineString([(0, 0), (5, 5), (9, -3)]))]}))["l"]
    assert (kind, line) == (2, [(0, 0), (5, 5), (9, -3)])
