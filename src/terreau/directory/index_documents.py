"""From the rows of the base to the documents of the search index."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from terreau.core import mercator
from terreau.core.compact_json import dumps, loads
from terreau.core.countries import country_name
from terreau.core.text import shorten
from terreau.directory.catalogue import first_end, is_current
from terreau.directory.enums import Status
from terreau.directory.index_store import CELL_LEVELS, NO_CODE, TILE_ZOOMS
from terreau.directory.models import Organisation, Record, Source, Term
from terreau.directory.words import name_order, without_contacts, words
from terreau.perimeters.vocabulary import FAMILIES
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry

EXCERPT = 220
_PLACES_KEPT = 60_000
_READ = (
    *("pk", "public_id", "name", "name_folded", "short_name", "description", "country_code", "family"),
    *("territory_id", "precision", "longitude", "latitude", "status", "source_id", "merged_into_id"),
)
# Read as the text they are in the base: most are empty, and an index is made of millions.
_AS_TEXT = ("sectors", "issues", "filieres", "shown_values", "confirmed_on")
_LISTS = {"sectors": "sector", "issues": "issue", "filieres": "filiere"}


@dataclass(frozen=True, slots=True)
class Place:
    """What is written in the index of a territory: its containers, by level, and where it is."""

    codes: tuple[str, ...] = ()
    region: str = ""
    department: str = ""
    commune: str = ""
    label: str = ""
    words: str = ""
    longitude: float | None = None
    latitude: float | None = None


@dataclass(slots=True)
class _Said:
    """What the records of an organisation add: by which sources, and when last (ISO date)."""

    sources: list[int] = field(default_factory=list)
    latest: str = ""


class Documents:
    """Makes documents as they are on a day, keeping the labels and places it has already read."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._sources = {source.pk: source for source in Source.objects.all()}
        self._label_words = {
            (term.nomenclature, term.code): _indexed(term.label) for term in Term.objects.all()
        }
        self._places: dict[int, Place] = {}

    def of(self, ids: list[int]) -> Iterator[tuple[str, str | None]]:
        """For each of these organisations, its key and its document in JSON, or None when it is not shown."""
        texts = {f"{name}_text": Cast(name, TextField()) for name in _AS_TEXT}
        found = Organisation.objects.filter(_among("pk", ids)).annotate(**texts).values_list(*_READ, *texts)
        rows = [dict(zip((*_READ, *_AS_TEXT), values, strict=True)) for values in _fetched(found)]
        said = self._said(ids)
        self._read_places({row["territory_id"] for row in rows if row["territory_id"] is not None})
        for row in rows:
            if row["status"] == Status.HIDDEN or row["merged_into_id"] is not None:
                yield row["public_id"], None
                continue
            for name in _LISTS:
                row[name] = [] if row[name] == "[]" else loads(row[name])
            row["shown_values"] = loads(row["shown_values"])
            yield row["public_id"], dumps(self._document(row, said.get(row["pk"], _Said())))

    def _said(self, ids: list[int]) -> dict[int, _Said]:
        found: dict[int, _Said] = {}
        stated = Cast("stated_on", TextField())
        records = Record.objects.filter(_among("organisation", ids)).order_by()
        for organisation_id, source_id, day in _fetched(
            records.values_list("organisation_id", "source_id", stated)
        ):
            one = found.get(organisation_id)
            if one is None:
                one = found[organisation_id] = _Said()
            if source_id not in one.sources:
                one.sources.append(source_id)
            day = day or self._source_day(source_id)
            if day > one.latest:
                one.latest = day
        return found

    def _source(self, key: int) -> Source:
        if key not in self._sources:
            self._sources[key] = Source.objects.get(pk=key)
        return self._sources[key]

    def _source_day(self, source_id: int) -> str:
        day = self._source(source_id).dated_on
        return day.isoformat() if day else ""

    def _read_places(self, ids: set[int]) -> None:
        if len(self._places) > _PLACES_KEPT:
            self._places.clear()
        missing = ids - self._places.keys()
        if missing:
            self._places.update(read_places(missing))

    def _document(self, row: dict[str, Any], said: _Said) -> dict[str, Any]:
        place = self._places.get(row["territory_id"], _NOWHERE)
        values = row["shown_values"]
        description = without_contacts(row["description"])
        whole = _indexed(row["name"])
        name = f"{whole} {_indexed(row['short_name'])}" if row["short_name"] else whole
        sources = sorted([self._source(key).code for key in said.sources])
        day = row["confirmed_on"]
        document = {
            "key": row["public_id"],
            "pk": row["pk"],
            "number": [str(value) for value in (values.get("identifiers") or {}).values()],
            "whole": whole,
            "name": name,
            "text": f"{name} {self._around(row, description, place)}",
            "order": name_order(row["name_folded"]),
            "recent": date.fromisoformat(day).toordinal() if day else 0,
            "ends": first_end(values.get("catalogue") or (), self._day),
            "source": sources,
            "sources": "|".join(sources) or NO_CODE,
            "place": place.codes,
            "family": row["family"] or NO_CODE,
            "country": row["country_code"].lower() or NO_CODE,
            "region": place.region or NO_CODE,
            "department": place.department or NO_CODE,
            "commune": place.commune or NO_CODE,
            "status": row["status"] or NO_CODE,
            "precision": row["precision"] or NO_CODE,
            "confirmed": "yes" if day else "no",
            "stored": b64encode(dumps(self._stored(row, description, place, said)).encode()).decode(),
        }
        for column, code in _LISTS.items():
            document[code] = row[column]
            document[column] = "|".join(sorted(row[column])) or NO_CODE
        _add_position(document, row, place)
        return document

    def _around(self, row: dict[str, Any], description: str, place: Place) -> str:
        """All that is searched besides the name. Addresses, persons and contacts are left out."""
        values = row["shown_values"]
        parts: list[str] = []
        for key in ("offers", "seeks", "umbrellas"):
            parts += values.get(key) or ()
        for action in values.get("actions") or ():
            parts += [str(action.get("what", "")), str(action.get("for_whom", ""))]
        for entry in values.get("catalogue") or ():
            if not is_current(entry, self._day):
                continue
            parts += [str(entry.get("what", "")), str(entry.get("description", ""))]
        parts += [str(values[key]) for key in ("locality", "district", "landmark") if key in values]
        said = [_indexed(f"{description} {without_contacts(' '.join(parts))}"), place.words]
        # How many people name a place. Beside other digits it could be taken for a telephone number.
        said += [_indexed(str(values.get("postal_code", "")))]
        said += [_country_words(row["country_code"]), _family_words(row["family"])]
        for column, nomenclature in _LISTS.items():
            said += [self._label_words.get((nomenclature, code), "") for code in row[column]]
        return " ".join(filter(None, said))

    def _stored(self, row: dict[str, Any], description: str, place: Place, said: _Said) -> dict[str, Any]:
        """What a list shows, so that it needs no query."""
        source = self._sources.get(row["source_id"])
        simulated = bool(said.sources) and all(self._source(key).simulated for key in said.sources)
        stored = {
            "id": row["public_id"],
            "n": row["name"],
            "a": row["short_name"],
            "d": shorten(description, EXCERPT),
            "f": row["family"],
            "s": row["sectors"],
            "i": row["issues"],
            "c": row["country_code"],
            "t": place.codes[-1] if place.codes else "",
            "l": place.label,
            "p": row["precision"],
            "x": row["longitude"],
            "y": row["latitude"],
            "o": row["confirmed_on"],
            "w": said.latest,
            "u": source.told_name if source else "",
            "z": row["status"] if row["status"] != Status.ACTIVE else "",
            "m": 1 if simulated else None,
        }
        return {key: value for key, value in stored.items() if value not in _NOTHING}


_NOTHING: tuple[Any, ...] = ("", None, [])
_NOWHERE = Place()


def _among(name: str, keys: list[int]) -> Q:
    """Rows whose field is one of these keys; keys that follow one another are asked for by their bounds."""
    if keys and keys[-1] - keys[0] == len(keys) - 1 and keys == sorted(keys):
        return Q(**{f"{name}__gte": keys[0], f"{name}__lte": keys[-1]})
    return Q(**{f"{name}__in": keys})


def _fetched(queryset: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows as the base gives them: texts and numbers, which need no conversion, in half the time."""
    statement, values = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _indexed(text: str) -> str:
    return " ".join(words(text))


@cache
def _country_words(code: str) -> str:
    return _indexed(f"{country_name(code)} {country_name(code, 'en')}") if code else ""


@cache
def _family_words(code: str) -> str:
    return _indexed(FAMILIES[code].label) if code in FAMILIES and code != "hors_familles" else ""


def _add_position(document: dict[str, Any], row: dict[str, Any], place: Place) -> None:
    longitude, latitude = row["longitude"], row["latitude"]
    if longitude is None and place.commune:
        longitude, latitude = place.longitude, place.latitude
    if longitude is None or latitude is None:
        return
    document["longitude"], document["latitude"] = float(longitude), float(latitude)
    cell = mercator.cell_of(longitude, latitude)
    document["tile"] = [tile_code(zoom, cell >> 2 * (mercator.FINEST - zoom)) for zoom in TILE_ZOOMS]
    for level in CELL_LEVELS:
        document[f"cell{level}"] = cell >> 2 * (mercator.FINEST - level)


def tile_code(zoom: int, number: int) -> str:
    """How a tile is named in the index."""
    return f"{zoom}.{number:x}"


def read_places(ids: Iterable[int]) -> dict[int, Place]:
    """What the index keeps of these territories, in one query."""
    wanted = list(ids)
    above: dict[int, list[tuple[Any, ...]]] = {key: [] for key in wanted}
    columns = ("code", "kind", "name", "longitude", "latitude", "pk")
    for key, *ancestor in (
        Ancestry.objects.filter(descendant__in=wanted)
        .order_by()
        .values_list("descendant_id", *(f"ancestor__{name}" for name in columns))
    ):
        above[key].append(tuple(ancestor))
    return {key: _place(key, found) for key, found in above.items()}


_LEVELS = list(Kind.values)
_NAMED = {Kind.REGION, Kind.DEPARTMENT, Kind.GROUPING, Kind.COMMUNE, Kind.BOROUGH, Kind.SECTOR, Kind.VILLAGE}


def _place(key: int, ancestors: list[tuple[Any, ...]]) -> Place:
    ancestors.sort(key=lambda one: (_LEVELS.index(one[1]), one[5] == key))
    at = {kind: one for one in ancestors for kind in [one[1]]}
    own = next((one for one in ancestors if one[5] == key), None)
    if own is None:
        return Place()
    commune = at.get(Kind.COMMUNE)
    shown = commune or (own if own[1] != Kind.COUNTRY else None)
    return Place(
        codes=(*(one[0] for one in ancestors if one[5] != key), own[0]),
        region=at[Kind.REGION][0] if Kind.REGION in at else "",
        department=at[Kind.DEPARTMENT][0] if Kind.DEPARTMENT in at else "",
        commune=commune[0] if commune else "",
        label=shown[2] if shown else "",
        words=_indexed(" ".join(one[2] for one in ancestors if one[1] in _NAMED)),
        longitude=own[3] if own[3] is not None else (commune[3] if commune else None),
        latitude=own[4] if own[4] is not None else (commune[4] if commune else None),
    )
