from __future__ import annotations

import gzip
import json

import pytest
from shapely.geometry import shape

from terreau.core.errors import TerreauError
from terreau.core.topology import decode_topojson

# Two squares side by side that share one border, in the style of the specification's own example.
SQUARES = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
    "objects": {
        "towns": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "w", "properties": {"code": "1"}, "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "properties": {"code": "2"}, "arcs": [[[2, -1]]]},
                {"type": None, "properties": {"code": "3"}},
            ],
        },
        "seat": {"type": "Point", "coordinates": [3, 4]},
        "road": {"type": "LineString", "arcs": [0]},
    },
    "arcs": [[[2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2], [2, 0]], [[2, 0], [2, 0], [0, 2], [-2, 0]]],
}


def test_shared_border_is_walked_both_ways() -> None:
    west, east = (shape(geometry) for _, geometry in decode_topojson(SQUARES))
    assert west.bounds == (10, 20, 11, 21)
    assert east.bounds == (11, 20, 12, 21)
    assert west.area == east.area == 1
    assert west.intersection(east).length == 1


def test_properties_are_copied_with_the_id_and_missing_geometries_left_out() -> None:
    found = [properties for properties, _ in decode_topojson(SQUARES)]
    assert found == [{"code": "1", "id": "w"}, {"code": "2"}]
    found[0]["code"] = "changed"
    assert next(decode_topojson(SQUARES))[0]["code"] == "1"


def test_other_objects_are_read_by_name() -> None:
    assert next(decode_topojson(SQUARES, object_name="seat"))[1] == {"type": "Point", "coordinates": [3, 4]}
    assert next(decode_topojson(SQUARES, object_name="road"))[1]["coordinates"] == [
        (11.0, 20.0),
        (11.0, 21.0),
    ]


def test_without_transform_coordinates_are_taken_as_they_are() -> None:
    plain = {
        "type": "Topology",
        "objects": {"a": {"type": "LineString", "arcs": [0]}},
        "arcs": [[[1, 2], [3, 4]]],
    }
    assert next(decode_topojson(plain))[1]["coordinates"] == [(1.0, 2.0), (3.0, 4.0)]


@pytest.mark.parametrize("data", [{}, {"type": "FeatureCollection", "features": []}, {"type": "Topology"}])
def test_what_is_no_topology_is_refused_in_french(data: dict) -> None:
    with pytest.raises(TerreauError, match="TopoJSON"):
        next(decode_topojson(data))


def test_unknown_object_names_those_that_exist() -> None:
    with pytest.raises(TerreauError, match="towns, seat, road"):
        next(decode_topojson(SQUARES, object_name="communes"))


def test_gzipped_json_round_trip_gives_plain_json_geometry() -> None:
    packed = gzip.compress(json.dumps(SQUARES).encode())
    geometry = next(decode_topojson(json.loads(gzip.decompress(packed))))[1]
    assert json.loads(json.dumps(geometry))["coordinates"][0][0] == [11.0, 20.0]
