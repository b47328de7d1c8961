"""Strengths, weaknesses, opportunities, threats: each line with its evidence; crossing them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from terreau.diagnosis.findings import SIDES, Finding, find
from terreau.diagnosis.swot import ACTIONS_A_CROSSING, CROSSINGS, Judgement, crossed, swot
from tests.diagnosis.evidence import whole

FINDINGS = find(whole(), {})


def finding(key: str, side: str, theme: str = "finance", weight: int = 3) -> Finding:
    return Finding(key, "need", "microcredit", key, "preuve", side, weight, weight, True, (theme,))


def test_every_line_points_to_its_finding_and_the_heaviest_of_a_side_comes_first():
    lines = swot(FINDINGS)
    assert {one.key for one in lines} == {one.key for one in FINDINGS if one.side}
    assert {one.side for one in lines} == set(SIDES)
    for side in SIDES:
        weights = [one.weight for one in lines if one.side == side]
        assert weights == sorted(weights, reverse=True)


def test_a_person_rates_a_line_otherwise_and_says_why():
    judgement = Judgement("a", "", "", "a", 5, 1, "Vu en conseil.")
    (line,) = swot([finding("a", "strength")], [judgement])
    assert (line.impact, line.certainty, line.reason, line.own) == (5, 1, "Vu en conseil.", False)


def test_a_line_of_ones_own_stands_where_it_is_put_with_the_evidence_it_names():
    own = Judgement("avis.1", "threat", "Un départ annoncé", "a", 4, 2, "Dit en réunion.")
    lines = swot([finding("a", "strength")], [own])
    assert [(one.text, one.side, one.own, one.evidence.key) for one in lines] == [
        ("a", "strength", False, "a"),
        ("Un départ annoncé", "threat", True, "a"),
    ]


def test_what_was_said_of_a_line_or_on_evidence_that_is_gone_is_left_out():
    gone = [
        Judgement("b", "", "", "b", 5, 5, "Raison."),
        Judgement("avis.1", "threat", "Sans preuve", "b", 5, 5, "Raison."),
    ]
    assert [one.key for one in swot([finding("a", "strength")], gone)] == ["a"]


def test_only_lines_about_the_same_thing_are_crossed():
    lines = swot([finding("a", "strength"), finding("b", "opportunity"), finding("c", "threat", "law")])
    assert [one.key for one in crossed(lines)] == ["a+b"]


def test_one_heavy_line_does_not_fill_a_crossing():
    findings = [finding("lourde", "weakness", weight=5)]
    findings += [finding(f"o{number}", "opportunity") for number in range(4)]
    findings += [finding("autre", "weakness", weight=1)]
    assert [one.key for one in crossed(swot(findings))] == ["lourde+o0", "autre+o1"]


sides = st.sampled_from(["", *SIDES])
somethings = st.lists(
    st.builds(
        finding,
        st.text("abcdef", min_size=1, max_size=4),
        sides,
        st.sampled_from(["law", "place"]),
        st.integers(1, 5),
    ),
    max_size=12,
    unique_by=lambda one: one.key,
)


@given(somethings)
def test_crossings_stay_within_their_sides_and_their_number(findings):
    lines = swot(findings)
    actions = crossed(lines)
    titles = {title: (inside, outside) for inside, outside, title in CROSSINGS}
    for one in actions:
        assert (one.inside.side, one.outside.side) == titles[one.crossing]
        assert set(one.inside.evidence.themes) & set(one.outside.evidence.themes)
    assert all(sum(one.crossing == title for one in actions) <= ACTIONS_A_CROSSING for title in titles)


@given(somethings, st.randoms())
def test_the_order_in_which_things_are_found_changes_nothing(findings, random):
    shuffled = list(findings)
    random.shuffle(shuffled)
    assert swot(shuffled) == swot(findings)
    assert crossed(swot(shuffled)) == crossed(swot(findings))


@given(somethings, st.integers(1, 5), st.integers(1, 5))
def test_judging_a_line_moves_no_other(findings, impact, certainty):
    plain = {one.key: one for one in swot(findings)}
    for key in list(plain)[:1]:
        judged = swot(findings, [Judgement(key, "", "", key, impact, certainty, "Raison.")])
        assert {one.key for one in judged} == set(plain)
        for one in judged:
            expected = plain[one.key]
            if one.key == key:
                expected = replace(expected, impact=impact, certainty=certainty, reason="Raison.")
            assert one == expected
