"""The organisation's own word, given by a link in a message or a code on paper, without signing in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.consolidation import view_of, views_of
from terreau.directory.enums import Nomenclature, SourceKind, Status
from terreau.directory.history import forget
from terreau.directory.merging import end_choices
from terreau.directory.models import Organisation, Term
from terreau.directory.rules import choose, restate
from terreau.directory.speaking import actor_source, own_record, state
from terreau.directory.values import clean_values
from terreau.directory.visibility import newly_hidden
from terreau.directory.writing import follow, held_for, tell


def confirm_as_actor(*, organisation: Organisation, through: str) -> Organisation:
    """The organisation says that its sheet is right as it stands today.

    The right to say so was proved by the caller: a signed link, or a code on paper.

    Args:
        organisation: the sheet.
        through: `link` or `paper`, for the journal.
    """
    with transaction.atomic():
        held = _held(organisation)
        source = actor_source(held)
        record = own_record(source, held)
        said = dict(record.values) if record else {}
        dates = {key: view_of(record).said_on(key) for key in said} if record else {}
        state(source, held, record, said, dates, timezone.localdate(), None)
        follow([held.pk])
        held.refresh_from_db()
        tell("organisation.confirmed", None, held, by=SourceKind.ACTOR.value, through=through)
    return held


def edit_as_actor(
    *, organisation: Organisation, values: Mapping[str, Any], version: int, through: str
) -> Organisation:
    """The sheet as the organisation leaves it; saving it confirms it too.

    Args:
        organisation: the sheet, as it was read.
        values: the fields that were changed in the form, emptied ones included.
        version: that of the sheet that was read.
        through: `link` or `paper`, for the journal.

    Raises:
        TerreauError: when somebody changed the sheet in between, or a value cannot be kept.
    """
    clean = clean_values(values, filieres=_filieres(values))
    if "name" in clean and not clean["name"]:
        raise TerreauError(_("Une organisation a au moins un nom."), where=_("Nom\u00a0:"))
    with transaction.atomic():
        held = _held(organisation)
        if held.version != version:
            raise TerreauError(
                _("Quelqu’un d’autre a modifié cette fiche pendant que vous l’écriviez."),
                where=held.name,
                remedy=_(
                    "Rien n’est perdu\u00a0: comparez votre saisie à la fiche actuelle, puis enregistrez."
                ),
            )
        source = actor_source(held)
        record = own_record(source, held)
        views, _ended = end_choices(held, views_of([held.pk])[held.pk], clean)
        shown = choose(views).values
        mine = next((view for view in views if record and view.record_id == record.pk), None)
        today = timezone.localdate()
        said, dates = restate(views, mine, clean, today)
        before = mine.values if mine else {}
        changed = sorted(key for key in clean if said.get(key) != before.get(key))
        state(source, held, record, said, dates, today, None)
        follow([held.pk])
        held.refresh_from_db()
        verb = "organisation.edited" if changed else "organisation.confirmed"
        tell(verb, None, held, by=SourceKind.ACTOR.value, through=through, fields=changed)
        now = choose(views_of([held.pk])[held.pk]).values
        forget(held, newly_hidden(shown.get("visibility"), now.get("visibility")))
    return held


def _held(organisation: Organisation) -> Organisation:
    held = held_for(None, organisation, platform=True)
    if held.status == Status.HIDDEN:
        raise TerreauError(
            _("Cette fiche est retirée de l’annuaire."),
            where=held.name,
            remedy=_("Demandez à l’agent du territoire de la remettre."),
        )
    return held


def _filieres(values: Mapping[str, Any]) -> frozenset[str]:
    if not values.get("filieres"):
        return frozenset()
    known = Term.objects.filter(nomenclature=Nomenclature.FILIERE, code__in=list(values["filieres"]))
    return frozenset(known.values_list("code", flat=True))
