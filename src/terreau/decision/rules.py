"""What binds a choice of projects: budgets, minima and maxima, prerequisites, exclusions. Checked and named.

Every rule has a key, by which its price, its breach or its conflict is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from terreau.core.errors import TerreauError


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may be chosen.

    Attributes:
        value: what it is worth, when wholly funded.
        costs: by period (a year, or the one period of a lone budget), in minor units.
        labels: what rules may ask of it: lever, zone, public… each with its values.
        least_share: the share of its cost from which it may start; 1 when it is all or nothing.
        vetoed: it may not be chosen.
    """

    key: str
    value: float
    costs: Mapping[str, int]
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    least_share: float = 1.0
    vetoed: bool = False

    @property
    def cost(self) -> int:
        """All periods together."""
        return sum(self.costs.values())

    @property
    def partial(self) -> bool:
        """Whether a part of its cost is enough to start."""
        return self.least_share < 1


class Measure(StrEnum):
    """What a limit counts."""

    COUNT = "count"
    COST = "cost"
    # In share of the whole budget, as methods D.3 writes territorial equity.
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many projects, so much money or such a share of the budget for those that bear a label.

    Attributes:
        label: lever, zone, public…; empty for all projects.
        names: one of these; empty for all projects.
    """

    key: str
    label: str
    names: frozenset[str]
    measure: Measure = Measure.COUNT
    least: float | None = None
    most: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether its bounds leave nothing between them."""
        return self.least is not None and self.most is not None and self.least > self.most

    def covers(self, candidate: Candidate) -> bool:
        """Whether the candidate is one of those it is about."""
        return not self.label or bool(self.names & candidate.labels.get(self.label, frozenset()))


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A project that is chosen only with another."""

    key: str
    project: str
    needs: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Projects of which one at the most is chosen."""

    key: str
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A project that is chosen whatever it is worth: already promised, or under way."""

    key: str
    project: str


Rule = Limit | Prerequisite | Exclusion | Kept


@dataclass(frozen=True)
class Problem:
    """What may be chosen, with which money, under which rules.

    Attributes:
        budgets: by period, in minor units.
    """

    candidates: tuple[Candidate, ...]
    budgets: Mapping[str, int]
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        check(self)

    @property
    def budget(self) -> int:
        """All periods together."""
        return sum(self.budgets.values())


def budget_key(period: str) -> str:
    """The key by which the budget of a period is named, like a rule."""
    return f"budget {period}".strip()


def check(problem: Problem) -> None:
    """Refuse a problem that cannot be meant.

    Raises:
        TerreauError: doubled names, a cost without budget, circular prerequisites, an unknown project.
    """
    _once([one.key for one in problem.candidates], "projets")
    _once([rule.key for rule in problem.rules] + [budget_key(one) for one in problem.budgets], "contraintes")
    for candidate in problem.candidates:
        for period, cost in candidate.costs.items():
            if period not in problem.budgets and cost:
                raise TerreauError(
                    f"Il y a un coût en {period or 'tout'}, et pas de budget cette année-là.",
                    where=f"Projet « {candidate.key} »",
                    remedy=f"Budgets donnés : {', '.join(problem.budgets)}.",
                )
    known = {one.key for one in problem.candidates}
    for rule in problem.rules:
        for project in _named(rule):
            if project not in known:
                raise TerreauError(
                    f"Le projet « {project} » n’est pas dans la liste.", where=f"Contrainte « {rule.key} »"
                )
        if (
            isinstance(rule, Limit)
            and rule.least is not None
            and rule.most is not None
            and rule.least > rule.most
        ):
            raise TerreauError(
                "Le minimum est plus grand que le maximum.", where=f"Contrainte « {rule.key} »"
            )
    _no_circle(problem.rules)


def _once(keys: Sequence[str], what: str) -> None:
    twice = next((key for key, count in Counter(keys).items() if count > 1), None)
    if twice is not None:
        raise TerreauError(f"Deux {what} portent le nom « {twice} ».", remedy="Donnez à chacun le sien.")


def _named(rule: Rule) -> tuple[str, ...]:
    match rule:
        case Prerequisite():
            return rule.project, rule.needs
        case Exclusion():
            return rule.projects
        case Kept():
            return (rule.project,)
    return ()


def _no_circle(rules: Sequence[Rule]) -> None:
    """Refuse prerequisites that come back to where they started, and name them."""
    needs: dict[str, list[str]] = {}
    for rule in rules:
        if isinstance(rule, Prerequisite):
            needs.setdefault(rule.project, []).append(rule.needs)
    done: set[str] = set()
    for start in needs:
        path: list[str] = []
        waiting = [(start, 0)]
        while waiting:
            project, depth = waiting.pop()
            del path[depth:]
            if project in path:
                circle = [*path[path.index(project) :], project]
                raise TerreauError(
                    f"Des projets s’attendent l’un l’autre : {' → '.join(circle)}.",
                    remedy="Retirez l’un de ces préalables.",
                )
            path.append(project)
            if project not in done:
                waiting += [(one, depth + 1) for one in needs.get(project, ())]
            done.add(project)
