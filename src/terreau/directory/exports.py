"""The directory as files: CSV, XLSX, GeoJSON, JSON-LD. Written in a stream: memory does not grow with rows.

The columns are stable and documented in `docs/formats.md`. No e-mail address, telephone number or
person's name has a column; what free texts hold of the first two is masked. A text that a spreadsheet
would run as a formula is preceded by an apostrophe in CSV, and written as a plain text in XLSX.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.core.errors import TerreauError
from terreau.core.numbers import french_number
from terreau.directory import labels, search
from terreau.directory.models import Organisation, Record, Source
from terreau.directory.search import Query
from terreau.directory.sheet import organisation_ld
from terreau.directory.words import without_contacts
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Territory

FORMATS = {
    "csv": "CSV",
    "xlsx": "XLSX",
    "geojson": "GeoJSON",
    "jsonld": "JSON-LD",
}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "jsonld": "application/ld+json",
}
# In the order of the columns; never renamed, never removed: new ones come at the end.
COLUMNS = (
    *("id", "name", "short_name", "country", "commune_code", "commune", "epci_code", "territory_code"),
    *("family", "legal_form", "nature", "sectors", "issues", "filieres", "description", "website"),
    *("longitude", "latitude", "precision", "status", "identifiers", "source", "source_id", "licence"),
    *("stated_on", "confirmed_on"),
)
BATCH = 1000
MOST_ON_SCREEN = 50_000
_CHUNK = 64 * 1024
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHEET_NAME = gettext_lazy("Annuaire")

Row = dict[str, Any]


def export(territory: Territory, form: str, out: BinaryIO) -> int:
    """Write the organisations of a territory, those that have ceased included.

    Args:
        territory: what lies under it is exported.
        form: one of `FORMATS`.
        out: where to; not closed.

    Returns:
        The number of organisations.

    Raises:
        TerreauError: when the format is not known.
    """
    organisations = Organisation.objects.shown().filter(merged_into=None).in_territory(territory)
    ids = organisations.order_by("pk").values_list("pk", flat=True)
    counted = _Counted(ids.iterator(chunk_size=10_000))
    for chunk in _written(counted, form, for_screen=False):
        out.write(chunk)
    return counted.count


def of_query(query: Query, form: str, *, most: int) -> Iterator[bytes]:
    """The results of a search as chunks of a file.

    Raises:
        TerreauError: at once, when there are more than `most`.
    """
    ids = search.keys(query)
    if len(ids) > most:
        raise TerreauError(
            _("Cette recherche donne %(count)s organisations, c’est trop pour un seul fichier à l’écran.")
            % {"count": french_number(len(ids))},
            remedy=_("Restreignez-la à un territoire, ou demandez le fichier à qui tient cette plateforme."),
        )
    return _written(ids, form, for_screen=True)


class _Counted:
    """Counts what goes by."""

    def __init__(self, ids: Iterable[int]) -> None:
        self.ids, self.count = ids, 0

    def __iter__(self) -> Iterator[int]:
        for one in self.ids:
            self.count += 1
            yield one


def _written(ids: Iterable[int], form: str, *, for_screen: bool) -> Iterator[bytes]:
    writers = {
        "csv": _csv_for_spreadsheets if for_screen else _csv,
        "xlsx": _xlsx,
        "geojson": _geojson,
        "jsonld": _jsonld,
    }
    if form not in writers:
        raise TerreauError(
            _("Le format « %(form)s » n’existe pas.") % {"form": form},
            remedy=_("Choisissez parmi : %(known)s.") % {"known": ", ".join(FORMATS)},
        )
    return writers[form](rows(ids))


# --- Rows -------------------------------------------------------------------------------------------


def rows(ids: Iterable[int]) -> Iterator[tuple[Row, Organisation]]:
    """The exported columns of these organisations, in batches of a fixed number of queries."""
    sources: dict[int, Source] = {}
    places: dict[int, dict[str, str]] = {}
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        found = list(Organisation.objects.filter(pk__in=batch).select_related("territory").order_by("pk"))
        _read_sources(sources, found)
        _read_places(places, found)
        latest = _latest(batch)
        for one in found:
            yield _row(one, sources, places, latest.get(one.pk, "")), one


def _read_sources(known: dict[int, Source], found: list[Organisation]) -> None:
    missing = {one.source_id for one in found if one.source_id} - known.keys()
    if missing:
        known.update(Source.objects.in_bulk(missing))


def _read_places(known: dict[int, dict[str, str]], found: list[Organisation]) -> None:
    missing = {one.territory_id for one in found if one.territory_id} - known.keys()
    for key in missing:
        known[key] = {}
    above = Ancestry.objects.filter(
        descendant__in=missing, ancestor__kind__in=[Kind.COMMUNE, Kind.GROUPING], ancestor__valid_to=None
    )
    names = ("ancestor__kind", "ancestor__code", "ancestor__national_code", "ancestor__name")
    for key, kind, code, national, name in above.order_by("ancestor__code").values_list(
        "descendant_id", *names
    ):
        if kind == Kind.COMMUNE:
            known[key].update(commune_code=national or code, commune=name)
        else:
            known[key].setdefault("epci_code", national or code)


def _latest(batch: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    records = Record.objects.filter(organisation__in=batch)
    for key, said, dated in records.values_list("organisation_id", "stated_on", "source__dated_on"):
        day = said or dated
        if key is not None and day is not None:
            found[key] = max(found.get(key, ""), day.isoformat())
    return found


def _row(one: Organisation, sources: dict[int, Source], places: dict[int, dict[str, str]], said: str) -> Row:
    source = sources.get(one.source_id or 0)
    place = places.get(one.territory_id or 0, {})
    identifiers = one.shown_values.get("identifiers") or {}
    return {
        "id": one.public_id,
        "name": one.name,
        "short_name": one.short_name,
        "country": one.country_code,
        "commune_code": place.get("commune_code", ""),
        "commune": place.get("commune", ""),
        "epci_code": place.get("epci_code", ""),
        "territory_code": one.territory.code if one.territory else "",
        "family": one.family,
        "legal_form": one.legal_form,
        "nature": one.nature,
        "sectors": "|".join(one.sectors),
        "issues": "|".join(one.issues),
        "filieres": "|".join(one.filieres),
        "description": without_contacts(one.description),
        "website": one.shown_values.get("website", ""),
        "longitude": one.longitude,
        "latitude": one.latitude,
        "precision": one.precision,
        "status": one.status,
        "identifiers": "|".join(f"{scheme}:{value}" for scheme, value in identifiers.items()),
        "source": source.code if source else "",
        "source_id": one.source_ref,
        "licence": source.licence if source else "",
        "stated_on": said,
        "confirmed_on": one.confirmed_on.isoformat() if one.confirmed_on else "",
    }


# --- Formats ------------------------------------------------------------------------------------------


def neutral(value: Any) -> Any:
    """The value, preceded by an apostrophe when a spreadsheet would run it as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _csv_for_spreadsheets(found: Iterator[tuple[Row, Organisation]]) -> Iterator[bytes]:
    """With the mark that lets a spreadsheet read the accents, which programs do without."""
    yield "\ufeff".encode()
    yield from _csv(found)


def _csv(found: Iterator[tuple[Row, Organisation]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row, _organisation in found:
        writer.writerow([neutral(row[name]) for name in COLUMNS])
        if buffer.tell() > _CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _xlsx(found: Iterator[tuple[Row, Organisation]]) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="terreau-export-") as folder:
        path = Path(folder) / "export.xlsx"
        options = {
            **{"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False},
            **{"strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True},
        }
        with xlsxwriter.Workbook(str(path), options) as book:
            page = book.add_worksheet(str(_SHEET_NAME))
            page.freeze_panes(1, 0)
            bold = book.add_format({"bold": True})
            for column, name in enumerate(COLUMNS):
                page.write_string(0, column, name, bold)
            for line, (row, _organisation) in enumerate(found, 1):
                _xlsx_line(page, line, row)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


def _xlsx_line(page: Any, line: int, row: Row) -> None:
    for column, name in enumerate(COLUMNS):
        value = row[name]
        if isinstance(value, float):
            page.write_number(line, column, value)
        elif value not in (None, ""):
            # A cell holds 32,767 characters at most.
            page.write_string(line, column, str(value)[:32_767])


def _geojson(found: Iterator[tuple[Row, Organisation]]) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    for place, (row, _organisation) in enumerate(found):
        properties = {name: row[name] for name in COLUMNS if name not in {"longitude", "latitude"}}
        for name in ("sectors", "issues", "filieres"):
            properties[name] = row[name].split("|") if row[name] else []
        geometry = None
        if row["longitude"] is not None:
            geometry = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
        feature = {"type": "Feature", "id": row["id"], "geometry": geometry, "properties": properties}
        yield (b"," if place else b"") + b"\n" + _compact(feature)
    yield b"\n]}\n"


def _jsonld(found: Iterator[tuple[Row, Organisation]]) -> Iterator[bytes]:
    yield b'{"@context":"https://schema.org","@graph":['
    for place, (row, organisation) in enumerate(found):
        about = [
            *labels.labels("issue", organisation.issues).values(),
            *labels.labels("sector", organisation.sectors).values(),
        ]
        address = reverse("directory:sheet", args=[organisation.public_id])
        node = {
            "@id": f"{settings.PUBLIC_URL}{address}",
            **organisation_ld(organisation, organisation.shown_values, about),
            "license": row["licence"],
        }
        node = {key: value for key, value in node.items() if value}
        yield (b"," if place else b"") + b"\n" + _compact(node)
    yield b"\n]}\n"


def _compact(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
