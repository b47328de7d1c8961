"""Projects chosen together: the best under the budget, rules, conflicts, votes apart, one decision."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from terreau.core.errors import NotAllowed, TerreauError
from terreau.decision.files.choosing import select
from terreau.directory.models import new_public_id
from terreau.evaluation.models import Evaluation
from terreau.portfolio.models import BudgetLine, Project
from terreau.selection import choosing, services, voting
from terreau.selection.document import document, prepare
from terreau.selection.enums import SelectionState
from terreau.selection.models import Choice, Selection
from tests.directory import factories
from tests.evaluation.world import project, town
from tests.selection.world import decided, judged_projects
from tests.selection.world import opened as open_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    place, agent = town()
    return place, agent, judged_projects(place, agent)


def opened(world, budget=100):
    place, agent, made = world
    return open_on(place, agent, made, budget)


def titles(selection, content):
    names = prepare(selection).titles
    return sorted(names[key] for key in content["result"]["selected"])


def test_the_best_choice_is_that_of_the_file_and_of_brute_force(world):
    _place, agent, _made = world
    selection = opened(world)
    content = services.choose_again(person=agent, selection=selection)
    assert titles(selection, content) == ["Atelier", "Halle"]
    assert len(content["result"]["alternatives"]) == 5
    again = select(json.loads(json.dumps(document(prepare(selection)))), alternatives=5, with_prices=True)
    assert again == content["result"]
    assert services.choose_again(person=agent, selection=selection) == content


def test_a_budget_too_small_for_any_says_so_and_puts_no_project_aside(client, world):
    place, agent, _made = world
    selection = opened(world, 10)
    services.choose_again(person=agent, selection=selection)
    client.force_login(agent)
    page = client.get(reverse("selection:own", args=[place.code, selection.public_id])).content.decode()
    assert "Aucun projet ne tient dans ce budget. Changez les montants" in page
    assert "À écarter" not in page


def test_a_project_without_cost_waits_and_does_not_stop_the_others(client, world):
    place, agent, made = world
    BudgetLine.objects.filter(project=made[0]).delete()
    selection = opened(world)
    content = services.choose_again(person=agent, selection=selection)
    assert titles(selection, content) == ["Atelier", "Jardin"]
    client.force_login(agent)
    page = client.get(reverse("selection:own", args=[place.code, selection.public_id])).content.decode()
    assert "à chiffrer" in page
    assert "1 projet n’a pas de coût écrit" in page
    money = reverse("selection:money", args=[place.code, selection.public_id])
    form = client.get(money).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    year = form.years[1]
    assert (
        client.post(money, typed | {"version": "1", f"cost-{made[0].public_id}-{year}": "0"}).status_code
        == 302
    )
    content = services.choose_again(person=agent, selection=selection)
    # What costs nothing, and says so, is chosen with the others.
    assert "Halle" in titles(selection, content)
    assert "0" in client.get(money).content.decode()


def test_projects_none_of_which_has_a_cost_say_where_to_write_it(world):
    _place, agent, _made = world
    BudgetLine.objects.all().delete()
    with pytest.raises(TerreauError, match="Aucun des projets évalués n’a de coût") as refused:
        services.choose_again(person=agent, selection=opened(world))
    assert "Changer les montants" in refused.value.remedy


def test_a_cost_in_a_year_without_budget_names_the_project_and_what_to_do(world):
    _place, agent, made = world
    BudgetLine.objects.create(project=made[1], year=2028, nature="running", amount=5)
    content = services.choose_again(person=agent, selection=opened(world))
    assert "en 2028, année qui n’a pas de budget\u00a0: Atelier." in content["refusal"]["message"]
    assert "Changer les montants" in content["refusal"]["remedy"]


def test_projects_all_under_veto_are_not_said_too_dear(client):
    place, agent = town()
    made = [project(place, "Risqué")]
    Project.objects.filter(pk=made[0].pk).update(currency="")
    BudgetLine.objects.create(project=made[0], year=2027, nature="running", amount=10_00)
    decided(place, agent, made, [0])
    selection = open_on(place, agent, made, 100_00)
    content = services.choose_again(person=agent, selection=selection)
    client.force_login(agent)
    page = client.get(reverse("selection:own", args=[place.code, selection.public_id])).content.decode()
    assert "Aucun de ces projets n’a de risque maîtrisé" in page
    assert "ne tient dans ce budget" not in page
    services.decide(person=agent, selection=selection, read=content["digest"], portfolio=1)
    page = client.get(reverse("selection:choice", args=[place.code, selection.public_id])).content.decode()
    assert "Aucun projet n’est retenu." in page


def test_a_rule_changes_the_choice_and_its_price_is_told(world):
    _place, agent, made = world
    selection = opened(world)
    for _click in range(2):
        services.add_constraint(
            person=agent,
            selection=selection,
            kind="keep",
            values={"project": made[2].public_id},
            once="bcdfghjkmnp",
        )
    assert selection.constraints.count() == 1
    assert choosing.kept(prepare(selection)) is None
    content = services.choose_again(person=agent, selection=selection)
    assert "Jardin" in titles(selection, content)
    price = content["result"]["prices"][0]
    assert price["gain"] > 0
    assert price["constraint"] == "«\u00a0Jardin\u00a0» gardé quoi qu’il arrive"
    services.remove_constraint(person=agent, selection=selection, once="bcdfghjkmnp")
    assert titles(selection, services.choose_again(person=agent, selection=selection)) == ["Atelier", "Halle"]


def test_rules_that_conflict_are_named_by_title_with_the_least_that_gives(world):
    _place, agent, made = world
    selection = opened(world)
    for one in made[:2]:
        values = {"project": one.public_id}
        services.add_constraint(
            person=agent, selection=selection, kind="keep", values=values, once=new_public_id()
        )
    values = {"project": made[0].public_id, "other": made[1].public_id}
    services.add_constraint(
        person=agent, selection=selection, kind="excludes", values=values, once=new_public_id()
    )
    refusal = services.choose_again(person=agent, selection=selection)["refusal"]
    assert "Halle" in refusal["message"]
    assert made[0].public_id not in refusal["message"] + refusal["remedy"]
    assert refusal["remedy"]


def test_circular_prerequisites_are_told_by_title(world):
    _place, agent, made = world
    selection = opened(world)
    for first, second in ((0, 1), (1, 0)):
        values = {"project": made[first].public_id, "other": made[second].public_id}
        services.add_constraint(
            person=agent, selection=selection, kind="requires", values=values, once=new_public_id()
        )
    refusal = services.choose_again(person=agent, selection=selection)["refusal"]
    assert (
        "Halle → Atelier → Halle" in refusal["message"] or "Atelier → Halle → Atelier" in refusal["message"]
    )


@pytest.mark.parametrize(
    ("kind", "values", "says"),
    [
        ("count", {"label": "", "name": "", "least": None, "most": None}, "minimum"),
        ("count", {"label": "", "name": "", "least": 3, "most": 2}, "plus grand"),
        ("share", {"label": "", "name": "", "least": 101, "most": None}, "trop grande"),
        ("count", {"label": "lever", "name": "rien", "least": 1, "most": None}, "sur quoi"),
        ("zone", {}, "complet"),
        ("keep", {"project": "zzzzzzzzzzz"}, "projet de la liste"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(world, kind, values, says):
    _place, agent, _made = world
    with pytest.raises(TerreauError, match=says):
        services.add_constraint(
            person=agent, selection=opened(world), kind=kind, values=values, once=new_public_id()
        )


def test_two_who_change_the_amounts_neither_loses_a_word(world):
    _place, agent, made = world
    selection = opened(world)
    costs = {one.public_id: {"2027": 10} for one in made}
    given = {"title": "Budget", "costs": costs, "least_percents": {}}
    services.save_money(person=agent, selection=selection, version=1, budgets={"2027": 50}, **given)
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        services.save_money(person=agent, selection=selection, version=1, budgets={"2027": 70}, **given)
    selection.refresh_from_db()
    assert selection.budgets == {"2027": 50}


def test_a_project_nobody_judged_waits(world):
    place, agent, made = world
    other = project(place, "Sans note")
    selection = opened((place, agent, [*made, other]))
    prepared = prepare(selection)
    assert [one.project.title for one in prepared.waiting] == ["Sans note"]
    assert "Sans note" not in titles(selection, services.choose_again(person=agent, selection=selection))


def test_it_is_decided_once_with_its_trace_and_never_changes(world):
    place, agent, _made = world
    selection = opened(world)
    content = services.choose_again(person=agent, selection=selection)
    with pytest.raises(TerreauError, match="dites pourquoi"):
        services.decide(person=agent, selection=selection, read=content["digest"], portfolio=2)
    with pytest.raises(TerreauError, match="ont changé"):
        services.decide(person=agent, selection=selection, read="autre", portfolio=1)
    made = [
        services.decide(person=agent, selection=selection, read=content["digest"], portfolio=1)
        for _click in range(2)
    ]
    assert made[0] == made[1]
    assert Choice.objects.of(place).get().content["result"] == content
    selection.refresh_from_db()
    assert selection.state == SelectionState.DECIDED
    with pytest.raises(TerreauError, match="ne change plus"):
        services.add_constraint(
            person=agent,
            selection=selection,
            kind="count",
            values={"label": "", "name": "", "least": 1, "most": None},
            once=new_public_id(),
        )
    with pytest.raises(TerreauError):
        made[0].save()


# --- The vote -------------------------------------------------------------------------------------------


def voters(place, count):
    return factories.organisations([{"name": f"Association {rank}"} for rank in range(count)], place)


def test_actors_vote_apart_and_only_the_sum_is_told(world, client):
    place, agent, made = world
    selection = opened(world)
    organisations = voters(place, 5)
    given = services.invite(
        person=agent,
        selection=selection,
        organisations=[one.public_id for one in organisations],
        once=new_public_id(),
    )
    for rank, (_organisation, token) in enumerate(given):
        with_halle = [made[0].public_id] if rank < 3 else [made[3].public_id]
        address = reverse("selection:ballot", args=[token])
        page = client.get(address)
        assert "vote" not in page.context
        sent = {"approved": with_halle, "version": page.context["ballot"].version}
        assert client.post(address, sent).status_code == 302
        if rank == 3:
            with pytest.raises(TerreauError, match="Il faut 5 votes"):
                services.close_vote(person=agent, selection=selection)
    services.close_vote(person=agent, selection=selection)
    selection.refresh_from_db()
    vote = voting.result_of(prepare(selection))
    # Each holds 20: three pay « Halle » (60) together, two pay « Radio » (30).
    assert set(vote["bought"]) == {made[0].public_id, made[3].public_id}
    assert vote["votes"][made[0].public_id] == 3
    assert "Association" not in json.dumps(vote)
    late = client.post(reverse("selection:ballot", args=[given[0][1]]), {"approved": [], "version": "1"})
    assert late.status_code == 400
    # Who voted reads the sum, once it is closed, with the same link.
    told = client.get(reverse("selection:ballot", args=[given[0][1]]))
    assert [(one["title"], one["votes"]) for one in told.context["vote"]["rows"]][:2] == [
        (made[0].title, 3),
        (made[3].title, 2),
    ]
    page = told.content.decode()
    assert "La collectivité décide ensuite" in page
    assert not any(one.name in page for one in organisations[1:])


def test_a_link_that_opens_nothing_says_so(client):
    assert client.get(reverse("selection:ballot", args=["rien"])).status_code == 410


# --- Pages and rights -----------------------------------------------------------------------------------


def test_its_pages_from_opening_to_decision(world, client):
    place, agent, made = world
    client.force_login(agent)
    once = new_public_id()
    sent = {"title": "Budget", "once": once, "projects": [one.public_id for one in made]}
    form = client.get(reverse("selection:new", args=[place.code])).context["form"]
    sent |= {f"budget-{form.years[0]}": "100"}
    BudgetLine.objects.update(year=int(form.years[0]))
    answered = client.post(reverse("selection:new", args=[place.code]), sent)
    assert answered.status_code == 302, answered.context["problem"]
    own = reverse("selection:own", args=[place.code, once])
    money = reverse("selection:money", args=[place.code, once])
    form = client.get(money).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields if form[name].value() not in (False, [])}
    assert client.post(money, typed | {"version": "1"}).status_code == 302
    bind = reverse("selection:bind", args=[place.code, once])
    rule = {"form": "limit", "kind": "count", "about": "", "least": "", "most": "2", "once": new_public_id()}
    assert client.post(bind, rule).status_code == 302
    hidden = next(one for one in made if one.title == "Atelier")
    veto = {"form": "pair", "kind": "veto", "project": hidden.public_id, "other": "", "once": new_public_id()}
    assert client.post(bind, veto).status_code == 302
    assert client.post(bind, rule | {"most": "\x00", "once": new_public_id()}).status_code == 400
    act = reverse("selection:act", args=[place.code, once])
    assert client.post(act, {"act": "choose"}).status_code == 302
    page = client.get(own)
    assert "Le meilleur choix" in page.content.decode()
    decide = reverse("selection:decide", args=[place.code, once])
    read = client.get(decide).context["read"]
    sent = {"read": read, "portfolio": "1", "others": "wait", "decided_on": "2026-11-01", "is_public": "on"}
    for wrong in ("2226-11-01", "0026-11-01"):
        assert client.post(decide, sent | {"decided_on": wrong}).status_code == 400
    assert client.post(decide, sent).status_code == 302
    assert client.get(own).status_code == 302
    assert client.get(reverse("selection:choice", args=[place.code, once])).status_code == 200
    whole = client.get(reverse("selection:choice_file", args=[place.code, once])).json()
    assert whole["format"] == "terreau-selection-1"
    assert any("Atelier" in one for one in whole["constraints"])
    client.logout()
    Project.objects.filter(pk=made[0].pk).update(is_public=True)
    public = client.get(reverse("selection:public", args=[place.code, once])).content.decode()
    assert "Halle" in public
    assert "Atelier" not in public
    # The budget and the rules that it speaks of; none that names a project that is not public.
    assert f"Budget {form.years[0]}" in public
    assert "Tous les projets" in public


def test_another_agent_neither_reads_nor_writes(world, client):
    place, _agent, _made = world
    selection = opened(world)
    _other, neighbour = town()
    client.force_login(neighbour)
    for name in ("own", "money", "decide", "file", "invite"):
        assert (
            client.get(reverse(f"selection:{name}", args=[place.code, selection.public_id])).status_code
            == 403
        )
    with pytest.raises(NotAllowed):
        services.choose_again(person=neighbour, selection=selection)
    assert Selection.objects.get().constraints.count() == 0


def test_what_is_judged_again_changes_the_value(world):
    place, agent, made = world
    selection = opened(world)
    before = prepare(selection).digest
    Project.objects.filter(pk=made[0].pk).update(state="rework")
    decided(place, agent, [made[0]], [1])
    assert prepare(selection).digest != before
    assert Evaluation.objects.count() == 2


def test_whoever_is_not_found_among_the_invited_is_told(client, world):
    place, agent, made = world
    selection = opened(world)
    BudgetLine.objects.filter(project=made[3]).delete()
    voter = factories.organisation("Amicale d’essai", place)
    client.force_login(agent)
    address = reverse("selection:invite", args=[place.code, selection.public_id])
    typed = f"https://exemple.invalid/annuaire/{voter.public_id}/\nAmicale du quartier\nzzzzzzzzzzz\n"
    page = client.post(address, {"organisations": typed, "once": new_public_id()}).content.decode()
    assert "2 lignes ne sont celles d’aucune fiche" in page
    assert "<li>Amicale du quartier</li>" in page
    assert "<li>zzzzzzzzzzz</li>" in page
    ballot = "/voter/" + page.split("/voter/")[1].split("<")[0]
    client.logout()
    told = client.get(ballot).content.decode()
    assert "bulletin de «\u00a0Amicale d’essai\u00a0»" in told
    answer = client.post(ballot, {"version": "1"}, follow=True).content.decode()
    assert "vous n’approuvez aucun projet" in answer
