"""Where an exported file comes from: what was asked, when, how many answer, which sources, which licences.

A file that is passed on loses the page it was taken from: it carries this with it, each format in the place
that its readers know (a second sheet, a foreign member, a data set's node, a document beside the CSV).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.directory.labels import day_text
from terreau.directory.models import Record, Source
from terreau.directory.reading import batches


@dataclass(frozen=True)
class Asked:
    """What a file answers: in words, and the page of the site that shows the same."""

    words: str
    address: str

    @property
    def url(self) -> str:
        """The whole address of the page."""
        return f"{settings.PUBLIC_URL}{self.address}"


@dataclass
class Provenance:
    """What is told of a file; `count`, `unplaced` and the sources are gathered while it is written."""

    asked: Asked
    made_at: datetime = field(default_factory=timezone.now)
    count: int = 0
    unplaced: int = 0
    source_ids: set[int] = field(default_factory=set)

    def sources(self) -> list[Source]:
        """The sources that speak of the organisations of the file, by code."""
        return list(Source.objects.filter(pk__in=self.source_ids).order_by("code"))

    def read_sources(self, ids: Iterable[int]) -> None:
        """Gather the sources of these organisations, for a file that is not written here."""
        for batch in batches(ids):
            found = Record.objects.filter(organisation__in=batch).order_by()
            self.source_ids.update(found.values_list("source_id", flat=True).distinct())
            self.count += len(batch)


def as_data(told: Provenance) -> dict[str, Any]:
    """The provenance under stable keys, documented in `docs/formats.md`."""
    return {
        "title": title(told.asked),
        "filters": told.asked.words,
        "url": told.asked.url,
        "made_at": timezone.localtime(told.made_at).isoformat(timespec="seconds"),
        "count": told.count,
        "sources": [source_data(one) for one in told.sources()],
    }


def source_data(source: Source) -> dict[str, str]:
    """A source as files tell it; an empty licence is one that the source does not state."""
    return {
        "code": source.code,
        "name": source.name,
        "publisher": source.publisher,
        "url": source.url,
        "licence": source.licence,
        "dated_on": source.dated_on.isoformat() if source.dated_on else "",
        "simulated": "1" if source.simulated else "",
    }


def title(asked: Asked) -> str:
    """What the file holds."""
    said = _("Annuaire de l’économie sociale et solidaire : %(what)s") % {"what": asked.words}
    return f"{said} ({settings.INSTANCE_NOTICE})" if settings.INSTANCE_NOTICE else said


def as_lines(told: Provenance) -> list[tuple[str, ...]]:
    """The provenance as the lines of a sheet."""
    lines: list[tuple[str, ...]] = [
        (title(told.asked),),
        (_("Filtres demandés"), told.asked.words),
        (_("Adresse de la liste"), told.asked.url),
        (_("Fichier fait le"), day_text(timezone.localtime(told.made_at).date().isoformat())),
        (_("Nombre d’organisations"), str(told.count)),
        (),
        (
            *(_("Source"), _("Éditeur"), _("Licence"), _("Date des données"), _("Adresse"), _("Code")),
            _("Données simulées"),
        ),
    ]
    for one in told.sources():
        said = source_data(one)
        licence = said["licence"] or _("non dite par la source")
        dated = said["dated_on"] or _("non dite par la source")
        simulated = _("oui") if said["simulated"] else _("non")
        lines.append((said["name"], said["publisher"], licence, dated, said["url"], said["code"], simulated))
    return lines
