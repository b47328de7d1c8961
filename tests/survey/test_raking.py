"""Weights: raking, putting together, trimming, what they cost."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terreau.survey.results.raking import Margin, collapse, design_effect, effective_size, rake, weigh

# methods.md C.2, RAK-1 (the worked example of Wikipedia's « Iterative proportional fitting »).
SEED = [[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]]
RAKED = [
    [64.56, 46.23, 35.38, 3.82],
    [49.97, 68.16, 156.50, 25.37],
    [56.72, 144.43, 145.08, 53.77],
    [28.75, 41.18, 63.03, 17.03],
]


def test_the_published_table():
    rows, columns = np.divmod(np.arange(16), 4)
    totals = [np.array([150.0, 300, 400, 150]), np.array([200.0, 300, 400, 100])]
    weights, held = rake(np.array(SEED, dtype=float).ravel(), [rows, columns], totals)
    assert held
    np.testing.assert_array_equal(weights.reshape(4, 4).round(2), RAKED)


def test_what_unequal_weights_cost():
    weights = np.array([1.0, 1, 2, 4])  # methods.md C.2
    assert round(effective_size(weights), 3) == 2.909
    assert round(design_effect(weights), 3) == 1.375


def _margin(respondents: dict[str, int], population: dict[str, int], **more) -> Margin:
    return Margin(
        "family", [name for name, count in respondents.items() for _one in range(count)], population, **more
    )


def test_a_category_too_small_is_put_with_the_next_smallest():
    margin = _margin(
        {"association": 30, "mutuelle": 3, "fondation": 6},
        {"association": 80, "mutuelle": 9, "fondation": 11},
    )
    groups = {one.categories: (one.population, one.respondents) for one in collapse(margin)}
    assert groups == {("association",): (80, 30), ("mutuelle", "fondation"): (20, 9)}


def test_a_category_without_respondent_is_never_filled():
    margin = _margin(
        {"association": 30, "fondation": 10}, {"association": 80, "mutuelle": 40, "fondation": 11}
    )
    assert ("mutuelle", "fondation") in {one.categories for one in collapse(margin)}


def test_sizes_are_put_with_their_neighbours_only():
    respondents = {"0": 20, "1-9": 2, "10-49": 12, "50+": 6}
    margin = _margin(respondents, dict.fromkeys(respondents, 25), ordered=True)
    assert [one.categories for one in collapse(margin)] == [("0",), ("1-9", "10-49"), ("50+",)]


def test_below_thirty_answers_none_is_weighted():
    margin = _margin({"association": 19, "cooperative": 10}, {"association": 10, "cooperative": 90})
    found = weigh(29, [margin])
    assert not found.weighted
    assert set(found.weights) == {1.0}
    assert found.effective == 29


def test_two_categories_get_the_shares_of_the_directory():
    margin = _margin({"association": 30, "cooperative": 10}, {"association": 50, "cooperative": 50})
    found = weigh(40, [margin])
    assert found.weighted
    assert found.margins == ("family",)
    np.testing.assert_allclose(found.weights[:30], 20 / 30)
    np.testing.assert_allclose(found.weights[30:], 2.0)


def test_weights_beyond_the_bounds_are_trimmed_and_it_is_said():
    margin = _margin({"association": 95, "cooperative": 5}, {"association": 40, "cooperative": 60})
    found = weigh(100, [margin])
    assert found.trimmed == 5
    assert not found.converged
    assert found.weights.max() <= 3 * found.weights.mean() + 1e-6


def test_a_margin_of_one_group_is_left_aside():
    margin = _margin({"association": 38, "cooperative": 2}, {"association": 50, "cooperative": 50})
    assert weigh(40, [margin]).margins == ()


_categories = st.sampled_from("abcd")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(_categories, _categories), min_size=30, max_size=120),
    st.dictionaries(_categories, st.integers(1, 400), min_size=2),
    st.dictionaries(_categories, st.integers(1, 400), min_size=2),
)
def test_weights_stay_within_bounds_and_hold_the_margins_when_they_can(people, first, second):
    margins = [
        Margin("x", [one for one, _ in people], first),
        Margin("y", [one for _, one in people], second),
    ]
    found = weigh(len(people), margins)
    assert np.isclose(found.weights.mean(), 1)
    assert found.weights.min() >= 0.3 - 1e-6
    assert found.weights.max() <= 3 + 1e-6
    assert found.design_effect >= 1 - 1e-9
    assert found.effective <= len(people) + 1e-6
    for margin in margins:
        if margin.name not in found.groups or not found.converged:
            continue
        total = sum(one.population for one in found.groups[margin.name])
        for group in found.groups[margin.name]:
            held = sum(
                w for w, name in zip(found.weights, margin.of, strict=True) if name in group.categories
            )
            assert np.isclose(held / len(people), group.population / total, atol=1e-6)


@given(st.dictionaries(_categories, st.integers(0, 20)), st.dictionaries(_categories, st.integers(0, 50)))
def test_putting_together_loses_nobody(respondents, population):
    groups = collapse(_margin(respondents, population))
    assert sum(one.respondents for one in groups) == sum(respondents.values())
    assert sum(one.population for one in groups) == sum(population.values())
    assert len(groups) <= 1 or all(one.respondents >= 5 and one.population for one in groups)
