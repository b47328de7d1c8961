"""A town's own subdivisions as its file tells them: arrondissements, sectors, villages. No Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from shapely import get_num_coordinates, make_valid, to_wkb
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry
from shapely.wkt import loads as from_wkt

from terreau.core.geo import is_position
from terreau.core.text import fold, squeeze
from terreau.territories.reading_files import Row

MAX_POINTS = 100_000
FIRST_YEAR, LAST_YEAR = 1800, 2100
_COLUMNS = {
    "name": ("nom", "name", "libelle", "intitule", "toponyme"),
    "kind": ("type", "nature", "kind", "niveau", "categorie"),
    "code": ("code", "identifiant", "id", "numero"),
    "population": ("population", "habitants", "pop", "nombre d habitants"),
    "year": ("annee", "annee population", "year", "millesime"),
    "longitude": ("longitude", "lon", "lng", "x"),
    "latitude": ("latitude", "lat", "y"),
    "parent": ("parent", "dans", "contenu dans", "arrondissement de", "rattachement"),
    "outline": ("contour", "outline", "geometrie", "geometry", "wkt"),
}
_KINDS = {
    "borough": ("arrondissement", "commune", "commune urbaine", "district", "municipalite", "borough"),
    "sector": ("secteur", "quartier", "zone", "ilot", "sector", "bloc", "sangkat"),
    "village": ("village", "hameau", "fokontany", "douar", "phum", "localite", "ecart"),
}
_LEVELS = ("borough", "sector", "village")
_YEAR_IN_TITLE = re.compile(r"^(?:population|habitants|pop) (\d{4})$")
_WHOLE = re.compile(r"(\d{1,12})(?:[.,]0+)?")
_GROUPED = re.compile(r"(\d{1,3}(?:[.,]\d{3})+)")
KINDS_SAID = "arrondissement, secteur, quartier, village"


@dataclass(frozen=True, slots=True)
class SubdivisionRow:
    """One subdivision told by a row; `kind_said` is the word of the file."""

    number: int
    name: str
    kind: str
    kind_said: str
    code: str = ""
    parent: str = ""
    population: int | None = None
    year: int | None = None
    longitude: float | None = None
    latitude: float | None = None
    outline: bytes | None = None


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was refused, in French."""

    number: int
    message: str


@dataclass
class Reading:
    """What a file holds: the rows that can be used, and the others with their reasons."""

    rows: list[SubdivisionRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)  # what we look for → the title found


class _RefusedError(Exception):
    """The row cannot be used; the message says why."""


def read_subdivisions(rows: Iterable[Row]) -> Reading:
    """What the rows of a file say; nothing is lost: a row is either usable or refused with a reason."""
    reading = Reading()
    seen: dict[tuple[str, str, str], int] = {}
    for row in rows:
        columns, year = _columns(tuple(row.values))
        for key, title in columns.items():
            reading.columns.setdefault(key, title)
        values = {key: squeeze(row.values[title]) for key, title in columns.items()}
        try:
            found = _read(row, values, year)
            identity = (found.code, "" if found.code else found.kind, "" if found.code else _key(found))
            if identity in seen:
                raise _RefusedError(f"Même subdivision que la ligne {seen[identity]}.")
            seen[identity] = row.number
            reading.rows.append(found)
        except _RefusedError as refused:
            reading.errors.append(RowError(row.number, str(refused)))
    return reading


def _key(row: SubdivisionRow) -> str:
    return f"{fold(row.name)} {fold(row.parent)}"


@lru_cache(maxsize=200)
def _columns(titles: tuple[str, ...]) -> tuple[Mapping[str, str], int | None]:
    """For each thing looked for, the title that gives it; and the year said in a title."""
    folded = {fold(title): title for title in reversed(titles)}
    found = {
        key: next(folded[alias] for alias in aliases if alias in folded)
        for key, aliases in _COLUMNS.items()
        if any(alias in folded for alias in aliases)
    }
    year = None
    for title in folded:
        dated = _YEAR_IN_TITLE.match(title)
        if dated and "population" not in found:
            found["population"], year = folded[title], int(dated[1])
    return found, year


def _read(row: Row, values: Mapping[str, str], year: int | None) -> SubdivisionRow:
    name = values.get("name", "")
    if not name:
        raise _RefusedError("Le nom manque (colonne «\u00a0nom\u00a0»).")
    if len(name) > 200:
        raise _RefusedError("Le nom dépasse 200 caractères.")
    population = _count(values.get("population", ""))
    dated = _year(values.get("year", "")) or year
    if population is not None and dated is None:
        raise _RefusedError("L’année de la population manque (colonne «\u00a0année\u00a0»).")
    longitude, latitude = _position(values)
    outline = None
    geometry = _geometry(row, values.get("outline", ""))
    if isinstance(geometry, Point):
        longitude, latitude = _checked(geometry.x, geometry.y)
    elif geometry is not None:
        outline = to_wkb(_polygons(geometry))
        if longitude is None:
            middle = _middle(geometry)
            longitude, latitude = _checked(middle.x, middle.y)
    kind_said = values.get("kind", "")
    return SubdivisionRow(
        number=row.number,
        name=name,
        kind=_kind(kind_said),
        kind_said=kind_said[:40],
        code=values.get("code", "")[:20],
        parent=values.get("parent", ""),
        population=population,
        year=dated if population is not None or outline is not None else None,
        longitude=longitude,
        latitude=latitude,
        outline=outline,
    )


def _kind(said: str) -> str:
    folded = fold(said)
    if not folded:
        raise _RefusedError(f"Le type manque (colonne «\u00a0type\u00a0»\u00a0: {KINDS_SAID}).")
    singular = folded.removesuffix("s")
    for kind, words in _KINDS.items():
        if folded in words or singular in words or folded == kind:
            return kind
    raise _RefusedError(f"Le type «\u00a0{said}\u00a0» n’est pas connu ({KINDS_SAID}).")


def level(kind: str) -> int:
    """How deep a kind lies in a town: an arrondissement holds sectors, which hold villages."""
    return _LEVELS.index(kind)


def _count(text: str) -> int | None:
    digits = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    if not digits:
        return None
    number = re.fullmatch(r"(\d{1,12})(?:[.,]0+)?", digits) or re.fullmatch(
        r"(\d{1,3}(?:[.,]\d{3})+)", digits
    )
    if number is None:
        raise _RefusedError(f"La population «\u00a0{text}\u00a0» n’est pas un nombre entier.")
    return int(re.sub(r"\D", "", number[1]))


def _year(text: str) -> int | None:
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})(?:-\d\d(?:-\d\d.*)?)?", text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise _RefusedError(f"L’année «\u00a0{text}\u00a0» n’est pas une année.")
    return int(found[1])


def _position(values: Mapping[str, str]) -> tuple[float | None, float | None]:
    told = values.get("longitude", ""), values.get("latitude", "")
    if not any(told):
        return None, None
    try:
        longitude, latitude = (float(text.replace(",", ".")) for text in told)
    except ValueError:
        raise _RefusedError("Longitude et latitude ne sont pas deux nombres en degrés.") from None
    return _checked(longitude, latitude)


def _checked(longitude: float, latitude: float) -> tuple[float, float]:
    if not is_position(longitude, latitude):
        raise _RefusedError("La position n’est pas en degrés WGS84 (longitude, latitude).")
    return longitude, latitude


def _geometry(row: Row, text: str) -> BaseGeometry | None:
    if row.geometry is None and not text:
        return None
    try:
        geometry: BaseGeometry = shape(_plain(row.geometry)) if row.geometry else from_wkt(text)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise _RefusedError("Le contour ne peut pas être lu (GeoJSON ou WKT, en degrés WGS84).") from None
    if get_num_coordinates(geometry) > MAX_POINTS:
        raise _RefusedError(f"Le contour dépasse {MAX_POINTS} points.")
    if geometry.is_empty:
        return None
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _RefusedError("Le contour n’est pas en degrés WGS84 (longitude, latitude).")
    return geometry


def _plain(geometry: dict[str, Any] | None) -> dict[str, Any]:
    """Only what a geometry is made of: other members of GeoJSON are nothing to us."""
    return {key: (geometry or {}).get(key) for key in ("type", "coordinates")}


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    sound = geometry if geometry.is_valid else make_valid(geometry)
    parts = [part for part in getattr(sound, "geoms", [sound]) if isinstance(part, Polygon | MultiPolygon)]
    if not parts:
        raise _RefusedError("Le contour n’est pas un polygone.")
    flat = [piece for part in parts for piece in getattr(part, "geoms", [part])]
    return flat[0] if len(flat) == 1 else MultiPolygon(flat)


def _middle(geometry: BaseGeometry) -> Point:
    polygons = _polygons(geometry)
    centre = polygons.centroid
    return centre if polygons.contains(centre) else polygons.representative_point()
