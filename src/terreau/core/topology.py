"""TopoJSON read back into GeoJSON geometries.

TopoJSON stores each shared border once, as an arc of integer steps; this is what makes a country's
35,000 communes fit in 1.3 MB. Specification: https://github.com/topojson/topojson-specification
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from terreau.core.errors import TerreauError

Position = tuple[float, float]
Line = list[Position]

# Six decimals of a degree are 11 cm: finer than any outline shipped, and half the JSON.
_DECIMALS = 6


def decode_topojson(
    data: Mapping[str, Any], *, object_name: str | None = None
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield `(properties, geometry)` for each feature of a topology.

    `geometry` is a GeoJSON geometry in the topology's own coordinates. `properties` is a copy; the
    feature's `id`, when it has one, is added to it under `id`. Features without a geometry are left out.

    Args:
        data: the parsed TopoJSON document.
        object_name: which of its objects to read; the first one by default.

    Raises:
        TerreauError: when the document is no topology or holds no such object.
    """
    if data.get("type") != "Topology" or not data.get("objects"):
        raise TerreauError(
            "Ce fichier n’est pas au format TopoJSON.",
            remedy="Donnez un fichier TopoJSON, dont le type est « Topology ».",
        )
    objects = data["objects"]
    name = object_name if object_name is not None else next(iter(objects))
    if name not in objects:
        raise TerreauError(
            f"Le fichier TopoJSON ne contient pas d’objet « {name} ».",
            remedy=f"Objets présents\u00a0: {', '.join(objects)}.",
        )
    arcs = _decode_arcs(data)
    for feature in objects[name].get("geometries", [objects[name]]):
        geometry = _geometry(feature, arcs)
        if geometry is None:
            continue
        properties = dict(feature.get("properties") or {})
        if "id" in feature:
            properties.setdefault("id", feature["id"])
        yield properties, geometry


def _decode_arcs(data: Mapping[str, Any]) -> list[Line]:
    transform = data.get("transform")
    if not transform:
        return [[(float(point[0]), float(point[1])) for point in arc] for arc in data["arcs"]]
    (scale_x, scale_y), (shift_x, shift_y) = transform["scale"], transform["translate"]
    arcs = []
    for arc in data["arcs"]:
        x = y = 0
        line = []
        for step in arc:
            x += step[0]
            y += step[1]
            line.append((round(x * scale_x + shift_x, _DECIMALS), round(y * scale_y + shift_y, _DECIMALS)))
        arcs.append(line)
    return arcs


def _line(indexes: Sequence[int], arcs: list[Line]) -> Line:
    """One line out of its arcs; a negative index `~i` is arc `i` walked backwards."""
    line: Line = []
    for index in indexes:
        part = arcs[index] if index >= 0 else arcs[~index][::-1]
        line.extend(part[1:] if line else part)
    return line


def _geometry(feature: Mapping[str, Any], arcs: list[Line]) -> dict[str, Any] | None:
    kind, indexes = feature.get("type"), feature.get("arcs")
    if kind in ("Point", "MultiPoint"):
        return {"type": kind, "coordinates": feature["coordinates"]}
    coordinates: Any
    if kind == "LineString" and indexes is not None:
        coordinates = _line(indexes, arcs)
    elif kind in ("Polygon", "MultiLineString") and indexes is not None:
        coordinates = [_line(ring, arcs) for ring in indexes]
    elif kind == "MultiPolygon" and indexes is not None:
        coordinates = [[_line(ring, arcs) for ring in polygon] for polygon in indexes]
    else:
        return None
    return {"type": kind, "coordinates": coordinates}
