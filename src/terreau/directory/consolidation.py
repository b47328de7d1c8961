"""From records to the sheet that is shown: reading what is said, writing what is shown, numbering changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from terreau.directory.enums import Status
from terreau.directory.history import Shift, note
from terreau.directory.models import ChangeCounter, Organisation, Record
from terreau.directory.rules import RecordView, choose, columns
from terreau.territories.models import Territory

BATCH = 500
_COLUMNS = (
    *("name", "name_folded", "short_name", "description", "country_code", "legal_form", "family", "nature"),
    *("sectors", "issues", "filieres", "territory_id", "precision", "longitude", "latitude", "shown_values"),
    *("status", "confirmed_on", "source_id", "source_ref"),
)
_WRITTEN = [name.removesuffix("_id") for name in _COLUMNS]


def view_of(record: Record) -> RecordView:
    """A record as the rule reads it; its source must have been fetched with it."""
    return RecordView(
        source_id=record.source_id,
        source_code=record.source.code,
        source_name=record.source.told_name,
        kind=record.source.kind,
        values=record.values,
        stated_on=record.stated_on,
        first_seen=record.first_seen_at,
        # Its day is that of the instance, not that of Greenwich.
        last_seen=timezone.localtime(record.last_seen_at),
        gone=record.gone_at is not None,
        record_id=record.pk,
        source_ref=record.source_ref,
        dates=record.value_dates or {},
    )


def views_of(organisation_ids: Iterable[int]) -> dict[int, list[RecordView]]:
    """What is said of each of these organisations, in one query."""
    found: dict[int, list[RecordView]] = {key: [] for key in organisation_ids}
    for record in Record.objects.filter(organisation__in=list(found)).select_related("source"):
        if record.organisation_id is not None:
            found[record.organisation_id].append(view_of(record))
    return found


def next_change() -> int:
    """The number of a new change of the directory, to be written on what it changes.

    The counter's row stays locked until the transaction ends, so that numbers are committed in their
    order and the index, which remembers the last one it saw, misses none. A long transaction should
    therefore ask for its number late.

    Raises:
        RuntimeError: outside a transaction, where the order of the numbers would not hold.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_change must be called inside the transaction of the change")
    if not ChangeCounter.objects.filter(pk=1).update(value=F("value") + 1):
        ChangeCounter.objects.get_or_create(pk=1)
        ChangeCounter.objects.filter(pk=1).update(value=F("value") + 1)
    return ChangeCounter.objects.values_list("value", flat=True).get(pk=1)


def refresh(organisation_ids: Iterable[int]) -> list[int]:
    """Show what the records say now, for each of these organisations.

    Only those whose sheet changes are written, with a new change number and version. One hidden by a
    person stays so, and one left without any record keeps what it showed.

    Returns:
        The identifiers of those that changed.
    """
    wanted = list(dict.fromkeys(organisation_ids))
    changed: list[int] = []
    with transaction.atomic():
        for start in range(0, len(wanted), BATCH):
            changed += _refresh_batch(wanted[start : start + BATCH])
    return changed


def _refresh_batch(ids: list[int]) -> list[int]:
    chosen = {key: choose(views) for key, views in views_of(ids).items() if views}
    shown = {key: columns(one) for key, one in chosen.items()}
    territories = _territories({found["territory_code"] for found in shown.values()})
    moved: list[Organisation] = []
    shifts: list[Shift] = []
    for organisation in Organisation.objects.filter(pk__in=shown):
        found = shown[organisation.pk]
        found["territory_id"] = _territory(territories, found)
        before = {name: getattr(organisation, name) for name in _COLUMNS}
        if _apply(organisation, found):
            moved.append(organisation)
            after = {name: getattr(organisation, name) for name in _COLUMNS}
            shifts.append(Shift(organisation.pk, before, after, chosen[organisation.pk]))
    if moved:
        number = next_change()
        for organisation in moved:
            organisation.change = number
            organisation.version += 1
            # One statement each: a bulk update of so many columns is six times slower to parse than to run.
            organisation.save(update_fields=[*_WRITTEN, "change", "version", "updated_at"])
        note(shifts, change=number)
    return [organisation.pk for organisation in moved]


def _territories(codes: set[str]) -> dict[str, int]:
    wanted = codes | {code.partition("-")[0] for code in codes}
    return dict(Territory.objects.filter(code__in=wanted - {""}).values_list("code", "pk"))


def _territory(territories: dict[str, int], found: dict[str, Any]) -> int | None:
    """The territory named, else its country: a code that is not in the base must not lose the sheet."""
    code = found["territory_code"]
    return territories.get(code) or territories.get(code.partition("-")[0])


def _apply(organisation: Organisation, found: dict[str, Any]) -> bool:
    """Write on the organisation what changed; tell whether anything did."""
    changed = False
    for name in _COLUMNS:
        value = found[name]
        if name == "status" and organisation.status == Status.HIDDEN:
            continue
        if getattr(organisation, name) != value:
            setattr(organisation, name, value)
            changed = True
    return changed
