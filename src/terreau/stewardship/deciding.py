"""Decisions: accept, amend, refuse, with a word to the author; never two for one thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.perms import can_review
from terreau.core.errors import TerreauError
from terreau.core.text import of_place
from terreau.directory import services as directory
from terreau.directory.enums import SourceKind
from terreau.directory.models import Organisation
from terreau.directory.speaking import ensure_source
from terreau.stewardship.claiming import make_keeper
from terreau.stewardship.enums import KeeperRole, Kind, State
from terreau.stewardship.models import Item
from terreau.stewardship.telling import answer, name_of, reaches_author, tell, words_of
from terreau.stewardship.vouching import weigh


def decide(
    *,
    person: Any,
    item: Item,
    accepted: bool,
    words: str = "",
    version: int,
    values: Mapping[str, Any] | None = None,
) -> Item:
    """An agent decides what waits; the author is told.

    Args:
        person: an agent of the territory.
        item: what waits.
        accepted: accepted or refused.
        words: to the author; needed to refuse.
        version: that of the item as the agent read it.
        values: a proposal as the agent amends it.

    Raises:
        NotAllowed: to others.
        TerreauError: when it is decided already or changed in between, or a refusal gives no reason.
    """
    said = words_of(words, needed="" if accepted else _("Dites pourquoi, en un mot à l’auteur."))
    with transaction.atomic():
        held = _held(item)
        can_review.require(person, held.territory)
        if held.state != State.WAITING:
            raise TerreauError(
                _("C’est déjà décidé : %(state)s.") % {"state": held.get_state_display()}, where=name_of(held)
            )
        if held.version != version:
            raise TerreauError(
                _("Cette demande a changé pendant que vous la lisiez."), remedy=_("Relisez-la, puis décidez.")
            )
        _do(held, person, accepted, values, said)
        _close(held, State.ACCEPTED if accepted else State.REFUSED, person, said)
    return held


def withdraw(*, person: Any, item: Item) -> Item:
    """The author takes back what they asked; done twice, it is once.

    Raises:
        TerreauError: when it is decided already, or another's.
    """
    with transaction.atomic():
        held = _held(item)
        if held.person_id is None or held.person_id != getattr(person, "pk", None):
            raise TerreauError(_("Ce n’est pas votre demande."))
        if held.state == State.WITHDRAWN:
            return held
        if held.state != State.WAITING:
            raise TerreauError(_("C’est déjà décidé : %(state)s.") % {"state": held.get_state_display()})
        _finish(held, State.WITHDRAWN, person, "")
    return held


def publish_itself(item: Item) -> Item | None:
    """Publish a proposal whose voices were enough, its delay over; nothing when that no longer holds."""
    now = timezone.now()
    with transaction.atomic():
        held = _held(item)
        if held.state != State.WAITING or held.kind != Kind.PROPOSAL:
            return None
        weigh(held, now)
        if held.publishes_at is None or held.publishes_at > now:
            return None
        source = ensure_source(
            code=f"voisins-{held.territory.code}"[:80],
            name=_("des voisins %(of)s") % {"of": of_place(held.territory.name)},
            kind=SourceKind.LIST,
            territory=held.territory,
        )
        made = directory.found_organisation(source=source, territory=held.territory, values=values_of(held))
        _show(held, made, None)
        _close(held, State.ACCEPTED, None, "")
    return held


def values_of(item: Item) -> dict[str, Any]:
    """What is proposed, in the shape of a record's values."""
    return {key: value for key, value in item.values.items() if not key.startswith("_")}


def _held(item: Item) -> Item:
    """The item, locked, its sheet before it: whoever edits or joins the sheet holds them in that order too.

    In the other one, the two would wait for each other for ever.
    """
    sheets: set[int] = set()
    while True:
        key = Item.objects.values_list("organisation", flat=True).get(pk=item.pk)
        # Once the sheet is held, nobody moves the item to another one.
        if key is None or key in sheets:
            break
        Organisation.objects.select_for_update(of=("self",)).get(pk=key)
        sheets.add(key)
    rows = Item.objects.select_for_update(of=("self",)).select_related("territory", "organisation", "person")
    return rows.get(pk=item.pk)


def _do(item: Item, person: Any, accepted: bool, values: Mapping[str, Any] | None, said: str) -> None:
    """What a decision does besides being written."""
    if item.kind == Kind.CLAIM and accepted and item.organisation is not None:
        if item.person is None:
            raise TerreauError(_("La personne qui demandait a fermé son compte."), where=name_of(item))
        make_keeper(person=item.person, organisation=item.organisation, role=KeeperRole.OWNER, by=person)
    elif item.kind == Kind.PROPOSAL and accepted:
        made = directory.create_organisation(
            person=person, territory=item.territory, values=dict(values or values_of(item))
        )
        _show(item, made, person)
    elif item.kind == Kind.EDIT and not accepted and item.organisation is not None:
        before = {key: change["before"] for key, change in item.values.items()}
        directory.take_back(person=person, organisation=item.organisation, before=before, reason=said)


def _show(item: Item, made: Organisation, by: Any) -> None:
    """The sheet that a proposal became; its author keeps it when an agent accepted that it is theirs."""
    item.organisation = made
    if item.values.get("_mine") and item.person is not None and by is not None:
        make_keeper(person=item.person, organisation=made, role=KeeperRole.OWNER, by=by)


def _close(item: Item, state: State, person: Any, said: str) -> None:
    item.version += 1
    url = reverse("directory:sheet", args=[item.organisation.public_id]) if item.organisation else ""
    outcome = {State.ACCEPTED: _("acceptée"), State.REFUSED: _("refusée")}[state]
    about = {
        Kind.CLAIM: _("Votre demande de tenir la fiche « %(name)s » est %(outcome)s."),
        Kind.PROPOSAL: _("Votre proposition « %(name)s » est %(outcome)s."),
        Kind.EDIT: _("Votre modification de la fiche « %(name)s » est %(outcome)s."),
        Kind.REPORT: _("Votre remarque sur la fiche « %(name)s » est %(outcome)s."),
    }[Kind(item.kind)]
    line = about % {"name": name_of(item), "outcome": outcome}
    if reaches_author(item, accepted=state == State.ACCEPTED, said=said):
        answer(item, line, [line, *([said] if said else [])], url)
    item.version -= 1
    _finish(item, state, person, said)


def _finish(item: Item, state: State, person: Any, said: str) -> None:
    item.state, item.decided_at, item.decided_by, item.answer = state, timezone.now(), person, said
    item.version += 1
    item.reply_to, item.publishes_at = "", None
    item.save()
    item.vouches.update(origin="")
    tell(f"sheet.{state.value}", person, item.organisation, item.territory, what=item.kind)
