"""What a town says of itself: its answers on a practice, its portrait, the figures it lets be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.writing import known, public_changed
from terreau.journal.words import clean_words
from terreau.practices import perms
from terreau.practices.enums import Criterion, Indicator, TownKind
from terreau.practices.models import Assessment, AssessmentAnswer, Consent, Practice, Profile
from terreau.practices.telling import tell, tell_town
from terreau.practices.transfer import BEST, Answer
from terreau.territories.models import Territory


def assess(
    *,
    person: Any,
    practice: Practice,
    territory: Territory,
    version: int,
    answers: Mapping[Criterion, Answer],
) -> Assessment:
    """Keep what a town answers to the ten questions; those it leaves empty are answered by rule or missing.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone answered in between, or a mark is out of its scale.
    """
    perms.can_take_up.require(person, territory)
    for criterion, answer in answers.items():
        if answer.mark is not None and not 0 <= answer.mark <= BEST:
            raise TerreauError(_("Une note va de 0 à 4."), where=str(criterion.label))
    told = {one: Answer(given.mark, clean_words(given.evidence, one.label)) for one, given in answers.items()}
    with transaction.atomic():
        Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
        held, _made = Assessment.objects.get_or_create(practice=practice, territory=territory)
        before = {one.criterion: Answer(one.mark, one.evidence) for one in held.answers.all()}
        if before and before == {one.value: given for one, given in told.items() if _says(given)}:
            return held
        if held.version != version:
            raise _changed_meanwhile(territory)
        held.version += 1
        held.changed_by = known(person)
        held.save()
        held.answers.all().delete()
        AssessmentAnswer.objects.bulk_create(
            AssessmentAnswer(assessment=held, criterion=one, mark=given.mark, evidence=given.evidence)
            for one, given in told.items()
            if _says(given)
        )
        tell("practice.assessed", person, practice, territory)
    return held


def _says(given: Answer) -> bool:
    return given.mark is not None or bool(given.evidence)


def portray(
    *,
    person: Any,
    territory: Territory,
    version: int,
    kind: str,
    coastal: bool | None,
    yearly_budget: int | None,
    indicators: Iterable[str],
) -> Profile:
    """What a town says of itself, and which of its figures others may compare theirs with.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone changed it in between, or a choice is not one.
    """
    perms.can_write.require(person, territory)
    wanted = set(indicators)
    if (kind and kind not in TownKind.values) or wanted - set(Indicator.values):
        raise TerreauError(
            _("Ce choix n’est pas possible."), remedy=_("Rechargez la page, puis recommencez.")
        )
    with transaction.atomic():
        Territory.objects.select_for_update().get(pk=territory.pk)
        held, made = Profile.objects.get_or_create(territory=territory)
        given = set(Consent.objects.filter(territory=territory).values_list("indicator", flat=True))
        now = (held.kind, held.coastal, held.yearly_budget, given)
        if not made and now == (kind, coastal, yearly_budget, wanted):
            return held
        if held.version != version:
            raise _changed_meanwhile(territory)
        held.kind, held.coastal, held.yearly_budget = kind, coastal, yearly_budget
        held.version += 1
        held.save()
        Consent.objects.filter(territory=territory).exclude(indicator__in=wanted).delete()
        Consent.objects.bulk_create(
            Consent(territory=territory, indicator=one, given_by=known(person))
            for one in Indicator.values
            if one in wanted - given
        )
        tell_town("town.portrayed", person, territory, figures=sorted(wanted))
        if given != wanted:
            public_changed()
    return held


def _changed_meanwhile(territory: Territory) -> TerreauError:
    return TerreauError(
        _("Quelqu’un d’autre a enregistré cette page pendant que vous l’écriviez."),
        where=territory.name,
        remedy=_("Votre saisie est encore ici\u00a0: comparez-la, puis enregistrez de nouveau."),
    )
