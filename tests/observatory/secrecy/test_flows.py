"""Large tables: moves that prove the protection, whatever way the table is cut."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreau.observatory.secrecy import cutting, protecting, suppression
from terreau.observatory.secrecy.attack import as_told, bounds, intervals, seen_through
from terreau.observatory.secrecy.building import Cell, build
from terreau.observatory.secrecy.flows import _Reach, _Search, mask
from terreau.observatory.secrecy.neighbourhoods import Neighbourhoods
from terreau.observatory.secrecy.primary import Rule, dominant, few
from terreau.observatory.secrecy.proof import Move
from terreau.observatory.secrecy.suppression import cheapest, too_narrow
from terreau.observatory.secrecy.table import Dimension
from terreau.observatory.secrecy.widths import wanted_widths

FAMILIES = ("associations", "cooperatives", "mutuelles")


def country(seed, communes=24, *, whole=True):
    """Communes in departments, and in groupings that lie over two of them; families of very unlike sizes."""
    draw = np.random.default_rng(seed)
    names = [f"c{number}" for number in range(communes)]
    departments = {f"d{rank}": names[rank * 8 : rank * 8 + 8] for rank in range(communes // 8)}
    groupings = {f"g{rank}": names[rank * 5 : rank * 5 + 5] for rank in range(communes // 5)}
    rest = [name for name in names if not any(name in one for one in groupings.values())]
    dimensions = [
        Dimension.of("famille", [{"T": list(FAMILIES)}]),
        Dimension.of(
            "lieu", [{"F": list(departments), **departments}, {"F": [*groupings, *rest], **groupings}]
        ),
    ]
    cells = []
    for name in names:
        for family, mean in zip(FAMILIES, (6.0, 1.5, 0.4), strict=True):
            units = int(draw.poisson(mean))
            if units:
                each = (
                    np.ceil(draw.lognormal(2, 1, units))
                    if whole
                    else np.round(draw.lognormal(2, 1, units), 2)
                )
                cells.append(
                    Cell({"lieu": name, "famille": family}, units, float(each.sum()), float(each.max()))
                )
    return build(dimensions, cells)


def in_bands(table, seed):
    """The same, each value in a band that everyone reads, some of them wrong."""
    draw = np.random.default_rng(seed)
    low = np.floor(table.values / draw.uniform(1.0, 2.0, table.size))
    high = np.ceil(low * draw.uniform(1.3, 2.0, table.size) + 1)
    wrong = draw.random(table.size) < 0.1
    return table.placed(
        *(np.where(wrong, one * 1.5 + 3, one) for one in (low, np.maximum(high, table.values)))
    )


@settings(max_examples=10, deadline=None)
@given(held=st.sets(st.integers(0, 23), min_size=1))
def test_the_equations_left_out_of_programs_follow_from_the_others(held):
    """In three dimensions, one with levels and one with two hierarchies, some cells holding nothing."""
    dimensions = [
        Dimension.of("famille", [{"T": ["x", "y"]}]),
        Dimension.of(
            "lieu", [{"F": ["d", "e"], "d": ["a", "b"], "e": ["c"]}, {"F": ["k", "b"], "k": ["a", "c"]}]
        ),
        Dimension.of("section", [{"T": ["m", "o"], "m": ["p", "q"], "o": ["r", "s"]}]),
    ]
    codes = [dict(zip(("famille", "lieu", "section"), one, strict=True)) for one in _leaves(dimensions)]
    table = build(dimensions, [Cell(codes[at], 3, 5.0 + at, 3.0 + at) for at in sorted(held)])
    every, some = (one.toarray() for one in (table.equations, table.sufficient_equations))
    assert {row.tobytes() for row in some} < {row.tobytes() for row in every}
    assert np.linalg.matrix_rank(some) == np.linalg.matrix_rank(every)


def _leaves(dimensions):
    return itertools.product(*(one.leaves for one in dimensions))


@given(
    moves=st.lists(
        st.tuples(st.floats(-9, 9).filter(bool), st.frozensets(st.integers(0, 3), max_size=3)), max_size=6
    ),
    who=st.integers(-1, 4),
)
def test_how_far_moves_take_a_cell_is_what_they_say_counted_anew(moves, who):
    reach = _Reach()
    for shift, insiders in moves:
        reach.add(shift, insiders)
    left = [shift for shift, insiders in moves if who not in insiders]
    up, down = max([0.0, *left]), max([0.0, *(-shift for shift in left)])
    assert reach.of(who) == (up, down)
    assert reach.grows(up + 1.0, who)
    assert reach.grows(-down - 1.0, who)
    # What rounding alone adds would be found again and again, where other moves are to be looked for.
    assert not reach.grows(up * (1 + 1e-12), who)


@pytest.fixture(params=[400, 12, 30], ids=["whole", "small parts", "parts"])
def roomy(request, monkeypatch):
    """How large a part may be: the same tables in one, or in many."""
    monkeypatch.setattr(cutting, "ROOMY", request.param)
    return request.param


@settings(max_examples=5, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    protection=st.sampled_from([0.0, 0.1, 0.5]),
    whole=st.booleans(),
    banded=st.booleans(),
)
@pytest.mark.parametrize("size", [400, 12, 30])
def test_the_attacker_finds_what_the_moves_say_he_will_not(size, seed, protection, whole, banded):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "ROOMY", size)
        table = country(seed, whole=whole)
        if banded:
            table, protection = in_bands(table, seed), min(protection, 0.1)
        first = (few(table, Rule()) | dominant(table, Rule())) & ~table.is_fixed
        masked, proof = mask(table, first, table.values, protection)
    assert (masked | ~first).all(), "every primary cell is masked"
    assert not (masked & table.is_empty).any()
    assert proof.flaws(table, first, masked, protection) == []
    found = intervals(table, masked)
    assert not too_narrow(table, masked, protection, found).any()
    wanted = wanted_widths(table, protection)
    assert seen_through(table, first, masked, wanted) == [], "nor does anyone who is alone in a cell"
    shown = proof.intervals(table)
    assert (found.low <= shown.low + 1e-6).all()
    assert (found.high >= shown.high - 1e-6).all()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_bounds_are_told_by_what_is_published_alone(seed):
    """Anyone can find them: they hold what the programs say, and are the same after any move of the proof."""
    table = country(seed)
    first = few(table, Rule())
    masked, proof = mask(table, first, table.values, 0.1)
    shown, found = bounds(table, masked), intervals(table, masked)
    assert (shown.low <= found.low + 1e-6).all()
    assert (shown.high >= found.high - 1e-6).all()
    for move in proof.moves[:5]:
        values = table.values.copy()
        values[move.cells] = np.maximum(values[move.cells] + move.unit * move.steps, 0.0)
        other = bounds(replace(table, values=values), masked)
        assert np.allclose(other.low, shown.low)
        assert np.allclose(other.high[masked], shown.high[masked])


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 10**6), whole=st.booleans(), scale=st.sampled_from([1.0, 7.0, 12_345.0, 98_765_432.0])
)
def test_what_programs_say_is_told_by_what_is_published_alone(seed, whole, scale):
    """To the last bit: any other table that agrees with what is published is told alike."""
    table = country(seed, whole=whole)
    table = replace(table, values=table.values * scale)
    masked, proof = mask(table, few(table, Rule()), table.values, 0.1)
    found = intervals(table, masked)
    shown = as_told(table, masked, found)
    known = table.values[~masked].max(initial=0.0)
    step = 1e-8 * np.maximum(np.where(np.isfinite(found.high), found.high, known), 1e-3 * known)
    inwards = np.maximum(shown.low - found.low, found.high - shown.high)
    outwards = np.maximum(found.low - shown.low, shown.high - found.high)
    assert (np.nan_to_num(inwards[masked]) <= step[masked] / 4).all()
    assert (np.nan_to_num(outwards[masked]) <= step[masked]).all()
    for move in proof.moves[:5]:
        values = table.values.copy()
        values[move.cells] = np.maximum(values[move.cells] + move.unit * move.steps, 0.0)
        agreeing = replace(table, values=values)
        other = as_told(agreeing, masked, intervals(agreeing, masked))
        assert np.array_equal(other.low[masked], shown.low[masked])
        assert np.array_equal(other.high[masked], shown.high[masked])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), first_size=st.integers(2, 12), banded=st.booleans())
def test_who_knows_all_but_the_neighbourhood_places_a_cell_at_least_as_closely(seed, first_size, banded):
    table = in_bands(country(seed), seed) if banded else country(seed)
    first = few(table, Rule()) & ~table.is_fixed
    masked, proof = mask(table, first, table.values, 0.1)
    exact, wanted = intervals(table, masked).width, wanted_widths(table, 0.1)
    around = Neighbourhoods(table, masked)
    for cell in np.flatnonzero(masked).tolist():
        for near in (None, proof.moved_with(cell)):
            width = around.width(cell, wanted[cell], near, first_size)
            assert wanted[cell] <= width <= exact[cell] + 1e-6
            assert around.width(cell, np.inf, near, first_size) == pytest.approx(exact[cell])


def test_a_neighbourhood_that_protects_nothing_is_told():
    """A cell alone masked in its equations is its own value, however far one looks."""
    table = country(5)
    alone = np.zeros(table.size, dtype=bool)
    alone[np.flatnonzero(table.is_inner & ~table.is_empty)[0]] = True
    cell = int(np.flatnonzero(alone)[0])
    assert Neighbourhoods(table, alone).width(cell, 1.0) == 0


def test_the_cost_is_near_the_least(roomy):
    over = []
    for seed in (1, 2):
        table = country(seed, communes=16)
        first = few(table, Rule())
        masked, _proof = mask(table, first, table.values, 0.1)
        least, _found = cheapest(table, first, table.values, 0.1)
        spent = [table.values[one & ~first].sum() for one in (masked, least)]
        assert spent[0] >= spent[1] - 1e-6
        over.append(spent[0] / max(spent[1], 1.0))
    if roomy == 400:
        assert np.median(over) < 2


def test_a_flaw_in_the_proof_is_found():
    table = country(3)
    first = few(table, Rule())
    masked, proof = mask(table, first, table.values, 0.1)
    genuine = proof.moves[0]
    for flawed, told in [
        (replace(genuine, steps=genuine.steps + 1), "equation"),
        (replace(genuine, unit=1e9), "negative"),
        (replace(genuine, unit=1e-9), "not protected"),
        (Move(np.array([int(np.flatnonzero(~masked)[0])]), np.array([1]), 1.0), "published"),
    ]:
        proof.moves[0] = flawed
        assert any(told in flaw for flaw in proof.flaws(table, first, masked, 0.1))
    proof.moves[0] = genuine
    assert proof.flaws(table, first, masked, 0.1) == []


def test_the_proof_asks_who_could_rule_its_moves_out():
    """A single move through a cell where somebody is alone proves nothing to that one."""
    table = country(3)
    first = few(table, Rule())
    masked, proof = mask(table, first, table.values, 0.1)
    guarded = [cell for cell, ranks in proof.of.items() if first[cell] and len(ranks) > 1]
    assert guarded
    for cell in guarded:
        proof.of[cell] = proof.of[cell][:1]
    assert any("from a contributor" in flaw for flaw in proof.flaws(table, first, masked, 0.1))


def test_the_same_moves_however_many_processes(monkeypatch):
    """What parts find alone is found by other processes, and is the same."""
    monkeypatch.setattr(cutting, "ROOMY", 30)
    table = country(7, communes=80)
    first = few(table, Rule()) | dominant(table, Rule())
    shared, proof = mask(table, first, table.values, 0.1)
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0})
    alone, other = mask(table, first, table.values, 0.1)
    assert (shared == alone).all()
    assert [move.cells.tolist() for move in proof.moves] == [move.cells.tolist() for move in other.moves]
    assert proof.flaws(table, first, shared, 0.1) == []


@pytest.mark.parametrize("seed", range(3))
def test_parts_of_one_floor_never_move_the_same_cell(monkeypatch, seed):
    """Even where hierarchies cross: two of them may then stand on one part, which neither moves."""
    monkeypatch.setattr(cutting, "ROOMY", 12)
    table = country(seed, 80)
    search = _Search(table, few(table, Rule()), table.values, 0.1)
    floors = search._roots()
    assert len(floors) > 2
    crossed = [block for block in search.blocks if len({top for top, _at in block.above.values()}) > 1]
    assert crossed, "some parts lie under two others"
    for roots in floors:
        own = [search.below[root] for root in roots]
        assert len(set().union(*own)) == sum(map(len, own))
        found = [(root, search.moves_within(root)) for root in roots]
        assert any(moves for _root, moves in found) or roots != floors[0]
        for root, moves in found:
            for move in moves:
                assert {search.home[cell] for cell in move.cells.tolist()} <= search.below[root]


def test_what_everyone_knows_hides_nothing():
    """A cell already told is neither masked nor moved."""
    table = country(3)
    first = few(table, Rule())
    masked, _proof = mask(table, first, table.values, 0.1)
    told = np.zeros(table.size, dtype=bool)
    told[np.flatnonzero(~masked & ~table.is_empty)[:5]] = True
    again, proof = mask(replace(table, told=told), first, table.values, 0.1)
    assert not (again & told).any()
    assert proof.flaws(table, first, again, 0.1) == []


def test_a_least_cost_that_takes_too_long_is_given_up(monkeypatch):
    def unsettled(*_asked, **_more):
        raise suppression.UnsettledError

    monkeypatch.setattr(protecting, "cheapest", unsettled)
    table = country(5)
    first = few(table, Rule())
    masked, found, proof = protecting.suppress(table, first, table.values, 0.1)
    shown = protecting.published_bounds(table, masked, found)
    report = protecting.audit(table, first, masked, 0.1, found, shown, proof)
    assert report["passed"]
    assert not report["optimal"]


def test_large_tables_go_by_moves_and_say_so(monkeypatch):
    table = country(5)
    document = {
        "dimensions": {
            "famille": [{"T": list(FAMILIES)}],
            "lieu": [{"F": [f"c{number}" for number in range(24)]}],
        },
        "cells": [
            {**table.codes(number), "n": int(table.units[number]), "value": table.values[number]}
            for number in np.flatnonzero(table.is_inner & ~table.is_empty).tolist()
        ],
        "protection": 0.1,
    }
    least = protecting.protect(document)
    monkeypatch.setattr(protecting, "EXACT_CELLS", 10)
    near = protecting.protect(document)
    monkeypatch.setattr(protecting, "AUDITED_CELLS", 5)
    monkeypatch.setattr(protecting, "SAMPLE", 5)
    proven = protecting.protect(document)
    assert least["audit"]["optimal"]
    assert not near["audit"]["optimal"]
    assert near["audit"]["programs"] == 2 * near["audit"]["masked"]
    assert proven["audit"]["programs"] == 10
    for told in (least, near, proven):
        assert told["audit"]["passed"]
        assert told["audit"]["flaws"] == []
        assert told["cost"] >= least["cost"]
    assert proven["audit"]["moves"] > 0
