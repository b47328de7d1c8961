"""The bulk door of the directory, used by imports only: many records written at once, in one transaction.

What `services` does for one sheet at the ORM's pace is done here by prepared statements (COPY on PostgreSQL),
because a list may hold a million rows. The rules are the same: a record is linked to an organisation, never
fused with it, and what is shown of it is chosen by `rules`. The caller opens the transaction and has checked
the person's right; nothing is visible before it commits.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models
from django.utils import timezone

from terreau.core.compact_json import dumps
from terreau.directory.consolidation import next_change, views_of
from terreau.directory.enums import ChangeKind, LinkMethod, Status
from terreau.directory.history import Shift, noted
from terreau.directory.models import Identifier, Link, Organisation, Record, Revision, Source
from terreau.directory.rules import choose, columns
from terreau.directory.writing import public_changed
from terreau.territories.models import Territory

BATCH = 5000
_KEYS_AT_ONCE = 500
# The 27 signs of `models.new_public_id`; 243 is nine times 27, higher random bytes would favour some signs.
_SIGNS = b"23456789bcdfghjkmnpqrstvwxz"
_TABLE = bytes(_SIGNS[value % 27] for value in range(256))
_TOO_HIGH = bytes(range(243, 256))
_SHEET = (
    *("name", "name_folded", "short_name", "description", "country_code", "legal_form", "family", "nature"),
    *("sectors", "issues", "filieres", "territory_id", "precision", "longitude", "latitude", "shown_values"),
    "status",
)
Item = TypeVar("Item")


@dataclass(slots=True)
class NewRecord:
    """A record to be written, and the organisation it belongs to.

    Attributes:
        stated_on: ISO day on which the source said it.
        values: JSON of `Record.values`.
        sheet: what the organisation shows when this record stands alone, in the order of `_SHEET` (JSON
            columns already as text).
        organisation: key of the organisation it is linked to; None for one of its own.
        cluster: records with the same mark share one new organisation; 0 for none.
        method, score, explanation: of the link.
    """

    ref: str
    digest: str
    stated_on: str | None
    values: str
    sheet: Sequence[Any]
    identifiers: Sequence[tuple[str, str]] = ()
    organisation: int | None = None
    cluster: int = 0
    method: str = LinkMethod.FIRST
    score: float | None = None
    explanation: Sequence[Any] = ()


@dataclass(slots=True)
class ChangedRecord:
    """A record that the source says otherwise now, or again."""

    record: int
    organisation: int | None
    digest: str
    stated_on: str | None
    values: str
    sheet: Sequence[Any]
    identifiers: Sequence[tuple[str, str]] = ()


@dataclass
class Ingest:
    """One bulk write of one source. To be used inside a transaction, and finished by `finish`.

    Attributes:
        source: who says what is written.
        at: when; the same for all that is written.
        change: the number of the change, the same for all organisations written.
    """

    source: Source
    person: Any = None
    at: datetime = field(default_factory=timezone.now)
    change: int = 0
    _clusters: dict[int, int] = field(default_factory=dict)
    _to_rewrite: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not connection.in_atomic_block:
            raise RuntimeError("an Ingest writes inside a transaction of its caller")
        # Asked for first, against the usual advice: it is what makes two imports write one after the other.
        self.change = next_change()
        self._person = self.person if getattr(self.person, "pk", None) else None

    # --- New records ----------------------------------------------------------------------------

    def add(self, rows: Iterable[NewRecord]) -> None:
        """Write new records, with the organisations of those that are linked to none."""
        for batch in batches(rows, BATCH):
            self._add_batch(batch)

    def _add_batch(self, batch: list[NewRecord]) -> None:
        founders: list[NewRecord] = []
        homes: list[int | None] = []  # one for each row; None: it founds an organisation of its own
        fresh: dict[int, int] = {}  # cluster → its founder's place among the founders
        for row in batch:
            known = row.organisation or self._clusters.get(row.cluster)
            if known is None and row.cluster in fresh:
                homes.append(-1 - fresh[row.cluster])
                continue
            if known is None:
                if row.cluster:
                    fresh[row.cluster] = len(founders)
                founders.append(row)
            homes.append(known)
        organisations = reserve_keys(Organisation, len(founders))
        self._clusters.update((cluster, organisations[place]) for cluster, place in fresh.items())
        self._write_organisations(founders, organisations)
        self._write_records(batch, self._settle(homes, organisations))

    def _settle(self, homes: list[int | None], organisations: list[int]) -> list[tuple[int, bool]]:
        """For each row its organisation, and whether it founded it."""
        own = iter(organisations)
        settled = []
        for home in homes:
            if home is None:
                settled.append((next(own), True))
                continue
            place = organisations[-1 - home] if home < 0 else home
            self._to_rewrite.add(place)
            settled.append((place, False))
        return settled

    def _write_organisations(self, founders: list[NewRecord], keys: list[int]) -> None:
        said = ("id", "public_id", *_SHEET, "source_ref")
        same = {
            "confirmed_on": None,
            "source_id": self.source.pk,
            "change": self.change,
            "created_at": self.at,
            "updated_at": self.at,
        }
        public_ids = new_public_ids(len(founders))
        known = zip(founders, keys, public_ids, strict=True)
        rows = ((key, name, *row.sheet, row.ref) for row, key, name in known)
        insert(Organisation, said, rows, same)

    def _write_records(self, batch: list[NewRecord], settled: list[tuple[int, bool]]) -> None:
        keys = reserve_keys(Record, len(batch))
        insert(
            Record,
            ("id", "source_ref", "organisation_id", "values", "digest", "stated_on"),
            (
                (key, row.ref, home, row.values, row.digest, row.stated_on)
                for row, key, (home, _own) in zip(batch, keys, settled, strict=True)
            ),
            {
                "source_id": self.source.pk,
                "value_dates": None,
                "first_seen_at": self.at,
                "last_seen_at": self.at,
                "gone_at": None,
            },
        )
        self._write_identifiers(
            (key, scheme, value)
            for row, key in zip(batch, keys, strict=True)
            for scheme, value in row.identifiers
        )
        first = LinkMethod.FIRST.value
        insert(
            Link,
            ("record_id", "organisation_id", "method", "score", "explanation", "person_id"),
            (
                (key, home, first, None, "[]", None)
                if own
                else (key, home, row.method, row.score, dumps(list(row.explanation)), self._decider(row))
                for row, key, (home, own) in zip(batch, keys, settled, strict=True)
            ),
            {"linked_at": self.at, "undone_at": None, "undone_by_id": None},
        )

    def _decider(self, row: NewRecord) -> Any:
        if self._person is None or row.method != LinkMethod.PERSON:
            return None
        return _key_of(self._person)

    @staticmethod
    def _write_identifiers(rows: Iterable[tuple[int, str, str]]) -> None:
        insert(Identifier, ("record_id", "scheme", "value"), rows, {})

    # --- Records already there --------------------------------------------------------------------

    def change_records(self, rows: Iterable[ChangedRecord]) -> None:
        """Write what the source says otherwise; a record that had gone comes back."""
        for batch in batches(rows, BATCH):
            _update(
                Record,
                ("values", "digest", "stated_on", "last_seen_at", "gone_at"),
                [(row.values, row.digest, row.stated_on, self.at, None, row.record) for row in batch],
            )
            self._replace_identifiers(batch)
            orphans = [row for row in batch if row.organisation is None]
            self._adopt(orphans)
            self._to_rewrite.update(row.organisation for row in batch if row.organisation is not None)

    def _replace_identifiers(self, batch: list[ChangedRecord]) -> None:
        stored: dict[int, set[tuple[str, str]]] = {}
        for some in batches((row.record for row in batch), _KEYS_AT_ONCE):
            found = Identifier.objects.filter(record__in=some).values_list("record_id", "scheme", "value")
            for record, scheme, value in found:
                stored.setdefault(record, set()).add((scheme, value))
        moved = [row for row in batch if stored.get(row.record, set()) != set(row.identifiers)]
        for some in batches((row.record for row in moved), _KEYS_AT_ONCE):
            Identifier.objects.filter(record__in=some).delete()
        self._write_identifiers(
            (row.record, scheme, value) for row in moved for scheme, value in row.identifiers
        )

    def _adopt(self, orphans: list[ChangedRecord]) -> None:
        """A record whose organisation was deleted gets one of its own again."""
        for row in orphans:
            organisation = Organisation.objects.create(
                name="…", name_folded="", source=self.source, change=self.change
            )
            Record.objects.filter(pk=row.record).update(organisation=organisation)
            Link.objects.create(
                record_id=row.record, organisation=organisation, method=LinkMethod.SAME_SOURCE_ID
            )
            row.organisation = organisation.pk

    def see_all(self, stated_on: date | None) -> None:
        """Say of all records that have not gone that the source still names them, as of its new date."""
        present = Record.objects.filter(source=self.source, gone_at=None)
        if stated_on is None:
            present.filter(last_seen_at__lt=self.at).update(last_seen_at=self.at)
            return
        older = present.filter(models.Q(stated_on=None) | models.Q(stated_on__lt=stated_on))
        # A newer date may change which of two sources of one kind is believed.
        shared = (
            Record.objects.filter(organisation__in=older.values("organisation"))
            .values("organisation")
            .annotate(count=models.Count("pk"))
            .filter(count__gt=1)
        )
        self._to_rewrite.update(shared.values_list("organisation", flat=True).iterator())
        older.update(last_seen_at=self.at, stated_on=stated_on)
        present.filter(last_seen_at__lt=self.at).update(last_seen_at=self.at)

    def see(self, records: Iterable[int]) -> None:
        """Say of these records that the source still names them."""
        _update(Record, ("last_seen_at",), ((self.at, key) for key in records))

    def part_with(self, rows: Iterable[tuple[int, int | None]]) -> None:
        """Mark records (key, organisation) that the source no longer names; nothing is deleted."""
        for batch in batches(rows, BATCH):
            _update(Record, ("gone_at",), [(self.at, key) for key, _organisation in batch])
            self._to_rewrite.update(key for _record, key in batch if key is not None)

    # --- What is shown --------------------------------------------------------------------------------

    def finish(self) -> int:
        """Show what the records say now, and tell that the directory changed.

        Returns:
            How many organisations that were there already are shown otherwise.
        """
        changed = rewrite(self._to_rewrite, self.change, self.at, self.source, self._person)
        # What a sheet shows may be the same while one more source names it: the index says by whom.
        for batch in batches(self._to_rewrite, _KEYS_AT_ONCE):
            sheets = Organisation.objects.filter(pk__in=batch).exclude(change=self.change)
            sheets.update(change=self.change)
        public_changed()
        return changed


def rewrite(
    organisations: Iterable[int], change: int, at: datetime, source: Source, person: Any = None
) -> int:
    """Show again, from all their records, these organisations; only those that differ are written.

    As `consolidation.refresh`, by prepared statements: for many. `source` and `person` sign the history.
    """
    names = (*_SHEET, "confirmed_on", "source_id", "source_ref")
    territories = _TerritoryKeys()
    count = 0
    for batch in batches(organisations, _KEYS_AT_ONCE):
        chosen = {key: choose(views) for key, views in views_of(batch).items() if views}
        shown = {key: columns(one) for key, one in chosen.items()}
        territories.load(found["territory_code"] for found in shown.values())
        rows, shifts = [], []
        for stored in Organisation.objects.filter(pk__in=shown).values(
            "id", "status", *names[:-3], *names[-3:]
        ):
            found = shown[stored["id"]]
            found["territory_id"] = territories.get(found["territory_code"])
            if stored["status"] == Status.HIDDEN:
                found["status"] = Status.HIDDEN
            if any(stored[name] != found[name] for name in names):
                rows.append((*(_adapted(found[name]) for name in names), change, at, stored["id"]))
                shifts.append(Shift(stored["id"], stored, found, chosen[stored["id"]]))
        _update(Organisation, (*names, "change", "updated_at"), rows, also='"version" = "version" + 1')
        _note(shifts, change, at, source, person)
        count += len(rows)
    return count


def _note(shifts: list[Shift], change: int, at: datetime, source: Source, person: Any) -> None:
    """As `history.note`, for many."""
    # Made whole before: it asks the database, which answers nothing while rows are being copied into it.
    rows = [
        (
            shift.organisation,
            shift.after["territory_id"],
            dumps(before),
            dumps(after),
            dumps({key: found for key, found in sources.items() if found != source.pk}),
        )
        for shift, before, after, sources in noted(shifts)
    ]
    insert(
        Revision,
        ("organisation_id", "territory_id", "before", "after", "sources"),
        rows,
        {
            "at": at,
            "kind": ChangeKind.IMPORTED.value,
            "person_id": _key_of(person),
            "source_id": source.pk,
            "reason": "",
            "change": change,
        },
    )


def _key_of(person: Any) -> Any:
    """The person's key in the database's own shape: these rows go to it by themselves."""
    if person is None:
        return None
    return Link._meta.get_field("person").get_db_prep_save(person.pk, connection)


def _adapted(value: Any) -> Any:
    return dumps(value) if isinstance(value, (list, dict)) else value


class _TerritoryKeys:
    """Keys of territories by code, looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, int | None] = {"": None}

    def load(self, codes: Iterable[str]) -> None:
        wanted = {part for code in codes for part in (code, code.partition("-")[0])} - self._known.keys()
        self._known.update(dict.fromkeys(wanted))
        self._known.update(Territory.objects.filter(code__in=wanted).values_list("code", "pk"))

    def get(self, code: str) -> int | None:
        return self._known[code] or self._known[code.partition("-")[0]]


# --- Writing many rows ------------------------------------------------------------------------------


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items by the batch."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def new_public_ids(count: int) -> list[str]:
    """Public identifiers as `models.new_public_id` draws them, many at once."""
    drawn = b""
    while len(drawn) < 11 * count:
        drawn += os.urandom(12 * count + 64).translate(_TABLE, _TOO_HIGH)
    text = drawn[: 11 * count].decode("ascii")
    return [text[at : at + 11] for at in range(0, 11 * count, 11)]


def reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """Keys that no other row of the table will have."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [f'"{table}"', count],
            )
            return [row[0] for row in cursor.fetchall()]
        # SQLite has one writer: nobody else can take them before this transaction ends.
        cursor.execute(
            f"SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0), "  # noqa: S608
            f'coalesce((SELECT max(id) FROM "{table}"), 0))',
            [table],
        )
        last = int(cursor.fetchone()[0])
    return list(range(last + 1, last + 1 + count))


def insert(
    model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]], same: dict[str, Any]
) -> None:
    """Insert rows of one model by prepared statement, or by COPY where the database has it.

    Args:
        model: where.
        names: columns of which each row gives the value, in its order; JSON columns hold text.
        rows: the values; making them may not ask the database anything.
        same: columns that have the same value in all rows; those named nowhere take the model's default.
    """
    columns, rest = _completed(model, names, same)
    quoted = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row + rest)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f'INSERT INTO "{table}" ({quoted}) VALUES ({marks})',  # noqa: S608
            [row + rest for row in rows],
        )


def _completed(
    model: type[models.Model], names: Sequence[str], same: dict[str, Any]
) -> tuple[list[str], tuple[Any, ...]]:
    """All columns of the model, and the values of those that rows do not give."""
    constant = dict(same)
    for item in model._meta.concrete_fields:
        column = item.column or item.name
        if column not in names and column not in same and not item.primary_key:
            constant[column] = None if item.null and not item.has_default() else item.get_default()
    rest = tuple(_adapted(value) for value in constant.values())
    if connection.vendor != "postgresql":
        rest = _for_sqlite(rest)
    return [*names, *constant], rest


def _for_sqlite(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([_moment(value) if isinstance(value, (date, datetime)) else value for value in row])


def _moment(value: date | datetime) -> str:
    if isinstance(value, datetime):
        return str(connection.ops.adapt_datetimefield_value(value))
    return value.isoformat()


def _update(
    model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]], also: str = ""
) -> None:
    """UPDATE many rows of one table, each with values of its own; the key comes last in each tuple."""
    kinds = {item.column: item.get_internal_type() for item in model._meta.concrete_fields}
    casts = {"JSONField": "::jsonb"} if connection.vendor == "postgresql" else {}
    assigned = ", ".join(f'"{name}" = %s{casts.get(kinds[name], "")}' for name in names)
    statement = f'UPDATE "{model._meta.db_table}" SET {assigned}{f", {also}" if also else ""} WHERE "id" = %s'  # noqa: S608
    prepared = rows if connection.vendor == "postgresql" else (_for_sqlite(row) for row in rows)
    with connection.cursor() as cursor:
        for batch in batches(prepared, BATCH):
            cursor.executemany(statement, batch)
