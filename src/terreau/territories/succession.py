"""From a territory to the one in force on a day, through what followed what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from terreau.territories.models import Succession, Territory
from terreau.territories.reference.history import UNDATED_END

_MOST_STEPS = 12


def in_force(territories: Collection[Territory], *, on: date | None = None) -> dict[int, list[Territory]]:
    """For each territory, itself when in force on the day, else what followed it, through every step.

    Args:
        territories: any territories, ended ones among them.
        on: the day; without it, today as the data knows it.

    Returns:
        By id; an empty list where nothing in force is known. One query a step, whatever their number.
    """
    alive = _alive([territory.pk for territory in territories], on)
    found: dict[int, list[Territory]] = defaultdict(list)
    # For each territory asked about, where its followers have been traced to.
    fronts = {territory.pk: [territory] for territory in territories}
    seen = {territory.pk: {territory.pk} for territory in territories}
    for _step in range(_MOST_STEPS):
        waiting: dict[int, list[Territory]] = {}
        for origin, front in fronts.items():
            found[origin] += [here for here in front if here.pk in alive]
            ended = [here for here in front if here.pk not in alive]
            if ended:
                waiting[origin] = ended
        if not waiting:
            break
        followers = _followers({here.pk for front in waiting.values() for here in front}, on)
        fronts = {}
        for origin, front in waiting.items():
            reached = {there.pk: there for here in front for there in followers[here.pk]}
            fresh = [there for pk, there in reached.items() if pk not in seen[origin]]
            seen[origin].update(there.pk for there in fresh)
            if fresh:
                fronts[origin] = fresh
        alive |= _alive([there.pk for front in fronts.values() for there in front], on)
    return found


def _alive(identifiers: Collection[int], on: date | None) -> set[int]:
    among = Territory.objects.filter(pk__in=identifiers)
    chosen = among.current() if on is None else among.in_force_on(on)
    return set(chosen.order_by().values_list("pk", flat=True))


def _followers(identifiers: Collection[int], on: date | None) -> dict[int, list[Territory]]:
    """What followed each, by the last passage known by that day; the undated ones are the last of all."""
    latest: dict[int, date] = {}
    found: dict[int, list[Territory]] = defaultdict(list)
    rows = Succession.objects.filter(former_id__in=identifiers).select_related("successor")
    for row in rows.order_by("former_id", "on", "successor__code"):
        day = row.on or UNDATED_END
        if on is not None and day > on:
            continue
        if day > latest.get(row.former_id, date.min):
            latest[row.former_id], found[row.former_id] = day, []
        if day == latest[row.former_id]:
            found[row.former_id].append(row.successor)
    return found
