"""Answering on the site: begun, saved page after page, sent, corrected; taken up again by a secret link.

The link is known to nobody but its holder: only its keyed digest is kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.models import Organisation
from terreau.framework.enums import College
from terreau.notifications.services import notify_address
from terreau.survey.answers import chain, hold, keep_respondent
from terreau.survey.definition import Block, Questionnaire
from terreau.survey.enums import Channel, SubmissionState
from terreau.survey.models import Media, Submission, Survey
from terreau.survey.publishing import current_form, is_open
from terreau.survey.reading import missing, read_values
from terreau.survey.withdrawing import drop_files
from terreau.survey.wording import word

LINK = "survey.link"
_SALT = "terreau.survey.link"
_COLLEGE = "terreau.survey.college"
# Signs of the invitation of a college: short enough to be read over a telephone, too long to be tried.
_INVITATION = 20


# --- Links ------------------------------------------------------------------------------------------


def digest_of(token: str) -> str:
    """What is kept of a link: nothing from which it could be found again without the secret key."""
    return str(salted_hmac(_SALT, token, algorithm="sha256").hexdigest())


def submission_of(token: str) -> Submission:
    """The answer that a link opens.

    Raises:
        TerreauError: when it opens none.
    """
    found = (
        Submission.objects.select_related("survey__territory", "form", "organisation")
        .filter(link_digest=digest_of(token))
        .first()
    )
    if found is None:
        raise TerreauError(
            _("Ce lien n’ouvre aucune réponse\u00a0: il est incomplet, ou la réponse a été retirée."),
            remedy=_(
                "Recopiez-le en entier. S’il est perdu, personne ne peut le retrouver\u00a0: nous n’en "
                "gardons pas de copie. Vous pouvez répondre de nouveau depuis la page du territoire."
            ),
        )
    return found


def college_invitation(survey: Survey, college: str) -> str:
    """What the link given to a college holds, so that nobody answers as an official by chance."""
    signed = salted_hmac(_COLLEGE, f"{survey.slug} {college}", algorithm="sha256").hexdigest()
    return f"{college}-{signed[:_INVITATION]}"


def invited_college(survey: Survey, invitation: str) -> str:
    """The college that an invitation names.

    Raises:
        TerreauError: when it was not made for this survey.
    """
    college = invitation.partition("-")[0]
    good = college_invitation(survey, college) if college in College.values else ""
    if not constant_time_compare(invitation, good):
        raise TerreauError(
            _("Cette invitation n’est pas valable."),
            remedy=_("Demandez le lien à l’agent du territoire, et ouvrez-le sans le recopier à la main."),
        )
    return college


def send_link(*, submission: Submission, token: str, address: str) -> None:
    """Write the link to the person who asks for it; the address is not kept with the answer."""
    language = submission.language
    once = hashlib.sha256(f"{submission.pk} {address} {timezone.now():%Y%m%d%H}".encode()).hexdigest()[:32]
    with transaction.atomic():
        notify_address(
            address=address,
            kind=LINK,
            once=f"survey-link-{once}",
            subject=submission.survey.text("title", language),
            lines=[word("your_link", language), word("link_help", language)],
            url=reverse("survey:resume", args=[token]),
        )


# --- From the first page to the last ------------------------------------------------------------------


def begin(
    *, survey: Survey, college: str, language: str, consent: str, organisation: Organisation | None = None
) -> tuple[Submission, str]:
    """A new answer, still empty, and the token of its link.

    Args:
        survey: an open survey.
        college: from where the person speaks.
        language: in which they read.
        consent: what they agreed to, as they read it.
        organisation: the sheet they came from; the tie is asked for later.

    Raises:
        TerreauError: when the survey takes no answers.
    """
    require_open(survey)
    token = secrets.token_urlsafe(24)
    now = timezone.now()
    begun = Submission.objects.create(
        survey=survey,
        form=current_form(survey),
        instance_id=f"web:{uuid.uuid4()}",
        channel=Channel.WEB,
        college=college,
        language=language,
        organisation=organisation,
        consented_at=now,
        consent=consent,
        link_digest=digest_of(token),
        started_at=now,
    )
    return begun, token


def require_open(survey: Survey) -> None:
    """Do nothing while the site takes answers.

    Raises:
        TerreauError: when it does not.
    """
    if not is_open(survey):
        raise TerreauError(
            _("Cette enquête ne prend pas de réponses en ce moment."),
            where=survey.title,
            remedy=_("Adressez-vous à %(contact)s.") % {"contact": survey.contact},
        )


def questionnaire_of(submission: Submission) -> Questionnaire:
    """What this person is asked, in the version they began."""
    return submission.form.questionnaire().asked_of(submission.college)


def fingerprint(block: Block, values: Mapping[str, Any]) -> str:
    """Stands for the answers of one page: tells whether another tab saved it meanwhile."""
    kept = [values.get(question.id) for question in block.questions]
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def read_block(block: Block, raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answers typed on one page, and those that could not be read.

    What a question depends on is looked at when all is sent: an answer is not lost by going back and forth.
    """
    free = replace(block, questions=tuple(replace(one, when=None) for one in block.questions))
    return read_values(Questionnaire((free,)), raw)


@transaction.atomic
def save_block(
    *, submission: Submission, block: Block, typed: Mapping[str, Any], language: str, seen: str
) -> bool:
    """Keep the answers of one page, unless another tab saved it since it was read.

    Args:
        submission: an answer that was begun.
        block: the page.
        typed: its answers, read.
        language: in which the page was read.
        seen: the `fingerprint` of the page when it was read.

    Returns:
        Whether they were kept; the answer then holds them. Otherwise it holds what the other tab saved.
    """
    held = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    submission.values, submission.state = held.values, held.state
    require_begun(held)
    asked = {question.id for question in block.questions}
    before = {key: value for key, value in held.values.items() if key in asked}
    if seen != fingerprint(block, held.values) and before != dict(typed):
        return False
    held.values = {key: value for key, value in held.values.items() if key not in asked} | dict(typed)
    held.language = language
    held.save(update_fields=["values", "language"])
    _drop_unnamed_media(held)
    submission.values, submission.language = held.values, language
    return True


def require_begun(submission: Submission) -> None:
    """Do nothing while the answer can be written.

    Raises:
        TerreauError: when it was sent already.
    """
    if submission.state != SubmissionState.STARTED:
        raise TerreauError(
            _("Vos réponses sont déjà envoyées."),
            remedy=_(
                "Pour les changer, rouvrez votre lien et choisissez «\u00a0Corriger mes réponses\u00a0»."
            ),
        )


def _drop_unnamed_media(submission: Submission) -> None:
    """A voice note that was taken back or recorded again is deleted."""
    named = [value for value in submission.values.values() if isinstance(value, str)]
    stray = submission.media.exclude(name__in=named)
    paths = set(stray.values_list("path", flat=True))
    if paths:
        stray.delete()
        drop_files(paths)


@transaction.atomic
def tie(*, submission: Submission, organisation: Organisation | None) -> None:
    """Tie an answer that is being written to a sheet, or to none, as the person chose."""
    held = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    require_begun(held)
    held.organisation = organisation
    held.save(update_fields=["organisation"])


@transaction.atomic
def send(*, submission: Submission, respondent: Mapping[str, str]) -> bool:
    """Send the answer: it counts from now on. Sent twice, it is sent once.

    Returns:
        Whether it was sent; not when answers that are needed are missing.

    Raises:
        TerreauError: when the survey takes no answers.
    """
    hold(submission.survey_id)
    held = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("survey", "form")
        .get(pk=submission.pk)
    )
    if held.state != SubmissionState.STARTED:
        return True
    require_open(held.survey)
    asked = questionnaire_of(held)
    values, unread = read_values(asked, held.values)
    if missing(asked, values):
        return False
    held.values, held.unread = values, unread
    held.state, held.completed_at = SubmissionState.COMPLETE, timezone.now()
    replaces, held.awaits = held.awaits, ""
    held.save()
    keep_respondent(held, respondent)
    chain(held, replaces)
    return True


@transaction.atomic
def correct(*, submission: Submission) -> Submission:
    """Take an answer that was sent up again: a copy that replaces it once sent, and has the link from now on.

    Raises:
        TerreauError: when the survey takes no answers.
    """
    held = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    # Without its link it is being corrected already: a second click.
    if held.state != SubmissionState.COMPLETE or not held.link_digest:
        return held
    require_open(submission.survey)
    link, held.link_digest = held.link_digest, ""
    held.save(update_fields=["link_digest"])
    copied = Submission.objects.create(
        survey=submission.survey,
        form=submission.form,
        instance_id=f"web:{uuid.uuid4()}",
        awaits=held.instance_id,
        channel=Channel.WEB,
        college=held.college,
        language=held.language,
        values=held.values,
        organisation=held.organisation,
        consented_at=held.consented_at,
        consent=held.consent,
        link_digest=link,
        started_at=timezone.now(),
    )
    Media.objects.bulk_create(
        Media(submission=copied, name=one.name, path=one.path, digest=one.digest, size=one.size)
        for one in held.media.all()
    )
    return copied
