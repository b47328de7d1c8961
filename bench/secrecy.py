"""Protecting a whole region: how long, and what it hides, beside a plain hypercube.

`python -m bench secrecy`. A simulated region (communes in departments and groupings, families, sections) with
jobs as skewed as they are: most cells hold one or two employers. The comparison, in the same run, is the
plain hierarchical heuristic: each cell to protect takes the cheapest hypercube of cells around it (Repsilber;
Giessing), margins down.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from bench.hypercube import mask as hypercube
from bench.report import Line

SEED = 20_28
FAMILIES = {"association": 0.78, "cooperative": 0.12, "mutuelle": 0.05, "fondation": 0.02, "entreprise": 0.03}
PROTECTION = 0.1
COMMUNES_PER_GROUPING = 25
COMMUNES_PER_DEPARTMENT = 300


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--communes", type=int, default=1_200)
    parser.add_argument("--sections", type=int, default=21)


def region(communes: int, sections: int) -> Any:
    """A table of jobs by commune, family and section, with its margins."""
    from terreau.observatory.secrecy.table import Cell, Dimension, build

    draw = np.random.default_rng(SEED)
    names = [f"c{number}" for number in range(communes)]
    groups = [
        names[first : first + COMMUNES_PER_GROUPING] for first in range(0, communes, COMMUNES_PER_GROUPING)
    ]
    several = max(1, communes // COMMUNES_PER_DEPARTMENT)
    edges = np.linspace(0, communes, several + 1).astype(int)
    departments = {f"d{rank}": names[edges[rank] : edges[rank + 1]] for rank in range(several)}
    groupings = {f"g{rank}": group for rank, group in enumerate(groups)}
    codes = [f"s{number}" for number in range(sections)]
    dimensions = [
        Dimension.of(
            "commune", [{"R": list(departments), **departments}, {"R": list(groupings), **groupings}]
        ),
        Dimension.of("famille", [{"T": list(FAMILIES)}]),
        Dimension.of("section", [{"T": codes}]),
    ]
    sizes = draw.lognormal(0, 1.3, communes)
    shares = np.outer(list(FAMILIES.values()), draw.dirichlet(np.full(sections, 0.5)))
    cells = []
    for name, size in zip(names, sizes, strict=True):
        employers = draw.poisson(6 * size * shares)
        for family, section in zip(*np.nonzero(employers), strict=True):
            jobs = np.ceil(draw.lognormal(1.5, 1.2, employers[family, section]))
            told = {"commune": name, "famille": list(FAMILIES)[family], "section": codes[section]}
            cells.append(Cell(told, jobs.size, float(jobs.sum()), float(jobs.max())))
    return build(dimensions, cells)


def run(options: argparse.Namespace) -> list[Line]:
    from terreau.observatory.secrecy.flows import mask
    from terreau.observatory.secrecy.primary import Rule, dominant, few
    from terreau.observatory.secrecy.protecting import audit, share_masked

    table = region(options.communes, options.sections)
    first = few(table, Rule()) | dominant(table, Rule())
    start = time.perf_counter()
    masked, proof = mask(table, first, table.values, PROTECTION)
    flaws = proof.flaws(table, first, masked, PROTECTION)
    spent = time.perf_counter() - start
    report = audit(table, first, masked, PROTECTION, proof.intervals(table), proof)
    audited = time.perf_counter() - start
    plain = hypercube(table, first, table.values, PROTECTION)
    told = (
        f"{options.communes} communes, {int(masked.sum())} cases masquées sur {int((~table.is_empty).sum())}"
    )
    sound = "preuve juste" if not flaws else f"{len(flaws)} défauts"
    passed = "audit bon" if report["passed"] else "audit refusé"
    cost, other = (float(table.values[one & ~first].sum()) for one in (masked, plain))
    return [
        Line(f"secret d’une région, {told}, {sound}", spent, 60, "s", "seuil"),
        Line(f"le même, avec vingt cases interrogées, {passed}", audited, None, "s"),
        Line("valeur masquée pour protéger les autres", cost, other, "", "hypercubes"),
        Line(
            "part de la valeur des cases intérieures masquée",
            share_masked(table, masked),
            share_masked(table, plain),
            "",
            f"hypercubes ; les primaires seules {share_masked(table, first):.2f}",
        ),
    ]
