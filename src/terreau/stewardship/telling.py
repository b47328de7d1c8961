"""What the writes of this application share: the journal, the messages, where a thing is decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.core.errors import TerreauError
from terreau.core.text import squeeze
from terreau.directory.models import Organisation
from terreau.directory.perms import territories_of
from terreau.journal.rules import ways_to_reach
from terreau.journal.services import record
from terreau.notifications.services import notify, notify_address
from terreau.stewardship.enums import Kind
from terreau.stewardship.models import Item
from terreau.territories.models import Territory

ANSWER, CODE, QUEUE, INVITE = (
    *("stewardship.answer", "stewardship.code", "stewardship.queue", "stewardship.invite"),
)
LONGEST_WORDS = 4000


def tell(
    verb: str, person: Any, organisation: Organisation | None, territory: Territory, **data: Any
) -> None:
    """Write in the journal; what could reach somebody is left out."""
    subject = f"organisation:{organisation.public_id}" if organisation else f"territory:{territory.code}"
    kept = {key: value for key, value in data.items() if not list(ways_to_reach(value))}
    record(verb=verb, subject=subject, actor=person, territory_code=territory.code, **kept)


def place_of(organisation: Organisation) -> Territory:
    """Where what concerns a sheet is decided."""
    found = territories_of(organisation)
    country = Territory.objects.filter(code=organisation.country_code.lower()).first()
    place = next(iter(found), None) or country
    if place is None:
        raise TerreauError(
            str(_("On ne sait dans quel territoire se trouve cette organisation.")), where=organisation.name
        )
    return place


def words_of(text: str, *, needed: str = "") -> str:
    """What a person wrote, without needless spaces, paragraphs kept."""
    lines = "\n".join(squeeze(line) for line in str(text).strip().splitlines())[:LONGEST_WORDS]
    if needed and not lines.strip():
        raise TerreauError(needed)
    return lines


def agents_for(territory: Territory) -> list[Person]:
    """The agents nearest to a territory: its own, else those above, else the secretariat."""
    above = Territory.objects.containing(territory)
    grants = RoleGrant.objects.filter(role=Role.AGENT, territory__in=above, person__is_active=True)
    ranked = grants.annotate(depth=Count("territory__ancestor_links")).select_related("person")
    found = sorted(ranked, key=lambda grant: -grant.depth)
    if found:
        return [grant.person for grant in found if grant.depth == found[0].depth]
    secretaries = RoleGrant.objects.filter(role=Role.SECRETARIAT, person__is_active=True)
    return [grant.person for grant in secretaries.select_related("person")]


def keep_once(once: str, **values: Any) -> tuple[Item, bool]:
    """Put in the queue what a form says; sent twice, even at the same instant, it is there once.

    Args:
        once: drawn with the form.
        values: attributes of the item.

    Returns:
        The item, and whether it is new.
    """
    return Item.objects.get_or_create(once=once[:64], defaults=values)


def announce(item: Item) -> None:
    """Let those who decide know that something waits."""
    for person in agents_for(item.territory):
        notify(
            person=person,
            kind=QUEUE,
            once=f"item:{item.pk}:{person.pk}",
            subject=_("Quelque chose attend dans la file de modération"),
            lines=[
                f"{capfirst(item.get_kind_display())}\u00a0: {name_of(item)}",
                f"{capfirst(item.get_why_display())}.",
            ],
            url=reverse("stewardship:item", args=[item.territory.code, item.pk]),
            territory_code=item.territory.code,
        )


def name_of(item: Item) -> str:
    """What the thing is about."""
    return item.organisation.name if item.organisation else str(item.values.get("name") or "")


def reaches_author(item: Item, *, accepted: bool, said: str) -> bool:
    """Whether a decision is told: an edit that was right shows already, a visitor may leave no address."""
    if item.kind == Kind.EDIT and accepted and not said:
        return False
    return item.person_id is not None or bool(item.reply_to)


def answer(item: Item, subject: Any, lines: Iterable[Any], url: str = "") -> None:
    """Tell the author, once; the address of one without account is then forgotten."""
    once = f"item:{item.pk}:answer:{item.version}"
    if item.person is not None:
        notify(
            person=item.person,
            kind=ANSWER,
            once=once,
            subject=subject,
            lines=lines,
            url=url,
            territory_code=item.territory.code,
        )
    elif item.reply_to:
        notify_address(address=item.reply_to, kind=ANSWER, once=once, subject=subject, lines=lines, url=url)
    item.reply_to = ""
