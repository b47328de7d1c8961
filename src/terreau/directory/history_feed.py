"""What changed in the sheets of a territory, the newest first: for agents whole, for everybody in a feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet

from terreau.core.numbers import whole_number
from terreau.directory.enums import ChangeKind, Status
from terreau.directory.history_reading import Change, change_of, is_told, voice_of
from terreau.directory.models import Organisation, Revision
from terreau.territories.models import Ancestry, Territory

PAGE = 40
# A territory that has fewer is read by its own index, the others from the newest key down.
FEW = 5000
_WINDOW = 20_000
NEW, CHANGED, CONFIRMED, CEASED = "new", "changed", "confirmed", "ceased"
PUBLIC_KINDS = (NEW, CHANGED, CONFIRMED, CEASED)
_TOLD = (
    *(ChangeKind.EDITED, ChangeKind.IMPORTED, ChangeKind.REVERTED, ChangeKind.CONFIRMED, ChangeKind.MERGED),
    *(ChangeKind.UNMERGED, ChangeKind.LINKED, ChangeKind.UNLINKED, ChangeKind.RESTORED),
)


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for.

    Attributes:
        kind: one of `PUBLIC_KINDS` or of `ChangeKind`; empty for all.
        person: key of who made them; empty for all.
        since, until: days, both included.
        cursor: where a page begins, as the page before said.
        whole: for an agent; else what everybody may know.
    """

    kind: str = ""
    person: str = ""
    since: date | None = None
    until: date | None = None
    cursor: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Line:
    """One change of one sheet."""

    sheet: Organisation
    change: Change


def read(territory: Territory, wanted: Wanted) -> tuple[list[Line], str]:
    """A page of changes, and the cursor of the next page; empty when there is none."""
    revision_below, sheet_below = _cursor(wanted.cursor)
    revisions = _revisions(territory, wanted, revision_below)
    sheets = _sheets(territory, wanted, sheet_below)
    merged = sorted(
        [(row.at, row.pk, row) for row in revisions] + [(sheet.created_at, 0, sheet) for sheet in sheets],
        key=lambda one: (one[0], one[1]),
        reverse=True,
    )
    page = [one[2] for one in merged[:PAGE]]
    creators = _creators(page) if wanted.whole else {}
    told = [_line(one, wanted, creators) for one in page]
    told = [line for line in told if wanted.whole or is_told(line.change)]
    if len(merged) <= PAGE:
        return told, ""
    for one in page:
        if isinstance(one, Revision):
            revision_below = one.pk
        else:
            sheet_below = one.pk
    return told, f"{revision_below}-{sheet_below}"


def _cursor(text: str) -> tuple[int, int]:
    first, _dash, second = text.partition("-")
    return whole_number(first, digits=15), whole_number(second, digits=15)


def _creators(page: list[Any]) -> dict[int, str]:
    """Who made each of these sheets, where a person did."""
    made = [one.pk for one in page if isinstance(one, Organisation)]
    rows = Revision.objects.filter(organisation__in=made, kind=ChangeKind.CREATED).select_related("person")
    return {row.organisation_id: str(row.person) for row in rows if row.person}


def _line(one: Any, wanted: Wanted, creators: dict[int, str]) -> Line:
    if isinstance(one, Revision):
        change = change_of(one, one.organisation.country_code, whole=wanted.whole, names={})
        return Line(one.organisation, change)
    change = Change(
        0,
        one.created_at,
        ChangeKind.CREATED,
        str(ChangeKind.CREATED.label),
        who=creators.get(one.pk, ""),
        voice=voice_of(one.source),
    )
    return Line(one, change)


def _revisions(territory: Territory, wanted: Wanted, below: int) -> list[Revision]:
    if wanted.kind == NEW or (wanted.kind == ChangeKind.CREATED and not wanted.person):
        return []
    rows = Revision.objects.select_related("organisation", "source", "person")
    # Those of creation are read among the sheets, with those that imports brought.
    made = rows.exclude(kind=ChangeKind.CREATED)
    rows = rows.filter(person__pk=wanted.person) if wanted.person else made
    rows = _of_kind(rows, wanted.kind)
    if not wanted.whole:
        rows = rows.filter(kind__in=_TOLD).exclude(organisation__status=Status.HIDDEN)
    if wanted.since:
        rows = rows.filter(at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__date__lte=wanted.until)
    return _latest(rows, territory, below)


def _of_kind(rows: QuerySet[Revision], kind: str) -> QuerySet[Revision]:
    if kind == CEASED:
        return rows.filter(after__status=Status.CEASED.value)
    if kind == CONFIRMED:
        return rows.filter(kind=ChangeKind.CONFIRMED)
    if kind == CHANGED:
        return rows.filter(kind__in=(ChangeKind.EDITED, ChangeKind.IMPORTED, ChangeKind.REVERTED))
    return rows.filter(kind=kind) if kind else rows


def _sheets(territory: Territory, wanted: Wanted, below: int) -> list[Organisation]:
    if wanted.person or wanted.kind not in {"", NEW, ChangeKind.CREATED}:
        return []
    rows = Organisation.objects.select_related("source")
    if not wanted.whole:
        rows = rows.exclude(status=Status.HIDDEN)
    if wanted.since:
        rows = rows.filter(created_at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(created_at__date__lte=wanted.until)
    return _latest(rows, territory, below)


def _latest(rows: QuerySet[Any], territory: Territory, below: int) -> list[Any]:
    """The newest rows of a territory under a key, without sorting all those of a country."""
    under = Ancestry.objects.filter(ancestor=territory)
    here = rows.model.objects.filter(territory__in=under.values("descendant"))
    rows = rows.filter(pk__lt=below) if below else rows
    if len(here.values_list("pk", flat=True)[: FEW + 1]) <= FEW:
        return list(rows.filter(territory__in=under.values("descendant")).order_by("-pk")[: PAGE + 1])
    rows = rows.filter(Exists(under.filter(descendant=OuterRef("territory"))))
    top = below or (rows.model.objects.aggregate(top=Max("pk"))["top"] or 0) + 1
    found: list[Any] = []
    width = _WINDOW
    while top > 0 and len(found) <= PAGE:
        window = rows.filter(pk__lt=top, pk__gte=top - width).order_by("-pk")
        found += list(window[: PAGE + 1 - len(found)])
        top, width = top - width, width * 10
    return found
