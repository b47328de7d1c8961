"""The printed directory of a territory: what it says, where it is kept.

It is kept under its content: made once, given to all who ask, made anew when a sheet has changed. What is
printed of a sheet is what its page shows; a telephone or an e-mail address only where the organisation made
it public.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.compact_json import dumps
from terreau.core.errors import TerreauError
from terreau.core.files import write_atomically
from terreau.core.numbers import french_number
from terreau.core.text import fold, of_place
from terreau.directory import labels
from terreau.directory.enums import Status
from terreau.directory.listing import freshness
from terreau.directory.models import Organisation, Record, Source, marked
from terreau.directory.reading import batches
from terreau.directory.search import Query, search
from terreau.directory.sheet import place_lines, web_address
from terreau.directory.simulated import of_organisations
from terreau.directory.words import without_contacts
from terreau.documents.pdf import render
from terreau.perimeters.vocabulary import FAMILIES
from terreau.territories.models import Territory

TEMPLATE: Final = Path(__file__).with_name("typst") / "annuaire.typ"
# Beyond, a printed directory is a pile nobody reads: a commune, or the files.
MOST_SHEETS: Final = 5000
# Up to this many the document is made while one waits, beyond by a job.
MOST_AT_ONCE: Final = 1000
# A change of the template makes the documents anew.
_EDITION: Final = "2"
_LONGEST_TEXT: Final = 500
_PERSON: Final = "personne_physique"


@dataclass(frozen=True)
class Printed:
    """A printed directory: what it will say, and the file that has it, made or not."""

    territory: Territory
    data: dict[str, Any]
    path: Path

    @property
    def is_made(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    @property
    def count(self) -> int:
        """How many sheets it holds."""
        return int(self.data["count"])

    @property
    def is_long(self) -> bool:
        """Whether it is too long to be made while one waits."""
        return self.count > MOST_AT_ONCE


def offered(territory: Territory) -> bool:
    """Whether a territory has a directory that can be printed."""
    return 0 < search(Query(territories=(territory.code,), size=1)).total <= MOST_SHEETS


def prepare(territory: Territory) -> Printed:
    """What the printed directory of a territory says today.

    Raises:
        TerreauError: when there is no sheet, or too many.
    """
    # Asked of the index first: the base would sort a whole country before it is told that this is too much.
    _check(territory, search(Query(territories=(territory.code,), size=1)).total)
    found = Organisation.objects.filter(status=Status.ACTIVE, merged_into=None).in_territory(territory)
    ids = list(found.order_by("name_folded", "pk").values_list("pk", flat=True)[:MOST_SHEETS])
    told = _Told()
    sheets = list(_sheets(territory, ids, told))
    data = _data(territory, sheets, told)
    return Printed(territory, data, _folder() / f"{territory.code}-{_digest(data)}.pdf")


def _check(territory: Territory, count: int) -> None:
    if not count:
        raise TerreauError(
            _("L’annuaire %(of)s n’a encore aucune fiche à imprimer.") % {"of": of_place(territory.name)},
            remedy=_("Il pourra être imprimé dès qu’une organisation y sera."),
        )
    if count > MOST_SHEETS:
        raise TerreauError(
            _("L’annuaire %(of)s a plus de %(most)s fiches : c’est trop pour être imprimé.")
            % {"of": of_place(territory.name), "most": french_number(MOST_SHEETS)},
            remedy=_("Choisissez une commune, ou téléchargez la liste en tableur."),
        )


def make(printed: Printed) -> bytes:
    """The document, kept for those who ask next; what it replaces is thrown away."""
    now = timezone.now()
    day = labels.day_text(timezone.localtime(now).date().isoformat())
    dated = {**printed.data, "date": _("Établi le %(day)s") % {"day": day}}
    content = render(TEMPLATE, dated, created=now)
    write_atomically(printed.path, content)
    for other in _folder().glob(f"{printed.territory.code}-*.pdf"):
        if other != printed.path and _is_of(other, printed.territory):
            other.unlink(missing_ok=True)
    return content


def made_at(printed: Printed) -> datetime:
    """When the file was made."""
    return datetime.fromtimestamp(printed.path.stat().st_mtime, timezone.get_current_timezone())


def _is_of(path: Path, territory: Territory) -> bool:
    """A code may begin with another: what follows it must be a digest alone."""
    return "-" not in path.stem.removeprefix(f"{territory.code}-")


def _folder() -> Path:
    # Beside the files that people brought, which back-ups keep: a document can always be made again.
    folder: Path = settings.HOME.root / "imprimes"
    return folder


def _digest(data: dict[str, Any]) -> str:
    return hashlib.blake2b(f"{_EDITION}{dumps(data)}".encode(), digest_size=12).hexdigest()


# --- What it says ---------------------------------------------------------------------------------------


@dataclass
class _Told:
    """The sources that speak of the sheets, and when each sheet was last spoken of."""

    source_ids: set[int]
    latest: dict[int, str]

    def __init__(self) -> None:
        self.source_ids, self.latest = set(), {}

    def read(self, batch: list[int]) -> None:
        records = Record.objects.filter(organisation__in=batch).order_by()
        rows = records.values_list("organisation_id", "stated_on", "source__dated_on", "source_id")
        for key, said, dated, source in rows:
            self.source_ids.add(source)
            day: date | None = said or dated
            if key is not None and day is not None:
                self.latest[key] = max(self.latest.get(key, ""), day.isoformat())


def _sheets(
    territory: Territory, ids: list[int], told: _Told
) -> Iterator[tuple[Organisation, dict[str, Any]]]:
    for batch in batches(ids):
        found = Organisation.objects.select_related("territory").in_bulk(batch)
        told.read(batch)
        simulated = of_organisations(batch)
        for key in batch:
            if key in found:
                sheet = _sheet(found[key], told.latest.get(key, ""), within=territory)
                yield found[key], {**sheet, "name": marked(sheet["name"], key in simulated)}


def _sheet(one: Organisation, said_on: str, *, within: Territory) -> dict[str, Any]:
    values = one.shown_values
    confirmed = one.confirmed_on.isoformat() if one.confirmed_on else ""
    address = "" if one.nature == _PERSON else ", ".join(place_lines(values))
    # Of a commune's own directory, the commune is not said of each sheet.
    apart = one.territory is not None and one.territory.pk != within.pk and not values.get("locality")
    where = one.territory.name if one.territory and apart else ""
    ways = [values.get("telephone"), values.get("email"), web_address(values)]
    return {
        "key": one.public_id,
        "name": one.name,
        "short_name": one.short_name if one.short_name != one.name else "",
        "text": _shortened(without_contacts(one.description)),
        "sectors": ", ".join(labels.labels("sector", one.sectors).values()),
        "place": ", ".join(part for part in (address, where) if part),
        "ways": [str(way) for way in ways if way],
        "freshness": freshness(confirmed, said_on),
    }


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else f"{line[:_LONGEST_TEXT].rsplit(' ', 1)[0]}…"


def _data(
    territory: Territory, sheets: list[tuple[Organisation, dict[str, Any]]], told: _Told
) -> dict[str, Any]:
    count = len(sheets)
    number = ngettext("%(count)s organisation en activité", "%(count)s organisations en activité", count)
    return {
        "title": _("Annuaire de l’économie sociale et solidaire"),
        "territory": territory.name,
        "subtitle": number % {"count": french_number(count)},
        "count": count,
        "notes": [
            _("Les fiches à jour, leurs sources et la carte : %(address)s")
            % {"address": f"{settings.PUBLIC_URL}{reverse('directory:list')}?territoire={territory.code}"}
        ],
        "families": _families(sheets),
        "index_title": _("Index des secteurs d’activité"),
        "index": _index(sheets),
        "sources_title": _("Sources"),
        "sources_lead": _("Ces fiches réunissent ce que disent les sources suivantes."),
        "source_columns": [_("Source"), _("Éditeur"), _("Licence"), _("Date des données")],
        "sources": _sources(told.source_ids),
        "no_sector": _("Secteur non dit"),
    }


def _families(sheets: list[tuple[Organisation, dict[str, Any]]]) -> list[dict[str, Any]]:
    """By family in the order of the nomenclature, those whose family nobody tells at the end."""
    by_family: dict[str, list[dict[str, Any]]] = {code: [] for code in FAMILIES}
    for one, sheet in sheets:
        by_family.setdefault(one.family if one.family in FAMILIES else "", []).append(sheet)
    return [
        {"title": labels.family_label(code, plural=True), "sheets": found}
        for code, found in sorted(by_family.items(), key=lambda item: not item[0])
        if found
    ]


def _index(sheets: list[tuple[Organisation, dict[str, Any]]]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, str]]] = {}
    for one, sheet in sheets:
        for name in labels.labels("sector", one.sectors).values():
            found.setdefault(name, []).append({"key": sheet["key"], "name": sheet["name"]})
    return [{"title": name, "sheets": found[name]} for name in sorted(found, key=fold)]


def _sources(ids: set[int]) -> list[list[str]]:
    unknown = _("non dite")
    return [
        [
            one.told_name,
            one.publisher,
            one.licence or unknown,
            labels.day_text(one.dated_on.isoformat()) if one.dated_on else unknown,
        ]
        for one in Source.objects.filter(pk__in=ids).order_by("name")
    ]
