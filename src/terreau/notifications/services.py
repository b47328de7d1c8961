"""Messages asked for, frequencies chosen, ways out taken. Nothing here sends: see `sending`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.registry import MessageKind, message_kinds
from terreau.notifications.enums import Frequency, MessageState
from terreau.notifications.models import Message, Preference, Refusal
from terreau.notifications.rules import due_at


def kind_of(key: str) -> MessageKind:
    """The kind of message registered under this key.

    Raises:
        LookupError: when no application registered it: a mistake in the code, not in the data.
    """
    try:
        return message_kinds.entries[key]
    except KeyError:
        raise LookupError(f"no application registered the kind of message {key!r}") from None


@transaction.atomic
def notify(
    *,
    person: Any,
    kind: str,
    once: str,
    subject: Any,
    lines: Iterable[Any],
    url: str = "",
    territory_code: str = "",
) -> Message:
    """Write one message to a person who has an account, in the caller's transaction.

    It leaves later, at the frequency the person chose for this kind, with the others of that moment.

    Args:
        person: who reads it.
        kind: key of a registered `MessageKind`.
        once: what makes it unique, such as `proposal:12:accepted`; the same twice is one message.
        subject: one line; lazy strings are put in the reader's language.
        lines: paragraphs, plain text, lazy or not.
        url: where to go next, a path of this site.
        territory_code: the territory it is about, if any.
    """
    known = kind_of(kind)
    with translation.override(getattr(person, "language", "") or settings.LANGUAGE_CODE):
        told, paragraphs = _plain(subject, lines)
    now = timezone.now()
    due = due_at(_frequency_for(person, known), now, _zone()) if person.is_active else None
    message, _created = Message.objects.get_or_create(
        once=_key(once),
        defaults={
            "kind": kind,
            "person": person,
            "subject": told,
            "lines": paragraphs,
            "url": url,
            "territory_code": territory_code,
            "created_at": now,
            "due_at": due,
            "state": MessageState.WAITING if due else MessageState.UNSENT,
        },
    )
    return message


@transaction.atomic
def notify_address(
    *, address: str, kind: str, once: str, subject: Any, lines: Iterable[Any], url: str = ""
) -> Message | None:
    """Write one message to an address that has no account, in the caller's transaction; it leaves at once.

    Returns:
        The message; None when this address refused all messages and the kind is not essential.
    """
    known = kind_of(kind)
    if not known.essential and has_refused(address):
        return None
    told, paragraphs = _plain(subject, lines)
    now = timezone.now()
    message, _created = Message.objects.get_or_create(
        once=_key(once),
        defaults={
            "kind": kind,
            "address": address.strip(),
            "subject": told,
            "lines": paragraphs,
            "url": url,
            "created_at": now,
            "due_at": now,
        },
    )
    return message


def hash_of(address: str) -> str:
    """What is kept of an address that refused: without the instance's key nobody can test a guess."""
    return salted_hmac(
        "terreau.notifications.refusal", address.strip().lower(), algorithm="sha256"
    ).hexdigest()


def has_refused(address: str) -> bool:
    """Whether this address wants no message."""
    return Refusal.objects.filter(address_hash=hash_of(address)).exists()


@transaction.atomic
def refuse(*, address_hash: str) -> None:
    """Keep that an address wants no message, and let go of those that wait for it."""
    Refusal.objects.get_or_create(address_hash=address_hash)
    waiting = Message.objects.filter(state=MessageState.WAITING, person=None).exclude(address="")
    for message in waiting.select_for_update():
        if hash_of(message.address) == address_hash and not kind_of(message.kind).essential:
            message.state, message.due_at, message.address = MessageState.UNSENT, None, ""
            message.save(update_fields=["state", "due_at", "address"])


def frequencies_of(person: Any) -> dict[str, str]:
    """The frequency of each registered kind for a person, chosen or not."""
    chosen = dict(Preference.objects.filter(person=person).values_list("kind", "frequency"))
    return {kind.key: chosen.get(kind.key, kind.frequency) for kind in message_kinds}


@transaction.atomic
def choose(*, person: Any, frequencies: dict[str, str]) -> None:
    """Keep how often a person wants each kind; what waits follows at once.

    Raises:
        TerreauError: when a kind cannot be refused, or is not known.
    """
    for key, frequency in frequencies.items():
        kind = message_kinds.entries.get(key)
        if kind is None or kind.essential or frequency not in Frequency.values:
            raise TerreauError(
                _("Ce choix n’est pas possible."), where=key, remedy=_("Rechargez la page, puis recommencez.")
            )
        Preference.objects.update_or_create(person=person, kind=key, defaults={"frequency": frequency})
        waiting = Message.objects.filter(person=person, kind=key, state=MessageState.WAITING)
        for message in waiting.select_for_update():
            message.due_at = due_at(frequency, message.created_at, _zone())
            message.state = MessageState.WAITING if message.due_at else MessageState.UNSENT
            message.save(update_fields=["due_at", "state"])


@transaction.atomic
def stop(*, person: Any, kinds: Iterable[str]) -> None:
    """Take the way out of these kinds; those no longer known, or essential, are passed over."""
    known = {kind.key for kind in message_kinds if not kind.essential}
    choose(person=person, frequencies={key: Frequency.NONE.value for key in kinds if key in known})


@transaction.atomic
def speak(*, person: Any, language: str) -> None:
    """Keep the language in which a person wants to be written to."""
    person.language = language
    person.save(update_fields=["language"])


def _frequency_for(person: Any, kind: MessageKind) -> str:
    if kind.essential:
        return Frequency.AT_ONCE
    chosen = Preference.objects.filter(person=person, kind=kind.key).values_list("frequency", flat=True)
    return chosen.first() or kind.frequency


def _plain(subject: Any, lines: Iterable[Any]) -> tuple[str, list[str]]:
    # One line: a subject with a line break, of whatever kind, would make a mail that cannot leave.
    return " ".join(str(subject).splitlines())[:200], [str(line) for line in lines]


def _key(once: str) -> str:
    return once if len(once) <= 200 else hashlib.sha256(once.encode()).hexdigest()


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
