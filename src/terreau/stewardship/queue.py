"""What waits in a territory, as its agents read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.care import waiting_by_territory
from terreau.core.registry import Waiting
from terreau.directory.fields import BY_KEY
from terreau.stewardship.enums import Kind, State
from terreau.stewardship.models import Belonging, Item, Keeper
from terreau.stewardship.panels import moderation_door
from terreau.stewardship.telling import name_of
from terreau.territories.models import Territory

MOST = 200


def groups(territory: Territory) -> list[dict[str, Any]]:
    """What waits, by kind, the oldest first."""
    rows = Item.objects.waiting().in_territory(territory).select_related("organisation", "territory")
    rows = rows.annotate(
        support=Count("vouches", filter=Q(vouches__supports=True)),
        against=Count("vouches", filter=Q(vouches__supports=False)),
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for item in rows.order_by("created_at")[:MOST]:
        url = reverse("stewardship:item", args=[territory.code, item.pk])
        row = {"item": item, "name": name_of(item), "url": url, "why": why_of(item)}
        found.setdefault(item.kind, []).append(row)
    return [{"label": kind.label, "rows": found[kind]} for kind in Kind if kind in found]


def why_of(item: Item) -> str:
    """Why it is there, in a sentence: of an edit or of an error seen, with what it is about."""
    why = str(item.get_why_display())
    if item.kind == Kind.EDIT:
        keys: Iterable[str] = item.values
    else:
        keys = [item.values["about"]] if item.kind == Kind.REPORT and item.values.get("about") else []
    about = ", ".join(str(BY_KEY[key].label).lower() for key in keys if key in BY_KEY)
    if not about:
        return why
    if item.kind == Kind.EDIT:
        return _("a changé\u00a0: %(about)s") % {"about": about}
    return _("%(why)s\u00a0: %(about)s") % {"why": why, "about": about}


def belongings(territory: Territory) -> list[dict[str, Any]]:
    """Belongings that wait for a side of which nobody keeps the sheet: the agent may say."""
    found = []
    for side, other in (("body_said", "body"), ("member_said", "member")):
        rows = Belonging.objects.filter(
            **{
                f"{side}__isnull": True,
                "ended_at": None,
                f"{other}__territory__ancestor_links__ancestor": territory,
            }
        ).select_related("member", "body")
        kept = Keeper.objects.current().filter(organisation=OuterRef(other))
        for row in rows.filter(~Exists(kept))[:MOST]:
            sheet = getattr(row, other)
            url = reverse("stewardship:belongings", args=[sheet.public_id])
            found.append({"row": row, "url": url})
    return found


def decided(territory: Territory) -> list[Item]:
    """The last things decided."""
    rows = Item.objects.in_territory(territory).exclude(state__in=[State.WAITING, State.UNCONFIRMED])
    return list(rows.select_related("organisation", "decided_by").order_by("-decided_at")[:20])


def waiting(territories: Iterable[Territory]) -> QuerySet[Any]:
    """How much people asked and nobody decided yet, by territory and what lies under it."""
    above = "territory__ancestor_links__ancestor"
    items = Item.objects.waiting().filter(**{f"{above}__in": list(territories)})
    return items.order_by().values_list(above).annotate(count=Count("pk", distinct=True))


def tell_waiting(territory: Territory, count: int) -> Waiting:
    """« demandes à décider »."""
    why = _("Des gens attendent votre réponse\u00a0: une fiche à eux, une fiche nouvelle, une erreur vue.")
    return Waiting(
        ngettext("demande à décider", "demandes à décider", count), moderation_door(territory), count, why
    )


def tasks(person: Any) -> list[dict[str, Any]]:
    """For each territory that comes to the person, what waits in its queue."""
    text = _("%(territory)s\u00a0: à décider dans la file de modération")
    return waiting_by_territory(person, waiting, text, moderation_door)
