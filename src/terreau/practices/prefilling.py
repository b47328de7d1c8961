"""What the platform can answer by itself of the ten questions, each with what allows it to say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from terreau.core.countries import country_name
from terreau.core.money import converted, money_text
from terreau.core.numbers import french_number
from terreau.directory import search
from terreau.directory.labels import day_text
from terreau.directory.search import Query
from terreau.practices import transfer
from terreau.practices.enums import Criterion, Period
from terreau.practices.models import Assessment, Practice, Profile
from terreau.practices.transfer import Answer
from terreau.practices.world import shared_law_of
from terreau.survey.figures import published_results
from terreau.territories.currencies import currency_at
from terreau.territories.models import Territory


def answers_for(
    practice: Practice, territory: Territory, own: Mapping[Criterion, Answer]
) -> dict[Criterion, Answer]:
    """The ten answers: the town's own where it gave one, else what the platform knows."""
    return by_rule(practice, territory) | {one: given for one, given in own.items() if given.counts}


def own_answers(assessment: Assessment | None) -> dict[Criterion, Answer]:
    """What the town answered."""
    if assessment is None:
        return {}
    return {Criterion(one.criterion): Answer(one.mark, one.evidence) for one in assessment.answers.all()}


def by_rule(practice: Practice, territory: Territory) -> dict[Criterion, Answer]:
    """What follows from the sheet, the directory and what the town says of itself."""
    values: dict[str, Any] = practice.published.values if practice.published else {}
    found = {
        Criterion.RESULTS: _results(practice, values),
        Criterion.PROBLEM: _problem(territory, values),
        Criterion.LAW: _law(practice.territory, territory),
        Criterion.COMPETENCE: _competence(practice.territory, territory),
        Criterion.COST: _cost(practice.territory, territory, values),
        Criterion.SKILLS: _skills(practice.territory, territory),
        Criterion.PARTNERS: _partners(territory, values),
        Criterion.CULTURE: _culture(practice.territory, territory),
        Criterion.TIME: _time(values),
    }
    return {criterion: answer for criterion, answer in found.items() if answer is not None}


def _results(practice: Practice, values: Mapping[str, Any]) -> Answer | None:
    results = values.get("results", ())
    taken_up = practice.adoptions.filter(results__isnull=False).distinct().count()
    proven = sum(1 for one in results if one.get("evidence") or one.get("url"))
    mark = transfer.mark_of_results(
        told=len(results), proven=proven, confirmed=practice.confirmed_on is not None, taken_up=taken_up
    )
    if mark is None:
        return None
    said = [
        _("résultats dits\u00a0: %(count)d, dont prouvés\u00a0: %(proven)d")
        % {"count": len(results), "proven": proven},
        _("confirmés par la ville") if practice.confirmed_on else _("non confirmés par la ville"),
        _("villes qui l’ont reprise et en disent le résultat\u00a0: %(count)d") % {"count": taken_up},
    ]
    return Answer(mark, ", ".join(said))


def _problem(mine: Territory, values: Mapping[str, Any]) -> Answer | None:
    survey = published_results(mine)
    asked = [one for one in survey.needs if one.need in values.get("needs", ())] if survey else []
    if survey is None or not asked:
        return None
    strongest = min(asked, key=lambda one: one.rank)
    told = {
        "need": strongest.label,
        "rank": strongest.rank,
        "total": len(survey.needs),
        "answers": french_number(strongest.answers, 0),
        "day": day_text(survey.as_of.isoformat()),
    }
    return Answer(
        transfer.mark_of_need(strongest.rank),
        _(
            "besoin «\u00a0%(need)s\u00a0» au rang %(rank)d sur %(total)d de votre enquête "
            "(%(answers)s réponses, %(day)s)"
        )
        % told,
    )


def _law(theirs: Territory, mine: Territory) -> Answer | None:
    if theirs.country_code == mine.country_code:
        country = country_name(mine.country_code)
        return Answer(4, _("même pays, donc même droit\u00a0: %(country)s") % {"country": country})
    shared = shared_law_of(mine.country_code, theirs.country_code)
    if shared:
        return Answer(2, _("autre pays, mais un droit commun\u00a0: %(law)s") % {"law": shared})
    return None


def _competence(theirs: Territory, mine: Territory) -> Answer | None:
    if theirs.country_code == mine.country_code and theirs.kind == mine.kind:
        return Answer(3, _("une collectivité de même rang l’a fait dans le même pays"))
    return None


def _cost(theirs: Territory, mine: Territory, values: Mapping[str, Any]) -> Answer | None:
    profile = Profile.objects.filter(territory=mine).first()
    budget = profile.yearly_budget if profile else None
    currency, other = currency_at(theirs), currency_at(mine)
    # What is met once is met in the first year: the dearest year is the one that must fit.
    units = sum(cost["amount"] for cost in values.get("costs", ()) if cost["period"] in Period.values)
    cost = converted(units, currency, other) if units else None
    if not budget or cost is None:
        return None
    mark = transfer.mark_of_cost(cost, budget)
    if mark is None:
        return None
    language = get_language() or settings.LANGUAGE_CODE
    told = {
        "cost": money_text(cost, other, language),
        "share": french_number(100 * cost / budget),
        "budget": money_text(budget, other, language),
    }
    return Answer(
        mark,
        _("la première année coûte %(cost)s, soit %(share)s\u00a0%% de votre budget de %(budget)s") % told,
    )


def _skills(theirs: Territory, mine: Territory) -> Answer | None:
    if not theirs.population or not mine.population or theirs.kind == "country":
        return None
    told = {"theirs": french_number(theirs.population, 0), "mine": french_number(mine.population, 0)}
    return Answer(
        transfer.mark_of_size(mine.population, theirs.population),
        _("portée par une ville de %(theirs)s habitants, la vôtre en a %(mine)s") % told,
    )


def _partners(mine: Territory, values: Mapping[str, Any]) -> Answer | None:
    sectors = tuple(values.get("sectors", ()))
    if not sectors:
        return None
    count = search.search(Query(territories=(mine.code,), sectors=sectors, size=1)).total
    return Answer(
        transfer.mark_of_partners(count),
        _("organisations de ces secteurs connues dans votre annuaire\u00a0: %(count)s")
        % {"count": french_number(count, 0)},
    )


def _culture(theirs: Territory, mine: Territory) -> Answer | None:
    if theirs.country_code == mine.country_code:
        return Answer(3, _("même pays"))
    return None


def _time(values: Mapping[str, Any]) -> Answer | None:
    months = values.get("months")
    if not months:
        return None
    return Answer(transfer.mark_of_months(months), _("a pris %(count)d mois") % {"count": months})
