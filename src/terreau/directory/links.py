"""Links between records and organisations: made, explained, undone."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory import perms
from terreau.directory.enums import LinkMethod, Status
from terreau.directory.models import Link, Organisation, Record
from terreau.directory.writing import follow, held_for, known, public_changed, tell, touch


def link_record(
    *,
    person: Any,
    record: Record,
    organisation: Organisation,
    method: str,
    score: float | None = None,
    explanation: list[Any] | None = None,
) -> Link:
    """Tie a record to an organisation, from which it can be untied again.

    The organisation it leaves, if it has no other record, gives way to the new one: its address leads
    there.

    Args:
        person: who decides; None for the platform itself, on an exact identifier.
        record: what is tied.
        organisation: to what.
        method: one of `LinkMethod`.
        score: similarity between 0 and 1, when one was measured.
        explanation: why, as sentences or `{label, value}` pairs.
    """
    with transaction.atomic():
        kept = held_for(person, organisation, platform=person is None, governing=True)
        former = record.organisation
        if former is not None and former.pk == kept.pk:
            raise TerreauError(_("Cet enregistrement est déjà rattaché à cette fiche."), where=kept.name)
        if former is not None and person is not None:
            perms.can_govern.require(person, former)
        link = _relink(record, kept, person, method=method, score=score, explanation=explanation or [])
        if former is not None:
            _give_way(former, kept)
        follow([kept.pk, *([former.pk] if former is not None else [])])
        kept.refresh_from_db()
        tell(
            "organisation.linked",
            person,
            kept,
            record=str(record),
            former=former.public_id if former else "",
            method=str(method),
        )
    return link


def unlink_record(*, person: Any, record: Record) -> Organisation:
    """Give a record an organisation of its own again, with all its values.

    The sheet it had before it was tied is brought back when there is one, at its former address.

    Raises:
        TerreauError: when the record stands alone already, or only corrects the sheet and names nothing.
    """
    with transaction.atomic():
        former = record.organisation
        if former is None:
            raise TerreauError(_("Cet enregistrement n’est rattaché à aucune fiche."))
        held = held_for(person, former, governing=True)
        others = held.records.exclude(pk=record.pk)
        if not any(names_it(other) for other in others):
            raise TerreauError(
                _("Aucun autre enregistrement ne nomme cette organisation\u00a0: il n’y a rien à séparer."),
                where=held.name,
            )
        if not names_it(record):
            raise TerreauError(
                _("Cet enregistrement corrige la fiche sans nommer d’organisation\u00a0: rien à séparer."),
                where=held.name,
                remedy=_("Modifiez la fiche pour corriger ce qui a été dit."),
            )
        own = _former_sheet(record, held) or Organisation.objects.create(name="…", name_folded="")
        _relink(record, own, person, method=LinkMethod.PERSON, score=None, explanation=[])
        follow([held.pk, own.pk])
        own.refresh_from_db()
        tell("organisation.unlinked", person, held, record=str(record), own=own.public_id)
    return own


def names_it(record: Record) -> bool:
    """Whether a record can have a sheet of its own: what merely corrects another's has no name."""
    return bool(record.values.get("name"))


def merge(*, person: Any, kept: Organisation, absorbed: Organisation) -> Organisation:
    """Say that two sheets are of one organisation: the records of one are tied to the other.

    The absorbed sheet's address leads to the kept one. `unlink_record` undoes it, record by record.
    """
    if kept.pk == absorbed.pk:
        raise TerreauError(_("Choisissez deux fiches différentes."), where=kept.name)
    with transaction.atomic():
        held = held_for(person, kept, governing=True)
        gone = held_for(person, absorbed, governing=True)
        for record in gone.records.all():
            _relink(record, held, person, method=LinkMethod.PERSON, score=None, explanation=[])
        _give_way(gone, held)
        follow([held.pk])
        held.refresh_from_db()
        tell("organisation.merged", person, held, absorbed=gone.public_id)
    return held


def _relink(
    record: Record,
    organisation: Organisation,
    person: Any,
    *,
    method: str,
    score: float | None,
    explanation: list[Any],
) -> Link:
    now = timezone.now()
    record.links.filter(undone_at=None).update(undone_at=now, undone_by=known(person))
    record.organisation = organisation
    record.save(update_fields=["organisation"])
    return Link.objects.create(
        record=record,
        organisation=organisation,
        method=method,
        score=score,
        explanation=explanation,
        person=known(person),
    )


def _give_way(former: Organisation, kept: Organisation) -> None:
    """A sheet without record left leads to the other one; so do those it had itself absorbed."""
    if former.records.exists():
        return
    former.merged_into, former.status = kept, Status.HIDDEN
    touch(former, "merged_into", "status")
    Organisation.objects.filter(merged_into=former).update(merged_into=kept)
    public_changed()


def _former_sheet(record: Record, held: Organisation) -> Organisation | None:
    """The first sheet of the record that gave way when it left, if nothing has taken its place since."""
    for link in record.links.exclude(organisation=held).select_related("organisation").order_by("pk"):
        sheet = link.organisation
        if sheet.merged_into_id is not None and not sheet.records.exists():
            sheet.merged_into, sheet.status = None, Status.ACTIVE
            touch(sheet, "merged_into", "status")
            return sheet
    return None
