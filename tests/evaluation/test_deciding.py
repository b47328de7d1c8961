"""The result read, and the decision kept with its trace."""

from __future__ import annotations

from datetime import date

import pytest

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import new_public_id
from terreau.evaluation import criteria, figures, reading, services, trace
from terreau.evaluation.deciding import Said
from terreau.evaluation.gathering import gather
from terreau.evaluation.models import Assessor, Decision, Reading
from terreau.evaluation.presentation import _first_places, share_words, shown_result
from tests.evaluation import world

pytestmark = pytest.mark.django_db

# One good, one middling, one bad, one whose risk is not mastered.
FOUR = ("actors", 4, 2, (1, 1, 1, 2, 1), (4, 4, 4, 0, 4))
TITLES = ("Bon", "Moyen", "Mauvais", "Risqué")


@pytest.fixture
def place_and_agent():
    return world.town()


def test_the_result_says_value_comparison_and_steadiness(place_and_agent):
    place, agent = place_and_agent
    content = Reading.objects.get(evaluation=world.closed(place, agent, FOUR, titles=TITLES)).content
    told = {one["title"]: (one["proposal"], one["reason"]) for one in content["projects"]}
    assert told == {
        "Bon": ("selected", "high"),
        "Moyen": ("rework", "between"),
        "Mauvais": ("aside", "low"),
        "Risqué": ("rework", "veto"),
    }
    comparison = content["comparison"]
    assert len(comparison["projects"]) == 3  # the one under veto is not compared
    assert comparison["count"] == 1
    best = comparison["projects"][comparison["top"][0]]
    assert best["among"] == 1
    assert best["acceptability"] == [1, 0, 0]
    assert best["flow_rank"] == best["value_rank"] == 1
    assert sum(best["central_weights"].values()) == pytest.approx(100)
    assert comparison["error"] == pytest.approx(0.5 / comparison["draws"] ** 0.5)
    words = shown_result(content, criteria.as_json(criteria.factors()))["comparison"]
    assert words["projects"][0]["sentence"] == "sélectionné dans toutes les pondérations possibles"
    assert words["divergence"]["same"]
    # The one that is not compared is named; each is told of every place, never 0 nor 100 % of what is not.
    assert words["vetoed"] == ["Risqué"]
    assert words["projects"][0]["places"] == ["100\u00a0%", "0\u00a0%", "0\u00a0%"]


def test_the_places_past_the_fifth_are_told_together():
    told = _first_places([0.1, 0.2, 0.1, 0.1, 0.1, 0.3, 0.1])
    assert told == pytest.approx([0.1, 0.2, 0.1, 0.1, 0.1, 0.4])
    assert _first_places([0.25, 0.75]) == [0.25, 0.75]


def test_the_same_marks_give_the_same_result(place_and_agent):
    place, agent = place_and_agent
    closed = world.closed(place, agent, ("actors", (4, 1, 3, 2, 0), (1, 4, 2, 3, 2)))
    assert reading.content_of(gather(closed)) == reading.content_of(gather(closed))


def test_a_result_is_stale_when_weights_change_and_is_worked_out_again(place_and_agent):
    place, agent = place_and_agent
    closed = world.closed(place, agent, ("actors", 3, 1))
    assert reading.kept(gather(closed)) is not None
    Reading.objects.update(digest="0")
    assert reading.kept(gather(closed)) is None
    services.read_again(person=agent, evaluation=closed)
    assert reading.kept(gather(closed)) is not None


def test_shares_are_never_rounded_to_what_they_are_not():
    assert [share_words(one) for one in (1.0, 0.9999, 0.96, 0.004)] == [
        "toutes les",
        "plus de 99\u00a0% des",
        "96\u00a0% des",
        "moins de 1\u00a0% des",
    ]


# --- Deciding -------------------------------------------------------------------------------------------


def test_a_decision_follows_the_marks_or_says_why_not(place_and_agent):
    place, agent = place_and_agent
    closed = world.closed(place, agent, FOUR, titles=TITLES)

    def decide(**outcomes):
        return services.decide(
            person=agent,
            evaluation=closed,
            read=gather(closed).digest,
            outcomes=world.said(closed, **outcomes),
        )

    with pytest.raises(TerreauError, match="dites pourquoi"):
        decide(Bon=Said("aside", ""))
    with pytest.raises(TerreauError, match="ne peut pas être retenu"):
        decide(Risqué=Said("selected", "On y tient."))
    with pytest.raises(TerreauError, match="Dites ce qui est décidé"):
        decide(Bon=Said("inconnu", ""))
    made = decide(Moyen=Said("selected", "Seul du quartier."))
    assert decide().pk == made.pk  # sent twice, decided once
    told = {one["title"]: made.content["decisions"][one["id"]] for one in made.content["result"]["projects"]}
    assert told["Moyen"] == {"outcome": "selected", "reason": "Seul du quartier."}
    assert told["Risqué"]["outcome"] == "rework"
    states = {one.title: one.state for one in closed.projects.all()}
    assert states == {"Bon": "selected", "Moyen": "selected", "Mauvais": "aside", "Risqué": "rework"}
    step = closed.projects.get(title="Risqué").steps.last()
    assert (step.before, step.after) == ("submitted", "rework")
    assert "n’est pas maîtrisé" in step.reason


def test_what_changed_since_it_was_read_is_not_decided(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un", together=True)
    world.together(agent, opened, 3)
    read = gather(opened).digest
    world.together(agent, opened, 1)
    with pytest.raises(TerreauError, match="ont changé depuis"):
        services.decide(person=agent, evaluation=opened, read=read, outcomes=world.said(opened))


def test_a_decision_keeps_the_whole_trace_without_name_and_never_changes(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent)
    own = services.begin(person=agent, evaluation=opened)
    world.mark(own, 3, 1, person=agent)
    world.mark(world.link(agent, opened), 4, ("na", 2, 2, 2, 2))
    services.close_first(person=agent, evaluation=opened)
    services.close(person=agent, evaluation=opened)
    made = world.decided(agent, opened)
    assert [one["college"] for one in made.content["marks"]] == ["staff", "actors"]
    assert str(agent.pk) not in str(made.content)
    assert made.content["result"]["method"] == reading.METHOD_VERSION
    assert not Assessor.objects.exclude(person=None, link_digest="").exists()
    made.content = {}
    with pytest.raises(TerreauError, match="ne change jamais"):
        made.save()
    with pytest.raises(TerreauError, match="ne change jamais"):
        Decision.objects.update(is_public=True)
    with pytest.raises(TerreauError, match="Aucun tour"):
        services.save_criteria(
            person=agent, evaluation=opened, version=1, title="x", own=[], keep_from=60, leave_under=40
        )
    rows = list(trace.rows_of(Decision.objects.get().content))
    assert [set(row) for row in rows] == [set(trace.columns_of(Decision.objects.get().content))] * 2


def test_others_read_values_and_outcomes_of_the_last_decision(place_and_agent):
    place, agent = place_and_agent
    assert figures.valued_of(place) == {}
    closed = world.closed(place, agent, FOUR, titles=TITLES)
    world.decided(agent, closed, is_public=True)
    found = {one.title: one for one in figures.valued_of(place).values()}
    assert found["Bon"].value == 1
    assert found["Bon"].outcome == "selected"
    assert found["Risqué"].vetoed
    assert found["Bon"].marks["risk"] == (4, 4)
    assert figures.valued(closed.projects.get(title="Bon")) == found["Bon"]


def test_who_decides(people, tree):
    closed = world.closed(tree["town"], people["agent"], ("actors", 3), titles=("Un",))
    for name in ("elected", "partner", "agent_elsewhere", "agent_below", "state", "without_role"):
        with pytest.raises(NotAllowed):
            world.decided(people[name], closed)
    world.decided(people["secretariat"], closed)


def test_a_decision_is_not_dated_before_a_former_one_on_the_same_project(place_and_agent):
    """The last decision counts: dated in another year by mistake, it would never be the last."""
    place, agent = place_and_agent
    first = world.evaluation(place, agent, "Un", together=True)
    world.together(agent, first, 2)
    world.decided(agent, first, decided_on=date(2026, 3, 2))
    again = services.open_evaluation(
        person=agent,
        territory=place,
        projects=[first.projects.get().public_id],
        together=True,
        once=new_public_id(),
    )
    world.together(agent, again, 3)
    with pytest.raises(TerreauError, match="Une décision du 2 mars 2026 porte déjà"):
        world.decided(agent, again, decided_on=date(2016, 4, 2))
    world.decided(agent, again, decided_on=date(2026, 3, 2))
    assert figures.valued(again.projects.get()).value == 0.75
