"""The methods of decision at the size of a large city: robustness, choice under a budget, core index.

`python -m bench decision`. Marks, costs and constraints are drawn. Beside, in the same run: robustness by one
weighted sum of pymcdm a draw (on a sample, carried to the number), the same choices asked of CBC by PuLP, and
the core index by comparing portfolios two by two (on fewer projects: it would take minutes).
"""

from __future__ import annotations

import argparse
import itertools
import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.report import Line

SEED = 2_026
PROJECTS, ASSESSORS, CRITERIA, DRAWS = 200, 60, 8, 100_000
CONSTRAINTS, ALTERNATIVES = 30, 5
CORE_PROJECTS, CORE_CRITERIA = 20, 5
_SAMPLE = 300
_PLAIN_CORE = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--draws", type=int, default=DRAWS)


def run(options: argparse.Namespace) -> Iterator[Line]:
    yield Line("charge de la machine", os.getloadavg()[0], None, "")
    yield from _robustness(options.draws)
    yield from _choice()
    yield from _core()


def _marks() -> Any:
    """The marks of all the assessors, some missing (assessors × projects × criteria)."""
    draw = np.random.default_rng(SEED)
    marks = draw.integers(0, 5, (ASSESSORS, PROJECTS, CRITERIA)).astype(float)
    marks[draw.random(marks.shape) < 0.05] = np.nan
    return marks


def _robustness(draws: int) -> Iterator[Line]:
    from pymcdm.methods import WSM
    from pymcdm.normalizations import minmax_normalization

    from terreau.decision.marks import Criterion, Table
    from terreau.decision.orders import Order
    from terreau.decision.smaa import analyse

    marks, criteria = _marks(), [Criterion(f"C{rank}") for rank in range(CRITERIA)]
    order = Order.of(criteria, [["C0", "C1"], ["C2"], ["C3", "C4", "C5"], ["C6"], ["C7"]])
    for agreed, told in ((order, "ordre convenu"), (None, "tous les poids")):
        start, work = time.perf_counter(), time.process_time()
        # Each college has its median; what they say is the interval from one to the other.
        medians = np.nanmedian(marks.reshape(3, -1, PROJECTS, CRITERIA), axis=1)
        low, high = medians.min(axis=0), medians.max(axis=0)
        table = Table(tuple(criteria), tuple(f"P{at}" for at in range(PROJECTS)), low, high)
        found = analyse(table, agreed, draws=draws)
        spent, worked = time.perf_counter() - start, time.process_time() - work
        what = f"SMAA, {PROJECTS} projets, {ASSESSORS} juges, {CRITERIA} critères, {draws} tirages, {told}"
        yield Line(what, spent, 2.0, "s", "seuil")
        yield Line("le même", worked, None, "s de processeur")
        assert abs(found.acceptability.sum() - PROJECTS) < 1e-6
    generator, method = np.random.default_rng(SEED), WSM(minmax_normalization)
    ranks = np.zeros((PROJECTS, PROJECTS))
    start = time.perf_counter()
    for weights in Order.of(criteria).draw(_SAMPLE, generator):
        drawn = low + (high - low) * generator.random(low.shape)
        values = method(drawn, weights, np.ones(CRITERIA), validation=False)
        for rank, at in enumerate(np.argsort(-values)):
            ranks[at, rank] += 1
    plain = (time.perf_counter() - start) * draws / _SAMPLE
    yield Line("le même, à côté de pymcdm tirage par tirage (porté au nombre)", spent, plain, "s", "pymcdm")


def problem() -> Any:
    """Projects over three years, and thirty constraints of every kind."""
    from terreau.decision.rules import Candidate, Exclusion, Limit, Measure, Prerequisite, Problem

    draw = np.random.default_rng(SEED)
    years = ("2027", "2028", "2029")
    levers, zones = [f"L{at}" for at in range(8)], [f"Z{at}" for at in range(6)]
    candidates = tuple(
        Candidate(
            f"P{at}",
            float(draw.random()),
            {year: int(cost) for year, cost in zip(years, draw.integers(0, 90_000, 3), strict=True)},
            {
                "lever": frozenset({str(draw.choice(levers))}),
                "zone": frozenset({str(draw.choice(zones))}),
                "public": frozenset(p for p in ("femmes", "jeunes") if draw.random() < 0.3),
            },
        )
        for at in range(PROJECTS)
    )
    rules: list[Any] = [Limit(f"lever {one}", "lever", frozenset({one}), least=2, most=8) for one in levers]
    rules += [Limit(f"zone {one}", "zone", frozenset({one}), Measure.SHARE, 0.08, 0.3) for one in zones]
    rules += [Limit(f"public {one}", "public", frozenset({one}), least=15) for one in ("femmes", "jeunes")]
    pairs = draw.choice(PROJECTS, (14, 2), replace=False)
    rules += [Prerequisite(f"pre {a}", f"P{b}", f"P{a}") for a, b in pairs[:7]]
    rules += [Exclusion(f"un {a}", (f"P{a}", f"P{b}")) for a, b in pairs[7:]]
    assert len(rules) == CONSTRAINTS
    return Problem(candidates, dict.fromkeys(years, 2_000_000), tuple(rules))


def _choice() -> Iterator[Line]:
    from terreau.decision.choosing import choose, prices

    asked = problem()
    start, work = time.perf_counter(), time.process_time()
    found = choose(asked, ALTERNATIVES)
    spent, worked = time.perf_counter() - start, time.process_time() - work
    start = time.perf_counter()
    values = _by_pulp(asked)
    plain = time.perf_counter() - start
    agreed = (
        "mêmes valeurs" if np.allclose(values, [one.value for one in found], atol=1e-6) else "VALEURS AUTRES"
    )
    what = f"choix parmi {PROJECTS} projets, {CONSTRAINTS} contraintes, et les {ALTERNATIVES} suivants"
    yield Line(what, spent, 10.0, "s", "seuil")
    yield Line(f"le même, {agreed}", spent, plain, "s", "CBC par PuLP")
    yield Line("le même", worked, None, "s de processeur")
    start = time.perf_counter()
    prices(asked, found[0])
    yield Line(f"le prix des {CONSTRAINTS} contraintes", time.perf_counter() - start, None, "s")


def _by_pulp(asked: Any) -> list[float]:
    import pulp

    from terreau.decision.solving import rows_of

    model = pulp.LpProblem("choix", pulp.LpMaximize)
    columns = [pulp.LpVariable(one.key, cat="Binary") for one in asked.candidates]
    model += pulp.lpSum(one.value * column for one, column in zip(asked.candidates, columns, strict=True))
    for row in rows_of(asked):
        total = pulp.lpSum(int(c) * column for c, column in zip(row.coefficients, columns, strict=True) if c)
        if row.upper is not None:
            model += total <= row.upper
        if row.lower is not None:
            model += total >= row.lower
    values = []
    for _rank in range(ALTERNATIVES + 1):
        model.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0, threads=1))
        values.append(pulp.value(model.objective))
        model += pulp.lpSum(1 - c if c.value() > 0.5 else c for c in columns) >= 1
    return values


def _core() -> Iterator[Line]:
    from terreau.decision.core_index import core

    for count, ordered, wide in ((CORE_PROJECTS, True, 0.5), (CORE_PROJECTS, False, 0.0), (40, True, 0.0)):
        asked, worth = _core_problem(count, ordered, wide)
        start = time.perf_counter()
        found = core(asked, worth)
        spent = time.perf_counter() - start
        told = (
            f"{'ordre convenu' if ordered else 'tous les poids'}, {'intervalles' if wide else 'notes sûres'}"
        )
        what = f"indice de cœur, {count} projets, {CORE_CRITERIA} critères, {told}"
        yield Line(f"{what}, {len(found.portfolios)} portefeuilles", spent, 10.0, "s", "seuil")
    asked, worth = _core_problem(_PLAIN_CORE, True, 0.5)
    start = time.perf_counter()
    found = core(asked, worth)
    spent = time.perf_counter() - start
    start = time.perf_counter()
    expected = _plain_core(asked, worth)
    plain = time.perf_counter() - start
    agreed = "mêmes portefeuilles" if expected == len(found.portfolios) else "PORTEFEUILLES AUTRES"
    yield Line(f"indice de cœur, {_PLAIN_CORE} projets, {agreed}", spent, plain, "s", "deux à deux")


def _core_problem(count: int, ordered: bool, wide: float) -> Any:
    from terreau.decision.core_index import Worth
    from terreau.decision.marks import Criterion, Table
    from terreau.decision.orders import Order
    from terreau.decision.rules import Candidate, Problem

    draw = np.random.default_rng(SEED)
    criteria = [Criterion(f"C{rank}") for rank in range(CORE_CRITERIA)]
    low = draw.integers(0, 7, (count, CORE_CRITERIA)) / 2
    high = np.minimum(4.0, low + wide * (draw.random(low.shape) < 0.3))
    table = Table(tuple(criteria), tuple(f"P{at}" for at in range(count)), low, high)
    candidates = tuple(Candidate(key, 0.0, {"": int(draw.integers(10, 60))}) for key in table.projects)
    budget = {"": sum(one.cost for one in candidates) // 2}
    order = Order.of(criteria, [[one.key] for one in criteria] if ordered else None)
    return Problem(candidates, budget), Worth.of(table, order)


def _plain_core(asked: Any, worth: Any) -> int:
    """How many portfolios no other dominates, each met with each other."""
    costs = [one.cost for one in asked.candidates]
    sets = [
        some
        for size in range(len(costs) + 1)
        for some in itertools.combinations(range(len(costs)), size)
        if sum(costs[at] for at in some) <= asked.budget
    ]
    low, high = worth.low, worth.high

    def dominates(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
        only, lacking = [at for at in one if at not in other], [at for at in other if at not in one]
        least = low[only].sum(axis=0) - high[lacking].sum(axis=0)
        most = high[only].sum(axis=0) - low[lacking].sum(axis=0)
        return bool((least >= -1e-9).all() and (most > 1e-9).any())

    sets.sort(key=lambda one: -(low[list(one)] + high[list(one)]).sum())
    return sum(not any(dominates(other, one) for other in sets[:at]) for at, one in enumerate(sets))
