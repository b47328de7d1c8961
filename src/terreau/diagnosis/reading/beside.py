"""Beside the territory: those that contain it, and what others published on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from terreau.diagnosis.facts import (
    Published,
    Reference,
)
from terreau.diagnosis.reading.counting import counted
from terreau.diagnosis.reading.inside import TREE_ORDER, read_inhabitants
from terreau.diagnosis.reading.sources import read_coverage, rests_on_simulated
from terreau.observatory.published import TOTAL, PublishedFigure, figures_for
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

PUBLISHED_LIMIT = 6  # of one territory
# What an order of magnitude is wanted of, most telling first, as the publications name it.
PUBLISHED = (
    "part de l’ESS dans l’emploi", "part de l’emploi", "part de l’emploi salarié", "part de l’emploi privé",
    "part de l’économie sociale dans l’emploi salarié", "part des emplois", "part des salariés", "emplois",
    "salariés", "établissements employeurs", "établissements", "entreprises employeuses",
    "entreprises d’économie sociale", "entreprises sociales", "entités ESS", "coopératives", "ETP",
)  # fmt: skip
UNITS = {"nb": "", "%": "%", "EUR": "€"}


def kind_in_words(territory: Territory) -> str:
    """« commune », « région »…; in France a department is called so, elsewhere it may be a province."""
    if territory.kind == Kind.DEPARTMENT and territory.country_code == "FR":
        return "département"
    return str(territory.get_kind_display())


def read_containers(territory: Territory) -> list[Territory]:
    """The territories in force that contain it, nearest first."""
    found = Territory.objects.containing(territory).current().exclude(pk=territory.pk)
    return sorted(found, key=lambda place: -TREE_ORDER[place.kind])


def read_references(containers: Sequence[Territory], as_of: date) -> tuple[Reference, ...]:
    """Each of these territories, counted in the same way."""
    inhabitants = read_inhabitants([place.pk for place in containers], as_of)
    return tuple(
        Reference(
            code=place.code,
            name=place.name,
            kind_label=kind_in_words(place),
            count=counted(place, as_of).count(),
            inhabitants=inhabitants.get(place.pk),
            coverage=read_coverage(place, as_of),
            simulated=rests_on_simulated(place, as_of),
        )
        for place in containers
    )


def read_published(codes: Sequence[str], as_of: date) -> tuple[Published, ...]:
    """Figures that others published on these territories, the newest of each kind by the day."""
    found = []
    for code in codes:
        known = [
            one for one in figures_for([code]) if one.segment == TOTAL and one.sorting_year <= as_of.year
        ]
        of_code = []
        for indicator in PUBLISHED:
            newest = max((one.sorting_year for one in known if one.indicator == indicator), default=None)
            of_code += [one for one in known if one.indicator == indicator and one.sorting_year == newest]
        found += [_published(code, one) for one in of_code[:PUBLISHED_LIMIT]]
    return tuple(one for one in found if one is not None)


def _published(code: str, one: PublishedFigure) -> Published | None:
    if one.value is None:
        return None
    link = next(iter(one.links), "")
    return Published(
        code=code,
        year=one.year,
        label=one.indicator,
        field="ESS, au sens de la source",
        value=round(one.value, 1),
        unit=UNITS.get(one.unit, one.unit),
        source=(urlsplit(link).hostname or link).removeprefix("www.") if link else one.source_url,
        url=link,
        note=one.note,
    )
