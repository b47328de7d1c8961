"""What actors propose: received with a receipt, answered by the agent, forgotten in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.models import is_public_id, new_public_id
from terreau.directory.writing import known
from terreau.journal.services import record
from terreau.journal.words import clean_words, field_label
from terreau.notifications.services import notify_address
from terreau.notifications.telling import write_to_town
from terreau.portfolio import perms
from terreau.portfolio.enums import Origin, ProposalAnswer
from terreau.portfolio.models import Project, Proposal, Proposer
from terreau.portfolio.telling import PROPOSED, RECEIPT
from terreau.portfolio.writing import LONGEST_TITLE, Seed, create
from terreau.survey.enums import Need
from terreau.territories.models import Territory

# After the answer: long enough to be called, no longer.
KEPT_FOR: Final = timedelta(days=180)
_WHO: Final = {"name": 160, "email": 254, "phone": 40}


def propose(
    *,
    territory: Territory,
    once: str,
    title: str,
    text: str,
    need: str = "",
    who: str = "",
    contact: Mapping[str, str] | None = None,
    by_mail: bool = True,
) -> Proposal:
    """Receive a proposal; the same form sent again, or the same words by the same people, is received once.

    Args:
        territory: to which it is made; it has an agent.
        once: drawn with the form; becomes the receipt.
        title: what it is called.
        text: what it is about; everyone who prepares the portfolio reads it.
        need: a `Need`, or nothing.
        who: the organisation or group that would bear it.
        contact: name, email and phone of who proposes, kept apart.
        by_mail: whether the receipt is sent to that email too.

    Raises:
        TerreauError: when it says nothing that can be kept.
    """
    if not is_public_id(once):
        raise TerreauError(
            _("Ce formulaire n’est pas complet."), remedy=_("Rouvrez la page, puis recommencez.")
        )
    if need and need not in Need.values:
        raise TerreauError(_("Ce besoin n’existe pas."), where=field_label(Proposal, "need"))
    told = {
        "title": clean_words(
            title,
            field_label(Proposal, "title"),
            longest=LONGEST_TITLE,
            needed=_("Donnez un nom à votre projet."),
        ).replace("\n", " "),
        "text": clean_words(
            text, field_label(Proposal, "text"), needed=_("Dites en quelques phrases en quoi il consiste.")
        ),
        "who": clean_words(who, field_label(Proposal, "who"), longest=200),
        "need": need,
    }
    contact = _told_contact(contact or {})
    with transaction.atomic():
        if (same := _same(territory, told, contact)) is not None:
            return same
        made, is_new = Proposal.objects.get_or_create(
            receipt=once, defaults={"territory": territory, "is_simulated": bool(settings.EXERCISE), **told}
        )
        if not is_new:
            return made
        if any(contact.values()):
            Proposer.objects.create(proposal=made, **contact)
        if by_mail and contact["email"]:
            _send_receipt(made, contact["email"])
        record(
            verb="proposal.received",
            subject=f"proposal:{made.receipt}",
            territory_code=territory.code,
            name=made.title,
        )
        write_to_town(
            territory,
            kind=PROPOSED,
            once=f"proposal:{made.receipt}",
            subject=_("Un projet est proposé\u00a0: %(title)s") % {"title": made.title},
            lines=[_("Un acteur propose un projet à votre territoire. Lisez-le, puis répondez-lui.")],
            url=reverse("portfolio:proposal", args=[territory.code, made.receipt]),
        )
    return made


def _send_receipt(proposal: Proposal, address: str) -> None:
    """The address of the receipt, in our words alone: whoever fills the form may give another’s mailbox."""
    notify_address(
        address=address,
        kind=RECEIPT,
        once=f"proposal:{proposal.receipt}:receipt",
        subject=_("Récépissé de votre proposition de projet (%(town)s)") % {"town": proposal.territory.name},
        lines=[_("Cette page dit ce que devient votre proposition. La réponse vous sera aussi écrite.")],
        url=reverse("portfolio:receipt", args=[proposal.receipt]),
    )


def _told_contact(contact: Mapping[str, str]) -> dict[str, str]:
    return {name: str(contact.get(name) or "").strip()[:longest] for name, longest in _WHO.items()}


def _same(territory: Territory, told: Mapping[str, str], contact: Mapping[str, str]) -> Proposal | None:
    """The one that waits already, of the same words by the same people: the page was gone back to."""
    waiting = Proposal.objects.filter(territory=territory, answer=ProposalAnswer.WAITING, **told)
    for one in waiting.select_related("proposer"):
        by = getattr(one, "proposer", None)
        if {name: getattr(by, name, "") for name in _WHO} == contact:
            return one
    return None


def accept(*, person: Any, proposal: Proposal, words: str = "") -> Project:
    """Make a project of a proposal; made already, that one.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it was refused.
    """
    perms.can_run.require(person, proposal.territory)
    with transaction.atomic():
        found = _held(proposal)
        if found.project is not None:
            return found.project
        if found.answer == ProposalAnswer.REFUSED:
            raise TerreauError(_("Cette proposition a déjà reçu une réponse."), where=found.title)
        made = create(
            person=person,
            territory=found.territory,
            title=found.title,
            once=new_public_id(),
            seed=Seed(Origin.PROPOSAL, found.receipt),
            values={"summary": found.text, "need": found.need},
        )
        found.project = made
        _answer(found, person, ProposalAnswer.ACCEPTED, words)
    return made


def refuse(*, person: Any, proposal: Proposal, words: str) -> Proposal:
    """Answer that a proposal is not taken up, and why: who proposed reads it by the receipt.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when no reason is told, or it became a project.
    """
    perms.can_run.require(person, proposal.territory)
    why = clean_words(
        words, field_label(Proposal, "words"), needed=_("Dites pourquoi\u00a0: la personne le lira.")
    )
    with transaction.atomic():
        found = _held(proposal)
        if found.answer == ProposalAnswer.REFUSED:
            return found
        if found.answer == ProposalAnswer.ACCEPTED:
            raise TerreauError(_("Cette proposition est devenue un projet."), where=found.title)
        _answer(found, person, ProposalAnswer.REFUSED, why)
    return found


def _held(proposal: Proposal) -> Proposal:
    locked = Proposal.objects.select_for_update(of=("self",)).select_related("territory")
    return locked.get(pk=proposal.pk)


def _answer(proposal: Proposal, person: Any, answer: str, words: str) -> None:
    proposal.answer, proposal.words = answer, clean_words(words, field_label(Proposal, "words"))
    proposal.answered_by, proposal.answered_at = known(person), timezone.now()
    proposal.save(update_fields=["answer", "words", "answered_by", "answered_at", "project"])
    record(
        verb=f"proposal.{answer}",
        subject=f"proposal:{proposal.receipt}",
        actor=person,
        territory_code=proposal.territory.code,
        name=proposal.title,
    )
    by = Proposer.objects.filter(proposal=proposal).exclude(email="").first()
    if by is not None:
        notify_address(
            address=by.email,
            kind=RECEIPT,
            once=f"proposal:{proposal.receipt}:answer",
            subject=_("Réponse à votre proposition de projet (%(town)s)") % {"town": proposal.territory.name},
            lines=[
                f"{proposal.title}\u00a0: {proposal.get_answer_display()}.",
                *([proposal.words] if proposal.words else []),
            ],
            url=reverse("portfolio:receipt", args=[proposal.receipt]),
        )


def forget() -> int:
    """Erase how to reach those whose proposal was answered long enough ago; how many."""
    old = Proposer.objects.filter(proposal__answered_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]
