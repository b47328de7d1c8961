"""The days of a plan for calendars (iCalendar, RFC 5545), and the secret addresses at which they are read."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.accounts.secret_links import digest, draw
from terreau.plans import perms
from terreau.plans.enums import ActionState
from terreau.plans.importing_models import CalendarAddress
from terreau.plans.models import Action, Plan, Step
from terreau.plans.reading import action_url

_PURPOSE: Final = "terreau.plans.calendar"
# What a line may hold before it is folded, in octets.
_LONGEST: Final = 75


@dataclass(frozen=True)
class Dated:
    """Something that falls on a day.

    Attributes:
        key: by which a calendar knows it again when its day has moved.
        revised: when what is told of it last changed.
    """

    key: str
    on: date
    title: str
    path: str
    revised: datetime
    words: str = ""


def text_of(plan: Plan, *, public: bool = False) -> str:
    """The calendar of a plan; what any visitor reads only, when it is for them."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "terreau"
    name = f"{plan.title} – {plan.territory.name}"
    simulated = plan.is_simulated or settings.EXERCISE
    mark = _("[données simulées]") + " " if simulated else ""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Terreau//Plan d’action//FR"),
        *("CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_escaped(mark + name)}"),
        # Read again twice a day: a day that moves is known soon enough.
        *("REFRESH-INTERVAL;VALUE=DURATION:PT12H", "X-PUBLISHED-TTL:PT12H"),
    ]
    for one in dated(plan, public=public):
        lines += [
            *(
                "BEGIN:VEVENT",
                f"UID:{one.key}@{host}",
                f"DTSTAMP:{one.revised.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            ),
            # Without an end, it lasts that day.
            f"DTSTART;VALUE=DATE:{one.on.year:04}{one.on:%m%d}",
            f"SUMMARY:{_escaped(mark + one.title)}",
            *([f"DESCRIPTION:{_escaped(one.words)}"] if one.words else []),
            *(f"URL:{settings.PUBLIC_URL}{one.path}", "TRANSP:TRANSPARENT", "END:VEVENT"),
        ]
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def dated(plan: Plan, *, public: bool = False) -> list[Dated]:
    """What falls on a day: the beginnings and ends of actions, the steps to do, the reviews."""
    actions = Action.objects.of(plan)
    steps = Step.objects.filter(action__objective__axis__plan=plan, due_on__isnull=False, done_on=None)
    if public:
        actions, steps = actions.filter(is_public=True), steps.filter(action__is_public=True)
    found = [*_of_actions(actions), *_of_steps(steps.select_related("action")), *_of_reviews(plan, public)]
    return sorted(found, key=lambda one: (one.on, one.key))


def _of_actions(actions: Iterable[Action]) -> Iterator[Dated]:
    for one in actions:
        if one.state == ActionState.DROPPED:
            continue
        about = partial(Dated, path=action_url(one.public_id), revised=one.changed_at)
        if one.starts_on:
            yield about(f"debut-{one.public_id}", one.starts_on, _("Début : %s") % one.title)
        if one.ends_on:
            words = _("Cause : %s") % one.cause if one.state == ActionState.BLOCKED else ""
            yield about(f"fin-{one.public_id}", one.ends_on, _("Fin : %s") % one.title, words=words)


def _of_steps(steps: Iterable[Step]) -> Iterator[Dated]:
    for one in steps:
        if one.action.state in (ActionState.DROPPED, ActionState.DONE) or one.due_on is None:
            continue
        yield Dated(
            # Steps are written anew with their action: their rank is what stays.
            key=f"etape-{one.action.public_id}-{one.rank}",
            on=one.due_on,
            title=_("Étape : %s") % one.title,
            path=action_url(one.action.public_id),
            revised=one.action.changed_at,
            words=one.action.title,
        )


def _of_reviews(plan: Plan, public: bool) -> Iterator[Dated]:
    code = plan.territory.code
    for one in plan.reviews.filter(missed_because=""):
        yield Dated(
            key=f"revue-{one.pk}",
            on=one.held_on or one.due_on,
            title=one.subject or _("Revue du plan"),
            path=reverse("plans:governance_public", args=[code])
            if public
            else reverse("plans:review", args=[code, one.pk]),
            revised=datetime.combine(plan.starts_on, time(), UTC) + timedelta(seconds=one.version),
        )


def _escaped(text: str) -> str:
    plain = "\n".join(text.splitlines())
    for sign, told in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(sign, told)
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cc")


def _folded(line: str) -> str:
    """The line in pieces of 75 octets at most, no letter cut in two; each but the first begins by a space."""
    pieces, piece, room = [], bytearray(), _LONGEST
    for sign in line:
        told = sign.encode()
        if len(piece) + len(told) > room:
            pieces.append(piece.decode())
            piece, room = bytearray(), _LONGEST - 1
        piece += told
    return "\r\n ".join([*pieces, piece.decode()])


# --- Secret addresses ---------------------------------------------------------------------------------


def _token(address: CalendarAddress) -> str:
    return draw(_PURPOSE, address.plan_id, address.person_id, address.salt)


def address_of(person: Any, plan: Plan) -> str:
    """The secret address of a person for a plan; empty when they have none."""
    found = CalendarAddress.objects.filter(person=person, plan=plan).first()
    if found is None:
        return ""
    return f"{settings.PUBLIC_URL}{reverse('plans:secret_calendar', args=[_token(found)])}"


def plan_at(token: str) -> Plan | None:
    """The plan read at a secret address, while the person it was given to may read it."""
    address = (
        CalendarAddress.objects.filter(digest=digest(_PURPOSE, token))
        .select_related("plan__territory", "person")
        .first()
    )
    if address is None or not address.person.is_active:
        return None
    return address.plan if perms.can_read(address.person, address.plan.territory) else None


def renew_calendar(*, person: Any, plan: Plan, before: str) -> CalendarAddress:
    """Give the person an address where the plan is read, or another one; the old one is closed.

    Args:
        person: one who reads the whole plan.
        plan: any.
        before: the address that is to be closed, empty for a first one: sent twice, one is made.

    Raises:
        NotAllowed: when the person does not read the plan.
    """
    perms.can_read.require(person, plan.territory)
    with transaction.atomic():
        # Held, so that two clicks at once make one.
        Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
        found = CalendarAddress.objects.filter(person=person, plan=plan).first()
        if found is not None and address_of(person, plan) != before:
            return found
        found = found or CalendarAddress(person=person, plan=plan)
        found.salt = secrets.token_urlsafe(16)
        found.digest = digest(_PURPOSE, _token(found))
        found.save()
    return found
