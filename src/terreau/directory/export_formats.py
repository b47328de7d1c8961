"""How each format of an export is written, as chunks: nothing but the present batch is in memory.

A text that a spreadsheet would run as a formula is preceded by an apostrophe in CSV, and written as a plain
text in XLSX. Each writer takes the rows and their provenance, which is whole once the rows have gone by.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from terreau.core.spreadsheets import neutral
from terreau.directory import labels
from terreau.directory.models import Organisation
from terreau.directory.provenance import Provenance, as_data, as_lines, title
from terreau.directory.sheet import organisation_ld, simulated_ld

# In the order of the columns; never renamed, never removed: new ones come at the end.
COLUMNS = (
    *("id", "name", "short_name", "country", "commune_code", "commune", "epci_code", "territory_code"),
    *("family", "legal_form", "nature", "sectors", "issues", "filieres", "description", "website"),
    *("longitude", "latitude", "precision", "status", "identifiers", "source", "source_id", "licence"),
    *("stated_on", "confirmed_on", "simulated"),
)
_CHUNK = 64 * 1024
_SHEET_NAME = gettext_lazy("Annuaire")
_TOLD_NAME = gettext_lazy("Provenance")
PERSON = "personne_physique"
_DOOR = frozenset({"address", "postal_code", "district", "landmark"})
_LD_CONTEXT = {
    "@vocab": "https://schema.org/",
    "url": {"@type": "@id"},
    "license": {"@type": "Text"},
    "foundingDate": {"@type": "Date"},
    "dissolutionDate": {"@type": "Date"},
    "dateCreated": {"@type": "DateTime"},
    "dateModified": {"@type": "Date"},
}

Row = dict[str, Any]
Rows = Iterator[tuple[Row, Organisation]]


def _csv_for_spreadsheets(found: Rows, told: Provenance) -> Iterator[bytes]:
    """With the mark that lets a spreadsheet read the accents, which programs do without."""
    yield "\ufeff".encode()
    yield from _csv(found, told)


def _csv(found: Rows, _told: Provenance) -> Iterator[bytes]:
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


def _xlsx(found: Rows, told: Provenance) -> Iterator[bytes]:
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
            _xlsx_told(book, told, bold)
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


def _xlsx_told(book: Any, told: Provenance, bold: Any) -> None:
    page = book.add_worksheet(str(_TOLD_NAME))
    page.set_column(0, 5, 32)
    for line, cells in enumerate(as_lines(told)):
        for column, text in enumerate(cells):
            page.write_string(line, column, text[:32_767], bold if column == 0 and line < 1 else None)


def _geojson(found: Rows, told: Provenance) -> Iterator[bytes]:
    """Those that have a place, as RFC 7946 writes them; how many have none is told at the end.

    An organisation known by its commune alone stands at the commune's centre, and says so (`precision`).
    """
    yield b'{"type":"FeatureCollection","features":['
    written = 0
    for row, organisation in found:
        point = _point(organisation)
        if point is None:
            told.unplaced += 1
            continue
        properties = {name: row[name] for name in COLUMNS if name not in {"longitude", "latitude"}}
        for name in ("sectors", "issues", "filieres"):
            properties[name] = row[name].split("|") if row[name] else []
        geometry = {"type": "Point", "coordinates": point}
        feature = {"type": "Feature", "id": row["id"], "geometry": geometry, "properties": properties}
        yield (b"," if written else b"") + b"\n" + _compact(feature)
        written += 1
    about = {**as_data(told), "placed": written, "unplaced": told.unplaced}
    yield b'\n],\n"provenance":' + _compact(about) + b"}\n"


def _point(organisation: Organisation) -> list[float] | None:
    if organisation.longitude is not None and organisation.latitude is not None:
        return [organisation.longitude, organisation.latitude]
    place = organisation.territory
    if organisation.precision != "commune" or place is None or place.longitude is None:
        return None
    return [place.longitude, place.latitude or 0.0]


def _jsonld(found: Rows, told: Provenance) -> Iterator[bytes]:
    """A graph in the words of schema.org, its context within: read without asking another site."""
    yield b'{"@context":' + _compact(_LD_CONTEXT) + b',"@graph":['
    for row, organisation in found:
        yield b"\n" + _compact(_node(row, organisation)) + b","
    yield b"\n" + _compact(_data_set(told)) + b"\n]}\n"


def _node(row: Row, organisation: Organisation) -> dict[str, Any]:
    about = [
        *labels.labels("issue", organisation.issues).values(),
        *labels.labels("sector", organisation.sectors).values(),
    ]
    address = f"{settings.PUBLIC_URL}{reverse('directory:sheet', args=[organisation.public_id])}"
    values = organisation.shown_values
    if organisation.nature == PERSON:
        # Where a person works is often where they live: a file that travels does not hold it.
        values = {key: value for key, value in values.items() if key not in _DOOR}
    node = {
        "@id": address,
        **organisation_ld(organisation, values, about),
        **simulated_ld(bool(row["simulated"])),
        "license": row["licence"],
        # A sheet is a work of its own, with its day and its source; the organisation is what it is about.
        "subjectOf": _full(
            {
                "@type": "CreativeWork",
                "url": address,
                "dateModified": row["confirmed_on"] or row["stated_on"],
                "isBasedOn": row["source"],
                "license": row["licence"],
            }
        ),
    }
    return _full(node)


def _data_set(told: Provenance) -> dict[str, Any]:
    data = as_data(told)
    return {
        "@id": data["url"],
        "@type": "Dataset",
        "name": title(told.asked),
        "description": data["filters"],
        "url": data["url"],
        "dateCreated": data["made_at"],
        "size": data["count"],
        "isBasedOn": [
            _full(
                {
                    "@type": "Dataset",
                    "identifier": one["code"],
                    "name": one["name"],
                    "url": one["url"],
                    "license": one["licence"],
                    "dateModified": one["dated_on"],
                    **simulated_ld(bool(one["simulated"])),
                    "publisher": {"@type": "Organization", "name": one["publisher"]}
                    if one["publisher"]
                    else None,
                }
            )
            for one in data["sources"]
        ],
    }


def _full(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}


def csv_metadata(told: Provenance, file: str, about: dict[str, Any]) -> dict[str, Any]:
    """The document that tells of a CSV: where it is, its columns, its provenance."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "fr"}],
        "url": f"{settings.PUBLIC_URL}{file}",
        "dc:title": title(told.asked),
        "dc:created": timezone.localtime(told.made_at).date().isoformat(),
        "dc:license": sorted({one["licence"] for one in about["sources"] if one["licence"]}),
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "tableSchema": {"columns": [{"name": name, "titles": name} for name in COLUMNS], "primaryKey": "id"},
        "notes": [about],
    }


def _compact(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


Writer = Callable[[Rows, Provenance], Iterator[bytes]]
WRITERS: dict[str, Writer] = {
    "csv": _csv,
    "csv_for_spreadsheets": _csv_for_spreadsheets,
    "xlsx": _xlsx,
    "geojson": _geojson,
    "jsonld": _jsonld,
}
