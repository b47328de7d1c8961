"""What telephones send, taken in: each sending ends as an answer, as something set aside, or as nothing kept.

The same sending, however often and in however many pieces, ends the same way once. Files are on the disk
before the row that names them; the answer and its files enter in one transaction.
"""

from __future__ import annotations

import functools
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError, ToldError
from terreau.core.turns import Turns
from terreau.directory.models import Organisation
from terreau.framework.enums import College
from terreau.survey import answers
from terreau.survey.enums import Channel, SubmissionState, SurveyState
from terreau.survey.field import media, texts
from terreau.survey.field.reading import Filled, UnreadableError, raw_values, read_filled
from terreau.survey.field_models import FieldAccount, SetAside
from terreau.survey.models import FormVersion, Submission, Survey
from terreau.survey.publishing import current_form
from terreau.survey.withdrawing import withdraw


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the telephone is told: 201 when the answer is in, 202 when it need not send it again either."""

    status: int
    message: str


# Fifty telephones come home at once: each is served in its turn, and none waits for seconds.
_TURNS = Turns()


class NotPlacedError(TerreauError):
    """A sending that cannot become an answer as it is."""


def take_in(
    *, survey: Survey, account: FieldAccount | None, content: bytes, sent: list[media.Sent]
) -> Receipt:
    """Take one sending in: the filled form, and those of its files that came with it."""
    try:
        filled = read_filled(content)
    except UnreadableError as error:
        return _set_aside(survey, account, content, str(error), sent, {one.name for one in sent})
    if filled.texts.get(texts.CONSENT) == texts.NO:
        return _without_consent(survey, filled)
    named = set(filled.texts.values())
    try:
        form = form_of(survey, filled)
        kept, refused = media.keep(survey, sent, named)
        with _TURNS, transaction.atomic():
            _place(survey, form, filled, kept)
            _tell_refused(survey, account, filled, refused)
    except ToldError as error:
        return _set_aside(survey, account, content, error.message, sent, named)
    return Receipt(201, _received(refused))


def _place(survey: Survey, form: FormVersion, filled: Filled, kept: list[media.Kept]) -> None:
    """The answer and its files, unless the person took their agreement back: then nothing of it."""
    submission = _answer(survey, form, filled)
    if _taken_back(submission):
        withdraw(submission=submission)
    elif submission.state != SubmissionState.WITHDRAWN:
        media.attach(submission, kept)


def form_of(survey: Survey, filled: Filled) -> FormVersion:
    """The version that was filled, be it a former one.

    Raises:
        TerreauError: when it is none of this survey.
    """
    if filled.form_id != survey.slug:
        raise NotPlacedError(
            _("Le formulaire «\u00a0%(form)s\u00a0» n’est pas celui de cette enquête.")
            % {"form": filled.form_id[:80]}
        )
    number = filled.version
    if survey.state != SurveyState.DRAFT and number.isascii() and number.isdigit() and len(number) < 9:
        with suppress(FormVersion.DoesNotExist):
            return _version(survey.pk, survey.created_at, int(number))
    return answers.form_of(survey, number)


@functools.lru_cache(maxsize=64)
def _version(survey: int, _created_at: datetime, number: int) -> FormVersion:
    """A version, read once for all the telephones that fill it: once its survey is open, it never changes."""
    return FormVersion.objects.get(survey=survey, number=number)


def _answer(survey: Survey, form: FormVersion, filled: Filled) -> Submission:
    given = dict(filled.texts)
    consent = given.pop(texts.CONSENT, "")
    if consent != texts.YES:
        raise NotPlacedError(_("La question de l’accord n’a pas de réponse."))
    organisation, unread = _organisation(survey, given.pop(texts.SHEET, ""))
    college = given.pop(texts.COLLEGE, "")
    if college not in College.values:
        unread |= {texts.COLLEGE: college} if college else {}
        college = College.ACTORS
    now = timezone.now()
    finished = min(filled.completed_at or now, now)
    submission, _created = answers.receive(
        survey=survey,
        form=form,
        instance_id=filled.instance_id,
        replaces=filled.replaces,
        respondent=_respondent(given),
        values=raw_values(form.questionnaire(), given),
        unread=unread,
        channel=Channel.PHONE,
        college=college,
        language="fr",
        consented_at=finished,
        consent=survey.purpose,
        organisation=organisation,
        started_at=min(filled.started_at or finished, finished),
        completed_at=finished,
    )
    return submission


def _respondent(given: dict[str, str]) -> dict[str, str] | None:
    """Who answered, taken out of what was answered."""
    names = {texts.NAME: "name", texts.EMAIL: "email", texts.PHONE: "phone"}
    told = {field: given.pop(name) for name, field in names.items() if name in given}
    return told or None


def _organisation(survey: Survey, code: str) -> tuple[Organisation | None, dict[str, Any]]:
    """The sheet that was named; a code that is none is kept among what was not understood."""
    if not code:
        return None, {}
    found = answers.sheet_named(survey, code)
    return found, {} if found else {texts.SHEET: code}


def _received(refused: dict[str, str]) -> str:
    if not refused:
        return _("Réponse reçue. Merci.")
    why = " ; ".join(f"{name} ({reason})" for name, reason in sorted(refused.items()))
    return _("Réponse reçue, mais pas tous ses fichiers\u00a0: %(why)s.") % {"why": why}


@transaction.atomic
def _without_consent(survey: Survey, filled: Filled) -> Receipt:
    """Nothing is kept; an agreement that an edit takes back takes the former answer with it."""
    if filled.replaces:
        former = survey.submissions.filter(instance_id=filled.replaces).first()
        if former is None:
            _remember_withdrawn(survey, filled)
        elif former.state != SubmissionState.WITHDRAWN:
            withdraw(submission=former)
    return Receipt(202, _("Sans accord, rien n’est gardé."))


def _remember_withdrawn(survey: Survey, filled: Filled) -> None:
    """An empty answer that waits for the one that it takes back, still on a telephone."""
    now = timezone.now()
    Submission.objects.get_or_create(
        survey=survey,
        instance_id=filled.instance_id,
        defaults={
            "form": current_form(survey),
            "channel": Channel.PHONE,
            "state": SubmissionState.WITHDRAWN,
            "awaits": filled.replaces,
            "started_at": now,
        },
    )


def _taken_back(submission: Submission) -> bool:
    """Whether an edit that came before it took its agreement back."""
    return (
        submission.state == SubmissionState.REPLACED
        and Submission.objects.filter(replaces=submission, state=SubmissionState.WITHDRAWN).exists()
    )


# --- Set aside ----------------------------------------------------------------------------------------


def _set_aside(
    survey: Survey,
    account: FieldAccount | None,
    content: bytes,
    reason: str,
    sent: list[media.Sent],
    named: set[str],
) -> Receipt:
    kept, _refused = media.keep(survey, sent, named)
    with transaction.atomic():
        held, _created = SetAside.objects.select_for_update().get_or_create(
            survey=survey,
            digest=hashlib.sha256(content).hexdigest(),
            defaults={"account": account, "content": content, "reason": reason[:300]},
        )
        known = {one["name"]: one for one in held.files}
        held.files = list((known | {one.name: one.as_data() for one in kept}).values())
        held.save(update_fields=["files"])
    return Receipt(202, _("Reçu et gardé de côté, l’agent le verra. %(reason)s") % {"reason": reason})


def _tell_refused(
    survey: Survey, account: FieldAccount | None, filled: Filled, refused: dict[str, str]
) -> None:
    """Files that were not let in are told to the agent: the telephone may have been put away."""
    for name, why in refused.items():
        SetAside.objects.get_or_create(
            survey=survey,
            digest=hashlib.sha256(f"{filled.instance_id}/{name}".encode()).hexdigest(),
            defaults={
                "account": account,
                "content": b"",
                "reason": _("Fichier «\u00a0%(name)s\u00a0» refusé\u00a0: %(why)s.")
                % {"name": name, "why": why},
            },
        )


def try_again(held: SetAside) -> Receipt:
    """Take in what was set aside, if what it lacked is there now; it leaves the shelf when it enters."""
    content = bytes(held.content)
    survey = held.survey
    with transaction.atomic():
        try:
            filled = read_filled(content)
        except UnreadableError as error:
            raise NotPlacedError(str(error)) from error
        kept = [media.Kept(**one) for one in held.files]
        _place(survey, form_of(survey, filled), filled, kept)
        held.delete()
    return Receipt(201, _received({}))
