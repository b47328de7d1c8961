"""What follows from a plan kept as plain data (`snapshot`): its public part, its sums, what changed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from terreau.plans import rules
from terreau.plans.rules import KINDS, Sums

# What is compared of an action, in the order in which it is told.
FIELDS: Final = (
    "title", "words", "axis", "objective", "elected_pilot", "technical_pilot", "co_leaders", "shares",
    "partners", "starts_on", "ends_on", "state", "ended_on", "cause", "steps", "waits_for", "participation",
    "need", "recommendation", "lever", "project", "money", "indicators", "result", "result_evidence",
    "practice", "evidence", "public",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """An action where the plan tells it."""

    number: str
    axis: Mapping[str, Any]
    objective: Mapping[str, Any]
    action: Mapping[str, Any]

    def value(self, name: str) -> Any:
        """What is said under one of `FIELDS`."""
        if name in ("axis", "objective"):
            return getattr(self, name)["title"]
        return self.action[name]

    def identity(self, name: str) -> Any:
        """By what two values are held to be the same: another name for the same thing is no change."""
        value = getattr(self, name) if name in ("axis", "objective") else self.action[name]
        if isinstance(value, Mapping):
            return next(value[key] for key in ("id", "code", "key") if key in value)
        return value


def placed(content: Mapping[str, Any]) -> list[Placed]:
    """Every action in the order of the plan, with its number: its own, else where it stands, « 2.1.3 »."""
    found = [
        (axis, objective, action)
        for axis in content["axes"]
        for objective in axis["objectives"]
        for action in objective["actions"]
    ]
    numbers = rules.numbered(
        (axis["id"], objective["id"], one["reference"]) for axis, objective, one in found
    )
    return [Placed(number, *one) for number, one in zip(numbers, found, strict=True)]


def public_part(content: Mapping[str, Any]) -> dict[str, Any]:
    """What any visitor reads: the public actions, without what of them is not public."""
    axes = []
    shown = {one.action["id"] for one in placed(content) if one.action["public"]}
    for axis in content["axes"]:
        objectives = []
        for objective in axis["objectives"]:
            actions = [_public(one, shown) for one in objective["actions"] if one["public"]]
            if actions:
                objectives.append({**objective, "actions": actions})
        if objectives:
            axes.append({**axis, "objectives": objectives})
    return {**content, "axes": axes}


def _public(action: Mapping[str, Any], shown: set[str]) -> dict[str, Any]:
    project = action["project"]
    return {
        **action,
        "project": project if project and project["public"] else None,
        "waits_for": [one for one in action["waits_for"] if one in shown],
        "evidence": [one for one in action["evidence"] if one["public"]],
        "changes": [],
    }


def day_of(text: str | None) -> date | None:
    """A day as it is kept."""
    return date.fromisoformat(text) if text else None


def standing_of(action: Mapping[str, Any], on: date) -> str:
    """How an action was told on a day."""
    return rules.standing(action["state"], day_of(action["starts_on"]), day_of(action["ends_on"]), on)


def days_late(action: Mapping[str, Any], on: date) -> int:
    """For how many days its end had passed, on a day; 0 when it had not, or the action had ended."""
    end = day_of(action["ends_on"])
    if end is None or action["state"] not in rules.OPEN:
        return 0
    return max(0, (on - end).days)


def sums_of(lines: Iterable[Mapping[str, Any]]) -> Sums:
    """Lines of a budget together."""
    told = list(lines)
    return Sums(*(sum(line[kind] for line in told) for kind in KINDS))


def summed_by(
    actions: Iterable[Placed], key: Callable[[Placed, Mapping[str, Any]], Hashable]
) -> dict[Any, Sums]:
    """The money of actions, under what `key` makes of each of its lines."""
    found: dict[Any, Sums] = {}
    for one in actions:
        for line in one.action["money"]:
            name = key(one, line)
            found[name] = found.get(name, Sums()) + sums_of([line]).in_state(one.action["state"])
    return found


# --- From one day to another --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """An action before and after; one of the two is None where it came or went."""

    before: Placed | None
    after: Placed | None
    changed: tuple[str, ...] = ()

    @property
    def now(self) -> Placed:
        """As it is last known."""
        one = self.after or self.before
        assert one is not None
        return one


def pairs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Pair]:
    """Every action of either day, in the order of the second; then those that went."""
    old = {one.action["id"]: one for one in placed(before)}
    for one in placed(after):
        was = old.pop(one.action["id"], None)
        changed = tuple(_changed(was, one)) if was is not None else ()
        yield Pair(was, one, changed)
    for one in old.values():
        yield Pair(one, None)


def _changed(was: Placed, one: Placed) -> Iterator[str]:
    """The fields that are not the same; told at once of what did not change, as most did not."""
    headings = (was.axis["id"], was.objective["id"]) == (one.axis["id"], one.objective["id"])
    if not headings or was.action != one.action:
        yield from (name for name in FIELDS if was.identity(name) != one.identity(name))


def outcome(pair: Pair, on: date) -> str:
    """What became of an action: came, went, ended, dropped, late, put off, changed, or the same.

    What had ended before is told again only where something of it changed.
    """
    if pair.before is None:
        return "added"
    if pair.after is None:
        return "gone"
    was, now = pair.before.action, pair.after.action
    if now["state"] in ("done", "dropped") and was["state"] != now["state"]:
        return str(now["state"])
    if standing_of(now, on) == "late":
        return "late"
    if put_off(pair) > 0 and now["state"] in rules.OPEN:
        return "put_off"
    return "changed" if pair.changed else "same"


def put_off(pair: Pair) -> int:
    """By how many days its end was moved; negative when it comes sooner, 0 where a day is not known."""
    if pair.before is None or pair.after is None:
        return 0
    was, now = (day_of(one.action["ends_on"]) for one in (pair.before, pair.after))
    return (now - was).days if was and now else 0


def asked_of_council(action: Mapping[str, Any], on: date) -> str:
    """What an action asks of those who decide: that it be freed, given another day, begun; or nothing.

    Money that is not found is asked besides (`missing_soon`).
    """
    if action["state"] == "blocked":
        return "free"
    if days_late(action, on):
        return "new_day"
    return "begin" if standing_of(action, on) == "late" else ""


def missing_soon(action: Mapping[str, Any], on: date) -> int:
    """What is foreseen up to the end of next year and not secured, of an action that has not ended."""
    if action["state"] not in rules.OPEN:
        return 0
    return sums_of(line for line in action["money"] if line["year"] <= on.year + 1).missing
