"""What other applications ask of evaluations: what each project is worth, and what was decided of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from terreau.evaluation.models import Decision
from terreau.evaluation.rules import VETO
from terreau.portfolio.models import Project
from terreau.territories.models import Territory


@dataclass(frozen=True, slots=True)
class Valued:
    """A project as the last decision on it left it.

    Attributes:
        project: its public identifier.
        low: the least it is worth, from 0 to 1; `high`, the most.
        marks: criterion → its mark from 0 to 4, at the least and at the most.
        weights: criterion → weight in percent, as the evaluation used them.
        outcome: `selected`, `rework` or `aside`, with its reason.
        url: of the decision, for those who keep the territory.
        public_url: of its public page; empty where it was not published.
    """

    project: str
    title: str
    low: float
    high: float
    vetoed: bool
    marks: dict[str, tuple[float, float]]
    weights: dict[str, float]
    outcome: str
    reason: str
    decided_on: date
    url: str
    public_url: str

    @property
    def value(self) -> float:
        """The middle of what it may be worth, from 0 to 1."""
        return (self.low + self.high) / 2


def valued_of(territory: Territory) -> dict[str, Valued]:
    """Project → its value, for the projects of a territory on which it decided; the last decision counts."""
    return _valued(Decision.objects.of(territory).select_related("evaluation", "territory"))


def valued(project: Project) -> Valued | None:
    """What the last decision says of one project."""
    decisions = Decision.objects.filter(evaluation__projects=project).order_by("-decided_on", "-pk")
    return _valued(decisions.select_related("evaluation", "territory")[:1]).get(project.public_id)


def _valued(newest_first: Iterable[Decision]) -> dict[str, Valued]:
    found: dict[str, Valued] = {}
    for decision in newest_first:
        for one in decision.content["result"]["projects"]:
            found.setdefault(one["id"], _one(decision, one))
    return found


def _one(decision: Decision, one: dict[str, Any]) -> Valued:
    decided = decision.content["decisions"][one["id"]]
    at = [decision.territory.code, decision.evaluation.public_id]
    return Valued(
        project=one["id"],
        title=one["title"],
        low=one["value"][0] / 100,
        high=one["value"][1] / 100,
        vetoed=one["reason"] == VETO,
        marks={key: (mark[0], mark[1]) for key, mark in one["marks"].items()},
        weights=decision.content["result"]["weights"],
        outcome=decided["outcome"],
        reason=decided["reason"],
        decided_on=decision.decided_on,
        url=reverse("evaluation:decision", args=at),
        public_url=reverse("evaluation:public", args=at) if decision.is_public else "",
    )
