"""What a choice does to projects, who may do what in each state, forged input, two at once."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import new_public_id
from terreau.portfolio.models import Project
from terreau.selection import services
from terreau.selection.models import Ballot, Choice, Constraint, Selection
from terreau.selection.voting import ballot_of
from tests.evaluation.world import project, town
from tests.racing import one_of_two, two_writers
from tests.selection import world

KEEPERS = {"agent", "agent_above", "secretariat"}
READERS = {*KEEPERS, "elected"}
EVERYONE = [
    *sorted(READERS),
    "visitor",
    "without_role",
    "agent_below",
    "agent_elsewhere",
    "partner",
    "state",
    "inactive_agent",
]


@pytest.fixture
def chosen(db):
    """A choice worked out on four judged projects, of which two are the best."""
    place, agent = town()
    made = world.judged_projects(place, agent)
    selection = world.opened(place, agent, made)
    content = services.choose_again(person=agent, selection=selection)
    return agent, made, selection, content["digest"]


def states_of(made):
    return dict(Project.objects.filter(pk__in=[one.pk for one in made]).values_list("title", "state"))


def put(made, **states):
    for one in made:
        if one.title in states:
            Project.objects.filter(pk=one.pk).update(state=states[one.title])


# --- What becomes of the projects ---------------------------------------------------------------------------


def test_the_chosen_are_retained_and_the_others_wait_with_the_choice_as_their_reason(chosen):
    agent, made, selection, read = chosen
    put(made, Halle="selected", Atelier="submitted", Jardin="selected", Radio="study")
    services.decide(person=agent, selection=selection, read=read, portfolio=1)
    expected = {"Halle": "selected", "Atelier": "selected", "Jardin": "rework", "Radio": "study"}
    assert states_of(made) == expected
    told = {one.title: one.steps.last() for one in made}
    assert "Retenu par le choix «\u00a0Budget 2027\u00a0»" in told["Atelier"].reason
    assert "Non retenu par le choix «\u00a0Budget 2027\u00a0»" in told["Jardin"].reason
    assert told["Jardin"].by == agent
    counts = [one.steps.count() for one in made]
    services.decide(person=agent, selection=selection, read=read, portfolio=1)
    assert [one.steps.count() for one in made] == counts


def test_the_others_are_set_aside_where_the_council_says_so_and_what_started_goes_on(chosen):
    agent, made, selection, read = chosen
    put(made, Halle="running", Jardin="abandoned")
    services.decide(person=agent, selection=selection, read=read, portfolio=1, others="aside")
    expected = {"Halle": "running", "Atelier": "selected", "Jardin": "abandoned", "Radio": "aside"}
    assert states_of(made) == expected


@pytest.mark.parametrize("state", ["aside", "abandoned"])
def test_a_project_set_aside_meanwhile_is_not_brought_back_in_silence(chosen, state):
    agent, made, selection, read = chosen
    put(made, Atelier=state)
    before = states_of(made)
    with pytest.raises(TerreauError, match="ne peut pas être retenu"):
        services.decide(person=agent, selection=selection, read=read, portfolio=1)
    assert states_of(made) == before
    assert not Choice.objects.exists()


def test_what_becomes_of_the_others_is_one_of_the_words_offered(chosen):
    agent, _made, selection, read = chosen
    with pytest.raises(TerreauError, match="deviennent les autres"):
        services.decide(person=agent, selection=selection, read=read, portfolio=1, others="brûlés")


# --- Role by role, state by state ---------------------------------------------------------------------------


def _writes(person, place, made, selection, read, once):
    limit = {"label": "", "name": "", "least": None, "most": 2}
    costs = {one.public_id: {"2027": 10} for one in made}
    return {
        "open_selection": lambda: services.open_selection(
            person=person,
            territory=place,
            title="Un autre",
            projects=[one.public_id for one in made],
            budgets={"2027": 100},
            once=new_public_id(),
        ),
        "add_constraint": lambda: services.add_constraint(
            person=person, selection=selection, kind="count", values=limit, once=new_public_id()
        ),
        "remove_constraint": lambda: services.remove_constraint(
            person=person, selection=selection, once=once
        ),
        "choose_again": lambda: services.choose_again(person=person, selection=selection),
        "invite": lambda: world.invited(place, person, selection),
        "close_vote": lambda: services.close_vote(person=person, selection=selection),
        "decide": lambda: services.decide(person=person, selection=selection, read=read, portfolio=1),
        "save_money": lambda: services.save_money(
            person=person,
            selection=selection,
            version=1,
            title="Budget",
            budgets={"2027": 70},
            costs=costs,
            least_percents={},
        ),
    }


# What is refused once a vote is open, and once it is decided; the rest is done, or changes nothing.
REFUSED = {
    "open": {"close_vote"},
    "voting": {"close_vote", "decide"},
    "decided": {"add_constraint", "remove_constraint", "invite", "close_vote", "save_money"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("state", sorted(REFUSED))
def test_those_who_keep_the_territory_write_as_far_as_the_state_allows(people, tree, state, subtests):
    place, agent = tree["town"], people["agent"]
    made = world.judged_projects(place, agent)
    selection, once = world.opened(place, agent, made), new_public_id()
    values = {"label": "", "name": "", "least": None, "most": 3}
    services.add_constraint(person=agent, selection=selection, kind="count", values=values, once=once)
    read = services.choose_again(person=agent, selection=selection)["digest"]
    if state == "voting":
        world.invited(place, agent, selection)
    if state == "decided":
        services.decide(person=agent, selection=selection, read=read, portfolio=1)
    for name in EVERYONE:
        for what, write in _writes(people[name], place, made, selection, read, once).items():
            with subtests.test(name=name, what=what), transaction.atomic():
                if name not in KEEPERS:
                    with pytest.raises(NotAllowed):
                        write()
                    assert Selection.objects.count() == 1
                elif what in REFUSED[state]:
                    with pytest.raises(TerreauError):
                        write()
                else:
                    write()
                transaction.set_rollback(True)


@pytest.mark.django_db
def test_pages_are_read_by_those_who_read_the_work_and_written_by_those_who_keep_it(people, tree, subtests):
    place, agent = tree["town"], people["agent"]
    made = world.judged_projects(place, agent)
    selection = world.opened(place, agent, made)
    services.choose_again(person=agent, selection=selection)
    for name in EVERYONE:
        with subtests.test(name=name), transaction.atomic():
            client = Client()
            if name not in ("visitor", "inactive_agent"):
                client.force_login(people[name])
            _read_and_write(client, [place.code, selection.public_id], name)
            transaction.set_rollback(True)


def _read_and_write(client, here, name):
    for page in ("own", "file"):
        answer = client.get(reverse(f"selection:{page}", args=here))
        assert (answer.status_code == 200) == (name in READERS), page
    for page in ("money", "invite", "decide"):
        answer = client.get(reverse(f"selection:{page}", args=here))
        assert (answer.status_code == 200) == (name in KEEPERS), page
    for page, sent in (("act", {"act": "choose"}), ("bind", {"form": "limit", "kind": "count"})):
        answer = client.post(reverse(f"selection:{page}", args=here), sent)
        asks_to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/compte/")
        done = answer.status_code in (302, 400) and not asks_to_sign_in
        assert done == (name in KEEPERS), page


# --- Forged input -------------------------------------------------------------------------------------------

HUGE = "9" * 400


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"portfolio": "1", "read": "\0"},
        {"portfolio": HUGE},
        {"portfolio": "-1"},
        {"portfolio": "1", "others": "brûlés"},
        {"portfolio": "1", "decided_on": "hier"},
        {"portfolio": "1", "reason": "x" * 5000},
        {"portfolio": "1", "reference": "appelez le 06 12 34 56 78"},
    ],
)
def test_a_forged_decision_decides_nothing_and_keeps_what_was_typed(chosen, client, sent):
    agent, made, selection, read = chosen
    before = states_of(made)
    client.force_login(agent)
    page = reverse("selection:decide", args=[selection.territory.code, selection.public_id])
    whole = {"read": read, "others": "wait", "decided_on": "2026-11-01", "reason": "Une raison gardée."}
    answer = client.post(page, whole | sent if sent else {})
    assert answer.status_code == 400
    if sent and "reason" not in sent:
        assert "Une raison gardée." in answer.content.decode()
    assert not Choice.objects.exists()
    assert states_of(made) == before


@pytest.mark.parametrize(
    "sent",
    [
        {"budget-2027": "beaucoup"},
        {"budget-2027": HUGE},
        {"budget-2027": "-5"},
        {"title": "\0"},
        {"title": "x" * 500},
        {"version": HUGE},
    ],
)
def test_forged_amounts_change_nothing(chosen, client, sent):
    agent, _made, selection, _read = chosen
    client.force_login(agent)
    page = reverse("selection:money", args=[selection.territory.code, selection.public_id])
    form = client.get(page).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields if form[name].value() not in (False, [])}
    changed = {name: value for name, value in sent.items() if name in form.fields or name == "version"}
    answer = client.post(page, typed | {"version": "1", "title": "Autre intitulé"} | changed)
    assert answer.status_code == 400
    selection.refresh_from_db()
    assert (selection.budgets, selection.title) == ({"2027": 100}, "Budget 2027")


def test_a_constraint_on_a_project_of_another_choice_is_refused(chosen, client):
    agent, made, selection, _read = chosen
    place, other_agent = town()
    strange = world.judged_projects(place, other_agent)[0]
    client.force_login(agent)
    bind = reverse("selection:bind", args=[selection.territory.code, selection.public_id])
    for sent in (
        {"form": "pair", "kind": "keep", "project": strange.public_id},
        {"form": "pair", "kind": "excludes", "project": made[0].public_id, "other": made[0].public_id},
        {"form": "pair", "kind": "count", "project": made[0].public_id},
        {"form": "limit", "kind": "keep", "about": "", "most": "2"},
        {"form": "limit", "kind": "count", "about": "zone:nulle-part", "most": "2"},
        {"form": "limit", "kind": "share", "about": "", "most": HUGE},
        {"form": HUGE},
    ):
        answer = client.post(bind, sent | {"once": new_public_id()})
        assert answer.status_code == 400, sent
    assert not Constraint.objects.exists()
    other = reverse("selection:own", args=[place.code, selection.public_id])
    assert client.get(other).status_code == 404


def test_a_forged_ballot_is_refused_and_the_first_one_stays(chosen, client):
    agent, made, selection, _read = chosen
    token = world.invited(selection.territory, agent, selection)[0]
    page = reverse("selection:ballot", args=[token])
    ballot = ballot_of(token)
    services.cast(ballot=ballot, approved=[made[0].public_id], version=ballot.version)
    for sent in (
        {"approved": ["zzzzzzzzzzz"], "version": "2"},
        {"approved": ["\0"], "version": "2"},
        {"approved": [made[1].public_id], "version": HUGE},
        {"approved": [made[1].public_id]},
    ):
        assert client.post(page, sent).status_code == 400, sent
    assert Ballot.objects.get(pk=ballot.pk).approved == [made[0].public_id]


# --- Two at once --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@two_writers
def test_a_choice_decided_twice_is_one_choice_and_each_project_moves_once(race):
    def prepare():
        place, agent = town()
        made = world.judged_projects(place, agent, count=2)
        put(made, Atelier="submitted")
        selection = world.opened(place, agent, made)
        read = services.choose_again(person=agent, selection=selection)["digest"]
        steps = made[1].steps.count()

        def decides():
            return services.decide(person=agent, selection=selection, read=read, portfolio=1)

        def check(seen):
            assert seen[0].result == seen[1].result
            assert Choice.objects.filter(selection=selection).count() == 1
            assert made[1].steps.count() == steps + 1

        return decides, decides, check

    race(prepare)


@pytest.mark.django_db(transaction=True)
@two_writers
def test_of_two_who_change_the_amounts_one_is_told_so(race):
    def prepare():
        place, agent = town()
        made = [project(place, title) for title in ("Halle", "Atelier")]
        selection = world.opened(place, agent, made)
        costs = {one.public_id: {"2027": 10} for one in made}

        def saves(budget):
            return services.save_money(
                person=agent,
                selection=selection,
                version=1,
                title="Budget",
                budgets={"2027": budget},
                costs=costs,
                least_percents={},
            )

        def check(seen):
            one_of_two(seen)
            selection.refresh_from_db()
            assert selection.version == 2

        return lambda: saves(50), lambda: saves(70), check

    race(prepare)
