"""What is decided of each project, kept with its whole trace: it never changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.labels import day_text
from terreau.directory.writing import known, public_changed
from terreau.evaluation import perms, reading, trace
from terreau.evaluation.enums import EvaluationState, Outcome
from terreau.evaluation.gathering import Gathered, gather
from terreau.evaluation.headline import Line, lines_of
from terreau.evaluation.models import Decision, Evaluation
from terreau.evaluation.presentation import reason_words
from terreau.evaluation.rules import VETO
from terreau.evaluation.telling import held, tell
from terreau.journal.days import day_past
from terreau.journal.words import clean_words
from terreau.portfolio import services as portfolio

LONGEST_REASON: Final = 1000


@dataclass(frozen=True)
class Said:
    """What is decided of one project, and why."""

    outcome: str
    reason: str


def decide(
    *,
    person: Any,
    evaluation: Evaluation,
    read: str,
    outcomes: Mapping[str, Said],
    reference: str = "",
    decided_on: date | None = None,
    is_public: bool = False,
) -> Decision:
    """Keep what is decided of each project; sent twice, it is decided once.

    Args:
        person: an agent of the territory, or the secretariat.
        evaluation: its marking over, or filled together.
        read: digest of the result that was on the page.
        outcomes: project → what is decided.
        reference: of the deliberation.
        decided_on: its day.
        is_public: whether everyone reads it.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when marks are still given, changed since they were read, a project has no answer, or
            the day is before that of a former decision.
    """
    perms.can_keep.require(person, evaluation.territory)
    day = day_past(decided_on or timezone.localdate(), where=_("Décidé le"))
    reference = clean_words(reference, _("Délibération"), longest=200)
    with transaction.atomic():
        found = held(evaluation)
        if found.state == EvaluationState.DECIDED:
            return found.decision
        if found.state != EvaluationState.CLOSED and not found.together:
            raise TerreauError(
                _("La notation est encore ouverte."), where=found.title, remedy=_("Closez-la d’abord.")
            )
        gathered = gather(found)
        if gathered.digest != read:
            raise TerreauError(
                _("Des notes ou des poids ont changé depuis que vous avez lu le résultat."),
                where=found.title,
                remedy=_("Relisez-le\u00a0: vos réponses sont encore ici."),
            )
        _require_after_former(gathered, day)
        lines = lines_of(gathered)
        decided = {one.candidate.project.public_id: _checked(one, outcomes) for one in lines}
        content = trace.content_of(gathered, reading.kept_or_made(gathered), decided, reference, day)
        made = _freeze(found, content, person=person, day=day, is_public=is_public)
        _move_projects(person, gathered, lines, decided)
        tell(
            "decided",
            person,
            found,
            selected=sum(one.outcome == Outcome.SELECTED for one in decided.values()),
        )
        public_changed()
    return made


def _require_after_former(gathered: Gathered, day: date) -> None:
    """The last decision counts: dated before a former one on the same project, it never would."""
    projects = [one.project for one in gathered.candidates]
    former = Decision.objects.filter(evaluation__projects__in=projects).order_by("-decided_on").first()
    if former is not None and day < former.decided_on:
        raise TerreauError(
            _(
                "Une décision du %(day)s porte déjà sur un de ces projets\u00a0: "
                "celle-ci ne peut pas être d’avant."
            )
            % {"day": day_text(former.decided_on.isoformat())},
            where=_("Décidé le"),
            remedy=_("Vérifiez le jour et l’année."),
        )


def _checked(line: Line, outcomes: Mapping[str, Said]) -> Said:
    """What is decided of one project, with its reason where it needs one.

    Raises:
        TerreauError: when nothing is, or a veto forbids it, or it departs from the marks without saying why.
    """
    project = line.candidate.project
    said = outcomes.get(project.public_id, Said("", ""))
    if said.outcome not in Outcome.values:
        raise TerreauError(_("Dites ce qui est décidé de ce projet."), where=project.title)
    if said.outcome == Outcome.SELECTED and line.proposal.reason == VETO:
        raise TerreauError(
            _("Le risque de ce projet n’est pas maîtrisé\u00a0: il ne peut pas être retenu."),
            where=project.title,
            remedy=_("Reprenez-le, ou changez sa note avec une preuve."),
        )
    reason = clean_words(said.reason, project.title, longest=LONGEST_REASON)
    if said.outcome != line.proposal.outcome and not reason:
        raise TerreauError(
            _("La décision n’est pas celle que les notes proposent\u00a0: dites pourquoi."),
            where=project.title,
        )
    return Said(said.outcome, reason)


def _freeze(
    evaluation: Evaluation, content: dict[str, Any], *, person: Any, day: date, is_public: bool
) -> Decision:
    made = Decision.objects.create(
        evaluation=evaluation,
        territory=evaluation.territory,
        decided_on=day,
        is_public=is_public,
        content=content,
        digest=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        made_at=timezone.now(),
        made_by=known(person),
    )
    evaluation.state = EvaluationState.DECIDED
    evaluation.closed_on = evaluation.closed_on or day
    evaluation.save(update_fields=["state", "closed_on"])
    # No link is needed any more, and nobody's marks are tied to them from here on.
    evaluation.assessors.update(link_digest="", person=None)
    return made


def _move_projects(
    person: Any, gathered: Gathered, lines: Sequence[Line], decided: Mapping[str, Said]
) -> None:
    """Each project goes where the decision sends it, with what it was told."""
    bars = gathered.evaluation.thresholds
    for one in lines:
        project = one.candidate.project
        said = decided[project.public_id]
        why = said.reason or reason_words(one.proposal, one.value, bars)
        portfolio.decide(person=person, project=project, after=said.outcome, reason=why)
