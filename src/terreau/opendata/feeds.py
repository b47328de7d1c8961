"""The feed of new sheets: those of a territory, of a filter, of the whole directory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from terreau.core.atom import Category, Entry, Feed, tag_id
from terreau.directory import labels, search
from terreau.directory.asking import Asking, describe
from terreau.directory.models import Organisation, marked
from terreau.directory.words import without_contacts

MOST_ENTRIES = 50
_SUMMARY = 400
# Before any sheet: a feed without entry must be dated too.
_START = datetime(2026, 1, 1, tzinfo=UTC)


def new_sheets(asking: Asking) -> Feed:
    """The last sheets that entered the directory and answer a question, the newest first."""
    query = replace(asking.query, page=1, size=MOST_ENTRIES, sort="new", near=None, facets=())
    hits = search.search(query).hits
    keys = [hit["id"] for hit in hits]
    simulated = {hit["id"] for hit in hits if hit.get("m")}
    found = Organisation.objects.shown().filter(public_id__in=keys, merged_into=None)
    sheets = sorted(found.select_related("territory"), key=lambda one: -one.pk)
    what = describe(asking)
    return Feed(
        id=tag_id(settings.PUBLIC_URL, f"{reverse('opendata:feed')}{asking.canonical}"),
        title=_("Nouvelles fiches : %(what)s") % {"what": what},
        subtitle=_(
            "Les organisations de l’économie sociale et solidaire qui viennent d’entrer dans l’annuaire."
        ),
        own_url=f"{settings.PUBLIC_URL}{reverse('opendata:feed')}{asking.canonical}",
        url=f"{settings.PUBLIC_URL}{reverse('directory:list')}{asking.canonical}",
        updated=_START,
        author="Terreau",
        rights=_("La licence de chaque fiche est celle de ses sources, dites sur sa page."),
        language=get_language() or "fr",
        entries=tuple(_entry(one, simulated=one.public_id in simulated) for one in sheets),
    )


def _entry(sheet: Organisation, *, simulated: bool) -> Entry:
    path = reverse("directory:sheet", args=[sheet.public_id])
    names = labels.labels("sector", sheet.sectors)
    family = labels.family_label(sheet.family) if sheet.family else ""
    where = sheet.territory.name if sheet.territory else ""
    text = without_contacts(sheet.description)
    short = text if len(text) <= _SUMMARY else f"{text[:_SUMMARY].rsplit(' ', 1)[0]}…"
    return Entry(
        id=tag_id(settings.PUBLIC_URL, path),
        title=marked(sheet.name, simulated),
        url=f"{settings.PUBLIC_URL}{path}",
        # A new sheet is news once: what changes later is told by the feed of changes.
        updated=sheet.created_at,
        published=sheet.created_at,
        summary=" · ".join(part for part in (family, where, short) if part),
        categories=tuple(Category(code, name) for code, name in names.items()),
    )
