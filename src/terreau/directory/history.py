"""The history of sheets, as it is written: each change of what is shown, then who made it and why.

`consolidation` and `ingest`, by which every change of a sheet passes, note what differs; whoever decided the
change then signs it (`writing.tell`). So no way of writing can forget the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from terreau.core.text import squeeze
from terreau.directory.enums import ChangeKind
from terreau.directory.history_rules import difference, state_of, without
from terreau.directory.models import Organisation, Record, Revision
from terreau.directory.rules import PEOPLE, Chosen
from terreau.directory.visibility import hidden_since, is_public
from terreau.territories.models import Territory

LONGEST_REASON = 300
KINDS = {
    "organisation.created": ChangeKind.CREATED,
    "organisation.edited": ChangeKind.EDITED,
    "organisation.confirmed": ChangeKind.CONFIRMED,
    "organisation.reverted": ChangeKind.REVERTED,
    "organisation.hidden": ChangeKind.HIDDEN,
    "organisation.restored": ChangeKind.RESTORED,
    "organisation.linked": ChangeKind.LINKED,
    "organisation.unlinked": ChangeKind.UNLINKED,
    "organisation.merged": ChangeKind.MERGED,
    "organisation.unmerged": ChangeKind.UNMERGED,
}
_SPOKEN = frozenset({ChangeKind.CREATED, ChangeKind.EDITED, ChangeKind.CONFIRMED, ChangeKind.REVERTED})
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Shift:
    """A sheet before and after a change: its columns, and the choice from which the new ones follow."""

    organisation: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    chosen: Chosen


def noted(shifts: list[Shift]) -> Iterator[tuple[Shift, dict[str, Any], dict[str, Any], dict[str, int]]]:
    """For each sheet that shows something else: what it showed, what it shows, from which sources."""
    places = _codes(shifts)
    for shift in shifts:
        before, after = difference(_state(shift.before, places), _state(shift.after, places))
        if after:
            yield shift, before, after, _origins(after, shift.chosen)


def note(shifts: list[Shift], *, change: int) -> None:
    """Keep what these sheets showed and show now; those that show the same leave no trace.

    Imports do the same by prepared statements (`ingest.rewrite`).

    Args:
        shifts: the sheets; `territory_id` is among their columns.
        change: number of the change.
    """
    now = timezone.now()
    told = list(noted(shifts))
    revisions = [
        Revision(
            organisation_id=shift.organisation,
            territory_id=shift.after["territory_id"],
            at=now,
            change=change,
            before=before,
            after=after,
            sources=sources,
        )
        for shift, before, after, sources in told
    ]
    Revision.objects.bulk_create(revisions, batch_size=_AT_ONCE)
    for shift, before, after, _sources in told:
        # Whoever hid it: an edit, or a record that came or left by a merge.
        forget(shift.organisation, hidden_since(before, after, shift.chosen.values.get("visibility")))


def _codes(shifts: list[Shift]) -> dict[int | None, str]:
    # A place that did not move has the same key before and after: its code is not needed to see that.
    moved = {shift.before["territory_id"] for shift in shifts} | {
        shift.after["territory_id"] for shift in shifts
    }
    found: dict[int | None, str] = {None: ""}
    found.update(Territory.objects.filter(pk__in=moved - {None}).values_list("pk", "code"))
    return found


def _state(columns: Mapping[str, Any], places: Mapping[int | None, str]) -> dict[str, Any]:
    return state_of(columns, places[columns["territory_id"]])


def _origins(after: Mapping[str, Any], chosen: Chosen) -> dict[str, int]:
    found = {}
    for key in after:
        view = chosen.provenance.get(key) or chosen.withdrawn.get(key)
        if view is not None:
            found[key] = view.source_id
    return found


def sign(
    organisation: Organisation, *, kind: str, person: Any, reason: str = "", fields: Iterable[str] = ()
) -> None:
    """Say who made the last change of a sheet, and why; one that changed nothing shown is kept too.

    To be called once the sheet shows the change, in its transaction.

    Args:
        organisation: the sheet.
        kind: one of `ChangeKind`; OTHER only signs what was noted.
        person: who decided; None for the platform itself.
        reason: why, in the person's words.
        fields: those that the person said; that a private one changed is kept, never what it holds.
    """
    number = Organisation.objects.values_list("change", flat=True).get(pk=organisation.pk)
    told = {"kind": kind, "person": person, "reason": squeeze(reason)[:LONGEST_REASON]}
    source = _voice(organisation) if kind in _SPOKEN else None
    unseen = dict.fromkeys(key for key in fields if not is_public(key, None))
    noted = Revision.objects.filter(organisation=organisation, change=number, kind=ChangeKind.OTHER).first()
    if noted is not None:
        noted.kind, noted.person, noted.reason = told["kind"], person, told["reason"]
        noted.source_id = source
        noted.before, noted.after = unseen | noted.before, unseen | noted.after
        noted.save(update_fields=["kind", "person", "reason", "source", "before", "after"])
        return
    if kind == ChangeKind.OTHER:
        return
    Revision.objects.create(
        before=unseen,
        after=unseen,
        organisation=organisation,
        territory_id=organisation.territory_id,
        at=timezone.now(),
        source_id=source,
        change=number,
        **told,
    )


def _voice(organisation: Organisation) -> int | None:
    """The source by which a person has just spoken of the sheet."""
    spoken = Record.objects.filter(organisation=organisation, source__kind__in=PEOPLE)
    return spoken.order_by("-last_seen_at", "-pk").values_list("source_id", flat=True).first()


def forget(organisation: Organisation | int, keys: Iterable[str]) -> int:
    """Erase from the history of a sheet what these fields held, once they are no longer for everybody.

    That something changed, and when, stays told.

    Returns:
        How many changes were rewritten.
    """
    gone = set(keys)
    count = 0
    if not gone:
        return count
    for revision in Revision.objects.filter(organisation=organisation).iterator():
        if not gone & (revision.before.keys() | revision.after.keys()):
            continue
        revision.before, revision.after = without(revision.before, gone), without(revision.after, gone)
        revision.sources = without(revision.sources, gone)
        revision.save(update_fields=["before", "after", "sources"])
        count += 1
    return count
