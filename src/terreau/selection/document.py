"""A choice as the document that `terreau portfolio choose` reads: the screens and the file say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from terreau.core.money import from_units
from terreau.decision import cards
from terreau.evaluation.figures import Valued, valued_of
from terreau.portfolio.models import Project
from terreau.selection.enums import LIMITS, PAIRS, Public, RuleKind
from terreau.selection.models import Constraint, Item, Selection
from terreau.selection.wording import places_of, plain, sentence

_LOWEST, _HIGHEST = 0, 4


@dataclass(frozen=True)
class Prepared:
    """All that a choice rests on, read once.

    Attributes:
        valued: project → what its last evaluation says.
        sentences: name of a constraint for the solver → the constraint.
    """

    selection: Selection
    items: tuple[Item, ...]
    constraints: tuple[Constraint, ...]
    valued: dict[str, Valued]
    places: dict[str, str]

    @property
    def considered(self) -> list[Item]:
        """The items that have a value and a cost: the others wait to be judged, or for their cost."""
        return [one for one in self._judged if one.costs]

    @property
    def uncosted(self) -> list[Item]:
        """The items that were judged, and whose cost nobody wrote: they are not free for all that."""
        return [one for one in self._judged if not one.costs]

    @property
    def _judged(self) -> list[Item]:
        return [one for one in self.items if one.project.public_id in self.valued]

    @property
    def waiting(self) -> list[Item]:
        """The items that nobody judged yet."""
        return [one for one in self.items if one.project.public_id not in self.valued]

    @property
    def titles(self) -> dict[str, str]:
        """Project → its title."""
        return {one.project.public_id: one.project.title for one in self.items}

    def sentence(self, constraint: Constraint) -> str:
        """A constraint in words."""
        return sentence(constraint, self.places, self.selection.currency)

    @property
    def digest(self) -> str:
        """What tells whether anything changed."""
        told = json.dumps([document(self), core_document(self)], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def prepare(selection: Selection) -> Prepared:
    """Read a choice, its projects and their values."""
    items = tuple(selection.items.select_related("project__zone").order_by("project__title", "pk"))
    constraints = tuple(selection.constraints.select_related("project", "other"))
    places = places_of({one.name for one in constraints if one.label == "zone"})
    return Prepared(selection, items, constraints, valued_of(selection.territory), places)


def labels_of(project: Project) -> dict[str, list[str]]:
    """What limits may be about, for one project: its lever and family, its place, those it counts."""
    publics = [public for public in Public.values if getattr(project, public)]
    lever = [project.lever, project.lever.partition(".")[0]] if project.lever else []
    zone = [project.zone.code] if project.zone else []
    found = {"lever": sorted(set(lever)), "zone": zone, "public": publics}
    return {label: names for label, names in found.items() if names}


def document(prepared: Prepared) -> dict[str, Any]:
    """The choice, by the value of each project over 100."""
    return _document(prepared, lambda valued: {"value": round(100 * valued.value, 4)})


def core_document(prepared: Prepared) -> dict[str, Any]:
    """The same, by the marks and all the weights agreed, when all were judged on the same criteria.

    Otherwise by the least and the most that each may be worth.
    """
    valued = [prepared.valued[one.project.public_id] for one in prepared.considered]
    if not valued or len({tuple(sorted(one.marks)) for one in valued}) > 1:
        return _document(prepared, lambda one: {"value": [round(100 * one.low, 4), round(100 * one.high, 4)]})
    told = _document(prepared, lambda one: {"marks": {key: [*mark] for key, mark in one.marks.items()}})
    # Those of the last decision: what was agreed last.
    weights = max(valued, key=lambda one: one.decided_on).weights
    told["criteria"] = [
        {"id": key, "weight": weight, "sense": "max", "scale": [_LOWEST, _HIGHEST]}
        for key, weight in weights.items()
    ]
    if len({round(one, 6) for one in weights.values()}) > 1:
        told["weights_order"] = [list(rank) for rank in cards.order(weights)]
    return told


def _document(prepared: Prepared, worth: Callable[[Valued], dict[str, Any]]) -> dict[str, Any]:
    currency = prepared.selection.currency
    projects = []
    for item in prepared.considered:
        valued = prepared.valued[item.project.public_id]
        projects.append(
            {
                "id": item.project.public_id,
                "name": item.project.title,
                "costs": {year: plain(from_units(cost, currency)) for year, cost in item.costs.items()},
                **worth(valued),
                **labels_of(item.project),
                **({"min_share": item.least_percent / 100} if item.least_percent < 100 else {}),
                **({"veto": True} if valued.vetoed else {}),
            }
        )
    budgets = prepared.selection.budgets
    return {
        "budgets": {year: plain(from_units(amount, currency)) for year, amount in budgets.items()},
        "projects": projects,
        "constraints": [_rule(prepared, one) for one in _rules(prepared)],
    }


def _rules(prepared: Prepared) -> list[Constraint]:
    """The constraints whose projects are considered."""
    keys = {one.project_id for one in prepared.considered}
    return [
        one
        for one in prepared.constraints
        if all(key is None or key in keys for key in (one.project_id, one.other_id))
    ]


def _rule(prepared: Prepared, one: Constraint) -> dict[str, Any]:
    told: dict[str, Any] = {"type": one.kind}
    if one.kind != RuleKind.VETO:
        told["name"] = prepared.sentence(one)
    first = one.project.public_id if one.project else ""
    second = one.other.public_id if one.other else ""
    if one.kind in LIMITS:
        if one.label:
            told[one.label] = one.name
        for key, bound in (("min", one.least), ("max", one.most)):
            if bound is not None:
                told[key] = _bound(one, bound, prepared.selection.currency)
    elif one.kind in PAIRS:
        is_needed = one.kind == RuleKind.REQUIRES
        told |= {"project": first, "needs": second} if is_needed else {"projects": [first, second]}
    else:
        told["project"] = first
    return told


def _bound(one: Constraint, bound: int, currency: str) -> int | float:
    if one.kind == RuleKind.COST:
        return plain(from_units(bound, currency))
    return bound / 100 if one.kind == RuleKind.SHARE else bound
