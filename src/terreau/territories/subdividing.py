"""What a file of subdivisions would change in a town, and doing it. The service decides who may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely import from_wkb

from terreau.core.errors import TerreauError
from terreau.core.geo import distance_km, is_position
from terreau.core.numbers import french_number
from terreau.core.text import fold, of_place
from terreau.territories.closure import extend_closure
from terreau.territories.enums import Kind, NameKind
from terreau.territories.models import Outline, Population, Territory, TerritoryName
from terreau.territories.subdivisions import Reading, RowError, SubdivisionRow, level

_SUBDIVIDABLE = {Kind.COMMUNE, Kind.BOROUGH}
_CODE_LENGTH = 60
FARTHEST_KM = 300  # no commune stretches so far from its centre; coordinates written the wrong way round do


@dataclass
class Change:
    """What becomes of one subdivision: `new`, `changed`, `unchanged` or `ended`, and how, in French."""

    action: str
    territory: Territory
    parent: Territory
    row: SubdivisionRow | None = None
    details: list[str] = field(default_factory=list)
    former_name: str = ""


@dataclass
class Plan:
    """What a file would change in a town, before or after it is done."""

    town: Territory
    source: str
    changes: list[Change] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    absent: list[Territory] = field(default_factory=list)

    @property
    def reads_nothing(self) -> bool:
        """Whether every row of the file was refused."""
        return bool(self.errors) and all(change.row is None for change in self.changes)

    @property
    def changes_something(self) -> bool:
        """Whether anything would be written."""
        return any(change.action != "unchanged" for change in self.changes)

    def counts(self) -> dict[str, int]:
        """How many of each: new, changed, unchanged, ended, refused."""
        counted = Counter(change.action for change in self.changes)
        counted["refused"] = len(self.errors)
        return {key: counted[key] for key in ("new", "changed", "unchanged", "ended", "refused")}


def plan_subdivisions(*, town: Territory, reading: Reading, source: str, end_absent: bool = False) -> Plan:
    """What the rows would change; nothing is written.

    Raises:
        TerreauError: the territory has ended or cannot be subdivided, or nothing says where the file is from.
    """
    if town.kind not in _SUBDIVIDABLE or not town.is_current:
        raise TerreauError(
            _("%(name)s ne peut pas recevoir de subdivisions.") % {"name": town.name},
            remedy=_("Seule une commune ou un arrondissement en vigueur le peut."),
        )
    if not source.strip():
        raise TerreauError(
            _("La provenance du fichier manque."),
            remedy=_("Dites d’où il vient, par exemple\u00a0: mairie, 2024."),
        )
    planning = _Planning(town, source.strip()[:200])
    for row in sorted(reading.rows, key=lambda row: level(row.kind)):
        planning.add(row)
    return planning.finish(reading.errors, end_absent=end_absent)


class _Planning:
    """The rows of one file set against what the town has."""

    def __init__(self, town: Territory, source: str) -> None:
        self.plan = Plan(town, source)
        here = Territory.objects.within(town).exclude(pk=town.pk).filter(is_reference=False)
        self.known = list(
            here.select_related("parent").prefetch_related(
                "populations", Prefetch("outlines", Outline.objects.defer("geometry"))
            )
        )
        fixed = Territory.objects.within(town).filter(is_reference=True, valid_to__isnull=True)
        self.parents: dict[str, list[Territory]] = {}
        for territory in (*fixed, *(known for known in self.known if known.is_current)):
            self._offer_parent(territory)
        self.codes = {territory.code for territory in self.known}
        self.met: set[int] = set()

    def add(self, row: SubdivisionRow) -> None:
        """Set one row against what is known."""
        parent = self._parent(row) if self._is_near(row) else None
        if parent is None:
            return
        known = self._find(row, parent)
        if known is None:
            change = Change("new", self._fresh(row, parent), parent, row, _told_of(row))
            self._offer_parent(change.territory, row.code)
        else:
            self.met.add(known.pk)
            change = self._compare(row, known, parent)
            if change.former_name:
                self.parents.setdefault(fold(row.name), []).append(known)
        self.plan.changes.append(change)

    def finish(self, errors: Iterable[RowError], *, end_absent: bool) -> Plan:
        """The whole plan: what the file does not name ends only when that is asked for."""
        absent = [known for known in self.known if known.is_current and known.pk not in self.met]
        self.plan.absent = absent
        if end_absent:
            for known in absent:
                change = Change("ended", known, known.parent or self.plan.town)
                change.details.append(_("absente du fichier"))
                self.plan.changes.append(change)
        self.plan.errors = sorted([*errors, *self.plan.errors], key=lambda error: error.number)
        order = {"new": 0, "changed": 1, "ended": 2, "unchanged": 3}
        self.plan.changes.sort(key=lambda change: order[change.action])
        return self.plan

    def _offer_parent(self, territory: Territory, code: str = "") -> None:
        for name in {territory.name_folded, fold(code or territory.national_code), fold(territory.code)} - {
            ""
        }:
            self.parents.setdefault(name, []).append(territory)

    def _is_near(self, row: SubdivisionRow) -> bool:
        """Whether the row lies where the town does, as far as both are told; else it is refused."""
        town = self.plan.town
        here, there = (town.longitude, town.latitude), (row.longitude, row.latitude)
        if not (is_position(*here) and is_position(*there)):
            return True
        distance = round(distance_km(*here, *there))  # type: ignore[arg-type]
        if distance <= FARTHEST_KM:
            return True
        message = _(
            "La position est à %(distance)s\u00a0km %(of_town)s\u00a0: "
            "la longitude et la latitude sont peut-être inversées."
        ) % {"distance": french_number(distance), "of_town": of_place(town.name)}
        self.plan.errors.append(RowError(row.number, message))
        return False

    def _parent(self, row: SubdivisionRow) -> Territory | None:
        if not row.parent:
            return self.plan.town
        offered = [there for there in self.parents.get(fold(row.parent), ()) if self._holds(there, row)]
        if len(offered) == 1:
            return offered[0]
        message = (
            _("«\u00a0%(parent)s\u00a0» désigne plusieurs subdivisions\u00a0: donnez son code.")
            if offered
            else _("«\u00a0%(parent)s\u00a0» n’est pas une subdivision plus grande de cette ville.")
        )
        self.plan.errors.append(RowError(row.number, message % {"parent": row.parent}))
        return None

    def _holds(self, there: Territory, row: SubdivisionRow) -> bool:
        return there.kind == Kind.COMMUNE or level(there.kind) < level(row.kind)

    def _find(self, row: SubdivisionRow, parent: Territory) -> Territory | None:
        """By its code; without one, by kind, name and what holds it."""
        if row.code:
            return next((known for known in self.known if known.national_code == row.code), None)
        name = fold(row.name)
        for known in self.known:
            same = known.kind == row.kind and known.name_folded == name and not known.national_code
            if same and known.parent_id == parent.pk:
                return known
        return None

    def _fresh(self, row: SubdivisionRow, parent: Territory) -> Territory:
        return Territory(
            code=self._new_code(row),
            kind=row.kind,
            subkind=row.kind_said,
            name=row.name,
            name_folded=fold(row.name),
            country_code=self.plan.town.country_code,
            national_code=row.code,
            parent=parent,
            valid_from=None,
            longitude=row.longitude,
            latitude=row.latitude,
            population=row.population,
            source=self.plan.source,
        )

    def _new_code(self, row: SubdivisionRow) -> str:
        """The town's code, then the subdivision's own code or name; numbered when already taken."""
        room = _CODE_LENGTH - len(self.plan.town.code) - 4
        slug = fold(row.code or row.name).replace(" ", "-")
        slug = "".join(char for char in slug if char.isascii())[:room].strip("-") or row.kind
        code, number = f"{self.plan.town.code}-{slug}", 1
        while code in self.codes:
            number += 1
            code = f"{self.plan.town.code}-{slug}-{number}"
        self.codes.add(code)
        return code

    def _compare(self, row: SubdivisionRow, known: Territory, parent: Territory) -> Change:
        change = Change("unchanged", known, parent, row)
        told: dict[str, Any] = {"name": row.name, "kind": row.kind, "subkind": row.kind_said}
        if row.longitude is not None:
            told |= {"longitude": row.longitude, "latitude": row.latitude}
        different = {name for name, value in told.items() if getattr(known, name) != value}
        if "name" in different:
            change.former_name = known.name
            change.details.append(_("auparavant «\u00a0%(name)s\u00a0»") % {"name": known.name})
        if different & {"kind", "subkind"}:
            change.details.append(_("type"))
        if different & {"longitude", "latitude"}:
            change.details.append(_("position"))
        for name in different:
            setattr(known, name, told[name])
        if known.parent_id != parent.pk:
            change.details.append(_("désormais dans %(name)s") % {"name": parent.name})
        if not known.is_current:
            change.details.append(_("de nouveau en vigueur"))
        change.details += self._figures(row, known)
        if change.details:
            change.action = "changed"
        return change

    def _figures(self, row: SubdivisionRow, known: Territory) -> list[str]:
        details = []
        if row.population is not None and not _is_told(known, row):
            details.append(_("population %(year)s") % {"year": row.year})
        if row.outline is not None:
            bounds = from_wkb(row.outline).bounds
            same = any(
                (outline.west, outline.south, outline.east, outline.north) == bounds
                for outline in known.outlines.all()
            )
            if not same:
                details.append(_("contour"))
        return details


def _told_of(row: SubdivisionRow) -> list[str]:
    """What a new subdivision comes with, as it was read."""
    told = []
    if row.population is not None:
        people = {"value": french_number(row.population), "year": row.year}
        told.append(_("%(value)s habitants en %(year)s") % people)
    if row.outline is not None:
        told.append(_("contour"))
    elif row.longitude is not None:
        told.append(_("position"))
    return told


def _is_told(territory: Territory, row: SubdivisionRow) -> bool:
    """Whether a source already gives this figure for this year."""
    return any((told.value, told.year) == (row.population, row.year) for told in territory.populations.all())


def apply_plan(plan: Plan) -> None:
    """Write what the plan says, in the caller's transaction."""
    today = timezone.localdate()
    touched: list[int] = []
    for change in plan.changes:
        territory = change.territory
        if change.action == "ended":
            Territory.objects.filter(pk=territory.pk).update(valid_to=today)
        elif change.action in ("new", "changed"):
            _write(change, plan.source)
            touched.append(territory.pk)
    inside = Territory.objects.filter(ancestor_links__ancestor_id__in=touched).values_list("pk", flat=True)
    extend_closure({*touched, *inside})


def _write(change: Change, source: str) -> None:
    territory, row = change.territory, change.row
    if row is None:
        return
    territory.parent = change.parent
    territory.name_folded = fold(territory.name)
    territory.valid_to = None
    territory.save()
    if change.former_name:
        TerritoryName.objects.get_or_create(
            territory=territory,
            name=change.former_name,
            language="",
            defaults={
                "name_folded": fold(change.former_name),
                "kind": NameKind.FORMER,
                "valid_to": timezone.localdate(),
            },
        )
    if row.population is not None and not _is_told(territory, row):
        Population.objects.update_or_create(
            territory=territory, year=row.year, source=source, defaults={"value": row.population}
        )
        latest = territory.populations.order_by(F("year").desc(nulls_last=True), "-pk").first()
        Territory.objects.filter(pk=territory.pk).update(population=latest.value if latest else None)
    if row.outline is not None:
        west, south, east, north = from_wkb(row.outline).bounds
        Outline.objects.update_or_create(
            territory=territory,
            vintage=row.year or timezone.localdate().year,
            defaults={
                "geometry": row.outline,
                "west": west,
                "south": south,
                "east": east,
                "north": north,
                "source": source,
            },
        )
