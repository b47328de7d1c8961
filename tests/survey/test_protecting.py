"""What may be told of the answers: thresholds, differences, small cells, editions that follow one another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreau.survey.results import wording
from terreau.survey.results.protecting import (
    CELL,
    FEW,
    MEETING,
    NEIGHBOUR,
    PUBLIC,
    RECENT,
    SHOWN,
    Door,
    Former,
    hidden,
    masked_cells,
    together,
)


def _first(count: int, of: int = 40) -> np.ndarray:
    return np.arange(of) < count


NOBODY = np.zeros((40, 0), dtype=bool)


def test_ten_answers_for_all_five_for_the_meeting():
    assert Door(PUBLIC).reason("x", _first(9), NOBODY) == FEW
    assert Door(PUBLIC).reason("x", _first(10), NOBODY) == SHOWN
    assert Door(MEETING).reason("x", _first(4), NOBODY) == FEW
    assert Door(MEETING).reason("x", _first(5), NOBODY) == SHOWN


def test_a_figure_that_moved_by_the_answers_of_a_few_is_not_told_again():
    again = Door(PUBLIC, {"x": Former(20, 0)})
    added = (_first(23) & ~_first(20))[:, None]
    assert again.reason("x", _first(20), added) == SHOWN  # the same answers
    assert again.reason("x", _first(21), added) == RECENT  # one more: the difference would be theirs
    assert again.reason("x", _first(19), added) == RECENT  # one withdrawn
    assert again.reason("not told before", _first(21), added) == SHOWN
    assert again.reason("x", _first(30), (_first(30) & ~_first(20))[:, None]) == SHOWN


def test_what_an_edition_masked_is_held_against_the_one_that_told_it():
    added = np.column_stack([_first(23) & ~_first(20), np.zeros(40, dtype=bool)])
    assert Door(PUBLIC, {"x": Former(20, 0)}).reason("x", _first(23), added) == RECENT


def test_a_single_small_group_takes_the_next_smallest_with_it():
    assert hidden([25, 4, 12], 10).tolist() == [False, True, True]
    assert hidden([25, 4, 7], 10).tolist() == [False, True, True]
    assert hidden([25, 12, 0], 10).tolist() == [False, False, False]


def test_groups_are_put_together_until_each_has_enough():
    assert together({"a": 25, "b": 4, "c": 12}, 10) == [("a",), ("b", "c")]
    assert together({"a": 25, "b": 4, "c": 7, "d": 0}, 10) == [("a",), ("b", "c", "d")]
    assert together({"a": 3, "b": 4}, 10) == [("a", "b")]


def test_a_small_cell_takes_a_neighbour_with_it():
    reasons = masked_cells(np.array([[12, 2, 8, 0]]))
    assert reasons.tolist() == [[SHOWN, CELL, NEIGHBOUR, SHOWN]] * 2


def test_a_table_without_small_cell_is_told_whole():
    assert set(masked_cells(np.array([[12, 5], [7, 0]])).ravel()) == {SHOWN}


def test_a_crossed_table_is_masked_against_its_margins():
    reasons = masked_cells(np.array([[9, 2, 8], [7, 6, 5], [10, 11, 12]]))
    assert reasons[0, 1] == CELL
    masked = reasons[:-1] != SHOWN
    # Each line and each column that hides something hides at least two.
    assert all(count != 1 for count in [*masked.sum(axis=0), *masked.sum(axis=1)])


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(2, 12))
def test_what_is_hidden_together_is_enough_or_is_everything(counts, least):
    hide = hidden(counts, least)
    sizes = np.array(counts)
    assert all(hide[(sizes > 0) & (sizes < least)])
    assert not hide.any() or sizes[hide].sum() >= least or hide[sizes > 0].all()


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 30), max_size=8),
    st.integers(2, 12),
)
def test_putting_together_keeps_every_group_once(counts, least):
    groups = together(counts, least)
    assert sorted(name for one in groups for name in one) == sorted(counts)
    assert len(groups) <= 1 or all(sum(counts[name] for name in one) >= least for one in groups)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=6))
def test_no_small_count_of_a_distribution_is_found_by_difference(counts):
    masked = masked_cells(np.array([counts]))[0] != SHOWN
    small = (np.array(counts) > 0) & (np.array(counts) < 3)
    assert all(masked[small])
    # Two ways at least of sharing what is hidden: the total and the told cells do not settle a small one.
    assert masked.sum() != 1 or not small.any() or np.count_nonzero(counts) == 1


def _read_from(counts, reasons):
    """What each masked cell of a row may be, for who knows the total and that none is empty."""
    free = [at for at, why in enumerate(reasons) if why != SHOWN]
    rest = sum(counts[at] for at in free)
    ways = [
        way
        for way in itertools.product(range(1, rest + 1), repeat=len(free))
        if sum(way) == rest and (not free or min(way) < 3)
    ]
    return {at: {way[place] for way in ways} for place, at in enumerate(free)}


@pytest.mark.parametrize(
    "counts",
    [(1, 8, 1, 0, 1), (3, 1, 1, 1, 5), (5, 1, 1, 3), (6, 2, 2, 5), (8, 6, 1, 3), (9, 1, 1), (7, 1, 4)],
)
def test_who_knows_that_no_masked_cell_is_empty_finds_no_small_count(counts):
    reasons = masked_cells(np.array([counts]))[0]
    found = _read_from(counts, reasons)
    assert all(len(found[at]) > 1 for at, count in enumerate(counts) if 0 < count < 3)


def test_who_reads_the_reasons_finds_no_small_count():
    """A masked cell is masked: whether for itself or for another is not told."""
    assert wording.reason(CELL, 10) == wording.reason(NEIGHBOUR, 10)


def test_where_all_that_a_group_hides_are_ones_more_is_hidden():
    counts = np.array([[1, 1, 1, 9, 8], [12, 10, 11, 9, 14]])
    masked = masked_cells(counts)[:-1] != SHOWN
    assert counts[0][masked[0]].sum() > masked[0].sum()
    assert all(count != 1 for count in [*masked.sum(axis=0), *masked.sum(axis=1)])
