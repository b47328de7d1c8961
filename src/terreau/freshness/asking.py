"""The yearly question: put once a year to each sheet that can be written to, answered by one click."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.enums import Status
from terreau.directory.models import Organisation
from terreau.freshness import rules
from terreau.freshness.acting import confirm_as_actor
from terreau.freshness.enums import Answer
from terreau.freshness.models import Question, Refusal
from terreau.freshness.reaching import Ways, reachable, still_speaks, ways_of
from terreau.journal.services import record
from terreau.notifications.services import notify, notify_address

KIND = "freshness.question"
LINK_GOOD_FOR = timedelta(days=60)
MOST_A_DAY = 200
_SALT = "terreau.freshness.question"
_READ_AT_ONCE = 200


# --- Putting the question ---------------------------------------------------------------------------------


def ask_all_due(*, today: date | None = None, most: int = MOST_A_DAY, at_once: int = MOST_A_DAY) -> int:
    """Put the question to those for whom it is due, up to so many a day whoever runs this.

    Cut anywhere, or run twice at once, it asks nobody twice: a sheet has one question a year.

    Args:
        today: the day on which it is asked.
        most: so many a day, all runs together.
        at_once: so many in this run.

    Returns:
        How many were asked.
    """
    day = today or timezone.localdate()
    left = min(at_once, most - Question.objects.filter(asked_on=day).count())
    if left <= 0:
        return 0
    asked = 0
    # A few more than wanted: an address may have been withdrawn since.
    keys = list(due(day)[: 2 * left + 50])
    for start in range(0, len(keys), _READ_AT_ONCE):
        some = keys[start : start + _READ_AT_ONCE]
        ways = ways_of(some)
        sheets = Organisation.objects.select_related("territory").in_bulk(some)
        for key in some:
            if asked < left and key in sheets and ways[key].can_be_written:
                asked += _ask(sheets[key], ways[key], day)
    return asked


def due(today: date) -> Any:
    """The keys of the sheets to ask on that day, those never confirmed last."""
    asked = Question.objects.filter(organisation=OuterRef("pk"), asked_on__gt=rules.asked_before(today))
    this_year = Question.objects.filter(organisation=OuterRef("pk"), year=today.year)
    found = (
        reachable(Organisation.objects.filter(status=Status.ACTIVE, merged_into__isnull=True))
        .filter(Q(confirmed_on__isnull=True) | Q(confirmed_on__lte=rules.confirmed_before(today)))
        .filter(~Exists(asked), ~Exists(this_year), refusal__isnull=True)
    )
    return found.order_by(F("confirmed_on").asc(nulls_last=True), "pk").values_list("pk", flat=True)


def _ask(organisation: Organisation, ways: Ways, day: date) -> bool:
    """One question and its messages, both or neither."""
    try:
        with transaction.atomic():
            question = Question.objects.create(
                organisation=organisation,
                year=day.year,
                asked_on=day,
                expires_at=timezone.now() + LINK_GOOD_FOR,
            )
            _send(question, organisation, ways)
            record(
                verb="question.asked",
                subject=f"organisation:{organisation.public_id}",
                territory_code=organisation.territory.code if organisation.territory else "",
            )
    except IntegrityError:
        # Another process asked in the meantime.
        return False
    return True


def _send(question: Question, organisation: Organisation, ways: Ways) -> None:
    subject = _("La fiche de %(name)s est-elle toujours exacte\u00a0?") % {"name": organisation.name}
    lines = [
        _(
            "Une fois par an, l’annuaire de l’économie sociale et solidaire demande à chaque organisation "
            "si sa fiche est encore juste."
        ),
        _(
            "Ouvrez le lien, relisez la fiche, puis choisissez «\u00a0Oui, tout est exact\u00a0» ou "
            "«\u00a0Corriger\u00a0»."
        ),
        _("Il n’y a ni compte ni mot de passe. Le lien sert une fois, pendant soixante jours."),
    ]
    code = organisation.territory.code if organisation.territory else ""
    once = f"question-{question.pk}"
    if ways.keepers:
        for person in ways.keepers:
            notify(
                person=person,
                kind=KIND,
                once=f"{once}-{person.pk}",
                subject=subject,
                lines=lines,
                url=_address_of(question, str(person.pk)),
                territory_code=code,
            )
        return
    url = _address_of(question)
    sent = notify_address(address=ways.email, kind=KIND, once=once, subject=subject, lines=lines, url=url)
    if sent is None:
        # This address refused every message: the telephone is left.
        Refusal.objects.get_or_create(organisation=organisation)


# --- Answering ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """A question, and the person to whom its link was sent; empty for the address that the sheet holds."""

    question: Question
    reader: str = ""


def token_of(question: Question, reader: str = "") -> str:
    """What the link holds, signed with the secret key of the instance: the question, and who was asked."""
    return signing.dumps([question.pk, reader] if reader else question.pk, salt=_SALT)


def _address_of(question: Question, reader: str = "") -> str:
    return reverse("freshness:question", args=[token_of(question, reader)])


def link_of(token: str) -> Link:
    """What a link opens, answered or not.

    Raises:
        TerreauError: when the link was forged or is older than it may be.
    """
    try:
        held = signing.loads(token, salt=_SALT, max_age=LINK_GOOD_FOR)
    except signing.SignatureExpired:
        raise _too_late() from None
    except signing.BadSignature:
        raise TerreauError(
            _("Ce lien n’est pas valable."),
            remedy=_("Ouvrez-le depuis le message reçu, sans le recopier à la main."),
        ) from None
    key, reader = held if isinstance(held, list) else (held, "")
    found = Question.objects.select_related(
        "organisation__territory", "organisation__source__territory", "organisation__merged_into"
    )
    question = found.filter(pk=key).first()
    if question is None:
        raise TerreauError(_("Cette question n’existe plus."), remedy=_("La fiche a été supprimée."))
    return Link(question, reader)


def require_open(link: Link) -> None:
    """Do nothing while the question can be answered by who holds this link.

    Raises:
        TerreauError: when it was answered, or put too long ago, or when its reader left the sheet since.
    """
    question = link.question
    if question.answered_at is not None:
        raise TerreauError(
            _("Ce lien a déjà servi, et un lien ne sert qu’une fois."),
            where=_("Votre réponse est déjà enregistrée"),
            remedy=_("Pour corriger la fiche, demandez un code à l’agent du territoire, ou connectez-vous."),
        )
    if not question.is_open(timezone.now()):
        raise _too_late()
    if not still_speaks(sheet_of(question), link.reader):
        raise TerreauError(
            _("Ce lien servait à une personne qui tenait la fiche, et qui ne la tient plus."),
            where=_("Vous ne tenez plus cette fiche"),
            remedy=_(
                "Si vous parlez encore pour cette organisation, demandez à un collègue qui tient la fiche "
                "de vous inviter, ou un code à l’agent du territoire."
            ),
        )


def _too_late() -> TerreauError:
    return TerreauError(
        _("Ce lien a expiré\u00a0: il servait pendant soixante jours."),
        remedy=_(
            "La question reviendra l’an prochain. D’ici là, l’agent du territoire peut corriger la fiche."
        ),
    )


def answer_exact(*, token: str) -> Organisation:
    """« Oui, tout est exact »: the organisation confirms its sheet. One use.

    Raises:
        TerreauError: forged, expired or used.
    """
    with transaction.atomic():
        question = _use(token, Answer.EXACT)
        return confirm_as_actor(organisation=sheet_of(question), through="link")


def answer_stop(*, token: str) -> None:
    """« Ne plus me poser cette question »: kept for good. One use."""
    with transaction.atomic():
        asked = sheet_of(_use(token, Answer.STOP))
        Refusal.objects.get_or_create(organisation=asked)
        record(
            verb="question.refused",
            subject=f"organisation:{asked.public_id}",
            territory_code=asked.territory.code if asked.territory else "",
        )


def use_for_correction(link: Link) -> None:
    """The sheet was corrected through the link, which is used up; in the transaction of the correction."""
    _mark(link, Answer.CORRECTED)


def _use(token: str, answer: Answer) -> Question:
    link = link_of(token)
    _mark(link, answer)
    return link.question


def _mark(link: Link, answer: Answer) -> None:
    """Use the question up, once: of two clicks at the same instant, one finds it answered."""
    require_open(link)
    now = timezone.now()
    used = Question.objects.filter(pk=link.question.pk, answered_at__isnull=True).update(
        answered_at=now, answer=answer
    )
    if not used:
        link.question.answered_at = now
        require_open(link)


def sheet_of(question: Question) -> Organisation:
    """The sheet that a question is about, where it went if it was joined to another."""
    return question.organisation.merged_into or question.organisation
