"""What was written in the open questions: read by the agent, rewritten for the meeting, never public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.journal.rules import is_way_to_reach
from terreau.journal.services import record
from terreau.survey.definition import Question, in_language
from terreau.survey.enums import SubmissionState
from terreau.survey.models import Submission, Survey
from terreau.survey.publishing import all_questionnaires
from terreau.survey.results import perms
from terreau.survey.results.columns import WHO
from terreau.survey.results.models import ShownRemark

LIMIT: Final = 2000
_OPEN: Final = frozenset(("text", "long_text"))


@dataclass(frozen=True)
class Remark:
    """One remark as it was given, and as it is shown when it is."""

    answer: str
    question: str
    label: str
    given: str
    text: str
    shown: bool


def open_questions(survey: Survey) -> dict[str, Question]:
    """The questions answered in words, in any version; not those that say who answers."""
    return {
        question.id: question
        for asked in all_questionnaires(survey).values()
        for block in asked.blocks
        if block.key != WHO
        for question in block.questions
        if question.kind in _OPEN
    }


def all_remarks(survey: Survey) -> list[Remark]:
    """Every remark of the answers that count, question by question."""
    asked = open_questions(survey)
    shown = {(one.submission_id, one.question): one.text for one in _shown(survey)}
    answers = survey.submissions.counted().order_by("completed_at", "pk").values_list("pk", "values")
    found = [
        Remark(
            key.hex,
            name,
            in_language(question.label, "fr"),
            str(values[name]),
            shown.get((key, name), str(values[name])),
            (key, name) in shown,
        )
        for key, values in answers
        for name, question in asked.items()
        if values.get(name)
    ]
    order = {name: at for at, name in enumerate(asked)}
    return sorted(found, key=lambda one: order[one.question])


def _shown(survey: Survey) -> Any:
    """What is shown of the answers that still count: one that is withdrawn takes its remarks along."""
    return ShownRemark.objects.filter(
        submission__survey=survey, submission__state=SubmissionState.COMPLETE
    ).order_by("question", "pk")


def shown_remarks(survey: Survey) -> list[dict[str, Any]]:
    """What the meeting reads, question by question, in no order that tells who wrote."""
    asked = open_questions(survey)
    groups: dict[str, list[str]] = {}
    for one in _shown(survey):
        groups.setdefault(one.question, []).append(one.text)
    return [
        {"label": in_language(asked[name].label, "fr"), "texts": sorted(texts)}
        for name, texts in groups.items()
        if name in asked
    ]


def show_remark(*, person: Any, survey: Survey, answer: UUID, question: str, text: str) -> ShownRemark:
    """Show a remark at the meeting, as the agent rewrote it.

    Raises:
        NotAllowed: when the person does not read the answers.
        TerreauError: when there is no such remark, or the text is empty, too long or tells how to reach
            someone.
    """
    perms.can_choose_remarks.require(person, survey.territory)
    text = text.strip()
    if not 0 < len(text) <= LIMIT:
        raise TerreauError(_("Écrivez ce qui sera montré, en 2 000 signes au plus."))
    if is_way_to_reach(text):
        raise TerreauError(
            _("La remarque contient une adresse électronique ou un numéro de téléphone."),
            remedy=_("Retirez-les\u00a0: personne ne doit être reconnu."),
        )
    with transaction.atomic():
        found = Submission.objects.counted().filter(survey=survey, pk=answer).first()
        if found is None or question not in open_questions(survey) or not found.values.get(question):
            raise TerreauError(
                _("Cette réponse n’est plus là\u00a0: elle a été corrigée ou retirée."),
                remedy=_("Rechargez la page."),
            )
        kept, _made = ShownRemark.objects.update_or_create(
            submission=found,
            question=question,
            defaults={"text": text, "shown_by": person if getattr(person, "pk", None) else None},
        )
        _tell("survey.remark_shown", person, survey)
    return kept


def hide_remark(*, person: Any, survey: Survey, answer: UUID, question: str) -> None:
    """Show a remark no more."""
    perms.can_choose_remarks.require(person, survey.territory)
    with transaction.atomic():
        shown = ShownRemark.objects.filter(submission=answer, submission__survey=survey, question=question)
        if shown.delete()[0]:
            _tell("survey.remark_hidden", person, survey)


def _tell(verb: str, person: Any, survey: Survey) -> None:
    record(verb=verb, subject=f"survey:{survey.slug}", actor=person, territory_code=survey.territory.code)
