"""The actions of a plan as every view lists them: read once, in a number of queries that never grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from terreau.core.text import fold
from terreau.plans.enums import ActionState, Reply, Standing
from terreau.plans.models import Action, Axis, BudgetLine, CoLeader, Objective, Plan
from terreau.plans.rules import Sums, numbered

TONES = {
    Standing.DONE: "good",
    Standing.LATE: "warn",
    Standing.UNDER_WAY: "",
    Standing.PROMISED: "",
    Standing.DROPPED: "",
}


def standing_label(standing: Standing, state: str) -> str:
    """How an action stands, in words: what is late because it is blocked, is blocked."""
    is_blocked = standing == Standing.LATE and state == ActionState.BLOCKED
    return str(ActionState.BLOCKED.label if is_blocked else standing.label)


@dataclass
class Row:
    """One action as a list shows it."""

    action: Action
    number: str
    standing: Standing
    url: str
    sums: Sums = field(default_factory=Sums)
    co_leaders: list[str] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """The colour of its state; never told by colour alone."""
        return TONES[self.standing]

    @property
    def carried(self) -> str:
        """Who carries it: its pilots, and the organisations that accepted."""
        action = self.action
        return ", ".join(
            one for one in (action.elected_pilot, action.technical_pilot, *self.co_leaders) if one
        )

    @property
    def end(self) -> str:
        """When it should end."""
        return f"{self.action.ends_on:%d/%m/%Y}" if self.action.ends_on else ""

    @property
    def should_begin(self) -> str:
        """When it should have begun, of what has not."""
        action = self.action
        waits = action.state == ActionState.TO_START and action.starts_on is not None
        return f"{action.starts_on:%d/%m/%Y}" if waits else ""

    @property
    def ended(self) -> str:
        """When it did."""
        return f"{self.action.ended_on:%d/%m/%Y}" if self.action.ended_on else ""

    @property
    def why(self) -> str:
        """Why it is late, as far as anyone said."""
        return self.action.cause if self.standing == Standing.LATE else ""

    @property
    def label(self) -> str:
        """Its state: what it is, and that it is late."""
        return standing_label(self.standing, self.action.state)


@dataclass
class Asked:
    """What a reader asked to see of a plan."""

    axis: int = 0
    standing: str = ""
    pilot: str = ""
    need: str = ""
    words: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Asked:
        """What an address asks; what means nothing is left aside."""
        axis = str(query.get("axe", ""))
        standing = str(query.get("etat", ""))
        return cls(
            axis=int(axis) if axis.isascii() and axis.isdigit() and len(axis) < 10 else 0,
            standing=standing if standing in Standing.values else "",
            pilot=str(query.get("pilote", ""))[:200],
            need=str(query.get("besoin", ""))[:20],
            words=str(query.get("q", ""))[:100],
        )

    @property
    def something(self) -> bool:
        """Whether anything is asked."""
        return any((self.axis, self.standing, self.pilot, self.need, self.words))

    def keeps(self, row: Row) -> bool:
        """Whether a row is among what is asked."""
        action = row.action
        return (
            (not self.axis or action.objective.axis_id == self.axis)
            and (not self.standing or row.standing == self.standing)
            and (not self.pilot or self.pilot in (action.elected_pilot, action.technical_pilot))
            and (not self.need or action.need == self.need)
            and (
                not self.words
                or fold(self.words) in fold(f"{action.title} {action.reference} {action.words}")
            )
        )


def rows_of(plan: Plan, today: date, *, public: bool = False) -> list[Row]:
    """The actions of a plan, in its order, each with its number, its money and who carries it.

    Args:
        plan: the plan.
        today: the day on which what is late is late.
        public: what any visitor reads.
    """
    found = Action.objects.of(plan)
    if public:
        found = found.filter(is_public=True)
    actions = list(found)
    sums, led = sums_of(plan), _co_leaders(plan)
    numbers = numbered((one.objective.axis_id, one.objective_id, one.reference) for one in actions)
    return [
        Row(
            action=one,
            number=number,
            standing=one.standing(today),
            url=action_url(one.public_id),
            sums=sums.get(one.pk, Sums()),
            co_leaders=led.get(one.pk, []),
        )
        for number, one in zip(numbers, actions, strict=True)
    ]


def action_url(public_id: str) -> str:
    """The address of an action; one is resolved for all, for a plan may have hundreds of them."""
    return _PATTERN.made(public_id)


class _Pattern:
    """The address of an action, resolved once."""

    def __init__(self) -> None:
        self.parts: tuple[str, str] | None = None

    def made(self, public_id: str) -> str:
        if self.parts is None:
            before, _mark, after = reverse("plans:action", args=["0"]).rpartition("0")
            self.parts = before, after
        return f"{self.parts[0]}{public_id}{self.parts[1]}"


_PATTERN = _Pattern()


def sums_of(plan: Plan) -> dict[int, Sums]:
    """The money of each action."""
    lines = BudgetLine.objects.filter(action__objective__axis__plan=plan, entries__isnull=False).order_by()
    found: dict[int, Sums] = {}
    for key, kind, total in lines.values_list("action", "entries__kind").annotate(
        total=Sum("entries__amount")
    ):
        found[key] = found.get(key, Sums()).with_entry(kind, total)
    return found


def _co_leaders(plan: Plan) -> dict[int, list[str]]:
    """The organisations that accepted, by action."""
    told = CoLeader.objects.filter(action__objective__axis__plan=plan, reply=Reply.ACCEPTED)
    found: dict[int, list[str]] = {}
    for key, name in told.order_by("pk").values_list("action", "organisation__name"):
        found.setdefault(key, []).append(name)
    return found


@dataclass
class ObjectiveRows:
    """An objective and its actions."""

    objective: Objective
    rows: list[Row]


@dataclass
class AxisRows:
    """An axis, its objectives, and how many of its actions stand where."""

    axis: Axis
    objectives: list[ObjectiveRows]

    @property
    def rows(self) -> list[Row]:
        """Every action of the axis."""
        return [row for one in self.objectives for row in one.rows]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many are done, late, under way…, those of which there are some."""
        return counted(self.rows)


def by_axis(rows: Iterable[Row]) -> list[AxisRows]:
    """Rows under their axis and their objective, in the order of the plan."""
    axes: dict[int, AxisRows] = {}
    objectives: dict[int, ObjectiveRows] = {}
    for row in rows:
        objective = row.action.objective
        axis = axes.get(objective.axis_id)
        if axis is None:
            axis = axes[objective.axis_id] = AxisRows(objective.axis, [])
        if objective.pk not in objectives:
            objectives[objective.pk] = ObjectiveRows(objective, [])
            axis.objectives.append(objectives[objective.pk])
        objectives[objective.pk].rows.append(row)
    return list(axes.values())


def counted(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """How many rows stand where, in the order of `Standing`, those of which there are some."""
    counts = Counter(row.standing for row in rows)
    return [(str(standing.label), counts[standing]) for standing in Standing if counts[standing]]


def pilots_of(rows: Iterable[Row]) -> list[str]:
    """Everyone who pilots something, by name."""
    names = {name for row in rows for name in (row.action.elected_pilot, row.action.technical_pilot) if name}
    return sorted(names, key=fold)
