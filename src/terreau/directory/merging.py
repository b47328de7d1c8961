"""Two sheets made one, and parted again: nothing is fused, so all of it comes back.

The records of the absorbed sheet are tied to the kept one. Undone, they go back with what was said in them
since; what came to the sheet in between stays with the kept one, unless its identifiers are those of the
absorbed one alone. The choices made field by field are a record of their own, put aside with the merge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import squeeze
from terreau.directory import perms
from terreau.directory.consolidation import views_of
from terreau.directory.enums import ChangeKind, LinkMethod, SourceKind
from terreau.directory.history import LONGEST_REASON, sign
from terreau.directory.merging_moves import come_back, give_way, moved_records, relink, unlink
from terreau.directory.merging_rules import CHOICES, said_again, word
from terreau.directory.models import Distinct, Identifier, Link, Merge, Organisation, Record
from terreau.directory.rules import CHOICE, RecordView, choose
from terreau.directory.speaking import agent_source, ensure_source, keep_identifiers
from terreau.directory.writing import follow, held_for, known, tell


def merge(
    *,
    person: Any,
    kept: Organisation,
    absorbed: Organisation,
    choices: Mapping[str, str] | None = None,
    reason: str = "",
    versions: tuple[int, int] | None = None,
) -> Organisation:
    """Say that two sheets are of one organisation: the records of one are tied to the other.

    The absorbed sheet's address leads to the kept one, and what hangs on it follows. `unmerge` undoes it.

    Args:
        person: an agent where both are.
        kept: the sheet that stays.
        absorbed: the sheet that gives way.
        choices: field → one of `merging_rules.CHOICES`; the rule chooses for those that are absent.
        reason: why, in the person's words.
        versions: of the two sheets as the person saw them; not checked when not told.

    Raises:
        NotAllowed: when one of the sheets is not the person's to join.
        TerreauError: when one has changed or was joined to another in between.
    """
    if kept.pk == absorbed.pk:
        raise TerreauError(_("Choisissez deux fiches différentes."), where=kept.name)
    chosen = {key: choice for key, choice in (choices or {}).items() if choice in CHOICES[1:]}
    with transaction.atomic():
        held, gone = _hold(person, kept, absorbed)
        if versions is not None and (held.version, gone.version) != versions:
            raise TerreauError(
                _("Une des deux fiches a changé pendant que vous les compariez."),
                where=held.name,
                remedy=_("Vos choix sont gardés : regardez ce qui a changé, puis réunissez."),
            )
        views = views_of([held.pk, gone.pk])
        today = timezone.localdate()
        values, dates = word(views[held.pk], views[gone.pk], chosen, today)
        for record in gone.records.all():
            relink(record, held, person)
        made = give_way(
            gone,
            held,
            person,
            records=[view.record_id for view in views[gone.pk]],
            own=[view.record_id for view in views[held.pk]],
            choices=chosen,
            reason=squeeze(reason)[:LONGEST_REASON],
        )
        if values:
            made.word = _say(person, held, made, values, dates)
            made.save(update_fields=["word"])
        follow([held.pk])
        held.refresh_from_db()
        tell("organisation.merged", person, held, absorbed=gone.public_id, reason=made.reason)
        sign(gone, kind=ChangeKind.MERGED, person=known(person), reason=made.reason)
    return held


def _hold(person: Any, *sheets: Organisation) -> tuple[Organisation, ...]:
    """The sheets, locked in one order whoever asks, or two agents could wait for each other for ever."""
    for sheet in sorted(sheets, key=lambda one: one.pk):
        Organisation.objects.select_for_update(of=("self",)).filter(pk=sheet.pk).values_list("pk").first()
    return tuple(held_for(person, sheet, governing=True) for sheet in sheets)


def _say(
    person: Any, held: Organisation, made: Merge, values: dict[str, Any], dates: dict[str, str]
) -> Record:
    speaker = agent_source(person, perms.territories_of(held))
    source = ensure_source(
        code=f"choix-{speaker.code}"[:80],
        name=_("choix fait en réunissant deux fiches (%(who)s)") % {"who": speaker.name},
        kind=SourceKind.CHOICE,
        territory=speaker.territory,
    )
    now = timezone.now()
    record = Record.objects.create(
        source=source,
        source_ref=f"reunion-{made.pk}",
        organisation=held,
        values=values,
        value_dates=dates,
        stated_on=timezone.localdate(now),
        first_seen_at=now,
        last_seen_at=now,
    )
    keep_identifiers(record)
    Link.objects.create(record=record, organisation=held, method=LinkMethod.PERSON, person=known(person))
    return record


def unmerge(*, person: Any, merged: Merge, reason: str = "") -> Organisation:
    """Part two sheets that were made one: each has again what is its own, changes made since included.

    Returns:
        The sheet that had given way, at its address.

    Raises:
        NotAllowed: when one of the sheets is not the person's to part.
        TerreauError: when it was done already.
    """
    with transaction.atomic():
        home = merged.absorbed.merged_into or merged.kept
        for key in sorted({home.pk, merged.absorbed_id}):
            Organisation.objects.select_for_update(of=("self",)).filter(pk=key).values_list("pk").first()
        made = Merge.objects.select_related("absorbed__merged_into", "kept__merged_into").get(pk=merged.pk)
        if made.undone_at is not None:
            raise TerreauError(_("Ces deux fiches ont déjà été séparées."), where=made.absorbed.name)
        home = held_for(
            person, made.absorbed.merged_into or made.kept.merged_into or made.kept, governing=True
        )
        perms.can_govern.require(person, made.absorbed)
        for record in Record.objects.filter(pk__in=_own_of_absorbed(made, home), organisation=home):
            relink(record, made.absorbed, person)
        if made.word is not None:
            unlink(made.word, person)
        _close(made, person)
        own = come_back(made) if made.absorbed.merged_into_id else made.absorbed
        follow([home.pk, own.pk])
        own.refresh_from_db()
        home.refresh_from_db()
        tell("organisation.unmerged", person, home, own=own.public_id, reason=squeeze(reason))
        sign(own, kind=ChangeKind.UNMERGED, person=known(person), reason=squeeze(reason))
    return own


def _close(made: Merge, person: Any) -> None:
    made.undone_at, made.undone_by = timezone.now(), known(person)
    made.save(update_fields=["undone_at", "undone_by"])


def _own_of_absorbed(made: Merge, home: Organisation) -> set[int]:
    """The records that went over, and those come since that bear the absorbed sheet's identifiers alone."""
    before = set(made.records)
    others = moved_records(home) - before
    since = Link.objects.filter(organisation=home, undone_at=None, linked_at__gt=made.at)
    fresh = set(since.exclude(method=LinkMethod.PERSON).values_list("record", flat=True))
    fresh -= before | others | set(made.own_records)
    bearers: dict[tuple[str, str], set[int]] = {}
    for record, scheme, value in Identifier.objects.filter(record__organisation=home).values_list(
        "record", "scheme", "value"
    ):
        bearers.setdefault((scheme, value), set()).add(record)
    found = set(before)
    for record in fresh:
        alike = set().union(*(with_it for with_it in bearers.values() if record in with_it)) - fresh
        if alike and alike <= before:
            found.add(record)
    return found


def close_when_empty(made: Merge, person: Any) -> None:
    """A merge undone record by record is over with the last of them."""
    home = made.absorbed.merged_into or made.kept
    if not Record.objects.filter(pk__in=made.records, organisation=home).exists():
        if made.word is not None:
            unlink(made.word, person)
        _close(made, person)


def end_choices(
    organisation: Organisation, views: list[RecordView], typed: Mapping[str, Any]
) -> tuple[list[RecordView], bool]:
    """The choices made at a merge end for the fields of which a person now says something else.

    Returns:
        What is said of the sheet without them, and whether any ended.
    """
    choices = [view for view in views if view.kind == CHOICE]
    ended = said_again(choose(views), typed) if choices else set()
    changed = False
    for view in choices:
        if not ended & view.values.keys():
            continue
        record = Record.objects.get(pk=view.record_id, organisation=organisation)
        record.values = {key: value for key, value in record.values.items() if key not in ended}
        record.value_dates = {key: on for key, on in (record.value_dates or {}).items() if key not in ended}
        record.save(update_fields=["values", "value_dates"])
        keep_identifiers(record)
        changed = True
    return (views_of([organisation.pk])[organisation.pk] if changed else views), changed


def say_distinct(*, person: Any, first: Organisation, second: Organisation) -> None:
    """Say that two sheets alike are of two organisations: they are not proposed together again."""
    with transaction.atomic():
        _hold(person, first, second)
        low, high = sorted((first, second), key=lambda one: one.pk)
        _pair, made = Distinct.objects.get_or_create(
            first=low, second=high, defaults={"person": known(person)}
        )
        if made:
            tell("organisation.distinct", person, first, other=second.public_id)
