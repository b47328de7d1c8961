"""One mail out of the messages that leave together for one reader, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from terreau.notifications import tokens
from terreau.notifications.models import Message
from terreau.notifications.services import hash_of, kind_of


def compose(messages: Sequence[Message], batch: UUID) -> EmailMessage:
    """The mail that carries these messages, all of them for the same reader.

    Args:
        messages: at least one.
        batch: names the mail: the same messages tried again carry the same Message-ID.
    """
    first = messages[0]
    language = first.person.language if first.person else ""
    with translation.override(language or settings.LANGUAGE_CODE):
        way_out = _way_out(messages)
        context = {
            "items": [
                {
                    "subject": one.subject,
                    # One alone, whose title says all, says it in its text too.
                    "lines": (one.lines or [one.subject])
                    if len(messages) == 1
                    else _beyond(one.subject, one.lines),
                    "url": absolute(one.url),
                }
                for one in messages
            ],
            "way_out": way_out,
            "public_url": settings.PUBLIC_URL,
            # Nothing is to be chosen of what always leaves.
            "choose_url": absolute(reverse("notifications:mine")) if first.person and way_out else "",
        }
        subject = (
            first.subject
            if len(messages) == 1
            else ngettext("%(count)d nouvelle de Terreau", "%(count)d nouvelles de Terreau", len(messages))
            % {"count": len(messages)}
        )
        body = render_to_string("notifications/mail.txt", context)
    headers = {"Message-ID": f"<{batch}@{_domain()}>", "Auto-Submitted": "auto-generated"}
    if way_out:
        headers["List-Unsubscribe"] = f"<{way_out}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    to = first.person.email if first.person else first.address
    return EmailMessage(subject, body, None, [to], headers=headers)


def _beyond(subject: str, lines: Sequence[str]) -> Sequence[str]:
    """What a message says that its title, written above it, does not."""
    return lines[1:] if lines and lines[0] == subject else lines


def absolute(url: str) -> str:
    """The whole address of a page of this site."""
    return settings.PUBLIC_URL + url if url.startswith("/") else url


def _way_out(messages: Sequence[Message]) -> str:
    """The link that stops what can be stopped; empty when all of it was asked for or is owed."""
    kinds = [one.kind for one in messages if not kind_of(one.kind).essential]
    if not kinds:
        return ""
    first = messages[0]
    if first.person:
        return absolute(tokens.path_for_person(first.person, kinds))
    return absolute(tokens.path_for_address(hash_of(first.address)))


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ") or "localhost"
