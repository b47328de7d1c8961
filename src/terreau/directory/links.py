"""Links between records and organisations: made, explained, undone."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory import perms
from terreau.directory.enums import ChangeKind, SourceKind, Status
from terreau.directory.history import sign
from terreau.directory.merging import close_when_empty
from terreau.directory.merging_moves import come_back, give_way, relink
from terreau.directory.models import Link, Organisation, Record
from terreau.directory.writing import follow, held_for, known, tell, touch


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
        own = list(kept.records.values_list("pk", flat=True))
        link = relink(record, kept, person, method=method, score=score, explanation=explanation or [])
        if former is not None and not former.records.exists():
            give_way(former, kept, person, records=[record.pk], own=own)
            sign(former, kind=ChangeKind.MERGED, person=known(person))
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
        others = held.records.exclude(pk=record.pk).select_related("source")
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
        own = _former_sheet(record, held, person) or Organisation.objects.create(name="…", name_folded="")
        relink(record, own, person)
        for merge in own.given_way.filter(undone_at=None).select_related("absorbed__merged_into", "kept"):
            close_when_empty(merge, person)
        follow([held.pk, own.pk])
        own.refresh_from_db()
        tell("organisation.unlinked", person, held, record=str(record), own=own.public_id)
        sign(own, kind=ChangeKind.UNLINKED, person=known(person))
    return own


def names_it(record: Record) -> bool:
    """Whether a record can have a sheet of its own: what merely corrects another's has no name."""
    return bool(record.values.get("name")) and record.source.kind != SourceKind.CHOICE


def _former_sheet(record: Record, held: Organisation, person: Any) -> Organisation | None:
    """The first sheet of the record that gave way when it left, if nothing has taken its place since."""
    for link in record.links.exclude(organisation=held).select_related("organisation").order_by("pk"):
        sheet = link.organisation
        if sheet.merged_into_id is None or sheet.records.exists():
            continue
        merge = sheet.given_way.filter(undone_at=None).select_related("kept").first()
        if merge is not None:
            merge.absorbed = sheet
            return come_back(merge)
        sheet.merged_into, sheet.status = None, Status.ACTIVE
        touch(sheet, "merged_into", "status")
        return sheet
    return None
