"""Simulated data: a source invented to practise with, of which all that comes says so, everywhere it goes.

A sheet is simulated when every source that speaks of it is. Where a sheet is told by several sources, those
that are simulated say it beside their name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from terreau.accounts.perms import can_import
from terreau.core.errors import TerreauError
from terreau.directory import labels, search
from terreau.directory.consolidation import next_change
from terreau.directory.models import Organisation, Record, Source
from terreau.directory.search import Query
from terreau.directory.writing import public_changed
from terreau.journal.services import record as journal


def any_among(query: Query) -> bool:
    """Whether a simulated source speaks of some of the results; nothing is asked when there is none."""
    codes = labels.simulated_sources()
    codes = codes & frozenset(query.sources) if query.sources else codes
    if not codes:
        return False
    wanted = replace(query, sources=tuple(sorted(codes)), page=1, size=1, facets=(), near=None, sort="")
    return search.search(wanted).total > 0


def of_organisations(ids: Iterable[int]) -> set[int]:
    """Those of these organisations whose every source is simulated."""
    found: dict[int, bool] = {}
    rows = Record.objects.filter(organisation__in=list(ids)).order_by()
    for key, simulated in rows.values_list("organisation_id", "source__simulated"):
        if key is not None:
            found[key] = found.get(key, True) and simulated
    return {key for key, simulated in found.items() if simulated}


@transaction.atomic
def mark_source(*, person: Any, source: Source, simulated: bool) -> Source:
    """Say that what a source holds is simulated, or that it is not.

    Raises:
        NotAllowed: when the person may not import in the territory of the source.
        TerreauError: when an exercise is told that some of its data is real.
    """
    can_import.require(person, source.territory)
    if settings.EXERCISE and not simulated:
        raise TerreauError(
            _("Dans une instance d’exercice, toutes les données sont simulées."),
            where=source.name,
            remedy=_("Apportez les données réelles dans une autre instance."),
        )
    held = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if held.simulated == simulated:
        return held
    held.simulated = simulated
    held.save(update_fields=["simulated"])
    show_again(held)
    journal(
        verb="source.simulated" if simulated else "source.genuine",
        subject=f"source:{held.code}",
        actor=person,
        territory_code=held.territory.code,
    )
    return held


def show_again(source: Source) -> None:
    """Index anew the sheets of which a source speaks, inside the transaction that changed it."""
    told = Record.objects.filter(source=source).exclude(organisation=None).values("organisation")
    Organisation.objects.filter(pk__in=told).update(change=next_change())
    public_changed()
