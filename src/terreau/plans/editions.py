"""Editions of a plan: kept on a day, found again, read once their digest is right."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.compact_json import dumps, loads
from terreau.core.errors import TerreauError
from terreau.core.text import squeeze
from terreau.directory.writing import known
from terreau.journal.words import clean_words, field_label
from terreau.plans.edition_models import PlanEdition, PlanEditionQuerySet
from terreau.plans.edition_rules import placed
from terreau.plans.models import Plan
from terreau.plans.planning import held_plan
from terreau.plans.snapshot import content_of
from terreau.plans.telling import tell

LONGEST_WORDS: Final = 300


def freeze(
    *, person: Any, plan: Plan, words: str, is_public: bool = False, today: date | None = None
) -> PlanEdition:
    """Keep the plan as it stands; the same plan kept twice on a day with the same words is one edition.

    Args:
        person: an agent of the territory, or the secretariat.
        plan: one that runs, or one that is closed: its last edition says what it gave.
        words: why it is kept.
        is_public: whether visitors read its public part.
        today: the day on which it stands.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it has no action, is not public where the edition would be, the day is before that
            of the last edition, or the words cannot be kept.
    """
    why = clean_words(
        squeeze(str(words or "")),
        field_label(PlanEdition, "words"),
        longest=LONGEST_WORDS,
        needed=_("Dites en une phrase pourquoi vous gardez le plan à ce jour."),
    )
    day = today or timezone.localdate()
    with transaction.atomic():
        held = held_plan(person, plan, running=False)
        content = content_of(held)
        _check(held, content, is_public=is_public)
        text = dumps(content)
        last = held.editions.first()
        digest = _digest(text)
        if last is not None:
            if (last.digest, last.as_of, last.words, last.is_public) == (digest, day, why, is_public):
                return last
            _check_day(last, day)
        made = PlanEdition.objects.create(
            plan=held,
            number=last.number + 1 if last else 1,
            as_of=day,
            words=why,
            is_public=is_public,
            content=text,
            digest=digest,
            made_by=known(person),
            made_at=timezone.now(),
        )
        tell("plan.edition_made", person, held, name=held.title, number=made.number)
    return made


def _check(plan: Plan, content: dict[str, Any], *, is_public: bool) -> None:
    if not placed(content):
        raise TerreauError(
            _("Ce plan n’a pas encore d’action\u00a0: il n’y a rien à garder."), where=plan.title
        )
    if is_public and plan.published_on is None:
        raise TerreauError(
            _("Ce plan n’est pas public\u00a0: aucune de ses éditions ne peut l’être."),
            where=field_label(PlanEdition, "is_public"),
            remedy=_("Rendez d’abord le plan public, ou gardez une édition pour vous."),
        )


def _check_day(last: PlanEdition, day: date) -> None:
    if day < last.as_of:
        raise TerreauError(
            _("L’édition n°\u00a0%(number)d dit déjà un jour plus récent\u00a0: %(day)s.")
            % {"number": last.number, "day": f"{last.as_of:%d/%m/%Y}"},
            where=field_label(PlanEdition, "as_of"),
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def editions_of(plan: Plan, *, every: bool) -> PlanEditionQuerySet:
    """The editions of a plan, the last first: all of them, or those that visitors read."""
    found = PlanEdition.objects.filter(plan=plan)
    return found if every else found.public()


def read(edition: PlanEdition) -> dict[str, Any]:
    """The content of an edition, once its digest is found right.

    Raises:
        TerreauError: when the content is not the one that was kept.
    """
    if _digest(edition.content) != edition.digest:
        raise TerreauError(
            _(
                "Cette édition ne correspond plus à son empreinte\u00a0: elle a été altérée hors de la "
                "plateforme."
            ),
            where=str(edition),
            remedy=_("Remettez-la depuis une sauvegarde."),
        )
    content: dict[str, Any] = loads(edition.content)
    return content
