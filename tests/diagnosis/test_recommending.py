"""Each rule, firing and silent; what a recommendation says of where it comes from."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.diagnosis.findings import Finding, find
from terreau.diagnosis.recommending import MET_BY, read_rules, recommend, rule_book
from terreau.framework.enums import BarrierCategory
from terreau.framework.grid import current
from terreau.survey.enums import Need
from tests.diagnosis.evidence import whole

RULES = rule_book().rules
KNOWN = {
    "need": set(Need.values),
    "barrier": set(BarrierCategory.values),
    "framework": {area.key for area in current().areas},
    "sign": {"confirmees", "concentration"},
}


def finding(asks: str, code: str, *, pressing: bool = True, impact: int = 3) -> Finding:
    kind = MET_BY[asks][0]
    return Finding(
        f"{kind}.{code}", kind, code, f"Constat\u00a0: {code}", "preuve", "weakness", impact, 3, pressing
    )


def fired(findings) -> set[str]:
    return {one.rule.id for one in recommend(findings, RULES)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_fires_on_what_it_asks_and_on_nothing_less(rule):
    asked = [finding(condition.asks, condition.code) for condition in rule.conditions]
    assert rule.id in fired(asked)
    for left_out in asked:
        assert rule.id not in fired([one for one in asked if one is not left_out])
        quiet = [
            finding(condition.asks, condition.code, pressing=one is not left_out)
            for condition, one in zip(rule.conditions, asked, strict=True)
        ]
        assert rule.id not in fired(quiet)
    assert rule.id not in fired([])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_asks_only_what_exists_and_says_what_to_do(rule):
    for condition in rule.conditions:
        assert condition.code in KNOWN[condition.asks]
    assert rule.title
    assert rule.text.endswith(".")
    assert rule.levers


@pytest.mark.parametrize(("asks", "codes"), [(asks, sorted(codes)) for asks, codes in KNOWN.items()])
def test_each_need_barrier_area_and_sign_has_a_rule_of_its_own(asks, codes):
    alone = {
        rule.conditions[0].code
        for rule in RULES
        if len(rule.conditions) == 1 and rule.conditions[0].asks == asks
    }
    assert alone == set(codes)


def test_a_barrier_is_met_by_the_register_and_by_what_actors_name():
    named = Finding("obstacle.land", "obstacle", "land", "Obstacle", "preuve", "threat", 3, 3, True)
    assert "frein-foncier" in fired([named])


def test_the_reason_says_this_need_this_barrier_hence_this():
    found = recommend(
        [finding("need", "cofinancing"), finding("barrier", "financial")],
        [rule for rule in RULES if rule.id == "financement-bloque"],
    )
    assert found[0].reason == (
        "Ce besoin\u00a0: cofinancing (preuve)\u202f; ce frein\u00a0: financial (preuve)\u202f; donc ceci."
    )
    assert [one.key for one in found[0].findings] == ["need.cofinancing", "barrier.financial"]


def test_the_heaviest_comes_first_and_the_more_precise_before_the_general():
    found = recommend(
        [
            finding("need", "cofinancing"),
            finding("barrier", "financial"),
            finding("need", "digital", impact=5),
        ],
        RULES,
    )
    assert [one.rule.id for one in found][:2] == ["besoin-numerique", "financement-bloque"]


def test_rules_that_would_always_fire_or_bear_the_same_name_are_refused():
    rule = {"id": "a", "when": {"need": "digital"}, "title": "t", "text": "x.", "levers": ["l"]}
    for rules in ([rule, rule], [{**rule, "when": {}}]):
        with pytest.raises(ValueError, match="rule"):
            read_rules(json.dumps({"version": "1", "rules": rules}))


@given(st.lists(st.sampled_from(find(whole(), {})), unique=True))
def test_more_findings_never_silence_a_rule(findings):
    assert fired(findings[: len(findings) // 2]) <= fired(findings)


@given(st.lists(st.sampled_from(find(whole(), {})), unique=True))
def test_a_recommendation_only_comes_from_what_was_found(findings):
    for one in recommend(findings, RULES):
        assert one.findings
        assert set(one.findings) <= set(findings)
        assert all(finding.pressing for finding in one.findings)
