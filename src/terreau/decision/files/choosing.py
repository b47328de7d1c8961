"""`terreau portfolio choose`: the best projects under a budget, the next best, and how firmly each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from terreau.core.errors import TerreauError
from terreau.core.numbers import french_number
from terreau.decision import additive
from terreau.decision.choosing import Portfolio, choose, prices
from terreau.decision.conflicts import Conflict, explain
from terreau.decision.core_index import Worth, core
from terreau.decision.files.amounts import Unit, by_period, exact_sum
from terreau.decision.files.constraints import labels_of, read_rules
from terreau.decision.files.evaluating import read_criteria, read_marks, read_order
from terreau.decision.files.reading import (
    MOST_PROJECTS,
    as_interval,
    as_list,
    as_name,
    as_number,
    as_object,
    distinct,
)
from terreau.decision.marks import Table
from terreau.decision.rules import Candidate, Limit, Measure, Problem, budget_key

MOST_ALTERNATIVES: Final = 50
_DOCUMENT: Final = ("budget", "budgets", "projects", "constraints", "criteria", "scale", "weights_order")

Told = dict[str, Any]


def select(
    document: Any, *, alternatives: int = 0, with_core: bool = False, with_prices: bool = False
) -> Told:
    """The choice that a document asks for.

    Args:
        document: as `docs/methodes-par-fichier.md` describes it.
        alternatives: how many of the next best are wanted.
        with_core: whether the core index is.
        with_prices: whether what each constraint costs is.

    Raises:
        TerreauError: the document does not hold, or nothing fits: the message then names what conflicts.
    """
    if not 0 <= alternatives <= MOST_ALTERNATIVES:
        raise TerreauError(f"Le nombre de choix suivants va de 0 à {MOST_ALTERNATIVES}.")
    given = as_object(document, "Le document", _DOCUMENT)
    rows = [
        as_object(one, f"« projects » n° {at}")
        for at, one in enumerate(as_list(given.get("projects"), "« projects »", MOST_PROJECTS), start=1)
    ]
    names = [as_name(row.get("id"), f"« projects » n° {at}, « id »") for at, row in enumerate(rows, start=1)]
    distinct(names, "« projects »")
    worth, values = _worth(given, names, rows)
    problem, unit = _problem(given, names, rows, values)
    found = choose(problem, alternatives)
    if not found:
        raise _refusal(problem, unit)
    best, *others = found
    told = _told(best, unit)
    told["alternatives"] = [_told(one, unit) for one in others]
    if with_core:
        told["core"] = {key: float(index) for key, index in core(problem, worth).index.items()}
    if with_prices:
        told["prices"] = [
            {"constraint": one.rule, "gain": one.gain, "selected": list(one.projects)}
            for one in prices(problem, best)
        ]
    return told


def _worth(given: Told, names: Sequence[str], rows: Sequence[Told]) -> tuple[Worth, dict[str, float]]:
    """What each project is worth: to compare portfolios by, and as one number to choose by.

    Marks give both; a value that is given besides is the one to choose by.
    """
    if given.get("criteria") is None:
        return _by_value(names, rows)
    criteria, weights = read_criteria(given["criteria"], given.get("scale"))
    table = Table.of(criteria, read_marks(rows))
    worth = Worth.of(table, read_order(criteria, given.get("weights_order")))
    if any(row.get("value") is not None for row in rows):
        return worth, _by_value(names, rows)[1]
    return worth, {one.project: one.value for one in additive.evaluate(table, weights)}


def _by_value(names: Sequence[str], rows: Sequence[Told]) -> tuple[Worth, dict[str, float]]:
    bounds = []
    for name, row in zip(names, rows, strict=True):
        if row.get("value") is None:
            raise TerreauError(
                "Il manque « value ».",
                where=f"Projet « {name} »",
                remedy="Donnez-la à chaque projet, ou à aucun avec « criteria » et les « marks » de chacun.",
            )
        value = as_interval(row["value"], f"Projet « {name} », « value »")
        bounds.append(value if isinstance(value, tuple) else (value, value))
    low, high = np.array(bounds, dtype=np.float64).T
    middle = low / 2 + high / 2
    return Worth(low[:, None], high[:, None]), dict(zip(names, map(float, middle), strict=True))


def _problem(
    given: Told, names: Sequence[str], rows: Sequence[Told], values: Mapping[str, float]
) -> tuple[Problem, Unit]:
    budgets = by_period(given, "budget", "budgets", "Le document")
    costs = {
        name: by_period(row, "cost", "costs", f"Projet « {name} »")
        for name, row in zip(names, rows, strict=True)
    }
    labels = {name: labels_of(row, f"Projet « {name} »") for name, row in zip(names, rows, strict=True)}
    rules, vetoed, amounts = read_rules(given.get("constraints"), labels)
    unit = Unit.of([*budgets.values(), *(cost for one in costs.values() for cost in one.values()), *amounts])
    candidates = tuple(
        Candidate(
            name,
            values[name],
            {period: unit.count(cost) for period, cost in _fitted(costs[name], budgets, name).items()},
            labels[name],
            as_number(row.get("min_share", 1), f"Projet « {name} », « min_share »", 0, 1),
            name in vetoed or _said(row.get("veto", False), f"Projet « {name} », « veto »"),
        )
        for name, row in zip(names, rows, strict=True)
    )
    counted = tuple(
        rule if not isinstance(rule, Limit) or rule.measure is not Measure.COST else _in_units(rule, unit)
        for rule in rules
    )
    budget = {period: unit.count(amount) for period, amount in budgets.items()}
    return Problem(candidates, budget, counted), unit


def _fitted(costs: dict[str, float], budgets: Mapping[str, float], name: str) -> dict[str, float]:
    """Costs in the periods of the budgets."""
    if "" in budgets and "" not in costs:
        return {"": float(exact_sum(costs.values()))}
    if "" in costs and "" not in budgets:
        if len(budgets) > 1:
            raise TerreauError(
                "Les budgets sont par année, et ce coût n’a pas la sienne.",
                where=f"Projet « {name} »",
                remedy="Donnez « costs », avec le coût de chaque année.",
            )
        return {next(iter(budgets)): costs[""]}
    return costs


def _in_units(rule: Limit, unit: Unit) -> Limit:
    least, most = (None if one is None else unit.count(one) for one in (rule.least, rule.most))
    return Limit(rule.key, rule.label, rule.names, rule.measure, least, most)


def _said(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise TerreauError("Il faut ici true ou false.", where=where)
    return value


def _told(portfolio: Portfolio, unit: Unit) -> Told:
    told: Told = {
        "selected": list(portfolio.projects),
        "value": portfolio.value,
        "cost": unit.amount(portfolio.cost),
    }
    if "" not in portfolio.costs:
        told["costs"] = {period: unit.amount(cost) for period, cost in portfolio.costs.items()}
    partial = {key: share for key, share in portfolio.shares.items() if share < 1}
    return told | ({"shares": partial} if partial else {})


def _refusal(problem: Problem, unit: Unit) -> TerreauError:
    conflict = explain(problem)
    # Nothing was found, so something conflicts.
    assert conflict is not None
    alone = len(conflict.rules) == 1
    together = "ne peut pas être tenu" if alone else "ne vont pas ensemble"
    return TerreauError(
        f"Aucun choix ne tient : {_listed(conflict.rules)} {together}.",
        remedy=f"Le plus petit assouplissement : {_relaxed(problem, conflict, unit)}.",
    )


def _listed(keys: Sequence[str]) -> str:
    *some, last = [f"« {key} »" for key in keys]
    return f"{', '.join(some)} et {last}" if some else last


def _relaxed(problem: Problem, conflict: Conflict, unit: Unit) -> str:
    limits = {rule.key: rule.measure for rule in problem.rules if isinstance(rule, Limit)}
    limits |= {budget_key(period): Measure.COST for period in problem.budgets}
    told = []
    for one in conflict.relaxations:
        if one.rule not in limits:
            told.append(f"« {one.rule} » ne tient plus")
        elif limits[one.rule] is Measure.COUNT:
            told.append(f"« {one.rule} » passe de {one.bound:.0f} à {one.enough:.0f}")
        else:
            before, after = (french_number(unit.amount(bound)) for bound in (one.bound, one.enough))
            told.append(f"« {one.rule} » passe de {before} à {after}")
    return " ; ".join(told)


def as_rows(told: Told) -> list[Told]:
    """The portfolios as the rows of a spreadsheet, one a project held by each."""
    shares = told.get("core", {})
    rows = []
    for rank, one in enumerate([told, *told["alternatives"]], start=1):
        rows += [
            {
                "portfolio": rank,
                "value": one["value"],
                "cost": one["cost"],
                "id": key,
                "share": one.get("shares", {}).get(key, 1),
                **({"core": shares[key]} if shares else {}),
            }
            for key in one["selected"]
        ]
    # Those that no portfolio holds still have their index.
    held = {row["id"] for row in rows}
    rows += [
        {"portfolio": "", "value": "", "cost": "", "id": key, "share": 0, "core": index}
        for key, index in shares.items()
        if key not in held
    ]
    return rows
