"""What moves when a sheet gives way to another, and how it comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from terreau.core.registry import SheetFollower, sheet_followers
from terreau.directory.enums import LinkMethod, Status
from terreau.directory.models import Link, Merge, Organisation, Record
from terreau.directory.writing import known, public_changed, touch


def relink(
    record: Record,
    organisation: Organisation,
    person: Any,
    *,
    method: str = LinkMethod.PERSON,
    score: float | None = None,
    explanation: Iterable[Any] = (),
) -> Link:
    """Tie a record to a sheet; the link it had stays written, undone."""
    unlink(record, person)
    record.organisation = organisation
    record.save(update_fields=["organisation"])
    return Link.objects.create(
        record=record,
        organisation=organisation,
        method=method,
        score=score,
        explanation=list(explanation),
        person=known(person),
    )


def unlink(record: Record, person: Any) -> None:
    """Undo the links of a record; it is then of no sheet until it is tied to one."""
    record.links.filter(undone_at=None).update(undone_at=timezone.now(), undone_by=known(person))
    if record.organisation_id is not None:
        record.organisation = None
        record.save(update_fields=["organisation"])


def open_merges_into(organisation: Organisation) -> models.QuerySet[Merge]:
    """The merges, not undone, by which sheets lead to this one now; the last first."""
    return Merge.objects.filter(absorbed__merged_into=organisation, undone_at=None).order_by("-pk")


def moved_records(organisation: Organisation) -> set[int]:
    """The records of a sheet that came by a merge, and would leave with it."""
    return {key for keys in open_merges_into(organisation).values_list("records", flat=True) for key in keys}


def give_way(
    former: Organisation,
    kept: Organisation,
    person: Any,
    *,
    records: Iterable[int],
    own: Iterable[int],
    **told: Any,
) -> Merge:
    """A sheet leads to another from now on, with all that hangs on it.

    Args:
        former: the sheet, without records left.
        kept: where it leads.
        person: who decided.
        records: keys of the records that went over.
        own: keys of those that the kept sheet had already.
        told: other attributes of `Merge`.
    """
    # One that was half undone, record by record, is over: what it would give back is here already.
    former.given_way.filter(undone_at=None).update(undone_at=timezone.now(), undone_by=known(person))
    redirected = Organisation.objects.filter(merged_into=former)
    merge = Merge(
        kept=kept,
        absorbed=former,
        person=known(person),
        status_before=former.status,
        records=sorted(records),
        own_records=sorted(own),
        redirected=sorted(redirected.values_list("pk", flat=True)),
        **told,
    )
    former.merged_into, former.status = kept, Status.HIDDEN
    touch(former, "merged_into", "status")
    redirected.update(merged_into=kept)
    moved = {one.key: one.moved(former, kept) for one in followers()}
    merge.followed = {key: what for key, what in moved.items() if what}
    merge.save()
    public_changed()
    return merge


def come_back(merge: Merge) -> Organisation:
    """The absorbed sheet leads nowhere any more: it stands again, with what hung on it."""
    sheet = merge.absorbed
    home = sheet.merged_into or merge.kept
    sheet.merged_into, sheet.status = None, merge.status_before
    touch(sheet, "merged_into", "status")
    Organisation.objects.filter(pk__in=merge.redirected, merged_into=home).update(merged_into=sheet)
    by_key = {one.key: one for one in followers()}
    for key, moved in merge.followed.items():
        if key in by_key:
            by_key[key].moved_back(home, sheet, moved)
    merge.redirected, merge.followed = [], {}
    merge.save(update_fields=["redirected", "followed"])
    return sheet


def followers() -> list[SheetFollower]:
    """What applications registered, and the rows of every other table of theirs that points at a sheet.

    So nothing that hangs on a sheet is left behind because somebody forgot to say so.
    """
    said = list(sheet_followers)
    keys = {one.key for one in said}
    for relation in Organisation._meta.related_objects:
        model, field = _rows_of(relation)
        key = f"{model._meta.label_lower}.{field}"
        if model._meta.app_label != Organisation._meta.app_label and key not in keys:
            said.append(rows_follow(key, model, field))
            keys.add(key)
    return said


def _rows_of(relation: Any) -> tuple[type[models.Model], str]:
    """The table whose rows point at a sheet, and by which field: between many and many, the one that ties."""
    if relation.many_to_many:
        return relation.through, relation.field.m2m_reverse_field_name()
    return relation.related_model, relation.field.name


def rows_follow(
    key: str, model: type[models.Model], field: str = "organisation", rank: int = 50
) -> SheetFollower:
    """A follower for the rows of a table that point at a sheet.

    A row that the kept sheet has already, by a constraint of the table, stays with the absorbed one, unseen.
    """

    def move(rows: Iterable[Any], to: Organisation) -> list[Any]:
        moved = []
        for row in rows:
            setattr(row, field, to)
            try:
                with transaction.atomic():
                    row.save(update_fields=[field])
            except IntegrityError:
                continue
            moved.append(row.pk if isinstance(row.pk, int) else str(row.pk))
        return moved

    def moved(absorbed: Organisation, kept: Organisation) -> list[Any]:
        return move(model._default_manager.filter(**{field: absorbed}), kept)

    def moved_back(kept: Organisation, absorbed: Organisation, keys: Any) -> None:
        move(model._default_manager.filter(**{field: kept, "pk__in": keys}), absorbed)

    return SheetFollower(key, rank, moved, moved_back)
