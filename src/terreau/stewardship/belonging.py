"""Belonging to umbrella bodies and poles: said by one side, confirmed by the other."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory import search
from terreau.directory.models import Organisation
from terreau.directory.perms import can_edit
from terreau.directory.writing import public_changed
from terreau.notifications.services import notify
from terreau.stewardship.models import Belonging, Keeper
from terreau.stewardship.telling import QUEUE, agents_for, place_of, tell

LIKE_SHOWN = 8


def say(*, person: Any, of: Organisation, member: Organisation, body: Organisation) -> Belonging:
    """One side says that `member` belongs to `body`; when the other has said so, it is confirmed.

    Args:
        person: who keeps the sheet `of`, or the agent of its territory.
        of: the side that speaks, `member` or `body`.
        member: the organisation that belongs.
        body: the umbrella body or the pole.

    Raises:
        NotAllowed: when the person may not speak for that side.
        TerreauError: when an organisation would belong to itself.
    """
    if of.pk not in (member.pk, body.pk) or member.pk == body.pk:
        raise TerreauError(_("Une organisation n’appartient pas à elle-même."))
    can_edit.require(person, of)
    side = "member_said" if of.pk == member.pk else "body_said"
    with transaction.atomic():
        # Both sides may speak at once: the sheets are locked in one order.
        list(
            Organisation.objects.filter(pk__in=[member.pk, body.pk])
            .order_by("pk")
            .select_for_update(of=("self",))
        )
        held = Belonging.objects.filter(member=member, body=body, ended_at=None).first()
        if held is None:
            held = Belonging(member=member, body=body, asked_by=person)
        elif getattr(held, side) is not None:
            return held
        setattr(held, side, timezone.now())
        held.save()
        verb = "sheet.belonging_confirmed" if held.is_confirmed else "sheet.belonging_said"
        tell(verb, person, of, place_of(of))
        if not held.is_confirmed:
            _ask(held, body if of.pk == member.pk else member)
        public_changed()
    return held


def _ask(belonging: Belonging, other: Organisation) -> None:
    """Ask those who may speak for the other side."""
    keepers = [
        keeper.person
        for keeper in Keeper.objects.current().filter(organisation=other).select_related("person")
    ]
    for person in keepers or agents_for(place_of(other)):
        notify(
            person=person,
            kind=QUEUE,
            once=f"belonging:{belonging.pk}:{person.pk}",
            subject=_("Une appartenance est à confirmer"),
            lines=[
                _("« %(member)s » appartient-elle à « %(body)s » ?")
                % {"member": belonging.member.name, "body": belonging.body.name}
            ],
            url=reverse("stewardship:belongings", args=[other.public_id]),
        )


def end(*, person: Any, belonging: Belonging) -> None:
    """Either side ends a belonging, or says it is not so; done twice, it is once.

    Raises:
        NotAllowed: to those who may speak for neither side.
    """
    if not can_edit(person, belonging.member):
        can_edit.require(person, belonging.body)
    with transaction.atomic():
        ended = Belonging.objects.filter(pk=belonging.pk, ended_at=None).update(ended_at=timezone.now())
        if ended:
            tell("sheet.belonging_ended", person, belonging.member, place_of(belonging.member))
            public_changed()


def belongings_of(organisation: Organisation) -> list[Belonging]:
    """All that is said today of an organisation, as member or as body."""
    found = Belonging.objects.filter(Q(member=organisation) | Q(body=organisation), ended_at=None)
    return list(found.select_related("member", "body").order_by("body__name", "member__name"))


def named_like(typed: str, *, but: Organisation) -> list[search.Hit]:
    """The sheets that a name may mean, to be chosen from; a page of them at most."""
    if not typed.strip():
        return []
    hits = search.search(search.Query(text=typed, size=LIKE_SHOWN)).hits
    return [hit for hit in hits if hit["id"] != but.public_id]
