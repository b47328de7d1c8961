"""My town: the ten answers given by rule, look-alike towns, and the figures each lets be compared."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from terreau.core.errors import NotAllowed, TerreauError
from terreau.practices import neighbours, prefilling, services
from terreau.practices.alike import Spread
from terreau.practices.enums import Criterion, Finding, Indicator, Variable
from terreau.practices.models import Assessment, Consent
from terreau.practices.transfer import Answer, conclude
from tests.directory import factories
from tests.practices.world import published, town

pytestmark = pytest.mark.django_db
EQUAL = dict.fromkeys(Variable.values, 1)


def portrayed(agent, where, *indicators, version=0, **said):
    values = {"kind": "", "coastal": None, "yearly_budget": None} | said
    return services.portray(person=agent, territory=where, version=version, indicators=indicators, **values)


def filled(where, count):
    """So many sheets in a town."""
    told = [{"name": f"Organisation d’essai {number}", "sectors": ["agriculture"]} for number in range(count)]
    factories.organisations(told, where)
    factories.indexed()


# --- The ten questions ------------------------------------------------------------------------------


def test_what_the_platform_knows_is_answered_with_its_reason():
    practice = published(*reversed(town("sn")), sectors=["agriculture"])
    where, agent = town("sn", people=50_000)
    filled(where, 3)
    portrayed(agent, where, yearly_budget=100_000_000)
    found = prefilling.by_rule(practice, where)
    marks = {criterion.value: answer.mark for criterion, answer in found.items()}
    assert marks == {
        "results": 3,
        "law": 4,
        "competence": 3,
        "cost": 4,
        "skills": 4,
        "partners": 2,
        "culture": 3,
        "time": 4,
    }
    assert all(answer.evidence for answer in found.values())
    assert "500\u202f000\u00a0F\u202fCFA" in found[Criterion.COST].evidence
    assert conclude(found).missing == (Criterion.PROBLEM, Criterion.MODULES)


@pytest.mark.parametrize(("country", "law"), [("ml", 2), ("cm", 2), ("ma", None), ("fr", None)])
def test_another_country_is_only_as_near_as_its_law(country, law):
    practice = published(*reversed(town("sn")))
    found = prefilling.by_rule(practice, town(country)[0])
    assert (found[Criterion.LAW].mark if Criterion.LAW in found else None) == law
    assert Criterion.COMPETENCE not in found


def test_a_cost_is_converted_at_a_parity_of_law_and_at_no_other():
    practice = published(*reversed(town("fr")))
    for country, budget, known in (("sn", 10**9, True), ("ma", 10**9, False)):
        where, agent = town(country)
        portrayed(agent, where, yearly_budget=budget)
        assert (Criterion.COST in prefilling.by_rule(practice, where)) is known


def test_the_towns_own_answer_takes_the_place_of_the_rule_and_needs_evidence():
    practice = published(*reversed(town("sn")))
    where, agent = town("sn")
    answers = {
        Criterion.PROBLEM: Answer(4, "Enquête d’essai."),
        Criterion.LAW: Answer(0, "Le code d’essai l’interdit."),
        Criterion.TIME: Answer(0, ""),
    }
    kept = services.assess(person=agent, practice=practice, territory=where, version=0, answers=answers)
    found = prefilling.answers_for(practice, where, prefilling.own_answers(kept))
    assert (found[Criterion.LAW].mark, found[Criterion.TIME].mark) == (0, 4)
    told = conclude(found)
    assert (told.finding, told.blocking) == (Finding.NO, (Criterion.LAW,))
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        services.assess(person=agent, practice=practice, territory=where, version=0, answers={})
    # The same form sent again is no quarrel.
    again = services.assess(person=agent, practice=practice, territory=where, version=0, answers=answers)
    assert again.version == kept.version
    with pytest.raises(TerreauError, match="de 0 à 4"):
        services.assess(
            person=agent,
            practice=practice,
            territory=where,
            version=1,
            answers={Criterion.LAW: Answer(5, "x")},
        )
    with pytest.raises(NotAllowed):
        services.assess(person=town()[1], practice=practice, territory=where, version=1, answers={})
    assert Assessment.objects.count() == 1


def test_the_problem_is_the_same_when_the_towns_own_survey_says_so(monkeypatch):
    """The survey is published by its own application: here, only what it says to others."""
    need = SimpleNamespace(need="visibility", label="visibilité et foires", rank=4, answers=40)
    survey = SimpleNamespace(needs=[need], as_of=date(2026, 5, 1))
    monkeypatch.setattr(prefilling, "published_results", lambda _territory: survey)
    answer = prefilling.by_rule(published(), town()[0])[Criterion.PROBLEM]
    assert answer.mark == 3
    assert "visibilité et foires" in answer.evidence
    assert "rang 4 sur 1" in answer.evidence


# --- Look-alike towns -------------------------------------------------------------------------------


def test_the_nearest_are_those_alike_and_say_what_could_not_be_compared():
    where, agent = town("sn", people=60_000)
    portrayed(agent, where, kind="urban", coastal=True)
    twin, twin_agent = town("sn", people=70_000)
    portrayed(twin_agent, twin, kind="urban", coastal=True)
    far, _agent = town("ca", people=1_500_000)
    closed = factories.territory("sn-com-ferme", population=60_000)
    factories.territory("sn-grp-1", kind="grouping", population=60_000, opened_on="2026-01-01")
    towns, _compared, mine = neighbours.alike(where, EQUAL, public=False)
    assert [one.territory for one in towns] == [twin, far]
    assert closed not in [one.territory for one in towns]
    assert set(mine) == {"region", "law", "population", "kind", "coast"}
    assert towns[0].nearness.closeness > 0.9 > towns[1].nearness.closeness
    assert "bord de mer" in towns[1].missing
    assert "bord de mer" in towns[0].shared


def test_a_figure_enters_only_with_the_consent_of_its_town_one_by_one():
    where, _agent = town("sn")
    others = [town("sn") for _other in range(3)]
    for number, (other, agent) in enumerate(others):
        filled(other, 10 * (number + 1))
        portrayed(agent, other, Indicator.ORGANISATIONS, *([Indicator.SECTORS] if number else []))
    filled(where, 5)
    found = {one.indicator: one for one in neighbours.alike(where, EQUAL, public=False)[1]}
    assert found[Indicator.ORGANISATIONS].mine == 5
    assert (found[Indicator.ORGANISATIONS].spread.towns, found[Indicator.ORGANISATIONS].spread.median) == (
        3,
        20,
    )
    assert found[Indicator.ORGANISATIONS].spread.low is None
    assert (found[Indicator.SECTORS].spread.towns, found[Indicator.SECTORS].spread.median) == (2, None)
    portrayed(others[0][1], others[0][0], version=1)
    found = {one.indicator: one for one in neighbours.alike(where, EQUAL, public=False)[1]}
    assert found[Indicator.ORGANISATIONS].spread.median is None
    assert not Consent.objects.filter(territory=others[0][0]).exists()


def test_the_framework_of_a_town_counts_once_published_and_let_be_compared(monkeypatch):
    where, agent = town("sn")
    other, other_agent = town("sn")
    overall = {where.pk: 6.0, other.pk: 4.0}
    monkeypatch.setattr(
        neighbours, "framework_of", lambda keys: {key: overall[key] for key in keys if key in overall}
    )
    assert Variable.FRAMEWORK not in neighbours.described([other])[other.pk]
    for person, place in ((agent, where), (other_agent, other)):
        portrayed(person, place, Indicator.FRAMEWORK)
    assert neighbours.described([other])[other.pk]["framework"] == 4.0
    towns, compared, _mine = neighbours.alike(where, EQUAL, public=True)
    assert [one.territory for one in towns] == [other]
    figure = next(one for one in compared if one.indicator == Indicator.FRAMEWORK)
    assert (figure.mine, figure.spread) == (6.0, Spread(1))


def test_visitors_are_named_only_towns_that_let_something_be_compared():
    where, _agent = town("sn")
    silent, _other = town("sn")
    open_town, agent = town("sn")
    portrayed(agent, open_town, Indicator.CONFIRMED)
    named = [one.territory for one in neighbours.alike(where, EQUAL, public=True)[0]]
    assert named == [open_town]
    filled(where, 4)
    shown = {one.indicator: one.mine for one in neighbours.alike(where, EQUAL, public=True)[1]}
    assert set(shown.values()) == {None}
    assert silent in [one.territory for one in neighbours.alike(where, EQUAL, public=False)[0]]


def test_a_portrait_is_the_towns_alone_and_two_agents_do_not_overwrite_each_other():
    where, agent = town("sn")
    portrayed(agent, where, kind="urban")
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        portrayed(agent, where, kind="rural")
    with pytest.raises(NotAllowed):
        portrayed(town()[1], where, version=1)
    with pytest.raises(TerreauError, match="pas possible"):
        portrayed(agent, where, "inconnu", version=1)
