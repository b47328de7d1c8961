"""The shortlist that a committee rates: what is typed, checked and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.numbers import french_number
from terreau.core.text import squeeze
from terreau.journal.services import record
from terreau.survey.enums import Need
from terreau.survey.models import Survey
from terreau.survey.results import perms, priorities
from terreau.survey.results.content import Rated, Shortlisted
from terreau.survey.results.models import Shortlist, Variant


@dataclass(frozen=True)
class Rating:
    """A, B, C and the five PEARL answers, as the committee gave them to one need."""

    size: float
    seriousness: float
    effectiveness: float
    pearl: tuple[bool, ...]


def read(survey: Survey) -> Shortlisted | None:
    """The shortlist with its figures, the highest first; None where there is none."""
    kept = Shortlist.objects.filter(survey=survey).first()
    if kept is None or not kept.ratings:
        return None
    ratings = {need: _kept(one) for need, one in kept.ratings.items()}
    basic = {
        need: priorities.RATINGS[kept.variant](one.size, one.seriousness, one.effectiveness)
        for need, one in ratings.items()
    }
    overall = {need: priorities.overall_rating(basic[need], one.pearl) for need, one in ratings.items()}
    ranks = dict(zip(ratings, priorities.ranks(list(overall.values())), strict=True))
    rows = [
        Rated(
            need,
            one.size,
            one.seriousness,
            one.effectiveness,
            one.pearl,
            round(basic[need], 6),
            round(overall[need], 6),
            ranks[need],
        )
        for need, one in ratings.items()
    ]
    rows.sort(key=lambda row: (row.rank, Need.values.index(row.need)))
    return Shortlisted(kept.variant, kept.committee, kept.worked_on.isoformat(), tuple(rows))


def ratings_of(survey: Survey) -> tuple[Shortlist | None, dict[str, Rating]]:
    """What is kept, to be shown in the form."""
    kept = Shortlist.objects.filter(survey=survey).first()
    return kept, {need: _kept(one) for need, one in kept.ratings.items()} if kept else {}


def _kept(data: Mapping[str, Any]) -> Rating:
    return Rating(data["a"], data["b"], data["c"], tuple(data["pearl"]))


def rate(
    *,
    person: Any,
    survey: Survey,
    variant: str,
    committee: str,
    worked_on: date,
    ratings: Mapping[str, Rating],
    version: int,
) -> Shortlist:
    """Keep what the committee gave, in place of what it gave before.

    Args:
        person: an agent of the territory, or the secretariat.
        survey: the survey.
        variant: one of `Variant`.
        committee: who rated, as a body: never people's names.
        worked_on: the day.
        ratings: by code of need; a need left out is not on the list.
        version: of the list as the page showed it, 0 when there was none.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when a rating is out of bounds, the day is to come, or a colleague changed the list.
    """
    perms.can_rate.require(person, survey.territory)
    _check(variant, worked_on, ratings)
    with transaction.atomic():
        Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
        kept = Shortlist.objects.filter(survey=survey).first()
        if (kept.version if kept else 0) != version:
            raise TerreauError(
                _("Un collègue a changé la liste pendant ce temps."),
                where=survey.title,
                remedy=_("Rien n’a été enregistré\u00a0: rechargez la page, puis reportez vos notes."),
            )
        kept = kept or Shortlist(survey=survey, version=0)
        kept.variant, kept.committee, kept.worked_on = variant, squeeze(committee)[:200], worked_on
        kept.ratings = {need: _data(one) for need, one in ratings.items()}
        kept.version += 1
        kept.save()
        record(
            verb="survey.shortlist_rated",
            subject=f"survey:{survey.slug}",
            actor=person,
            territory_code=survey.territory.code,
            count=len(ratings),
            variant=variant,
        )
    return kept


def _data(one: Rating) -> dict[str, Any]:
    return {"a": one.size, "b": one.seriousness, "c": one.effectiveness, "pearl": list(one.pearl)}


def _check(variant: str, worked_on: date, ratings: Mapping[str, Rating]) -> None:
    if variant not in Variant.values:
        raise TerreauError(_("Choisissez la formule."))
    if worked_on > timezone.localdate():
        raise TerreauError(_("Ces notes ne peuvent pas être d’un jour à venir."), where=_("Date"))
    for need, one in ratings.items():
        label = str(Need(need).label)
        limits = (
            ("A", one.size, priorities.RATING_LIMIT),
            ("B", one.seriousness, priorities.SERIOUSNESS_LIMITS[variant]),
            ("C", one.effectiveness, priorities.RATING_LIMIT),
        )
        for letter, value, limit in limits:
            if not 0 <= value <= limit:
                raise TerreauError(
                    _("La note %(letter)s va de 0 à %(limit)s avec cette formule.")
                    % {"letter": letter, "limit": french_number(limit)},
                    where=label,
                )


def parse(letters: Sequence[str], pearl: Sequence[bool], need: str) -> Rating | None:
    """The rating typed for one need: None when nothing was typed.

    Raises:
        TerreauError: when a part of it is missing, or is no number.
    """
    typed = [one.strip().replace(",", ".") for one in letters]
    if not any(typed):
        return None
    try:
        numbers = [float(one) for one in typed]
        if not all(abs(one) < 1000 for one in numbers):
            raise ValueError
    except ValueError:
        raise TerreauError(
            _("Un besoin de la liste a ses trois notes A, B et C, en chiffres."), where=str(Need(need).label)
        ) from None
    size, seriousness, effectiveness = numbers
    return Rating(size, seriousness, effectiveness, tuple(pearl))
