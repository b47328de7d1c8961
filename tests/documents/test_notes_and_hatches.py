"""What is said below a picture, and what is hatched in a map."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import shapely
from hypothesis import given
from hypothesis import strategies as st

from terreau.documents import svg
from terreau.documents.geometry import hatches

sides = st.integers(0, 300)
boxes = st.builds(
    lambda x, y, width, height: shapely.box(x, y, x + width, y + height),
    sides,
    sides,
    st.integers(1, 200),
    st.integers(1, 200),
)


def segments(data: str) -> list[shapely.LineString]:
    numbers = re.findall(r"M(-?\d+) (-?\d+)L(-?\d+) (-?\d+)", data)
    return [shapely.LineString([(int(a), int(b)), (int(c), int(d))]) for a, b, c, d in numbers]


@given(st.lists(boxes, min_size=1, max_size=5), st.integers(3, 12))
def test_hatches_stay_on_what_they_hatch(shapes, step):
    ground = shapely.union_all(shapes).buffer(1)  # coordinates are written to the pixel
    for line in segments(hatches(shapes, step)):
        assert ground.covers(line)


def test_a_square_is_hatched_from_one_side_to_the_other():
    found = segments(hatches([shapely.box(0, 0, 60, 60)], 6))
    assert len(found) == 19  # nineteen slanting lines, the two corners left out
    assert max(line.length for line in found) > 80


def test_neighbours_are_hatched_by_the_same_lines():
    together = hatches([shapely.box(0, 0, 40, 40), shapely.box(40, 0, 80, 40)], 6)
    assert together == hatches([shapely.box(0, 0, 80, 40)], 6)


def test_a_note_is_written_below_and_makes_room_for_itself():
    drawn = svg.document(100, 50, ["<g/>"], title="Essai", description="")
    noted = svg.with_note(drawn, "Données simulées & autres")
    root = ET.fromstring(noted)
    assert (root.attrib["width"], root.attrib["height"], root.attrib["viewBox"]) == (
        "100",
        "74",
        "0 0 100 74",
    )
    assert [node.text for node in root if node.tag.endswith("text")] == ["Données simulées & autres"]
    assert svg.with_note(drawn, "") == drawn
