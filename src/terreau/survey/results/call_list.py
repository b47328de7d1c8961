"""Whom to ask still: the organisations that have not answered, those whose answer tells most first."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from terreau.core.numbers import french_quantity
from terreau.core.spreadsheets import neutral
from terreau.core.workbooks import Sheet
from terreau.directory.models import Organisation
from terreau.freshness.models import Refusal
from terreau.freshness.reaching import ways_of
from terreau.survey.models import Survey
from terreau.survey.results.content import Results, Stratum
from terreau.survey.results.population import DIVISIONS, Population, sheets_of

COLUMNS: Final = ("fiche", "organisation", "telephone", "courriel", "lieu", "pourquoi")


@dataclass(frozen=True)
class Due:
    """An organisation to ask, and why its answer counts."""

    pk: int
    share: float
    why: str


@dataclass(frozen=True)
class Line:
    """One line of the list."""

    public_id: str
    name: str
    telephone: str
    email: str
    where: str
    why: str


def due(survey: Survey, population: Population, results: Results) -> list[Due]:
    """Those who have not answered nor asked to be left alone, the least heard categories first."""
    answered = set(
        survey.submissions.counted().filter(organisation__isnull=False).values_list("organisation", flat=True)
    )
    refused = set(
        Refusal.objects.filter(organisation__in=sheets_of(survey.territory)).values_list(
            "organisation", flat=True
        )
    )
    rates = [_rates(one) for one in results.sample.strata]
    found = []
    for pk, categories in population.categories.items():
        if pk in answered or pk in refused:
            continue
        heard = [
            (rate[category], at, category)
            for at, (rate, category) in enumerate(zip(rates, categories, strict=False))
            if category and category in rate
        ]
        share, at, category = min(heard, default=(1.0, -1, ""))
        found.append(Due(pk, share, _why(population, at, category, share)))
    return sorted(found, key=lambda one: (one.share, one.pk))


def _rates(stratum: Stratum) -> dict[str, float]:
    """Of each category, the share that has answered."""
    return {row.key: (row.answered or 0) / row.population for row in stratum.rows if row.population}


def _why(population: Population, at: int, category: str, share: float) -> str:
    if at < 0:
        return _("n’a pas répondu")
    label = population.label(DIVISIONS[at], category)
    if not share:
        return _("%(category)s\u00a0: personne n’a répondu") % {"category": label}
    return _("%(category)s\u00a0: %(share)s ont répondu") % {
        "category": label,
        "share": french_quantity(100 * share, "%", 0),
    }


def lines(asked: Sequence[Due]) -> list[Line]:
    """These organisations with the ways to reach them, in a constant number of queries."""
    sheets = Organisation.objects.select_related("territory").in_bulk([one.pk for one in asked])
    ways = ways_of(list(sheets))
    return [
        Line(
            sheet.public_id,
            sheet.name,
            ways[one.pk].telephone if one.pk in ways else "",
            ways[one.pk].email if one.pk in ways else "",
            sheet.territory.name if sheet.territory else "",
            one.why,
        )
        for one in asked
        if (sheet := sheets.get(one.pk))
    ]


def to_csv(found: Sequence[Line]) -> str:
    """The list as CSV, for programs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in found:
        # A telephone begins with « + »: kept as text.
        writer.writerow([neutral(cell) for cell in _cells(one)])
    return out.getvalue()


def to_sheet(found: Sequence[Line]) -> Sheet:
    """The list as a sheet, for those who call: it opens by a double click, and telephones are as they are."""
    titles = (_("Fiche"), _("Organisation"), _("Téléphone"), _("Courriel"), _("Lieu"), _("Pourquoi"))
    return Sheet(_("Appels"), titles, [_cells(one) for one in found])


def _cells(one: Line) -> tuple[str, ...]:
    return one.public_id, one.name, one.telephone, one.email, one.where, one.why
