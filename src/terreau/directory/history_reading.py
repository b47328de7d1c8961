"""The history of a sheet, as it is read: the whole by those who keep it, dates and kinds by everybody.

What a field holds that is not public is in no history (see `visibility`): that it changed is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from terreau.directory.enums import ChangeKind, SourceKind, Status
from terreau.directory.fields import BY_KEY
from terreau.directory.history_rules import STATUS, State, state_before, state_of, to_give_back
from terreau.directory.models import Organisation, Revision, Source
from terreau.directory.rules import is_given
from terreau.directory.sheet import value_text
from terreau.directory.visibility import PRIVATE

PAGE = 30
_COLUMNS = (
    *("name", "short_name", "description", "country_code", "legal_form", "family", "nature", "sectors"),
    *("issues", "filieres", "precision", "longitude", "latitude", "shown_values", "status"),
)


@dataclass(frozen=True)
class FieldChange:
    """One field before and after; the values are empty for those who may only know that it changed."""

    key: str
    label: str
    before: str = ""
    after: str = ""
    source: str = ""


@dataclass(frozen=True)
class Change:
    """One change as it is shown.

    Attributes:
        number: its key; 0 for the coming of a sheet by an import.
        who: the person's shown name, for those who keep the sheet only.
        voice: whose word it is, or the source it came from.
        can_be_undone: whether a former state can be given back from it.
    """

    number: int
    at: datetime
    kind: str
    label: str
    who: str = ""
    voice: str = ""
    reason: str = ""
    fields: list[FieldChange] = field(default_factory=list)
    can_be_undone: bool = False


def label_of(key: str) -> str:
    """What people call a field of a sheet."""
    if key == STATUS:
        return _("État")
    return str(BY_KEY[key].label) if key in BY_KEY else key


def text_of(key: str, value: Any, country: str) -> str:
    """A value in words; a dash for none."""
    if not is_given(value):
        return "—"
    if key == STATUS:
        return str(Status(value).label) if value in Status.values else str(value)
    return value_text(key, value, country) if key in BY_KEY else str(value)


def voice_of(source: Source | None) -> str:
    """Whose word it is: the organisation's, the agent's, or the source's name."""
    if source is None:
        return ""
    if source.kind in {SourceKind.ACTOR, SourceKind.AGENT}:
        return str(SourceKind(source.kind).label)
    return source.told_name


def changes_of(organisation: Organisation, *, whole: bool, below: int = 0) -> tuple[list[Change], int]:
    """A page of the history of a sheet, the newest first, its coming last.

    Args:
        organisation: the sheet.
        whole: for those who keep it: values, names and reasons.
        below: only changes before this one.

    Returns:
        The changes, and below which number the next page begins; 0 when there is none.
    """
    rows = Revision.objects.filter(organisation=organisation).select_related("person", "source")
    if below:
        rows = rows.filter(pk__lt=below)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    page = found[:PAGE]
    names = _source_names(page) if whole else {}
    changes = [change_of(row, organisation.country_code, whole=whole, names=names) for row in page]
    changes = [one for one in changes if whole or is_told(one)]
    if len(found) > PAGE:
        return changes, page[-1].pk
    if not Revision.objects.filter(organisation=organisation, kind=ChangeKind.CREATED).exists():
        label = str(ChangeKind.CREATED.label)
        voice = voice_of(organisation.source)
        changes.append(Change(0, organisation.created_at, ChangeKind.CREATED, label, voice=voice))
    return changes, 0


def is_told(change: Change) -> bool:
    """Whether everybody may know of a change: one of private fields only is nobody's business."""
    return bool(change.fields) or change.kind not in {
        ChangeKind.EDITED,
        ChangeKind.OTHER,
        ChangeKind.REVERTED,
    }


def _source_names(rows: Iterable[Revision]) -> dict[int, str]:
    keys = {key for row in rows for key in (*row.sources.values(), row.source_id)}
    return {one.pk: one.told_name for one in Source.objects.filter(pk__in=keys)}


def change_of(row: Revision, country: str, *, whole: bool, names: Mapping[int, str]) -> Change:
    """One change, told whole or by its date, its kind and the names of its public fields."""
    label = str(ChangeKind(row.kind).label)
    if row.after.get(STATUS) == Status.CEASED and row.kind != ChangeKind.CREATED:
        label = _("activité cessée")
    if not whole:
        told = [FieldChange(key, label_of(key)) for key in row.after if key not in PRIVATE and key != STATUS]
        return Change(row.pk, row.at, row.kind, label, voice=voice_of(row.source), fields=told)
    fields = [
        FieldChange(
            key,
            label_of(key),
            text_of(key, row.before.get(key), country),
            text_of(key, row.after.get(key), country),
            names.get(row.sources.get(key, row.source_id), ""),
        )
        if (row.before.get(key), row.after[key]) != (None, None)
        else FieldChange(key, label_of(key))
        for key in row.after
    ]
    return Change(
        row.pk,
        row.at,
        row.kind,
        label,
        who=str(row.person) if row.person else "",
        voice=row.source.told_name if row.source else "",
        reason=row.reason,
        fields=fields,
        can_be_undone=bool(row.after) and row.kind != ChangeKind.CREATED,
    )


def present_state(organisation: Organisation) -> State:
    """What the sheet shows now."""
    columns = {name: getattr(organisation, name) for name in _COLUMNS}
    return state_of(columns, organisation.territory.code if organisation.territory else "")


def former_values(organisation: Organisation, revision: Revision) -> State:
    """What must be said of the sheet for it to be as it was before this change."""
    since = Revision.objects.filter(organisation=organisation, pk__gte=revision.pk).order_by("-pk")
    present = present_state(organisation)
    former = state_before(present, since.values_list("before", flat=True).iterator())
    return {key: value for key, value in to_give_back(present, former).items() if key in BY_KEY}
