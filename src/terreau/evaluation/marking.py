"""Marks given by one assessor, blind to the others; a personal interest; a round sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.evaluation import criteria, perms
from terreau.evaluation.enums import Round
from terreau.evaluation.models import Assessor, Candidate, Evaluation, Interest, MarkSheet
from terreau.evaluation.reading import refresh
from terreau.evaluation.rules import HIGHEST, LOWEST
from terreau.evaluation.telling import held_in_round, tell
from terreau.journal.words import clean_words

# « Je ne sais pas »: the mark is missing, and said so.
UNKNOWN: Final = "na"
LONGEST_EVIDENCE: Final = 1000
SENT: Final = {Round.FIRST: "first_sent_at", Round.SECOND: "second_sent_at"}
Given = Mapping[str, tuple[str, str]]


def committee_of(evaluation: Evaluation) -> Assessor | None:
    """All in the room, for an evaluation that is filled together."""
    return evaluation.assessors.select_related("evaluation__territory").filter(college="").first()


def may_mark(person: Any, assessor: Assessor) -> None:
    """Whether a person holds an assessor's pen: a keeper for the committee, oneself, or who has the link.

    Raises:
        NotAllowed: when they do not.
    """
    if not assessor.college:
        perms.can_keep.require(person, assessor.evaluation.territory)
    elif assessor.person_id is not None:
        perms.is_the_assessor.require(person, assessor)
        perms.can_judge.require(person, assessor.evaluation.territory)


def save_marks(
    *, person: Any, assessor: Assessor, candidate: Candidate, version: int, given: Given
) -> MarkSheet:
    """Keep what one assessor says of one project in the round that is open.

    Args:
        person: who holds the pen; nobody, for a link.
        assessor: whose marks they are.
        candidate: the project.
        version: of the sheet as it was read; 0 for a new one.
        given: criterion → « 0 » to « 4 », `UNKNOWN` or nothing, and the evidence.

    Raises:
        NotAllowed: when it is somebody else's sheet.
        TerreauError: when no round is open, a mark is none, an interest was declared, or the sheet changed.
    """
    may_mark(person, assessor)
    with transaction.atomic():
        evaluation = held_in_round(assessor.evaluation)
        marks = _clean(evaluation, given)
        if is_interested(assessor, candidate):
            raise TerreauError(
                _("Un intérêt personnel est déclaré dans ce projet\u00a0: il n’est pas noté."),
                where=candidate.project.title,
            )
        sheet = _sheet_now(assessor, candidate, evaluation.round)
        if sheet.pk and sheet.marks == marks:
            return sheet
        if (sheet.version if sheet.pk else 0) != version:
            raise TerreauError(
                _("Ces notes ont été modifiées ailleurs pendant que vous les donniez."),
                where=candidate.project.title,
                remedy=_("Votre saisie est encore ici\u00a0: comparez, puis enregistrez de nouveau."),
            )
        sheet.version, sheet.marks = version + 1, marks
        sheet.save()
    if evaluation.together:
        refresh(evaluation)
    return sheet


def _sheet_now(assessor: Assessor, candidate: Candidate, in_round: int | None) -> MarkSheet:
    key = {"assessor": assessor, "candidate": candidate, "round": in_round or Round.FIRST}
    return MarkSheet.objects.filter(**key).first() or MarkSheet(**key)


def _clean(evaluation: Evaluation, given: Given) -> dict[str, dict[str, Any]]:
    """The marks as they are kept; a criterion neither marked nor said unknown is left out."""
    kept: dict[str, dict[str, Any]] = {}
    for one in criteria.read(evaluation.own_criteria):
        mark, evidence = given.get(one.key, ("", ""))
        words = clean_words(evidence, one.label, longest=LONGEST_EVIDENCE)
        if mark or words:
            kept[one.key] = {"mark": _mark(mark, one.label), "evidence": words, "said": bool(mark)}
    return kept


def _mark(text: str, label: str) -> int | None:
    if text in (UNKNOWN, ""):
        return None
    mark = whole_number(text, LOWEST - 1)
    if not LOWEST <= mark <= HIGHEST:
        raise TerreauError(
            _("«\u00a0%(text)s\u00a0» n’est pas une note.") % {"text": text[:20]},
            where=label,
            remedy=_("Choisissez de 0 à 4, ou «\u00a0je ne sais pas\u00a0»."),
        )
    return mark


# --- Personal interest --------------------------------------------------------------------------------


def is_interested(assessor: Assessor, candidate: Candidate) -> bool:
    """Whether an assessor has a personal interest in a project."""
    return bool(assessor.college) and Interest.objects.filter(assessor=assessor, candidate=candidate).exists()


def declare_interest(*, person: Any, assessor: Assessor, candidate: Candidate, holds: bool) -> None:
    """A member says that they have a personal interest in a project, or that they said so by mistake.

    Their marks of that project go; the journal keeps that they stepped back. For a committee that judges
    together, one of its members leaves the room: the others still judge.

    Raises:
        NotAllowed: when it is somebody else's to say.
        TerreauError: when no round is open.
    """
    may_mark(person, assessor)
    with transaction.atomic():
        evaluation = held_in_round(assessor.evaluation)
        kept = Interest.objects.filter(assessor=assessor, candidate=candidate)
        if holds == kept.exists():
            return
        if holds:
            Interest.objects.create(assessor=assessor, candidate=candidate)
            if assessor.college:
                MarkSheet.objects.filter(assessor=assessor, candidate=candidate).delete()
        else:
            kept.delete()
        tell(
            "stepped_back" if holds else "came_back",
            person if getattr(person, "pk", None) else None,
            evaluation,
            college=assessor.college,
            project=candidate.project.public_id,
        )


# --- Sending ------------------------------------------------------------------------------------------


def to_judge(assessor: Assessor) -> list[Candidate]:
    """The projects that an assessor has to judge: those in which they have no interest."""
    candidates = assessor.evaluation.candidates.select_related("project")
    return list(candidates.exclude(interests__assessor=assessor) if assessor.college else candidates)


def sheets_of(assessor: Assessor, in_round: int) -> dict[int, MarkSheet]:
    """Candidate → the sheet of a round."""
    return {one.candidate_id: one for one in assessor.sheets.filter(round=in_round)}


def is_filled(sheet: MarkSheet | None, evaluation: Evaluation) -> bool:
    """Whether each criterion has a mark, or « je ne sais pas »."""
    if sheet is None:
        return False
    return all(sheet.marks.get(one.key, {}).get("said") for one in criteria.read(evaluation.own_criteria))


def lacking(assessor: Assessor, in_round: int) -> list[Candidate]:
    """The projects whose sheet is not filled; in the second round, what was not changed stands."""
    first = sheets_of(assessor, Round.FIRST)
    now = first | sheets_of(assessor, in_round)
    return [one for one in to_judge(assessor) if not is_filled(now.get(one.pk), assessor.evaluation)]


def send(*, person: Any, assessor: Assessor) -> Assessor:
    """Make the marks of the open round count; they may change until the round closes.

    Raises:
        NotAllowed: when they are somebody else's.
        TerreauError: when no round is open, or a project is not judged.
    """
    may_mark(person, assessor)
    with transaction.atomic():
        evaluation = held_in_round(assessor.evaluation)
        now = Assessor.objects.select_for_update(of=("self",)).select_related("evaluation__territory")
        found = now.get(pk=assessor.pk)
        in_round = Round(evaluation.round or Round.FIRST)
        if waiting := lacking(found, in_round):
            raise TerreauError(
                _("Il manque des notes\u00a0: %(projects)s.")
                % {"projects": ", ".join(one.project.title for one in waiting[:5])},
                remedy=_("Notez chaque critère, ou choisissez «\u00a0je ne sais pas\u00a0»."),
            )
        if getattr(found, SENT[in_round]) is None:
            setattr(found, SENT[in_round], timezone.now())
            found.save(update_fields=[SENT[in_round]])
            # Whose marks came is nobody's business: the journal names the college alone.
            tell("marked", None, evaluation, college=found.college)
    return found
