"""How often each project has each rank, against what can be worked out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import nnls

from terreau.core.errors import TerreauError
from terreau.decision.marks import Criterion, Table
from terreau.decision.orders import Order
from terreau.decision.smaa import analyse, error_of, pairwise

UNIT = (0.0, 1.0)
DRAWS = 40_000
# Four standard deviations: one run in fifteen thousand would fail, and the seeds are fixed.
NEAR = 4 * error_of(DRAWS)


def table(rows):
    keys = [f"C{rank}" for rank in range(len(next(iter(rows.values()))))]
    return Table.of(
        [Criterion(key, UNIT) for key in keys],
        {name: dict(zip(keys, row, strict=True)) for name, row in rows.items()},
    )


def test_mcda_6_two_projects():
    # methods.md D.5, MCDA-6: .6w + .5(1-w) > .2w + .8(1-w) where w > 3/7.
    rows = table({"A": [0.6, 0.5], "B": [0.2, 0.8]})
    told = analyse(rows, draws=DRAWS, seed=3)
    assert told.acceptability[0, 0] == pytest.approx(4 / 7, abs=NEAR)
    # The mean of the weights from 3/7 to 1, and of those from 0 to 3/7.
    np.testing.assert_allclose(told.central, [[5 / 7, 2 / 7], [3 / 14, 11 / 14]], atol=NEAR)
    assert pairwise(rows, draws=DRAWS, seed=3)[0, 1] == pytest.approx(4 / 7, abs=NEAR)


def test_mcda_6_three_unit_vectors():
    told = analyse(table({"A": [1, 0, 0], "B": [0, 1, 0], "C": [0, 0, 1]}), draws=DRAWS, seed=3)
    np.testing.assert_allclose(told.acceptability, np.full((3, 3), 1 / 3), atol=NEAR)
    assert sorted(told.central[0], reverse=True) == pytest.approx([11 / 18, 7 / 36, 7 / 36], abs=NEAR)


def test_the_centre_of_an_agreed_order():
    # methods.md D.2: the weights in rank order centroid, five criteria.
    order = Order.of([Criterion(key) for key in "edcba"], [[key] for key in "abcde"])
    drawn = order.draw(DRAWS, np.random.default_rng(5))
    np.testing.assert_allclose(drawn.mean(axis=0), [0.4567, 0.2567, 0.1567, 0.09, 0.04], atol=NEAR)
    np.testing.assert_allclose(
        order.extremes().mean(axis=0), [0.45667, 0.25667, 0.15667, 0.09, 0.04], atol=1e-4
    )


@pytest.mark.parametrize("ranks", [["ab", "c"], ["a", "bc"], ["abc"], ["b", "c", "a"], ["ab", "cd"]])
def test_weights_are_drawn_uniformly_in_an_order(ranks):
    keys = sorted("".join(ranks))
    order = Order.of([Criterion(key) for key in keys], ranks)
    drawn = order.draw(DRAWS, np.random.default_rng(5))
    # The plain way: draw anywhere, throw away what is not in the order.
    anywhere = np.random.default_rng(6).dirichlet(np.ones(len(keys)), 20 * DRAWS)
    place = {key: at for at, key in enumerate(keys)}
    for low, high in itertools.pairwise(ranks):
        for one in low:
            for other in high:
                assert (drawn[:, place[one]] <= drawn[:, place[other]]).all()
                anywhere = anywhere[anywhere[:, place[one]] <= anywhere[:, place[other]]]
    assert drawn.sum(axis=1) == pytest.approx(1)
    near = 4 * error_of(min(DRAWS, len(anywhere)))
    for power in (1, 2, 3):
        np.testing.assert_allclose((drawn**power).mean(axis=0), (anywhere**power).mean(axis=0), atol=near)


@pytest.mark.parametrize("ranks", [["ab", "c"], ["a", "bc"], ["abc"], ["b", "c", "a"], ["ab", "cd"]])
def test_every_weight_of_an_order_is_between_its_corners(ranks):
    keys = sorted("".join(ranks))
    order = Order.of([Criterion(key) for key in keys], ranks)
    corners = order.extremes()
    for weights in order.draw(50, np.random.default_rng(5)):
        parts, left = nnls(corners.T, weights)
        assert left == pytest.approx(0, abs=1e-9)
        assert parts.sum() == pytest.approx(1)


def test_too_little_agreed_to_go_through_the_corners():
    criteria = [Criterion(str(at)) for at in range(20)]
    order = Order.of(criteria, [[str(at) for at in range(19)], ["19"]])
    with pytest.raises(TerreauError):
        order.extremes()


def test_twins_share_the_better_rank():
    told = analyse(table({"A": [1, 0], "B": [1, 0], "C": [0, 1]}), draws=DRAWS, seed=3)
    np.testing.assert_allclose(told.acceptability[0], told.acceptability[1])
    assert told.acceptability[0] == pytest.approx([0.5, 0.5, 0], abs=NEAR)
    assert told.acceptability[2] == pytest.approx([0.5, 0, 0.5], abs=NEAR)
    assert told.among(2)[0] == pytest.approx(1)


def test_a_mark_in_an_interval_is_drawn_in_it():
    # U is above .75 one time in four.
    told = analyse(table({"A": [None], "B": [0.75]}), draws=DRAWS, seed=3)
    assert told.acceptability[0, 0] == pytest.approx(0.25, abs=NEAR)


def test_what_is_never_first_has_no_central_weights():
    told = analyse(table({"A": [1, 1], "B": [0, 0]}), draws=100)
    assert np.isnan(told.central[1]).all()
    assert told.central[0].sum() == pytest.approx(1)


def test_the_seed_is_the_answer_and_the_error_is_told():
    rows = table({"A": [0.6, None], "B": [0.2, 0.8], "C": [(0, 1), 0.5]})
    one, same, other = (analyse(rows, draws=2_001, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.acceptability, same.acceptability)
    assert (one.acceptability != other.acceptability).any()
    assert one.acceptability.sum(axis=1) == pytest.approx(1)
    assert analyse(rows, draws=10_000).error == 0.005


@pytest.mark.parametrize("ranks", [[["a"]], [["a"], ["b"], ["a"]], [["a"], ["b"], ["z"]]])
def test_an_order_that_does_not_hold_is_refused(ranks):
    with pytest.raises(TerreauError):
        Order.of([Criterion("a"), Criterion("b")], ranks)
