"""Protecting a table: published instances, and every small table against all the ways of masking it."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from terreau.observatory.secrecy.attack import intervals
from terreau.observatory.secrecy.building import Cell, build
from terreau.observatory.secrecy.primary import PUBLISHED, Rule, dominant, few
from terreau.observatory.secrecy.protecting import protect, read
from terreau.observatory.secrecy.suppression import cheapest, too_narrow
from terreau.observatory.secrecy.table import Dimension, Table, TableError

SEC_1 = {
    "dimensions": {"activite": [{"T": ["01", "02", "06"]}], "taille": [{"T": ["tr1", "tr2"]}]},
    "cells": [
        {"activite": row, "taille": column, "n": n, "value": value, "max": largest}
        for row, column, n, value, largest in [
            ("01", "tr1", 10, 100, 20),
            ("01", "tr2", 5, 50, 15),
            ("01", "T", 15, 150, 20),
            ("02", "tr1", 2, 30, 20),
            ("02", "tr2", 5, 20, 10),
            ("02", "T", 7, 50, 20),
            ("06", "tr1", 8, 60, 16),
            ("06", "tr2", 6, 40, 38),
            ("06", "T", 14, 100, 38),
            ("T", "tr1", 20, 190, 20),
            ("T", "tr2", 16, 110, 38),
            ("T", "T", 36, 300, 38),
        ]
    ],
    "rule": {"min_units": 3, "max_share": 0.85},
}
LINES = {"w": (30, 47, 64, 89), "x": (90, 124, 5, 31), "y": (92, 100, 59, 85), "z": (800, 991, 651, 685)}
SEC_2: dict[str, Any] = {
    "dimensions": {"ligne": [{"T": list("wxyz")}], "colonne": [{"T": list("abcd")}]},
    "cells": [
        {"ligne": row, "colonne": column, "value": value}
        for row, values in LINES.items()
        for column, value in zip("abcd", values, strict=True)
    ],
    "primary": [
        {"ligne": row, "colonne": column}
        for row, column in ("wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd")
    ],
}
SEC_5 = {
    "dimensions": {
        "lieu": [
            {"T": ["comte1", "comte2"], "comte1": list("ABIJ"), "comte2": list("KLMN")},
            {"T": ["petites", "grandes"], "petites": list("ABIJKN"), "grandes": list("LM")},
        ]
    },
    "cells": [
        {"lieu": place, "n": count, "value": count}
        for place, count in {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}.items()
    ],
    "rule": {"min_units": 4},
}


def status_of(told, status):
    """The cells of a status, as the sets of their codes."""
    keys = ("status", "n", "value", "low", "high")
    return {
        "/".join(code for key, code in cell.items() if key not in keys)
        for cell in told["cells"]
        if cell["status"] == status
    }


def interval(told, **codes):
    (cell,) = [one for one in told["cells"] if all(one[key] == code for key, code in codes.items())]
    return cell["low"], cell["high"]


def test_activity_by_size():
    """SEC-1 of `methods.md` B.6, from the documentation of rtauargus [S-29]."""
    told = protect(SEC_1)
    assert status_of(told, "few") == {"02/tr1"}
    assert status_of(told, "dominant") == {"06/tr2"}
    assert status_of(told, "secondary") == {"02/tr2", "06/tr1"}
    assert told["cost"] == 80
    assert interval(told, activite="02", taille="tr1") == (0, 50)
    assert interval(told, activite="06", taille="tr2") == (10, 60)
    assert told["audit"]["passed"]
    assert told["audit"]["masked"] == 4


def test_two_masked_cells_a_line_are_not_enough():
    """SEC-2, from the tests of sdcTable [S-30]: every line has two masked cells, one is known exactly."""
    table, _rule = read(SEC_2)
    masked = np.zeros(table.size, dtype=bool)
    for codes in SEC_2["primary"]:
        masked[table.number(codes)] = True
    found = intervals(table, masked)
    wb = table.number({"ligne": "w", "colonne": "b"})
    assert found.low[wb] == pytest.approx(47)
    assert found.high[wb] == pytest.approx(47)
    told = protect(SEC_2)
    assert status_of(told, "secondary") == {"x/d"}
    assert told["cost"] == 31
    assert interval(told, ligne="w", colonne="b") == (0, 78)


def test_linked_tables_are_safe_together_or_not_at_all():
    """SEC-5, from sdcTable [S-30]: each table alone is safe, the two together give K away."""
    table, rule = read(SEC_5)
    first = few(table, rule)
    place = table.number({"lieu": "K"})
    assert intervals(table, first).high[place] == pytest.approx(3)
    assert intervals(table, first).low[place] == pytest.approx(3)
    told = protect(SEC_5)
    assert status_of(told, "few") == set("ABKLM")
    assert status_of(told, "secondary") == {"N"}
    assert interval(told, lieu="K") == (0, 10)


def test_dominance_of_contributors():
    """SEC-6, from Statistics Norway [S-31]."""
    vectors = [[100], [90, 10], [80, 20], [70, 30], [80, 10, 10], [70, 10, 10, 10], [60, 20, 10, 10]]
    codes = [f"v{number}" for number in range(1, 8)]
    cells = [
        {"lieu": code, "n": len(one), "value": sum(one), "max": max(one)}
        for code, one in zip(codes, vectors, strict=True)
    ]
    table, rule = read({"dimensions": {"lieu": [{"T": codes}]}, "cells": cells})
    told = dominant(table, rule)
    assert {code for code in [*codes, "T"] if told[table.number({"lieu": code})]} == {"v1", "v2"}


def test_nothing_masked_is_told_nor_any_largest_contribution():
    told = protect(SEC_1)
    for cell in told["cells"]:
        assert "max" not in cell
        assert ("value" in cell) == (cell["status"] == PUBLISHED)
        assert ("low" in cell) == (cell["status"] != PUBLISHED)


def test_a_table_with_nothing_to_hide_is_published_whole():
    told = protect({**SEC_1, "rule": {"min_units": 1, "max_share": 1.0}})
    assert {cell["status"] for cell in told["cells"]} == {PUBLISHED}
    assert told["cost"] == 0
    assert told["audit"]["passed"]
    assert told["audit"]["narrowest"] is None


def test_the_report_does_not_tell_what_the_cells_hide():
    told = protect(SEC_1)
    masked = [cell for cell in told["cells"] if cell["status"] != PUBLISHED]
    assert told["audit"]["narrowest"] == min((one["high"] - one["low"]) / one["high"] for one in masked)
    assert told["audit"]["masked_value"] == pytest.approx(150 / 300)
    # Where the total is masked, the share that is published would give it.
    told = protect(changed(primary=[{"activite": "T", "taille": "T"}]))
    assert told["audit"]["masked_value"] is None


def test_an_empty_cell_named_by_hand_is_not_had_by_difference():
    told = protect(
        {
            "dimensions": {"lieu": [{"T": ["a", "b"]}]},
            "cells": [{"lieu": "a", "n": 0, "value": 0}, {"lieu": "b", "n": 9, "value": 90}],
            "primary": [{"lieu": "a"}],
        }
    )
    assert {cell["lieu"]: cell["status"] for cell in told["cells"]} == {
        "a": "given",
        "b": PUBLISHED,
        "T": "secondary",
    }
    assert told["audit"]["passed"]


LARGE: dict[str, Any] = {
    "dimensions": {
        "lieu": [{"T": ["g", "c"], "g": ["a", "b"]}],
        "taille": [{"T": list("wxyz")}, {"T": ["i", "j", "k"], "i": ["w"], "j": ["x", "y"], "k": ["z"]}],
    },
    "cells": [
        {"lieu": place, "taille": size, "n": n, "value": value}
        for place, size, n, value in [
            ("a", "w", 1, 11.468),
            ("a", "x", 3, 567_018),
            ("a", "y", 3, 387),
            ("a", "z", 3, 194_542_148),
            ("b", "w", 6, 104_740_942_257),
            ("b", "y", 2, 1_446_073_941),
            ("c", "x", 2, 619_491_515_954),
            ("c", "z", 4, 12),
        ]
    ],
}


def test_figures_of_billions_are_protected_as_others_are():
    """In francs of West Africa, the wages of a country are millions of millions."""
    told = protect(LARGE)
    assert told["audit"]["passed"]
    times = 10**10
    cells = [one | {key: one[key] * times for key in ("value", "max")} for one in SEC_1["cells"]]
    large, small = protect(changed(cells=cells)), protect(SEC_1)
    assert status_of(large, "secondary") == status_of(small, "secondary")
    for one, other in zip(large["cells"], small["cells"], strict=True):
        for bound in ("low", "high"):
            assert one.get(bound, 0) == pytest.approx(other.get(bound, 0) * times, abs=1)


def test_a_table_that_takes_too_long_is_masked_all_the_same(monkeypatch):
    monkeypatch.setattr("terreau.observatory.secrecy.suppression._STEPS", 0)
    told = protect(SEC_2)
    assert told["audit"]["passed"]
    assert not told["audit"]["optimal"]


SINGLETONS: dict[str, Any] = {
    "dimensions": {"lieu": [{"T": ["a", "b", "c", "d"]}]},
    "cells": [
        {"lieu": "a", "n": 1, "value": 5, "max": 5},
        {"lieu": "b", "n": 1, "value": 7, "max": 7},
        {"lieu": "c", "n": 4, "value": 9, "max": 4},
        {"lieu": "d", "n": 9, "value": 50, "max": 9},
    ],
    "insiders": True,
}


def test_two_who_are_alone_would_know_each_other():
    """Masking a and b alone gives each the other's figure by subtraction (`methods.md` B.5, rule 5)."""
    table, rule = read(SINGLETONS)
    first = few(table, rule)
    assert not too_narrow(table, first, 0.0, intervals(table, first)).any()
    assert not is_safe(table, first, first, 0.0)
    told = protect(SINGLETONS)
    assert status_of(told, "few") == {"a", "b"}
    assert status_of(told, "secondary") == {"c"}
    assert told["audit"]["insiders"] == 2
    # Where no contributor will read the table, nothing more is masked for them.
    told = protect({**SINGLETONS, "insiders": False})
    assert status_of(told, "secondary") == set()
    assert told["audit"]["passed"]


def test_what_one_contributor_alone_knows_is_all_its_cells():
    """A margin with one contributor says that the cells below it are of the same one."""
    document = {
        "dimensions": {"lieu": [{"T": ["g", "h"], "g": ["a", "b"], "h": ["c", "d"]}]},
        "cells": [
            {"lieu": "a", "n": 1, "value": 5},
            {"lieu": "b", "n": 1, "value": 7},
            {"lieu": "g", "n": 1},
            {"lieu": "c", "n": 1, "value": 9},
            {"lieu": "d", "n": 9, "value": 50},
        ],
        "insiders": True,
    }
    table, _rule = read(document)
    who = {table.codes(cell)["lieu"]: int(table.sole[cell]) for cell in np.flatnonzero(table.sole >= 0)}
    assert who["a"] == who["b"] == who["g"] != who["c"]
    assert set(who) == {"a", "b", "g", "c"}


def test_an_unbounded_interval_is_said_so():
    told = protect(
        {
            "dimensions": {"lieu": [{"T": ["a", "b"]}]},
            "cells": [{"lieu": "a", "n": 1, "value": 5}, {"lieu": "b", "n": 0, "value": 0}],
        }
    )
    assert interval(told, lieu="T") == (0, None)
    assert status_of(told, PUBLISHED) == {"b"}


# --- every small table -----------------------------------------------------------------------------------


def brute_force(table, first, weights, protection):
    """The least cost over all sets of cells, by trying every one."""
    free = np.flatnonzero(~first & ~table.is_fixed)
    best = np.inf
    for count in range(free.size + 1):
        for chosen in itertools.combinations(free, count):
            masked = first.copy()
            masked[list(chosen)] = True
            cost = weights[list(chosen)].sum()
            if cost < best and is_safe(table, first, masked, protection):
                best = cost
    return best


def is_safe(table, first, masked, protection):
    """Nobody places a masked cell too narrowly, nor a primary one when a cell of its own is known to it."""
    if too_narrow(table, masked, protection, intervals(table, masked)).any():
        return False
    for one in sorted(set(table.sole[masked]) - {-1}):
        left = masked & (table.sole != one)
        width = intervals(table, left).width
        for cell in np.flatnonzero(first & left):
            known = made_of(table, cell, one) if table.lowest is not None else 0.0
            if width[cell] < protection * (table.values[cell] - known) + 1e-6:
                return False
    return True


def made_of(table, cell, who):
    """What a contributor makes of a cell, by the inner cells where it is alone."""
    codes = table.codes(cell).values()
    leaves = [
        {one.leaves[at] for at in one.sums[[one.rank[code]]].nonzero()[1]}
        for one, code in zip(table.dimensions, codes, strict=True)
    ]
    own = [at for at in np.flatnonzero(table.is_inner & (table.sole == who))]
    inside = [at for at in own if all(map(set.__contains__, leaves, table.codes(at).values()))]
    return table.values[inside].sum()


SHAPES = {
    "lines": [[{"T": ["a", "b", "c"]}], [{"T": ["x", "y"]}]],
    "levels": [[{"T": ["g", "h"], "g": ["a", "b"], "h": ["c", "d"]}]],
    "linked": [
        [
            {"T": ["g", "h"], "g": ["a", "b"], "h": ["c", "d"]},
            {"T": ["k", "l"], "k": ["a", "c"], "l": ["b", "d"]},
        ]
    ],
    "cube": [[{"T": ["a", "b"]}], [{"T": ["x", "y"]}]],
}


@st.composite
def tables(draw, shapes=tuple(SHAPES)) -> Table:
    trees = SHAPES[draw(st.sampled_from(shapes))]
    dimensions = [Dimension.of(f"d{rank}", one) for rank, one in enumerate(trees)]
    cells = []
    for codes in itertools.product(*(one.leaves for one in dimensions)):
        units = draw(st.integers(0, 6))
        value = draw(st.integers(0, 40)) if units else 0
        told = {one.name: code for one, code in zip(dimensions, codes, strict=True)}
        largest = draw(st.integers(-(-value // units), value)) if value else 0
        cells.append(Cell(told, units, value, largest))
    return build(dimensions, cells)


@st.composite
def in_bands(draw, table):
    """The same, each value placed beforehand between two others; sometimes wrongly, sometimes exactly."""
    ends = []
    for _end in range(2):
        share = np.array(draw(st.lists(st.sampled_from([0, 0.5, 0.8, 1, 1.3, 2, 9]), min_size=9, max_size=9)))
        ends.append(np.rint(table.values * np.resize(share, table.size)))
    return table.placed(np.minimum(*ends), np.maximum(*ends))


def costs_least(table, protection, one_each, insiders):
    if not insiders:
        table = replace(table, known_sole=np.full(table.size, -1))
    first = few(table, Rule()) & ~table.is_fixed
    weights = np.ones(table.size) if one_each else table.values
    least = brute_force(table, first, weights, protection)
    if np.isinf(least):
        with pytest.raises(TableError, match="ne peut pas être protégé"):
            cheapest(table, first, weights, protection)
        return
    masked, _found = cheapest(table, first, weights, protection)
    assert is_safe(table, first, masked, protection)
    assert not (masked & table.is_fixed).any()
    assert weights[masked & ~first].sum() == pytest.approx(least)


@settings(max_examples=25, deadline=None)
@given(tables(), st.sampled_from([0.0, 0.3, 1.0]), st.booleans(), st.booleans())
def test_no_way_of_masking_costs_less(table, protection, one_each, insiders):
    costs_least(table, protection, one_each, insiders)


@settings(max_examples=25, deadline=None)
@given(tables().flatmap(in_bands), st.sampled_from([0.0, 0.1, 0.3]), st.booleans(), st.booleans())
def test_nor_where_values_are_placed_beforehand(table, protection, one_each, insiders):
    costs_least(table, protection, one_each, insiders)


@settings(max_examples=40, deadline=None)
@given(tables(), st.floats(0, 2), st.floats(0.2, 1))
def test_the_attacker_never_excludes_the_truth_and_never_finds_it(table, protection, share):
    told_rule = Rule(3, share)
    first = few(table, told_rule)
    masked, found = cheapest(table, first, table.values, protection)
    assert (found.low <= table.values + 1e-6).all()
    assert (found.high >= table.values - 1e-6).all()
    assert (found.width[masked] >= protection * table.values[masked]).all()
    assert (found.width[masked] > 0).all()


@settings(max_examples=40, deadline=None)
@given(tables())
def test_margins_are_sums(table):
    assert np.allclose(table.equations @ table.values, 0)


# --- what everyone knows beforehand ------------------------------------------------------------------------


@st.composite
def known_beforehand(draw):
    """Two lines of three, each cell with what is known of it, sometimes wrongly; and a protection."""
    cells = []
    for row, column in itertools.product("ab", "xyz"):
        value = draw(st.integers(1, 40))
        cell = {"row": row, "column": column, "n": draw(st.integers(1, 6)), "value": value}
        ends = draw(st.lists(st.sampled_from([0, 0.5, 0.9, 1, 1.2, 3]), min_size=2, max_size=2))
        told = dict(zip(("least", "most"), sorted(value * end for end in ends), strict=True))
        cells.append(cell | {name: told[name] for name in draw(st.sets(st.sampled_from(list(told))))})
    trees = {"row": [{"T": ["a", "b"]}], "column": [{"T": ["x", "y", "z"]}]}
    return {"dimensions": trees, "cells": cells, "protection": draw(st.sampled_from([0.0, 0.1, 0.5]))}


def placed_by_programs(document, told):
    """Between what each masked cell can be placed, from the document itself: its value, then the two ends."""
    inner = [(one["row"], one["column"]) for one in document["cells"]]
    known = [
        (min(one.get("least", 0), one["value"]), max(one.get("most", math.inf), one["value"]))
        for one in document["cells"]
    ]
    values = np.array([one["value"] for one in document["cells"]])

    def sums(cell):
        return np.array(
            [
                all(cell[name] in ("T", at) for name, at in zip(("row", "column"), codes, strict=True))
                for codes in inner
            ],
            dtype=float,
        )

    equal = [(sums(cell), cell["value"]) for cell in told["cells"] if cell["status"] == PUBLISHED]
    rows, right = (list(one) for one in zip(*equal, strict=True)) if equal else (None, None)
    for cell in told["cells"]:
        if cell["status"] != PUBLISHED:
            ends = []
            for sign in (1, -1):
                found = linprog(sign * sums(cell), A_eq=rows, b_eq=right, bounds=known)
                ends.append(sign * found.fun if found.status == 0 else -sign * math.inf)
            yield float(values @ sums(cell)), *ends


@settings(max_examples=40)
@given(known_beforehand())
def test_who_knows_more_beforehand_places_no_masked_cell_closer(document):
    try:
        told = protect(document)
    except TableError:  # known too well for the protection asked for
        assume(False)
    assert told["audit"]["passed"]
    for value, low, high in placed_by_programs(document, told):
        assert low - 1e-6 <= value <= high + 1e-6
        assert high - low > document["protection"] * value


def test_a_neighbour_that_everyone_can_place_hides_nothing():
    cells = [
        {"lieu": "a", "n": 2, "value": 30},
        {"lieu": "b", "n": 9, "value": 50},
        {"lieu": "c", "n": 9, "value": 60},
    ]
    document = {"dimensions": {"lieu": [{"T": ["a", "b", "c"]}]}, "cells": cells, "protection": 0.2}
    assert status_of(protect(document), "secondary") == {"b"}
    # Two units up or down of b: a needs six, that c gives.
    cells[1] |= {"least": 48, "most": 50}
    assert status_of(protect(document), "secondary") == {"c"}


def test_what_everyone_knows_exactly_is_published():
    cells = [
        {"lieu": "a", "n": 1, "value": 30, "least": 30, "most": 30},
        {"lieu": "b", "n": 9, "value": 50},
    ]
    told = protect({"dimensions": {"lieu": [{"T": ["a", "b"]}]}, "cells": cells})
    assert {cell["status"] for cell in told["cells"]} == {PUBLISHED}


# --- documents that cannot be read --------------------------------------------------------------------------


def changed(**keys):
    return {**SEC_1, **keys}


def with_cell(**figures):
    cells = [dict(one) for one in SEC_1["cells"]]
    cells[0] |= figures
    return changed(cells=cells)


def with_margin(**figures):
    cells = [dict(one) for one in SEC_1["cells"]]
    cells[-1] = {"activite": "T", "taille": "T"} | figures
    return changed(cells=cells)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "objet JSON"),
        ({}, "dimensions"),
        (changed(seuil=3), "«\u00a0seuil\u00a0»"),
        (changed(cells=[]), "au moins une case"),
        (changed(cells=["x"]), "objet JSON"),
        (changed(dimensions={"n": [{"T": ["a"]}]}), "ne peut pas s’appeler"),
        (changed(dimensions={"a": []}), "au moins une hiérarchie"),
        (changed(dimensions={"a": [{"T": "ab"}]}), "au moins une hiérarchie"),
        (changed(dimensions={"a": [{"T": []}]}), "aucun élément"),
        (changed(dimensions={"a": [{"T": ["b"], "b": ["T"]}]}), "se contient"),
        (changed(dimensions={"a": [{"T": ["g", "h"], "g": ["b"], "h": ["b"]}]}), "à la fois sous"),
        (
            changed(dimensions={"a": [{"T": ["b", "c"]}, {"T": ["b", "d"]}]}),
            "n’est pas fait des mêmes éléments",
        ),
        (with_cell(activite="99"), "«\u00a099\u00a0»"),
        (with_cell(taille="tr2"), "deux fois"),
        (with_cell(value=-1), "positif"),
        (with_cell(value="12"), "il faut un nombre"),
        (with_cell(value=True), "«\u00a0value\u00a0» vaut true"),
        (with_cell(activite=None), "«\u00a0null\u00a0»"),
        (with_cell(activite=["01"]), '«\u00a0["01"]\u00a0»'),
        (with_cell(least=-3), "«\u00a0least\u00a0» vaut -3\u00a0: il faut"),
        (changed(rule={"min_units": None}), "vaut null"),
        (changed(rule=[]), "«\u00a0rule\u00a0» doit être un objet"),
        (changed(primary={}), "«\u00a0primary\u00a0» doit être une liste"),
        (changed(primary=""), "«\u00a0primary\u00a0» doit être une liste"),
        (with_cell(value=None), "«\u00a0value\u00a0» manque"),
        (with_cell(n=1.5), "entier"),
        (with_cell(n=0), "aucune unité"),
        (with_cell(max=101), "dépasse"),
        (with_cell(n=2, max=0.02), "trop petit pour que 2 unités fassent 100"),
        (with_cell(n=1, max=0.1), "trop petit pour qu’une seule unité fasse 100"),
        (with_cell(value=math.nan), "nan"),
        (with_cell(value=10**400), "million de milliards"),
        (with_cell(n=10**400), "million de milliards"),
        (with_cell(units=2), "«\u00a0units\u00a0» n’est ni une dimension"),
        (with_cell(least=20, most=10), "«\u00a0least\u00a0» vaut 20 et «\u00a0most\u00a0» 10"),
        (with_cell(least=-1), "«\u00a0least\u00a0» vaut -1"),
        (with_cell(most=math.nan), "«\u00a0most\u00a0» nan"),
        (with_cell(most="20"), "il faut un nombre"),
        (with_margin(n=36, most=400), "d’une marge"),
        (with_margin(n=0), "aucune unité"),
        (with_margin(n=9), "10 dans l’une des cases"),
        (with_margin(n=36, value=123456789), "la valeur donnée est 123456789, la somme"),
        (with_margin(n=37), "la somme de ses éléments 36"),
        (with_margin(n=36, max=301), "dépasse"),
        (with_margin(n=36, max=20), "38 dans l’une des cases"),
        (changed(dimensions={"low": [{"T": ["a"]}]}), "ne peut pas s’appeler"),
        (changed(dimensions={"a": [{"T": ["b", "b"]}]}), "deux fois sous"),
        (changed(dimensions={"a": [{f"n{at}": [f"n{at + 1}"] for at in range(3_000)}]}), "niveaux"),
        (changed(rule={"min_unit": 5}), "«\u00a0min_unit\u00a0»"),
        (changed(rule={"min_units": 2.5}), "nombre entier"),
        (changed(rule={"min_units": math.inf}), "min_units"),
        (changed(protection=math.inf), "protection"),
        (with_cell(value=99), "somme de ses éléments"),
        (changed(rule={"max_share": 2}), "max_share"),
        (changed(protection=-1), "protection"),
        (changed(weights="prix"), "poids inconnus"),
        (changed(primary=[{"activite": "02"}]), "«\u00a0taille\u00a0»"),
        ({**SEC_2, "weights": "n"}, "nombre d’unités"),
    ],
)
def test_what_is_wrong_is_said(document, told):
    with pytest.raises(TableError) as refused:
        protect(document)
    assert told in str(refused.value)
