"""Protecting a whole region, or a whole country: how long, and what it hides, beside plain hypercubes.

`python -m bench secrecy`, and `python -m bench secrecy --communes 35000` for a country. Simulated territories
(communes in departments and groupings, families, sections) with jobs as skewed as they are: most cells hold
one or two employers. The comparison, in the same run, is the plain hierarchical heuristic: each cell to
protect takes the cheapest hypercube of cells around it (Repsilber; Giessing), margins down. It does not ward
off those who are alone in a cell, as ours does. With `--bands`, everyone reads the headcount band of each
employer, and ours wards them off too. The load of the machine is told: others may be at work.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from typing import Any

import numpy as np

from bench.hypercube import mask as hypercube
from bench.report import Line

SEED = 20_28
FAMILIES = {"association": 0.78, "cooperative": 0.12, "mutuelle": 0.05, "fondation": 0.02, "entreprise": 0.03}
PROTECTION = 0.1
# Where each of Sirene's headcount bands begins.
BANDS = np.array([1, 3, 6, 10, 20, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000, np.inf])
COMMUNES_PER_GROUPING = 25
COMMUNES_PER_DEPARTMENT = 300
DEPARTMENTS_PER_REGION = 4
# Beyond, the comparison would take hours.
COMPARED_COMMUNES = 1_200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--communes", type=int, default=1_200)
    parser.add_argument("--sections", type=int, default=21)
    parser.add_argument("--bands", action="store_true")


def region(communes: int, sections: int, *, bands: bool) -> Any:
    """A table of jobs by commune, family and section, with its margins; placed by bands if asked."""
    from terreau.observatory.secrecy.building import Cell, build
    from terreau.observatory.secrecy.table import Dimension

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
    regions = {
        f"r{rank}": list(departments)[first : first + DEPARTMENTS_PER_REGION]
        for rank, first in enumerate(range(0, several, DEPARTMENTS_PER_REGION))
    }
    above = {"F": list(regions), **regions} if len(regions) > 1 else {"F": list(departments)}
    dimensions = [
        Dimension.of("commune", [{**above, **departments}, {"F": list(groupings), **groupings}]),
        Dimension.of("famille", [{"T": list(FAMILIES)}]),
        Dimension.of("section", [{"T": codes}]),
    ]
    sizes = draw.lognormal(0, 1.3, communes)
    shares = np.outer(list(FAMILIES.values()), draw.dirichlet(np.full(sections, 0.5)))
    cells, ends = [], []
    for name, size in zip(names, sizes, strict=True):
        employers = draw.poisson(6 * size * shares)
        for family, section in zip(*np.nonzero(employers), strict=True):
            jobs = np.ceil(draw.lognormal(1.5, 1.2, employers[family, section]))
            told = {"commune": name, "famille": list(FAMILIES)[family], "section": codes[section]}
            cells.append(Cell(told, jobs.size, float(jobs.sum()), float(jobs.max())))
            at = np.searchsorted(BANDS, jobs, side="right")
            ends.append((BANDS[at - 1].sum(), (BANDS[at] - 1).sum()))
    table = build(dimensions, cells)
    if not bands:
        return table
    low, high = np.zeros(table.size), np.full(table.size, np.inf)
    for cell, (least, most) in zip(cells, ends, strict=True):
        at = table.number(cell.codes)
        low[at], high[at] = least, most
    return table.placed(low, high)


def run(options: argparse.Namespace) -> list[Line]:
    from terreau.observatory.secrecy.attack import bounds
    from terreau.observatory.secrecy.flows import mask
    from terreau.observatory.secrecy.primary import Rule, dominant, few
    from terreau.observatory.secrecy.protecting import audit

    table = region(options.communes, options.sections, bands=options.bands)
    first = (few(table, Rule()) | dominant(table, Rule())) & ~table.is_fixed
    start, before = time.perf_counter(), _processor()
    masked, proof = mask(table, first, table.values, PROTECTION)
    flaws = proof.flaws(table, first, masked, PROTECTION)
    spent, worked = time.perf_counter() - start, _processor() - before
    sys.stderr.write(f"masqué et prouvé en {spent:.0f} s\n")
    shown = bounds(table, masked)
    report = audit(table, first, masked, PROTECTION, shown, shown, proof)
    audited = time.perf_counter() - start
    told = (
        f"{options.communes} communes, {int(masked.sum())} cases masquées sur {int((~table.is_empty).sum())}"
    )
    sound = "preuve juste" if not flaws else f"{len(flaws)} défauts"
    passed = "audit bon" if report["passed"] else "audit refusé"
    region_or_country = 60 if options.communes <= COMPARED_COMMUNES else 1_800
    lines = [
        Line(f"secret statistique, {told}, {sound}", spent, region_or_country, "s", "seuil"),
        Line(f"le même, charge de la machine {os.getloadavg()[1]:.1f}", worked, None, "s de processeur"),
        Line(f"le même, avec vingt cases interrogées, {passed}", audited, None, "s"),
        Line("mémoire au plus haut", _memory(), None, "Mo"),
    ]
    return lines + _lost(options, table, first, masked)


def _lost(options: argparse.Namespace, table: Any, first: Any, masked: Any) -> list[Line]:
    """What is hidden, beside what plain hypercubes hide."""
    from terreau.observatory.secrecy.protecting import share_masked

    alone = f"les primaires seules {share_masked(table, first):.2f}"
    told = {
        "valeur masquée pour protéger les autres": lambda one: float(table.values[one & ~first].sum()),
        "part de la valeur publiable masquée, marges comprises": lambda one: float(
            table.values[one].sum() / table.values.sum()
        ),
        f"part de la valeur des cases intérieures masquée ({alone})": lambda one: share_masked(table, one),
    }
    if options.communes > COMPARED_COMMUNES:
        return [Line(what, lost(masked), None, "") for what, lost in told.items()]
    start = _processor()
    plain = hypercube(table, first, table.values, PROTECTION)
    worked = _processor() - start
    return [
        *(Line(what, lost(masked), lost(plain), "", "hypercubes") for what, lost in told.items()),
        Line("hypercubes, sans preuve", worked, None, "s de processeur"),
    ]


def _processor() -> float:
    """Seconds of processor so far, those of the processes that helped included."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _memory() -> float:
    kept = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(kept) / 1024
