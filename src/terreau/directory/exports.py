"""The directory as files: CSV, XLSX, GeoJSON, JSON-LD. Written in a stream: memory does not grow with rows.

The columns are stable and documented in `docs/formats.md`. No e-mail address, telephone number or
person's name has a column; what free texts hold of the first two is masked. Each format is written in
`export_formats`, and carries its provenance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.numbers import french_number
from terreau.directory import export_formats, search
from terreau.directory.asking import Asking, describe
from terreau.directory.export_formats import COLUMNS, PERSON, Row
from terreau.directory.models import Organisation, Record, Source
from terreau.directory.provenance import Asked, Provenance, as_data
from terreau.directory.reading import batches
from terreau.directory.simulated import of_organisations
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
# What tells of a CSV stands beside it (« CSV on the Web »): the file itself holds rows alone.
CSV_METADATA = "csv-metadata.json"
MOST_ON_SCREEN = 100_000

__all__ = [
    "COLUMNS",
    "CONTENT_TYPES",
    "CSV_METADATA",
    "FORMATS",
    "MOST_ON_SCREEN",
    "csv_metadata",
    "export",
    "of_query",
]


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
    address = f"{reverse('directory:list')}?territoire={territory.code}&cessees=oui"
    told = Provenance(Asked(territory.name, address))
    for chunk in _written(ids.iterator(chunk_size=10_000), form, told, for_screen=False):
        out.write(chunk)
    return told.count


def of_query(asking: Asking, form: str, *, most: int) -> Iterator[bytes]:
    """The results of a search as chunks of a file.

    Raises:
        TerreauError: at once, when there are more than `most`.
    """
    return _written(_bounded(asking, most), form, Provenance(_asked(asking)), for_screen=True)


def csv_metadata(asking: Asking, *, most: int) -> dict[str, Any]:
    """What tells of the CSV of a search: its columns, its provenance (« CSV on the Web »).

    Raises:
        TerreauError: when there are more results than `most`.
    """
    told = Provenance(_asked(asking))
    told.read_sources(_bounded(asking, most))
    file = f"{reverse('directory:export', args=['csv'])}{asking.canonical}"
    return export_formats.csv_metadata(told, file, as_data(told))


def _asked(asking: Asking) -> Asked:
    return Asked(describe(asking), f"{reverse('directory:list')}{asking.canonical}")


def _bounded(asking: Asking, most: int) -> list[int]:
    # Counted first: to name ten million sheets so as to refuse them would cost more than to write a file.
    total = search.search(replace(asking.query, page=1, size=1, facets=())).total
    if total > most:
        raise TerreauError(
            _("Cette recherche donne %(count)s organisations, c’est trop pour un seul fichier à l’écran.")
            % {"count": french_number(total)},
            remedy=_("Restreignez-la à un territoire, ou demandez le fichier à qui tient cette plateforme."),
        )
    return search.keys(asking.query)


def _written(ids: Iterable[int], form: str, told: Provenance, *, for_screen: bool) -> Iterator[bytes]:
    name = "csv_for_spreadsheets" if form == "csv" and for_screen else form
    if form not in FORMATS:
        raise TerreauError(
            _("Le format « %(form)s » n’existe pas.") % {"form": form},
            remedy=_("Choisissez parmi : %(known)s.") % {"known": ", ".join(FORMATS)},
        )
    return export_formats.WRITERS[name](rows(ids, told), told)


# --- Rows -------------------------------------------------------------------------------------------


def rows(ids: Iterable[int], told: Provenance) -> Iterator[tuple[Row, Organisation]]:
    """The exported columns of these organisations, in batches of a fixed number of queries."""
    sources: dict[int, Source] = {}
    places: dict[int, dict[str, str]] = {}
    for batch in batches(ids):
        found = list(Organisation.objects.filter(pk__in=batch).select_related("territory").order_by("pk"))
        _read_sources(sources, found)
        _read_places(places, found)
        latest = _latest(batch, told)
        simulated = of_organisations(batch)
        told.count += len(found)
        for one in found:
            if one.nature == PERSON:
                _withdraw_point(one)
            row = _row(one, sources, places, latest.get(one.pk, ""))
            yield {**row, "simulated": "1" if one.pk in simulated else ""}, one


def _withdraw_point(one: Organisation) -> None:
    """Where a person works is often where they live: a file that travels knows them by their commune."""
    if one.precision != "point":
        return
    one.longitude = one.latitude = None
    in_country = one.territory is None or one.territory.kind == Kind.COUNTRY
    one.precision = ("country" if one.country_code else "none") if in_country else "commune"


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


def _latest(batch: list[int], told: Provenance) -> dict[int, str]:
    """When each was last spoken of; the sources that speak are noted on the way."""
    found: dict[int, str] = {}
    records = Record.objects.filter(organisation__in=batch)
    read = records.values_list("organisation_id", "stated_on", "source__dated_on", "source_id")
    for key, said, dated, source in read:
        told.source_ids.add(source)
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
        "identifiers": "|".join(f"{scheme}:{value}" for scheme, value in sorted(identifiers.items())),
        "source": source.code if source else "",
        "source_id": one.source_ref,
        "licence": source.licence if source else "",
        "stated_on": said,
        "confirmed_on": one.confirmed_on.isoformat() if one.confirmed_on else "",
    }
