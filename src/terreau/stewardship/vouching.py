"""Neighbours' voices for a proposal or against it, and the proposal that publishes itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.perms import can_review
from terreau.core.errors import TerreauError
from terreau.stewardship import perms
from terreau.stewardship.coding import digest
from terreau.stewardship.enums import Kind, State, Why
from terreau.stewardship.models import Item, Keeper, Threshold, Vouch
from terreau.stewardship.rules import Voice, mailbox_of, publishes_at
from terreau.stewardship.telling import announce, tell, words_of
from terreau.territories.models import Territory

DEFAULT_NEEDED, DEFAULT_HOURS = 3, 72
MOST_NEEDED, MOST_HOURS = 50, 24 * 60


def threshold_of(territory: Territory) -> Threshold:
    """That of the territory, else of the nearest that contains it, else the platform's; may be unsaved."""
    found = Threshold.objects.filter(territory__in=Territory.objects.containing(territory))
    by_depth = sorted(found.select_related("territory"), key=lambda one: one.territory.ancestor_links.count())
    if by_depth:
        return by_depth[-1]
    return Threshold(territory=territory, needed=DEFAULT_NEEDED, hours=DEFAULT_HOURS, version=0)


def set_threshold(*, person: Any, territory: Territory, needed: int, hours: int, version: int) -> Threshold:
    """An agent says how many voices are enough, and after how long; 0 voices: never.

    Raises:
        NotAllowed: to others.
        TerreauError: when another agent changed it in between.
    """
    can_review.require(person, territory)
    if not (0 <= needed <= MOST_NEEDED and 0 <= hours <= MOST_HOURS):
        raise TerreauError(
            _("De 0 à %(needed)d appuis, de 0 à %(hours)d heures.")
            % {"needed": MOST_NEEDED, "hours": MOST_HOURS}
        )
    with transaction.atomic():
        # Its key is not held: rows that point at the territory are written meanwhile.
        Territory.objects.select_for_update(of=("self",), no_key=True).get(pk=territory.pk)
        held = Threshold.objects.filter(territory=territory).first()
        if (held.version if held else 0) != version:
            raise TerreauError(
                _("Quelqu’un d’autre a changé ces seuils pendant que vous les écriviez."),
                remedy=_("Rien n’est perdu\u00a0: comparez votre saisie au texte actuel, puis enregistrez."),
            )
        held = held or Threshold(territory=territory, version=0)
        held.needed, held.hours, held.version = needed, hours, version + 1
        held.save()
        tell("sheet.threshold", person, None, territory, needed=needed, hours=hours)
        proposals = Item.objects.waiting().filter(kind=Kind.PROPOSAL).in_territory(territory)
        # Held in one order, and only those nobody decides meanwhile.
        for item in proposals.order_by("pk").select_for_update(of=("self",)):
            weigh(item)
    return held


def vouch(*, person: Any, item: Item, supports: bool, words: str = "", connection: str = "") -> Vouch:
    """A neighbour vouches for a proposal, or objects; said again, the last word counts.

    Args:
        person: keeps a sheet in the territory.
        item: the proposal.
        supports: for, or against.
        words: why; needed to object.
        connection: the network address, of which only a keyed digest is kept, until the decision.

    Raises:
        NotAllowed: when the person is no neighbour, or is the author.
        TerreauError: when it is decided already, or an objection gives no reason.
    """
    perms.can_vouch.require(person, item)
    said = words_of(words, needed="" if supports else _("Dites pourquoi vous vous opposez."))[:500]
    with transaction.atomic():
        held = Item.objects.select_for_update(of=("self",)).select_related("territory").get(pk=item.pk)
        if held.state != State.WAITING or held.kind != Kind.PROPOSAL:
            raise TerreauError(
                _("Cette proposition est déjà décidée."), where=str(held.values.get("name", ""))
            )
        spoken = Vouch.objects.filter(item=held, person=person).first()
        if spoken is not None and (spoken.supports, spoken.words) == (supports, said):
            return spoken
        voice, _made = Vouch.objects.update_or_create(
            item=held,
            person=person,
            defaults={
                "supports": supports,
                "words": said,
                "mailbox": digest("mailbox", mailbox_of(person.email)),
                "origin": digest(f"origin.{held.pk}", connection) if connection else "",
            },
        )
        tell("sheet.vouched" if supports else "sheet.objected", person, None, held.territory)
        if not supports and held.why != Why.OBJECTED:
            held.why = Why.OBJECTED
            held.save(update_fields=["why"])
            announce(held)
        weigh(held)
    return voice


def voices_of(item: Item) -> list[Voice]:
    """All who spoke of a proposal."""
    vouches = list(item.vouches.all())
    kept: dict[Any, set[int]] = {}
    people = [one.person_id for one in vouches]
    for person, sheet in (
        Keeper.objects.current().filter(person__in=people).values_list("person", "organisation")
    ):
        kept.setdefault(person, set()).add(sheet)
    return [
        Voice(
            str(one.person_id), one.supports, one.mailbox, one.origin, frozenset(kept.get(one.person_id, ()))
        )
        for one in vouches
    ]


def author_of(item: Item) -> Voice | None:
    """The author as a voice, so that their own other accounts add nothing."""
    if item.person is not None:
        sheets = Keeper.objects.current().filter(person=item.person).values_list("organisation", flat=True)
        box = digest("mailbox", mailbox_of(item.person.email))
        return Voice(str(item.person.pk), True, box, sheets=frozenset(sheets))
    if item.reply_to:
        return Voice("author", True, digest("mailbox", mailbox_of(item.reply_to)))
    return None


def weigh(item: Item, now: datetime | None = None) -> None:
    """Say anew when a proposal publishes itself; in the caller's transaction, the item locked."""
    threshold = threshold_of(item.territory)
    at = publishes_at(
        voices_of(item),
        author=author_of(item),
        needed=threshold.needed,
        hours=threshold.hours,
        since=item.publishes_at,
        now=now or timezone.now(),
    )
    if at != item.publishes_at:
        item.publishes_at = at
        item.save(update_fields=["publishes_at"])
