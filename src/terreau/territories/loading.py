"""Bringing the shipped territories into the database: added, renamed, ended; nothing deleted.

The whole of it is one transaction, so that a load cut anywhere leaves the database as it was. What
the database already holds is compared first: loading again writes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.module_loading import import_string

from terreau.core.stamp import touch
from terreau.core.text import fold
from terreau.territories.closure import rebuild_closure
from terreau.territories.gazetteer import MEMORY_KEY
from terreau.territories.models import (
    DataState,
    EarlierPeriod,
    Membership,
    NetworkTie,
    Outline,
    Population,
    PostalCode,
    Succession,
    Territory,
    TerritoryName,
)
from terreau.territories.reference.rows import Only, Shipped, TerritoryRow, World

Progress = Callable[[int, int], None]
REFERENCE_KEY = "reference"

# The day on which the shipped data stood; what it no longer holds had ended by then.
REFERENCE_DAY = date(2026, 1, 1)
_GONE_NOTE = "N’est plus dans les données livrées\u202f; la date de sa fin n’y est pas."
_BATCH = 2000
_STEPS = 10
_MANY = 10_000
_KEPT = ("opened_on",)


def shipped() -> Shipped:
    """The world this instance is loaded with."""
    found: Shipped = import_string(settings.SHIPPED_WORLD)
    return found


def is_needed() -> bool:
    """Whether this version of the shipped data has yet to be loaded."""
    state = DataState.objects.filter(key=REFERENCE_KEY).first()
    return state is None or state.value != shipped().digest()


def load_reference(progress: Progress = lambda done, total: None, *, only: Only | None = None) -> None:
    """Bring the database to the shipped data.

    Args:
        progress: called with what is done and the total.
        only: a part of the data, for tests and trials; nothing is then ended for being absent.
    """
    here = shipped()
    world = here.build(only)
    with transaction.atomic():
        ids = _load_territories(world, end_absent=only is None)
        progress(3, _STEPS)
        _load_details(world, ids)
        progress(5, _STEPS)
        _load_outlines(world, ids)
        progress(8, _STEPS)
        if len(ids) >= _MANY:
            _refresh_statistics()
        rebuild_closure()
        if only is None:
            DataState.objects.update_or_create(key=REFERENCE_KEY, defaults={"value": here.digest()})
        memory_changed()
    progress(_STEPS, _STEPS)


def _refresh_statistics() -> None:
    """Tell PostgreSQL how large its tables have become.

    It may have counted them while they were empty; it would then join 50,000 rows to 36,000 by
    reading one wholly for each of the other, which takes minutes.
    """
    if connection.vendor != "postgresql":
        return
    loaded = (Territory, Membership, Succession, TerritoryName, PostalCode, Population, Outline)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in loaded)}")


def memory_changed() -> None:
    """Say, within the transaction of the change, that what is kept in memory must be read again."""
    DataState.objects.update_or_create(key=MEMORY_KEY, defaults={"value": uuid.uuid4().hex})
    transaction.on_commit(lambda: touch(settings.HOME.content_stamp))


def _load_territories(world: World, *, end_absent: bool) -> dict[str, int]:
    """Create, change and end territories.

    Returns:
        The id of each territory of the world, by code.
    """
    found = {row.code: row for row in Territory.objects.filter(is_reference=True)}
    populations = _latest_populations(world)
    other_names = {(name.code, name.name) for name in world.names}
    new: list[Territory] = []
    changed: list[Territory] = []
    renamed: list[tuple[Territory, str]] = []
    for row in world.territories.values():
        wanted = _columns(row, populations.get(row.code))
        known = found.get(row.code)
        if known is None:
            new.append(Territory(code=row.code, is_reference=True, **wanted))
        elif any(getattr(known, name) != value for name, value in wanted.items()):
            if known.name != row.name and (row.code, known.name) not in other_names:
                renamed.append((known, known.name))
            for name, value in wanted.items():
                setattr(known, name, value)
            changed.append(known)
    Territory.objects.bulk_create(new, batch_size=_BATCH)
    if end_absent:
        changed += _end_absent(found, world)
    fields = (*_columns(TerritoryRow("", "", "", ""), None), "valid_to", "dates_note")
    Territory.objects.bulk_update(changed, list(dict.fromkeys(fields)), batch_size=_BATCH)
    _keep_names(renamed)
    ids = dict(Territory.objects.filter(is_reference=True).values_list("code", "pk"))
    _set_parents(world, ids)
    return ids


def _columns(row: TerritoryRow, population: int | None) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "subkind": row.subkind,
        "name": row.name,
        "name_folded": fold(row.name),
        "country_code": row.country_code,
        "national_code": row.national_code,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "dates_note": row.dates_note,
        "longitude": row.longitude,
        "latitude": row.latitude,
        "population": population,
        "source": row.source,
    }


def _latest_populations(world: World) -> dict[str, int]:
    latest: dict[str, tuple[int, int]] = {}
    for row in world.populations:
        if (row.year or 0) >= latest.get(row.code, (0, 0))[0]:
            latest[row.code] = (row.year or 0, row.value)
    return {code: value for code, (_year, value) in latest.items()}


def _end_absent(found: Mapping[str, Territory], world: World) -> list[Territory]:
    """A territory that a later version of the data no longer holds has ended; its row stays."""
    gone = [row for code, row in found.items() if code not in world.territories and row.valid_to is None]
    for row in gone:
        row.valid_to, row.dates_note = REFERENCE_DAY, _GONE_NOTE
    return gone


def _keep_names(renamed: Iterable[tuple[Territory, str]]) -> None:
    """The name a territory had before is one it is still found by."""
    rows = [
        TerritoryName(territory=row, name=name, name_folded=fold(name), kind="former", valid_to=REFERENCE_DAY)
        for row, name in renamed
    ]
    TerritoryName.objects.bulk_create(rows, ignore_conflicts=True)


def _set_parents(world: World, ids: Mapping[str, int]) -> None:
    """Parents by code, written only where they differ, one statement for each parent's new children."""
    present = dict(Territory.objects.filter(is_reference=True).values_list("pk", "parent_id"))
    children: dict[int | None, list[int]] = {}
    for row in world.territories.values():
        parent = ids[row.parent] if row.parent else None
        if present[ids[row.code]] != parent:
            children.setdefault(parent, []).append(ids[row.code])
    for parent, members in children.items():
        for start in range(0, len(members), _BATCH // 4):
            batch = members[start : start + _BATCH // 4]
            Territory.objects.filter(pk__in=batch).update(parent_id=parent)


def _load_details(world: World, ids: Mapping[str, int]) -> None:
    """Names, postal codes, populations, successions, memberships and ties."""
    _add_missing(
        TerritoryName,
        ("territory_id", "name", "language"),
        (
            {
                "territory_id": ids[row.code],
                "name": row.name,
                "language": row.language,
                "name_folded": fold(row.name),
                "kind": row.kind,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
            }
            for row in world.names
        ),
    )
    _add_missing(
        PostalCode,
        ("territory_id", "code"),
        ({"territory_id": ids[code], "code": postal} for code, postal in world.postal_codes),
    )
    _add_missing(
        Population,
        ("territory_id", "year", "source"),
        (
            {
                "territory_id": ids[row.code],
                "year": row.year,
                "source": row.source,
                "value": row.value,
                "note": row.note,
            }
            for row in world.populations
        ),
    )
    _add_missing(
        Succession,
        ("former_id", "successor_id", "on"),
        (
            {
                "former_id": ids[row.former],
                "successor_id": ids[row.successor],
                "on": row.on,
                "reason": row.reason,
            }
            for row in world.successions
        ),
    )
    _add_missing(
        EarlierPeriod,
        ("territory_id", "valid_to"),
        (
            {"territory_id": ids[code], "valid_from": since, "valid_to": until}
            for code, since, until in world.earlier_periods
        ),
    )
    _load_memberships(world, ids)
    _add_missing(
        NetworkTie,
        ("territory_id", "kind", "evidence"),
        (
            {"territory_id": ids[row.code], "kind": row.kind, "evidence": row.evidence, "year": row.year}
            for row in world.ties
        ),
    )


def _load_memberships(world: World, ids: Mapping[str, int]) -> None:
    """A membership the data no longer holds is ended, on the day of the data; a new one begins."""
    wanted = {(ids[grouping], ids[member]) for grouping, member in world.memberships}
    members = {member for _grouping, member in wanted}
    open_ones = {
        (row.grouping_id, row.member_id): row
        for row in Membership.objects.filter(valid_to__isnull=True, grouping__is_reference=True)
    }
    over = [row for pair, row in open_ones.items() if pair not in wanted and pair[1] in members]
    for row in over:
        row.valid_to = REFERENCE_DAY
    Membership.objects.bulk_update(over, ["valid_to"], batch_size=_BATCH)
    moved = {row.member_id for row in over}
    Membership.objects.bulk_create(
        (
            Membership(
                grouping_id=grouping, member_id=member, valid_from=REFERENCE_DAY if member in moved else None
            )
            for grouping, member in sorted(wanted - open_ones.keys())
        ),
        batch_size=_BATCH,
    )


def _load_outlines(world: World, ids: Mapping[str, int]) -> None:
    """Outlines by commune and year; one that is there stays."""
    _add_missing(
        Outline,
        ("territory_id", "vintage"),
        (
            {
                "territory_id": ids[row.code],
                "vintage": row.vintage,
                "geometry": row.wkb,
                **dict(zip(("west", "south", "east", "north"), row.bounds, strict=True)),
                "source": row.source,
                "note": row.note,
            }
            for row in world.outlines
        ),
    )


def _add_missing(model: type[models.Model], key: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> None:
    """Create the rows whose key is not there; those that are there stay as they are."""
    seen: set[Hashable] = set(model._default_manager.values_list(*key))
    fresh = []
    for row in rows:
        values = tuple(row[name] for name in key)
        if values not in seen:
            seen.add(values)
            fresh.append(model(**row))
    model._default_manager.bulk_create(fresh, batch_size=_BATCH)
