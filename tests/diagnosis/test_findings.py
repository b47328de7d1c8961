"""What is found, on which side it stands, how much it weighs: worked examples and bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.diagnosis.evidence import Evidence, Framework, Obstacle
from terreau.diagnosis.findings import SIDES, THEMES, find
from terreau.diagnosis.rules import Figure
from terreau.framework.enums import BarrierCategory
from terreau.framework.grid import current
from terreau.survey.enums import Need
from tests.diagnosis.evidence import barrier, need, practice, statement, survey, whole


def found(evidence: Evidence, **figures: Figure):
    return {one.key: one for one in find(evidence, figures)}


def test_every_need_category_and_area_is_about_something():
    codes = {*Need.values, *BarrierCategory.values, *(area.key for area in current().areas)}
    assert codes <= set(THEMES)


def test_an_important_need_badly_met_is_a_weakness_that_presses():
    one = found(Evidence(survey=survey(need())))["besoin.microcredit"]
    # Gap 3.4: impact 3; interval of 0.6, wider than a half and not than one: certainty 4.
    assert (one.side, one.impact, one.certainty, one.pressing) == ("weakness", 3, 4, True)
    assert one.proof == "écart de 3,4 sur 5 (3,1 à 3,7), rang 1 (1 à 2), 42\u00a0réponses"


def test_an_important_need_well_met_is_a_strength():
    one = found(Evidence(survey=survey(need(quadrant="keep", rank=9))))["besoin.microcredit"]
    assert (one.side, one.impact, one.pressing) == ("strength", 5, False)


def test_a_need_of_no_consequence_stands_nowhere():
    one = found(Evidence(survey=survey(need(quadrant="enough", rank=12))))["besoin.microcredit"]
    assert (one.side, one.pressing) == ("", False)


@pytest.mark.parametrize(
    ("count", "impact", "side"), [(21, 5, "threat"), (9, 3, "threat"), (8, 2, ""), (1, 1, "")]
)
def test_an_obstacle_counts_from_one_actor_in_five(count, impact, side):
    obstacles = (Obstacle("legal", "juridique", count, 42),)
    one = found(Evidence(survey=survey(need(), obstacles=obstacles)))["obstacle.legal"]
    assert (one.impact, one.side, one.certainty) == (impact, side, 3)


@pytest.mark.parametrize(
    ("verdict", "level", "side"),
    [
        ("strength", "commune", "strength"),
        ("strength", "state", "opportunity"),
        ("weakness", "grouping", "weakness"),
        ("absent", "supranational", "threat"),
    ],
)
def test_what_the_town_holds_is_within_and_the_rest_around(verdict, level, side):
    framework = Framework(1, "2026-01-20", False, "/", (statement(verdict=verdict, level=level),))
    assert found(Evidence(framework=framework))["cadre.law-local"].side == side


def test_a_disputed_statement_is_less_certain():
    framework = Framework(1, "2026", False, "/", (statement(), statement("other", disputed=True)))
    findings = found(Evidence(framework=framework))
    assert findings["cadre.other"].certainty == findings["cadre.law-local"].certainty - 1


def test_a_barrier_is_within_when_the_town_can_lift_it_and_a_strength_once_lifted():
    barriers = (barrier(), barrier("b2", lifter="town"), barrier("b3", state="lifted"))
    findings = found(Evidence(framework=Framework(1, "2026", False, "/", barriers=barriers)))
    assert [one.side for one in findings.values()] == ["threat", "weakness", "strength"]
    assert [one.pressing for one in findings.values()] == [True, True, False]
    assert (findings["frein.b1"].impact, findings["frein.b1"].certainty) == (4, 3)


def test_a_practice_not_confirmed_is_less_certain():
    evidence = Evidence(survey=survey(need()), practices=(practice(), practice("p2", confirmed=False)))
    findings = found(evidence)
    assert (findings["pratique.p1"].certainty, findings["pratique.p2"].certainty) == (4, 2)
    assert findings["pratique.p1"].impact == findings["besoin.microcredit"].impact


def test_figures_of_the_directory_speak_with_their_reliability():
    figure = Figure(
        "concentration", "concentration des familles", 0.71, decimals=2, reliability="faible\u00a0: liste"
    )
    one = found(Evidence(), concentration=figure)["chiffre.concentration"]
    assert (one.side, one.certainty, one.pressing) == ("weakness", 2, True)
    assert one.proof == "concentration des familles\u00a0: 0,71"
    assert found(Evidence(), concentration=Figure("concentration", "c", 0.45)) == {}


def test_identifiers_are_unique_and_all_is_within_bounds():
    findings = find(whole(), {})
    assert len({one.key for one in findings}) == len(findings)
    assert all(one.side in ("", *SIDES) for one in findings)


@given(
    st.floats(0, 5), st.floats(0, 2), st.integers(1, 15), st.integers(10, 10_000),
    st.sampled_from(["act", "keep", "watch", "enough"]),
)  # fmt: skip
def test_weights_stay_from_one_to_five(score, width, rank, answers, quadrant):
    told = need(
        score=score, low=score - width, high=score + width, rank=rank, answers=answers, quadrant=quadrant
    )
    (one,) = find(Evidence(survey=survey(told)), {})
    assert 1 <= one.impact <= 5
    assert 1 <= one.certainty <= 5
