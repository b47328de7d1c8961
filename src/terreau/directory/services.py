"""Every write on the directory but the bulk of imports: sheets, links between records, nomenclatures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.perms import can_edit_sheets
from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.registry import sheet_watchers
from terreau.core.text import fold, squeeze
from terreau.directory.consolidation import next_change, refresh, view_of, views_of
from terreau.directory.enums import LinkMethod, Nomenclature, SourceKind, Status
from terreau.directory.fields import Values
from terreau.directory.history import forget
from terreau.directory.links import link_record, unlink_record
from terreau.directory.merging import end_choices, merge, say_distinct, unmerge
from terreau.directory.models import (
    Link,
    Organisation,
    Record,
    Source,
    Term,
    is_public_id,
    new_public_id,
)
from terreau.directory.rules import choose, restate
from terreau.directory.simulated import mark_source
from terreau.directory.speaking import (
    agent_source,
    ensure_source,
    keep_identifiers,
    own_record,
    speaking_source,
    state,
)
from terreau.directory.terms import add_filiere, load_nomenclatures, nomenclatures_are_loaded, remove_filiere
from terreau.directory.values import clean_values
from terreau.directory.visibility import newly_hidden
from terreau.directory.writing import follow, held_for, known, public_changed, tell, touch
from terreau.territories.models import Territory

__all__ = [
    "add_filiere",
    "confirm_organisation",
    "create_organisation",
    "edit_organisation",
    "ensure_source",
    "found_organisation",
    "hide_organisation",
    "link_record",
    "load_nomenclatures",
    "mark_source",
    "merge",
    "next_change",
    "nomenclatures_are_loaded",
    "public_changed",
    "refresh",
    "remove_filiere",
    "restore_organisation",
    "say_distinct",
    "unlink_record",
    "unmerge",
]


def create_organisation(
    *, person: Any, territory: Territory, values: Mapping[str, Any], public_id: str = ""
) -> Organisation:
    """A new sheet, from the word of an agent; sent twice, there is one.

    Args:
        person: an agent of the territory.
        territory: where the person acts; the organisation's place when `values` names none.
        values: by key of `fields.FIELDS`.
        public_id: drawn with the form.

    Raises:
        NotAllowed: when the person is no agent there.
        TerreauError: when a value cannot be kept, or the name is missing.
    """
    can_edit_sheets.require(person, territory)
    clean = _new_values(territory, values)
    _require_place(person, clean["place"])
    with transaction.atomic():
        drawn = public_id if is_public_id(public_id) else new_public_id()
        return _new_sheet(person, agent_source(person, [territory]), clean, drawn)


def found_organisation(
    *, source: Source, territory: Territory, values: Mapping[str, Any], person: Any = None
) -> Organisation:
    """A new sheet from the word of a source that is no agent's; the right to ask is the caller's to check.

    Args:
        source: whose word it is.
        territory: the organisation's place when `values` names none.
        values: by key of `fields.FIELDS`.
        person: who decided it; None for the platform itself.

    Raises:
        TerreauError: when a value cannot be kept, or the name is missing.
    """
    clean = _new_values(territory, values)
    with transaction.atomic():
        return _new_sheet(person, source, clean, new_public_id())


def _new_values(territory: Territory, values: Mapping[str, Any]) -> Values:
    clean = {key: value for key, value in _clean(values).items() if value is not None}
    if not clean.get("name"):
        raise TerreauError(_("Une organisation a au moins un nom."), where=_("Nom\u00a0:"))
    clean.setdefault("place", _place_in(territory))
    return clean


def _new_sheet(person: Any, source: Source, clean: Values, public_id: str) -> Organisation:
    now, today = timezone.now(), timezone.localdate()
    organisation, is_new = Organisation.objects.get_or_create(
        public_id=public_id,
        defaults={"name": clean["name"], "name_folded": fold(clean["name"])[:300]},
    )
    if not is_new:
        if organisation.records.filter(source=source, source_ref=public_id, values=clean).exists():
            return organisation
        # Gone back to the form, someone writes another sheet in it.
        return _new_sheet(person, source, clean, new_public_id())
    record = Record.objects.create(
        source=source,
        source_ref=organisation.public_id,
        organisation=organisation,
        values=clean,
        value_dates={key: today.isoformat() for key in clean},
        stated_on=today,
        first_seen_at=now,
        last_seen_at=now,
    )
    keep_identifiers(record)
    Link.objects.create(
        record=record, organisation=organisation, method=LinkMethod.FIRST, person=known(person)
    )
    follow([organisation.pk])
    organisation.refresh_from_db()
    tell("organisation.created", person, organisation, fields=sorted(clean))
    return organisation


def edit_organisation(
    *,
    person: Any,
    organisation: Organisation,
    values: Mapping[str, Any],
    version: int,
    reason: str = "",
    verb: str = "organisation.edited",
) -> Organisation:
    """The sheet as an agent leaves it: what differs from the other sources becomes the agent's word.

    Args:
        person: an agent where the organisation is.
        organisation: the sheet, as it was read.
        values: the fields that were shown in the form, emptied ones included; absent ones are untouched.
        version: that of the sheet the person was reading.
        reason: why, in the person's words; told in the history.
        verb: what is written in the journal, for an edit that gives back a former state.

    Raises:
        NotAllowed: when the person may not edit it, or not at the new place.
        TerreauError: when somebody changed the sheet in between, or a value cannot be kept.
    """
    clean = _clean(values)
    with transaction.atomic():
        held = held_for(person, organisation)
        if held.version != version:
            raise TerreauError(
                _("Quelqu’un d’autre a modifié cette fiche pendant que vous l’écriviez."),
                where=held.name,
                remedy=_("Rien n’est perdu : comparez votre saisie à la fiche actuelle, puis enregistrez."),
            )
        if "name" in clean and not clean["name"]:
            raise TerreauError(_("Une organisation a au moins un nom."), where=_("Nom :"))
        views, ended = end_choices(held, views_of([held.pk])[held.pk], clean)
        source = speaking_source(person, held)
        record = own_record(source, held)
        mine = next((view for view in views if record and view.record_id == record.pk), None)
        today = timezone.localdate()
        said, dates = restate(views, mine, clean, today)
        if clean.get("place") and said.get("place") == clean["place"] and source.kind != SourceKind.ACTOR:
            _require_place(person, clean["place"])
        if not ended and said == (dict(mine.values) if mine is not None else {}):
            return held
        changed = sorted(key for key in clean if said.get(key) != (mine.values if mine else {}).get(key))
        before = choose(views).values
        state(source, held, record, said, dates, today, person)
        follow([held.pk])
        held.refresh_from_db()
        why = {"reason": squeeze(reason)[:300]} if reason.strip() else {}
        tell(verb, person, held, fields=changed, **why)
        after = choose(views_of([held.pk])[held.pk]).values
        forget(held, newly_hidden(before.get("visibility"), after.get("visibility")))
        _let_watchers_know(person, held, before, after)
    return held


def _let_watchers_know(person: Any, organisation: Organisation, before: Values, after: Values) -> None:
    """Other applications look at what an edit changed, in its transaction."""
    keys = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    was, now = {key: before.get(key) for key in keys}, {key: after.get(key) for key in keys}
    for watcher in sheet_watchers:
        watcher.edited(person, organisation, was, now)


def take_back(
    *, person: Any, organisation: Organisation, before: Mapping[str, Any], reason: str = ""
) -> Organisation:
    """An agent gives fields back the values they had before the organisation itself changed them.

    Args:
        person: an agent where the organisation is.
        organisation: the sheet.
        before: field → the value shown before, None where there was none.
        reason: why; told in the history.

    Raises:
        NotAllowed: when the person is no agent there.
    """
    with transaction.atomic():
        held = held_for(person, organisation, governing=True)
        records = Record.objects.filter(organisation=held, source__kind=SourceKind.ACTOR)
        for record in records.select_for_update():
            for key in before:
                record.values.pop(key, None)
                (record.value_dates or {}).pop(key, None)
            record.save(update_fields=["values", "value_dates"])
        _say_again(records.order_by("-pk").first(), held, before)
        follow([held.pk])
        held.refresh_from_db()
        tell("organisation.edited", person, held, fields=sorted(before), reason=squeeze(reason)[:300])
    return held


def _say_again(record: Record | None, organisation: Organisation, before: Mapping[str, Any]) -> None:
    """What the others do not say of these fields was the organisation's own former word: it is said again."""
    shown = choose(views_of([organisation.pk])[organisation.pk]).values
    former = {key: value for key, value in before.items() if shown.get(key) != value}
    if record is not None and former:
        record.values = {**record.values, **former}
        record.value_dates = {
            **(record.value_dates or {}),
            **{key: timezone.localdate().isoformat() for key in former},
        }
        record.save(update_fields=["values", "value_dates"])
        keep_identifiers(record)


def confirm_organisation(*, person: Any, organisation: Organisation) -> Organisation:
    """An agent vouches that the sheet is right as it stands today, without changing it."""
    with transaction.atomic():
        held = held_for(person, organisation)
        source = speaking_source(person, held)
        record = own_record(source, held)
        said = dict(record.values) if record else {}
        dates = {key: view_of(record).said_on(key) for key in said} if record else {}
        state(source, held, record, said, dates, timezone.localdate(), person)
        follow([held.pk])
        held.refresh_from_db()
        tell("organisation.confirmed", person, held)
    return held


def hide_organisation(*, person: Any, organisation: Organisation, reason: str) -> Organisation:
    """Withdraw a sheet from the public directory, saying why. Nothing is deleted.

    Raises:
        TerreauError: without a reason, or when it is already withdrawn.
    """
    reason = squeeze(reason)
    if not reason:
        raise TerreauError(
            _("Dites pourquoi cette fiche est retirée : la raison est gardée dans le journal.")
        )
    with transaction.atomic():
        held = held_for(person, organisation, governing=True)
        if held.status == Status.HIDDEN:
            raise TerreauError(_("Cette fiche est déjà retirée de l’annuaire."), where=held.name)
        _set_status(held, Status.HIDDEN)
        tell("organisation.hidden", person, held, reason=reason[:300])
    return held


def restore_organisation(*, person: Any, organisation: Organisation) -> Organisation:
    """Show again a sheet that was withdrawn, as its records say today."""
    with transaction.atomic():
        held = held_for(person, organisation, governing=True)
        if held.status != Status.HIDDEN:
            raise TerreauError(_("Cette fiche n’est pas retirée de l’annuaire."), where=held.name)
        _set_status(held, Status.ACTIVE)
        follow([held.pk])
        held.refresh_from_db()
        tell("organisation.restored", person, held)
    return held


def _clean(values: Mapping[str, Any]) -> Values:
    filieres: frozenset[str] = frozenset()
    if values.get("filieres"):
        known = Term.objects.filter(nomenclature=Nomenclature.FILIERE, code__in=list(values["filieres"]))
        filieres = frozenset(known.values_list("code", flat=True))
    return clean_values(values, filieres=filieres)


def _set_status(organisation: Organisation, status: str) -> None:
    organisation.status = status
    touch(organisation, "status")
    public_changed()


def _place_in(territory: Territory) -> dict[str, Any]:
    is_country = territory.code == territory.country_code.lower()
    return {
        "country": territory.country_code,
        "territory": territory.code,
        "longitude": None,
        "latitude": None,
        "precision": "country" if is_country else "commune",
    }


def _require_place(person: Any, place: Mapping[str, Any]) -> None:
    """An agent places organisations in his own territory; elsewhere it is another's to say."""
    code = place["territory"] or place["country"].lower()
    territory = Territory.objects.filter(code=code).first()
    if territory is None:
        raise TerreauError(
            _("Le territoire « %(code)s » n’existe pas.") % {"code": code},
            where=_("Lieu :"),
            remedy=_("Choisissez-le dans la liste des territoires."),
        )
    if not can_edit_sheets(person, territory):
        raise NotAllowed(
            _("Vous ne pouvez placer une organisation que dans un territoire dont vous êtes l’agent."),
            where=_("Lieu :"),
            remedy=_("Demandez au secrétariat du réseau de la déplacer."),
        )
