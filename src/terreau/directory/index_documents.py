"""From the rows of the base to the documents of the search index."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import tantivy

from terreau.core.countries import country_name
from terreau.core.text import shorten
from terreau.directory.enums import Status
from terreau.directory.index_store import NO_CODE
from terreau.directory.models import Organisation, Record, Source, Term
from terreau.directory.words import name_order, without_contacts, words
from terreau.perimeters.vocabulary import FAMILIES
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry

EXCERPT = 220
# Sides of the cells in which the map counts, in degrees, from the whole world to a town.
CELLS = (1.0, 0.2, 0.02)
_PLACES_KEPT = 60_000
_READ = (
    *("pk", "public_id", "name", "name_folded", "short_name", "description", "country_code", "family"),
    *("sectors", "issues", "filieres", "territory_id", "precision", "longitude", "latitude"),
    *("shown_values", "status", "confirmed_on", "source_id", "merged_into_id"),
)


@dataclass(frozen=True)
class Place:
    """What is written in the index of a territory: its containers, by level, and where it is."""

    codes: tuple[str, ...] = ()
    region: str = ""
    department: str = ""
    commune: str = ""
    label: str = ""
    names: str = ""
    longitude: float | None = None
    latitude: float | None = None


@dataclass
class _Said:
    """What the records of an organisation add: by which sources, and when last."""

    sources: list[int] = field(default_factory=list)
    latest: date | None = None


class Documents:
    """Makes documents, keeping the labels and places it has already read."""

    def __init__(self) -> None:
        self._sources = {source.pk: source for source in Source.objects.all()}
        self._labels: dict[str, str] = {}
        for term in Term.objects.all():
            self._labels[f"{term.nomenclature}:{term.code}"] = term.label
        self._places: dict[int, Place] = {}

    def of(self, ids: list[int]) -> Iterator[tuple[str, tantivy.Document | None]]:
        """For each of these organisations, its key and its document, or None when it is not shown."""
        rows = list(Organisation.objects.filter(pk__in=ids).values_list(*_READ))
        said = self._said(ids)
        self._read_places({row[11] for row in rows if row[11] is not None})
        for values in rows:
            row = dict(zip(_READ, values, strict=True))
            hidden = row["status"] == Status.HIDDEN or row["merged_into_id"] is not None
            yield row["public_id"], None if hidden else self._document(row, said.get(row["pk"], _Said()))

    def _said(self, ids: list[int]) -> dict[int, _Said]:
        found: dict[int, _Said] = {}
        records = Record.objects.filter(organisation__in=ids)
        for organisation_id, source_id, stated_on in records.values_list(
            "organisation_id", "source_id", "stated_on"
        ):
            one = found.setdefault(organisation_id or 0, _Said())
            if source_id not in one.sources:
                one.sources.append(source_id)
            day = stated_on or self._source(source_id).dated_on
            if day is not None and (one.latest is None or day > one.latest):
                one.latest = day
        return found

    def _source(self, key: int) -> Source:
        if key not in self._sources:
            self._sources[key] = Source.objects.get(pk=key)
        return self._sources[key]

    def _read_places(self, ids: set[int]) -> None:
        if len(self._places) > _PLACES_KEPT:
            self._places.clear()
        missing = ids - self._places.keys()
        if missing:
            self._places.update(read_places(missing))

    def _document(self, row: dict[str, Any], said: _Said) -> tantivy.Document:
        place = self._places.get(row["territory_id"], Place())
        document = tantivy.Document()
        document.add_text("key", row["public_id"])
        document.add_unsigned("pk", row["pk"])
        for value in (row["shown_values"].get("identifiers") or {}).values():
            document.add_text("number", str(value))
        document.add_text("whole", " ".join(words(row["name"])))
        document.add_text("name", " ".join(words(f"{row['name']} {row['short_name']}")))
        document.add_text("body", " ".join(words(self._body(row, place))))
        document.add_unsigned("order", name_order(row["name_folded"]))
        document.add_unsigned("recent", row["confirmed_on"].toordinal() if row["confirmed_on"] else 0)
        self._add_codes(document, row, place, said)
        self._add_position(document, row, place)
        document.add_text("stored", json.dumps(self._stored(row, place, said), ensure_ascii=False))
        return document

    def _body(self, row: dict[str, Any], place: Place) -> str:
        """All that is searched besides the name. Addresses, persons and contacts are left out."""
        values = row["shown_values"]
        parts = [row["description"], place.names]
        if row["country_code"]:
            parts += [country_name(row["country_code"]), country_name(row["country_code"], "en")]
        for key in ("offers", "seeks", "umbrellas"):
            parts += values.get(key) or ()
        for action in values.get("actions") or ():
            parts += [str(action.get("what", "")), str(action.get("for_whom", ""))]
        parts += [str(values.get(key, "")) for key in ("locality", "district", "landmark")]
        if row["family"] in FAMILIES and row["family"] != "hors_familles":
            parts.append(FAMILIES[row["family"]].label)
        for nomenclature, codes in (("sector", "sectors"), ("issue", "issues"), ("filiere", "filieres")):
            parts += [self._labels.get(f"{nomenclature}:{code}", "") for code in row[codes]]
        return without_contacts(" ".join(parts))

    def _add_codes(self, document: tantivy.Document, row: dict[str, Any], place: Place, said: _Said) -> None:
        sources = sorted(self._source(key).code for key in said.sources)
        lists = {
            "sector": row["sectors"],
            "issue": row["issues"],
            "filiere": row["filieres"],
            "source": sources,
        }
        for name, codes in lists.items():
            for code in codes:
                document.add_text(name, code)
            document.add_text(f"{name}s", "|".join(sorted(codes)) or NO_CODE)
        for code in place.codes:
            document.add_text("place", code)
        columns = {
            "family": row["family"],
            "country": row["country_code"].lower(),
            "region": place.region,
            "department": place.department,
            "commune": place.commune,
            "status": row["status"],
            "precision": row["precision"],
            "confirmed": "yes" if row["confirmed_on"] else "no",
        }
        for name, code in columns.items():
            document.add_text(name, code or NO_CODE)

    def _add_position(self, document: tantivy.Document, row: dict[str, Any], place: Place) -> None:
        longitude, latitude = row["longitude"], row["latitude"]
        if longitude is None and place.commune:
            longitude, latitude = place.longitude, place.latitude
        if longitude is None or latitude is None:
            return
        document.add_float("longitude", float(longitude))
        document.add_float("latitude", float(latitude))
        for level, side in enumerate(CELLS):
            document.add_unsigned(f"cell{level}", cell_of(longitude, latitude, side))

    def _stored(self, row: dict[str, Any], place: Place, said: _Said) -> dict[str, Any]:
        """What a list shows, so that it needs no query."""
        source = self._sources.get(row["source_id"])
        stored = {
            "id": row["public_id"],
            "n": row["name"],
            "a": row["short_name"],
            "d": shorten(without_contacts(row["description"]), EXCERPT),
            "f": row["family"],
            "s": row["sectors"],
            "i": row["issues"],
            "c": row["country_code"],
            "t": place.codes[-1] if place.codes else "",
            "l": place.label,
            "p": row["precision"],
            "x": row["longitude"],
            "y": row["latitude"],
            "o": row["confirmed_on"].isoformat() if row["confirmed_on"] else "",
            "w": said.latest.isoformat() if said.latest else "",
            "u": source.name if source else "",
            "z": row["status"] if row["status"] != Status.ACTIVE else "",
        }
        return {key: value for key, value in stored.items() if value not in ("", None, [])}


def cell_of(longitude: float, latitude: float, side: float) -> int:
    """The number of the cell of a grid of that side, in degrees, that holds a position."""
    columns = int(360 / side) + 1
    return int((latitude + 90) / side) * columns + int((longitude + 180) / side)


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
        names=" ".join(one[2] for one in ancestors if one[1] in _NAMED),
        longitude=own[3] if own[3] is not None else (commune[3] if commune else None),
        latitude=own[4] if own[4] is not None else (commune[4] if commune else None),
    )
