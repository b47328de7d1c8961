"""Projects judged: opened, marked blind by three colleges, discussed, marked again, closed."""

from __future__ import annotations

import pytest

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import new_public_id
from terreau.evaluation import marking, opening, services
from terreau.evaluation.gathering import gather
from terreau.evaluation.headline import lines_of
from terreau.evaluation.models import Evaluation, Interest, MarkSheet
from terreau.evaluation.presentation import discussion
from terreau.journal.models import Event
from terreau.journal.sentences import tell_all
from tests.evaluation import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def place_and_agent():
    return world.town()


# --- Opening ------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_opens_one_evaluation(place_and_agent):
    place, agent = place_and_agent
    once = new_public_id()
    first = world.evaluation(place, agent, "Un", once=once)
    again = services.open_evaluation(person=agent, territory=place, projects=[], together=False, once=once)
    assert again == first
    assert Event.objects.filter(verb="evaluation.opened").count() == 1


def test_a_project_is_in_one_evaluation_at_a_time_and_of_its_own_town(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    elsewhere, _other = world.town()
    with pytest.raises(TerreauError, match="déjà dans une évaluation"):
        services.open_evaluation(
            person=agent,
            territory=place,
            projects=[opened.projects.get().public_id],
            together=True,
            once=new_public_id(),
        )
    with pytest.raises(TerreauError, match="pas de ce portefeuille"):
        services.open_evaluation(
            person=agent,
            territory=place,
            projects=[world.project(elsewhere).public_id],
            together=True,
            once=new_public_id(),
        )
    with pytest.raises(TerreauError, match="Aucun projet"):
        services.open_evaluation(
            person=agent, territory=place, projects=[], together=True, once=new_public_id()
        )


def test_criteria_change_until_somebody_marks_and_two_editors_lose_nothing(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    own = [{"label": "Climat", "anchors": ["rien", "un peu", "beaucoup"]}]

    def save(version, **values):
        told = {"title": "Comité", "own": own, "keep_from": 60, "leave_under": 40} | values
        return services.save_criteria(person=agent, evaluation=opened, version=version, **told)

    assert save(1).version == 2
    assert save(1).version == 2  # the same form sent again
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        save(1, title="Autre")
    with pytest.raises(TerreauError, match="seuils vont"):
        save(2, keep_from=30)
    assessor = world.link(agent, opened)
    services.save_marks(
        person=None,
        assessor=assessor,
        candidate=opened.candidates.get(),
        version=0,
        given={"own1": ("3", "")},
    )
    with pytest.raises(TerreauError, match="critères ne changent plus"):
        save(2, own=[])
    assert save(2, keep_from=70).keep_from == 70


# --- Marking ------------------------------------------------------------------------------------------


def test_marks_out_of_scale_are_refused_and_what_is_unknown_stays_so(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    assessor, candidate = world.link(agent, opened), opened.candidates.get()

    def save(version, **given):
        told = {key: (mark, "") for key, mark in given.items()}
        return services.save_marks(
            person=None, assessor=assessor, candidate=candidate, version=version, given=told
        )

    for wrong in ("5", "-1", "9" * 5000, "1.5", "deux"):
        with pytest.raises(TerreauError, match="n’est pas une note"):
            save(0, strategy=wrong)
    sheet = save(0, strategy="3", people="na")
    assert sheet.marks["people"] == {"mark": None, "evidence": "", "said": True}
    with pytest.raises(TerreauError, match="Il manque des notes"):
        services.send(person=None, assessor=assessor)
    with pytest.raises(TerreauError, match="modifiées ailleurs"):
        save(0, strategy="1")
    assert save(0, strategy="3", people="na").version == 1  # the same page sent again
    with pytest.raises(TerreauError, match="adresse électronique"):
        services.save_marks(
            person=None,
            assessor=assessor,
            candidate=candidate,
            version=1,
            given={"strategy": ("3", "voir marie@essai.example")},
        )


def test_nobody_reads_a_mark_while_the_first_round_is_open(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent)
    world.mark(world.link(agent, opened), 4, 0)
    gathered = gather(opened)
    assert gathered.voices == ()
    assert {line.value for line in lines_of(gathered)} == {(0, 100)}
    assert discussion(gathered)["gaps"] == []
    services.close_first(person=agent, evaluation=opened)
    opened.refresh_from_db()
    assert [line.middle for line in lines_of(gather(opened))] == [100, 0]


def test_the_second_round_is_read_once_closed_and_both_are_kept(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent)
    first, second = (world.link(agent, opened, college) for college in ("elected", "actors"))
    world.mark(first, 4, (3, 3, 3, 3, 3))
    world.mark(second, 1, (3, 3, 3, 3, 2))
    services.close_first(person=agent, evaluation=opened)
    opened.refresh_from_db()
    gaps = discussion(gather(opened))["gaps"]
    assert len(gaps) == 5
    assert {one["gap"] for one in gaps} == {3}
    assert {one["project"].title for one in gaps} == {"Un"}
    services.open_second(person=agent, evaluation=opened)
    world.mark(second, 3, 3)
    opened.refresh_from_db()
    assert lines_of(gather(opened))[0].middle != 87.5
    closed = services.close(person=agent, evaluation=opened)
    assert {line.candidate.project.title: line.middle for line in lines_of(gather(closed))} == {
        "Un": 87.5,
        "Deux": 75,
    }
    assert MarkSheet.objects.filter(assessor=second, round=1).count() == 2
    assert len(discussion(gather(closed))["gaps"]) == 5  # of the first round, for ever


def test_who_sent_nothing_does_not_count(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    world.mark(world.link(agent, opened), 4, sent=False)
    with pytest.raises(TerreauError, match="Personne n’a encore envoyé"):
        services.close_first(person=agent, evaluation=opened)
    world.mark(world.link(agent, opened), 2)
    services.close_first(person=agent, evaluation=opened)
    opened.refresh_from_db()
    assert [line.value for line in lines_of(gather(opened))] == [(50, 50)]
    with pytest.raises(TerreauError, match="Aucun tour n’est ouvert"):
        world.mark(opened.assessors.last(), 1)


def test_marks_sent_twice_are_sent_once_and_the_journal_names_the_college_only(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    assessor = world.link(agent, opened)
    sent = world.mark(assessor, 3).first_sent_at
    assert services.send(person=None, assessor=assessor).first_sent_at == sent
    told = Event.objects.get(verb="evaluation.marked")
    assert told.actor is None
    assert told.data["college"] == "actors"


# --- Personal interest --------------------------------------------------------------------------------


def test_a_member_with_a_personal_interest_does_not_mark_and_it_is_logged(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent)
    own, other = opened.candidates.all()
    interested, free = world.link(agent, opened), world.link(agent, opened)
    world.mark(free, 1, 2)
    world.mark(interested, 4, 4, sent=False)
    for _twice in range(2):
        services.declare_interest(person=None, assessor=interested, candidate=own, holds=True)
    assert not interested.sheets.filter(candidate=own).exists()
    with pytest.raises(TerreauError, match="intérêt personnel"):
        services.save_marks(
            person=None, assessor=interested, candidate=own, version=0, given=world.given(4, 4, 4, 4, 4)
        )
    services.send(person=None, assessor=interested)
    services.close_first(person=agent, evaluation=opened)
    opened.refresh_from_db()
    assert {line.candidate: line.middle for line in lines_of(gather(opened))} == {own: 25, other: 75}
    told = Event.objects.get(verb="evaluation.stepped_back")
    assert told.data["project"] == own.project.public_id


def test_an_interest_declared_by_mistake_is_taken_back_and_logged(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    assessor, candidate = world.link(agent, opened), opened.candidates.get()
    services.declare_interest(person=None, assessor=assessor, candidate=candidate, holds=True)
    services.declare_interest(person=None, assessor=assessor, candidate=candidate, holds=False)
    assert not Interest.objects.exists()
    assert Event.objects.filter(verb="evaluation.came_back").count() == 1
    world.mark(assessor, 2)


# --- Together -----------------------------------------------------------------------------------------


def test_a_committee_marks_together_and_reads_at_once(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un", together=True)
    # docs/methodes/evaluation.md: 4, 2, 2, 3, 1 with equal weights are worth 60.
    world.together(agent, opened, (4, 2, 2, 3, 1))
    (line,) = lines_of(gather(opened))
    assert line.value == (pytest.approx(60), pytest.approx(60))
    assert line.proposal.outcome == "selected"
    with pytest.raises(TerreauError, match="On n’entre plus"):
        world.link(agent, opened)


# --- Rights -------------------------------------------------------------------------------------------

KEEPERS = {"agent", "agent_above", "secretariat"}
JUDGES = {"agent": "staff", "elected": "elected", "partner": "actors"}


def test_who_keeps_and_who_judges(people, tree):
    from tests.accounts.test_rights import PEOPLE

    town = tree["town"]
    keys = [world.project(town).public_id]
    once = new_public_id()
    for name in PEOPLE:
        if name in KEEPERS:
            services.open_evaluation(
                person=people[name], territory=town, projects=keys, together=False, once=once
            )
            continue
        with pytest.raises(NotAllowed):
            services.open_evaluation(
                person=people[name], territory=town, projects=keys, together=False, once=once
            )
    opened = Evaluation.objects.get()
    for name in PEOPLE:
        if name in JUDGES:
            assert services.begin(person=people[name], evaluation=opened).college == JUDGES[name]
            continue
        with pytest.raises(NotAllowed):
            services.begin(person=people[name], evaluation=opened)
    elected = opening.assessor_of_person(people["elected"], opened)
    for name in PEOPLE:
        if name == "elected":
            continue
        with pytest.raises(NotAllowed):
            world.mark(elected, 4, person=people[name])
    world.mark(elected, 4, person=people["elected"])
    for step in (services.close_first, services.open_second, services.close):
        for name in PEOPLE:
            if name not in KEEPERS:
                with pytest.raises(NotAllowed):
                    step(person=people[name], evaluation=opened)
        step(person=people["agent"], evaluation=opened)


def test_only_keepers_fill_the_sheet_of_all(people, tree):
    opened = world.evaluation(tree["town"], people["agent"], "Un", together=True)
    for name in ("elected", "partner", "without_role", "agent_elsewhere"):
        with pytest.raises(NotAllowed):
            world.mark(marking.committee_of(opened), 4, person=people[name], sent=False)
    world.together(people["secretariat"], opened, 3)


# --- Opened by mistake ----------------------------------------------------------------------------------


def test_an_evaluation_opened_by_mistake_is_withdrawn_and_frees_its_projects(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    key, token = opened.projects.get().public_id, world.token(agent, opened)
    for _click in range(2):
        services.withdraw(person=agent, evaluation=opened)
    assert Event.objects.filter(verb="evaluation.withdrawn").count() == 1
    with pytest.raises(TerreauError, match="n’ouvre aucune évaluation"):
        opening.assessor_of_link(token)
    again = services.open_evaluation(
        person=agent, territory=place, projects=[key], together=True, once=new_public_id()
    )
    assert again.projects.get().public_id == key


@pytest.mark.parametrize("said", ["mark", "interest"])
def test_an_evaluation_where_somebody_spoke_is_not_withdrawn(place_and_agent, said):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    assessor = world.link(agent, opened)
    if said == "mark":
        world.mark(assessor, 3, sent=False)
    else:
        services.declare_interest(
            person=None, assessor=assessor, candidate=opened.candidates.get(), holds=True
        )
    with pytest.raises(TerreauError, match="ne se retire plus"):
        services.withdraw(person=agent, evaluation=opened)
    assert Evaluation.objects.filter(pk=opened.pk).exists()
    with pytest.raises(NotAllowed):
        services.withdraw(person=None, evaluation=opened)


def test_the_journal_leads_to_no_page_of_what_was_withdrawn(place_and_agent):
    place, agent = place_and_agent
    kept, gone = world.evaluation(place, agent, "Un"), world.evaluation(place, agent, "Deux")
    services.withdraw(person=agent, evaluation=gone)
    lines = tell_all(list(Event.objects.filter(verb__startswith="evaluation.").order_by("pk")))
    assert [bool(one.url) for one in lines] == [True, False, False]
    assert [one.subject for one in lines] == [kept.title, gone.title, gone.title]
