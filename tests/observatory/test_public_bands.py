"""Exact jobs beside the headcount bands of the same register: an attacker reads both, by its own programs."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import replace

import numpy as np
from scipy.optimize import linprog

from terreau.observatory import confidential
from terreau.registers.normalising import BANDS
from tests.observatory.conftest import Workshop, rows
from tests.observatory.registers import establishment, unit
from tests.observatory.test_confidential import office_of

COMMUNES = [f"fr-com-{code}" for code in ("86194", "86066", "86137", "86100", "86160", "86041")]
FAMILIES = {"9220": "association", "5558": "cooperative"}
SECTIONS = {"88.99B": "Q", "94.99Z": "S", "47.11A": "G"}
COUNTRY = "fr-dep-86"


def register(seed):
    """Employers of a department, each in the band of its jobs: what the files tell, and what the State knows.

    Then, for each commune, family and section, the sum of jobs and the sums of the ends of their bands.
    """
    draw = np.random.default_rng(seed)
    units, establishments, known, inner = [], [], {}, defaultdict(lambda: np.zeros(3))
    # In the first, everyone knows that the second cooperative employs nobody: the other is alone.
    drawn = [(COMMUNES[0], "5558", "94.99Z", 12), (COMMUNES[0], "5558", "88.99B", 0)]
    for commune, (form, mean) in itertools.product(COMMUNES[1:], (("9220", 4.0), ("5558", 1.5))):
        for _one in range(draw.poisson(mean)):
            jobs = min(249, int(draw.lognormal(2.5, 1.4)))
            drawn.append((commune, form, str(draw.choice(list(SECTIONS))), jobs))
    for commune, form, activity, jobs in drawn:
        siren = str(200_000_000 + len(units))
        band = next(code for code, (_low, high) in BANDS.items() if jobs <= high)
        units.append(unit(siren, form, ess="O", activity=activity))
        establishments.append(establishment(siren, commune[-5:], band, activity=activity))
        known[f"{siren}00011"] = (jobs, jobs * 31_013)
        inner[commune, FAMILIES[form], SECTIONS[activity]] += (jobs, *BANDS[band])
    return units, establishments, known, inner


def parts_of(cell):
    """The ways in which a cell is a sum."""
    territory, family, section = cell
    if territory == COUNTRY:
        yield [(commune, family, section) for commune in COMMUNES]
    if family == "*":
        yield [(territory, one, section) for one in FAMILIES.values()]
    if section == "*":
        yield [(territory, family, one) for one in SECTIONS.values()]


def narrowest(vintage, inner):
    """The narrowest interval in which the attacker places a masked cell, as a share of its value."""
    told = {
        tuple(row[:3]): row[3]
        for row in rows(vintage, "confidential", "measure = 'jobs'", "territory, family, section, value")
    }
    cells = [one for one in told if one[0] in (*COMMUNES, COUNTRY)]
    rank = {cell: at for at, cell in enumerate(cells)}
    equations = []
    for cell in cells:
        for way in parts_of(cell):
            line = np.zeros(len(cells))
            line[rank[cell]] = 1
            line[[rank[one] for one in way if one in rank]] = -1
            equations.append(line)

    def ends(cell):
        if told[cell] is not None:
            return told[cell], told[cell]
        return tuple(inner[cell][1:]) if cell in inner else (0, None)

    def genuine(cell):
        within = [COMMUNES if cell[0] == COUNTRY else [cell[0]], FAMILIES.values(), SECTIONS.values()]
        codes = [one if asked == "*" else [asked] for one, asked in zip(within[1:], cell[1:], strict=True)]
        return sum(inner[one][0] for one in itertools.product(within[0], *codes) if one in inner)

    lines, shares = np.array(equations), []
    for cell in cells:
        if told[cell] is not None:
            assert told[cell] == genuine(cell)
            continue
        aim = np.zeros(len(cells))
        aim[rank[cell]] = 1
        low, high = (
            linprog(sign * aim, A_eq=lines, b_eq=np.zeros(len(lines)), bounds=[ends(one) for one in cells])
            for sign in (1, -1)
        )
        if high.success and genuine(cell):
            shares.append((-high.fun - low.fun) / genuine(cell))
    return min(shares, default=np.inf)


def build(folder, seed):
    folder.mkdir()
    units, establishments, known, inner = register(seed)
    return office_of(Workshop(folder))(units, establishments, known), inner


def test_bands_do_not_place_a_masked_cell(tmp_path, monkeypatch):
    assert narrowest(*build(tmp_path / "aware", 3)) > confidential.PROTECTION
    read = confidential.land
    monkeypatch.setattr(confidential, "land", lambda *asked: replace(read(*asked), banded=()))
    found = narrowest(*build(tmp_path / "unaware", 3))
    assert found < confidential.PROTECTION / 2, "without this, the attack above could never succeed"
