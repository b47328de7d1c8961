"""The one door by which an answer enters, whatever the way it came by.

An answer has one identifier for its survey: received again, it changes nothing. An answer that edits another
replaces it, and both are kept, even when the one that edits arrives first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.core.text import fold
from terreau.directory.models import Organisation
from terreau.framework.enums import College
from terreau.survey import perms
from terreau.survey.enums import SubmissionState, SurveyState
from terreau.survey.field import texts
from terreau.survey.models import FormVersion, Respondent, Submission, Survey
from terreau.survey.reading import missing as missing
from terreau.survey.reading import read_values, storable
from terreau.survey.withdrawing import withdraw as withdraw

LONGEST_IDENTIFIER = 120
# What may be told of who answered, and how long each may be.
_WHO = {"name": 160, "email": 254, "phone": 40}
_ADDRESS = re.compile(r"/annuaire/([0-9a-z]+)", re.IGNORECASE)
_FOUND = 8


def form_of(survey: Survey, number: int | str) -> FormVersion:
    """The version of a survey's questionnaire that an answer says it was given to.

    Raises:
        TerreauError: when the survey never had that version.
    """
    told = str(number)
    found = survey.versions.filter(number=whole_number(told)).first()
    if found is None:
        raise TerreauError(
            _("L’enquête n’a jamais eu la version «\u00a0%(number)s\u00a0» de cette réponse.")
            % {"number": told[:40]},
            where=survey.title,
            remedy=_("Reprenez le questionnaire depuis cette enquête, puis envoyez la réponse de nouveau."),
        )
    return found


def sheets_of(survey: Survey) -> Any:
    """The sheets that an answer may be tied to: those shown where the survey is."""
    return Organisation.objects.in_territory(survey.territory).shown()


def sheet_named(survey: Survey, told: str) -> Organisation | None:
    """The sheet of this code, of this address or of this whole name; a name that two bear is nobody's.

    Far from the site nobody knows a code: what is written there is a name.
    """
    shown = sheets_of(survey)
    address = _ADDRESS.search(told)
    code = address[1] if address else "".join(told.split())
    found: Organisation | None = shown.filter(public_id=code.lower()).first()
    if found is not None or not (name := fold(told)):
        return found
    bearing = list(shown.filter(name_folded=name)[:2])
    return bearing[0] if len(bearing) == 1 else None


def sheets_like(survey: Survey, told: str) -> list[Organisation]:
    """The sheets whose names hold all these words."""
    words = fold(told).split()
    if not words:
        return []
    found = sheets_of(survey)
    for one in words:
        found = found.filter(name_folded__contains=one)
    return list(found.select_related("territory").order_by("name_folded")[:_FOUND])


@transaction.atomic
def tie_as_told(*, person: Any, submission: Submission, organisation: Organisation | None) -> None:
    """Tie an answer to the sheet that who answered named in their own words, or to none again.

    Raises:
        NotAllowed: when the person does not read the answers of this territory.
        TerreauError: when who answered named no organisation: theirs is not tied without their word.
    """
    perms.can_read_answers.require(person, submission.survey.territory)
    held = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if texts.SHEET not in held.unread:
        raise TerreauError(_("La personne n’a nommé aucune organisation\u00a0: sa réponse reste sans fiche."))
    # What was written stays as it came: sent again, the answer is known to be the same.
    held.organisation = organisation
    held.save(update_fields=["organisation"])


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was received."""

    survey: Survey
    form: FormVersion
    instance_id: str
    values: Mapping[str, Any]
    channel: str
    college: str
    language: str
    consented_at: datetime | None
    consent: str
    organisation: Organisation | None = None
    unread: Mapping[str, Any] = field(default_factory=dict)
    replaces: str = ""
    started_at: datetime | None = None
    completed_at: datetime | None = None
    respondent: Mapping[str, str] = field(default_factory=dict)


def receive(
    *, person: Any = None, unread: Mapping[str, Any] | None = None, respondent: Any = None, **given: Any
) -> tuple[Submission, bool]:
    """Take in a finished answer: once, whole, or not at all.

    Args:
        person: who typed or imported it, when that was neither the respondent nor a telephone.
        unread: what the channel itself could not read, kept beside what is not read here.
        respondent: name, email and phone of who answered, where they gave them.
        given: the fields of `Given`: `survey`, `form`, `instance_id`, `values` as received, `channel`,
            `college`, `language`, `consented_at`, `consent`; and when they are known `organisation` (the
            sheet whose tie was agreed to), `replaces` (identifier of the answer that this one edits),
            `started_at` and `completed_at`.

    Returns:
        The answer kept, and whether it is new.

    Raises:
        NotAllowed: when the person does not run this territory's surveys.
        TerreauError: when it cannot be an answer to this survey, with what to do.
    """
    answer = Given(unread=unread or {}, respondent=respondent or {}, **given)
    if person is not None:
        perms.can_run.require(person, answer.survey.territory)
    _check(answer)
    values, left = read_values(answer.form.questionnaire(), answer.values)
    left = {**storable(answer.unread), **left}
    with transaction.atomic():
        hold(answer.survey.pk)
        near = list(Submission.objects.known_by(answer.survey.pk, answer.instance_id))
        known = next((one for one in near if one.instance_id == answer.instance_id), None)
        if known is not None:
            return _again(known, answer, values, left), False
        kept = _keep(answer, values, left)
        sent = (one for one in near if one.state != SubmissionState.STARTED)
        _place(kept, answer.replaces, min(sent, key=lambda one: one.pk, default=None))
        return kept, True


def hold(survey: int) -> None:
    """One at a time in a survey: what edits and what is edited may arrive at the same instant.

    A transaction of SQLite holds the whole base from its start: nothing is asked of it.
    """
    if connection.features.has_select_for_update:
        Survey.objects.select_for_update(no_key=True).get(pk=survey)


def _check(answer: Given) -> None:
    where = answer.survey.title
    if answer.form.survey_id != answer.survey.pk:
        raise TerreauError(_("Cette réponse a été donnée au questionnaire d’une autre enquête."), where=where)
    if not 0 < len(answer.instance_id) <= LONGEST_IDENTIFIER:
        raise TerreauError(
            _("Sans identifiant, ou avec un identifiant trop long, une réponse pourrait compter deux fois."),
            where=where,
        )
    if answer.survey.state == SurveyState.DRAFT:
        raise TerreauError(
            _("Cette enquête n’est pas encore ouverte."),
            where=where,
            remedy=_("Gardez la réponse, et envoyez-la de nouveau quand l’enquête sera ouverte."),
        )
    if answer.college not in College.values:
        raise TerreauError(
            _("Le collège «\u00a0%(college)s\u00a0» n’existe pas.") % {"college": answer.college[:40]},
            where=where,
        )
    if answer.consented_at is None:
        raise TerreauError(
            _("Cette réponse ne dit pas que la personne est d’accord\u00a0: elle ne peut pas être gardée."),
            where=where,
            remedy=_("Demandez l’accord de la personne, puis envoyez la réponse de nouveau."),
        )


def _again(known: Submission, answer: Given, values: Any, left: Any) -> Submission:
    """An identifier that was met already: the same answer sent again, or another that took its name."""
    is_same = known.values == values and known.unread == left and known.form_id == answer.form.pk
    if is_same or known.state == SubmissionState.WITHDRAWN:
        return known
    raise TerreauError(
        _("Une autre réponse porte déjà cet identifiant, et ne dit pas la même chose. Rien n’a été changé."),
        where=answer.instance_id,
        remedy=_(
            "Pour corriger une réponse, envoyez-la sous un nouvel identifiant qui dit laquelle il remplace."
        ),
    )


def _keep(answer: Given, values: Any, left: Any) -> Submission:
    now = timezone.now()
    completed = answer.completed_at or now
    kept = Submission.objects.create(
        survey=answer.survey,
        form=answer.form,
        instance_id=answer.instance_id,
        channel=answer.channel,
        college=answer.college,
        state=SubmissionState.COMPLETE,
        values=values,
        unread=left,
        language=answer.language,
        organisation=answer.organisation,
        consented_at=answer.consented_at,
        consent=answer.consent,
        started_at=answer.started_at or completed,
        completed_at=completed,
    )
    if answer.respondent:
        keep_respondent(kept, answer.respondent)
    return kept


def keep_respondent(submission: Submission, told: Mapping[str, str]) -> None:
    """Who answered, apart; in the transaction of the answer. Nothing is kept of who told nothing."""
    who = {name: storable(str(told.get(name) or "")).strip() for name in _WHO}
    if not any(who.values()):
        Respondent.objects.filter(submission_key=submission.pk).delete()
        return
    cut = {name: value[: _WHO[name]] for name, value in who.items()}
    Respondent.objects.update_or_create(submission_key=submission.pk, defaults=cut)


# --- Answers that edit others -----------------------------------------------------------------------


def chain(arrived: Submission, replaces: str) -> None:
    """Put a new answer in its place among those that edit one another; only the last of them counts."""
    _place(arrived, replaces, _waiting_for(arrived, arrived.instance_id))


def _place(arrived: Submission, replaces: str, later: Submission | None) -> None:
    if replaces and replaces != arrived.instance_id:
        _follow(arrived, replaces)
    if later is not None and later.pk not in _ancestors(arrived):
        later.replaces, later.awaits = arrived, ""
        later.save(update_fields=["replaces", "awaits"])
        _mark_replaced(arrived)


def _follow(arrived: Submission, replaces: str) -> None:
    former = Submission.objects.filter(survey=arrived.survey, instance_id=replaces).first()
    if former is None:
        # It is still on a telephone; another answer may already stand in for it.
        arrived.awaits = replaces
        former = _waiting_for(arrived, replaces)
        if former is not None:
            arrived.awaits = ""
    if former is not None:
        arrived.replaces = _last(former)
        _mark_replaced(arrived.replaces)
        _keep_tie(arrived, arrived.replaces)
    arrived.save(update_fields=["replaces", "awaits", "organisation"])


def _keep_tie(arrived: Submission, former: Submission) -> None:
    """What the agent said of a name holds for the correction that bears the same name."""
    named = arrived.unread.get(texts.SHEET)
    if named and arrived.organisation_id is None and named == former.unread.get(texts.SHEET):
        arrived.organisation_id = former.organisation_id


def _waiting_for(arrived: Submission, instance_id: str) -> Submission | None:
    """Another answer that was sent and edits the one of this identifier."""
    return Submission.objects.awaiting(arrived.survey_id, instance_id).exclude(pk=arrived.pk).first()


def _last(submission: Submission) -> Submission:
    """The one that stands at the end of the chain: two edits of the same answer follow one another."""
    while (later := Submission.objects.filter(replaces=submission).first()) is not None:
        submission = later
    return submission


def _ancestors(submission: Submission) -> set[Any]:
    found: set[Any] = set()
    while submission.replaces_id is not None:
        found.add(submission.replaces_id)
        submission = Submission.objects.get(pk=submission.replaces_id)
    return found


def _mark_replaced(submission: Submission) -> None:
    """It counts no more; one that was withdrawn stays so."""
    if submission.state == SubmissionState.COMPLETE:
        submission.state = SubmissionState.REPLACED
        submission.save(update_fields=["state"])
