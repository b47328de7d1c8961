"""Projects: begun from any origin, written by two, moved by name, shared, read by whom it concerns."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from terreau.accounts.rate_limits import LIMITS
from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.rate_limits import Limit
from terreau.directory.models import new_public_id
from terreau.notifications.models import Message
from terreau.portfolio import perms, reading, services
from terreau.portfolio.enums import ProjectState
from terreau.portfolio.models import Project
from tests.directory import factories
from tests.portfolio.world import VALUES, begun, town
from tests.sending import clashes, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return town()


def test_a_form_sent_twice_begins_one_project(world):
    place, agent = world
    once = new_public_id()
    made = [
        services.create(person=agent, territory=place, title="Halle", once=once, values=VALUES)
        for _click in range(2)
    ]
    assert made[0] == made[1]
    assert Project.objects.count() == 1
    assert made[0].budget_lines.count() == made[0].fundings.count() == made[0].risks.count() == 1


def test_two_who_write_neither_loses_a_word(world):
    place, agent = world
    project = begun(agent, place)
    services.save(person=agent, project=project, version=1, title="Halle", values={"summary": "Premier."})
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        services.save(person=agent, project=project, version=1, title="Halle", values={"summary": "Second."})
    project.refresh_from_db()
    assert (project.summary, project.version) == ("Premier.", 2)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"need": "gold"}, "n’existe pas"),
        ({"lever": "magic.wand"}, "n’existe pas"),
        ({"women": -1}, "négatif"),
        ({"variable_percent": 101}, "trop grand"),
        ({"zone": "xx-com-nowhere"}, "lieu"),
        ({"bearer": "zzzzzzzzzzz"}, "Aucune fiche"),
        ({"budget": [{"year": 99, "nature": "investment", "amount": 1}]}, "année"),
        ({"budget": [{"year": 2027, "nature": "investment", "amount": None}]}, "montant"),
        ({"fundings": [{"funder": "", "year": 2027, "amount": 1, "state": "paid"}]}, "qui finance"),
        ({"risks": [{"text": "Retard", "probability": 9, "severity": 1}]}, "de 1 à 5"),
        ({"shares": [{"territory": "nulle-part"}]}, "n’existe pas"),
        ({"summary": "Appelez-moi : moi@exemple.org"}, "adresse électronique"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_changes(world, values, says):
    place, agent = world
    project = begun(agent, place)
    with pytest.raises(TerreauError, match=says):
        services.save(person=agent, project=project, version=1, title="Autre", values=values)
    project.refresh_from_db()
    assert project.title == "Halle aux réparations"
    assert project.budget_lines.count() == 1


def test_who_writes_second_reads_both_field_by_field_then_saves(world, client):
    place, agent = world
    project = begun(agent, place)
    client.force_login(agent)
    address = reverse("portfolio:edit", args=[project.public_id])
    form = client.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if form[name].value() not in (False, [])}
    sent |= {"version": "1", "summary": "Ma saisie.", "need": "training", "budget-0-amount": "7"}
    services.save(person=agent, project=project, version=1, title="Halle", values={"summary": "Premier."})
    refused = client.post(address, sent)
    assert refused.status_code == 400
    told = {label: (typed, now) for label, typed, now in clashes(refused)}
    assert told["En quelques phrases"] == ("Ma saisie.", "Premier.")
    assert told["Besoin auquel il répond"][0] != told["Besoin auquel il répond"][1]
    assert told["Budget, ligne 1, montant"] == ("7", "10\u202f000\u202f000")
    page = refused.content.decode()
    assert "Ma saisie." in page
    assert "Premier." in page
    assert client.post(address, sent_by(refused)).status_code == 302
    project.refresh_from_db()
    assert (project.summary, project.version) == ("Ma saisie.", 3)


def test_what_one_did_not_touch_keeps_what_the_other_wrote_and_only_clashes_are_told(world, client):
    place, agent = world
    project = begun(agent, place)
    client.force_login(agent)
    address = reverse("portfolio:edit", args=[project.public_id])
    mine, theirs = client.get(address), client.get(address)
    risk = {"risks-1-text": "Retard", "risks-1-probability": "2", "risks-1-severity": "3"}
    other = {"place": "Au bout du quai", "results": "Leur résultat.", "is_public": "on", "women": "12"}
    assert client.post(address, sent_by(theirs) | other | risk).status_code == 302
    typed = {"summary": "Ma saisie.", "results": "Mon résultat.", "risks-0-control": "Un bail signé"}
    met = client.post(address, sent_by(mine) | typed)
    assert met.status_code == 400
    assert clashes(met) == [("Résultats attendus", "Mon résultat.", "Leur résultat.")]
    assert "Précision sur le lieu" in met.context["form"].taken
    assert "Risques" in met.context["form"].taken
    assert "vous n’y aviez pas touché" in met.content.decode()
    assert client.post(address, sent_by(met)).status_code == 302
    project.refresh_from_db()
    assert (project.place, project.women, project.is_public) == ("Au bout du quai", 12, True)
    assert (project.summary, project.results) == ("Ma saisie.", "Mon résultat.")
    risks = dict(project.risks.values_list("text", "control"))
    assert len(risks) == 2
    assert risks["Retard"] == ""
    assert "Un bail signé" in risks.values()
    assert project.budget_lines.count() == project.fundings.count() == 1


def test_a_row_that_both_changed_is_told_and_one_taken_away_stays_away(world, client):
    place, agent = world
    project = begun(agent, place)
    client.force_login(agent)
    address = reverse("portfolio:edit", args=[project.public_id])
    mine, theirs = client.get(address), client.get(address)
    gone = {name: "" for name in sent_by(mine) if name.startswith("fundings-")}
    assert client.post(address, sent_by(theirs) | gone | {"budget-0-amount": "5"}).status_code == 302
    met = client.post(address, sent_by(mine) | {"budget-0-amount": "7"})
    assert clashes(met) == [("Budget, ligne 1, montant", "7", "5")]
    assert met.context["form"].taken == ["Plan de financement"]
    assert client.post(address, sent_by(met)).status_code == 302
    assert project.budget_lines.get().amount == 7
    assert not project.fundings.exists()


@pytest.mark.parametrize("read", ["", "[]", "{", '{"title": 3, "budget": {"a": 1}, "risks": [[], 2]}'])
def test_marks_that_nobody_sent_so_are_as_none(world, client, read):
    place, agent = world
    project = begun(agent, place)
    client.force_login(agent)
    address = reverse("portfolio:edit", args=[project.public_id])
    mine = client.get(address)
    services.save(person=agent, project=project, version=1, title="Halle", values={"summary": "Premier."})
    met = client.post(address, sent_by(mine) | {"read": read})
    assert met.status_code == 400
    assert "Premier." in [now for _label, _typed, now in clashes(met)]


def test_it_passes_from_state_to_state_by_name_and_with_reasons(world):
    place, agent = world
    project = begun(agent, place)
    with pytest.raises(TerreauError, match="ne passe pas"):
        services.move(person=agent, project=project, after=ProjectState.FINISHED)
    with pytest.raises(TerreauError, match="Dites pourquoi"):
        services.move(person=agent, project=project, after=ProjectState.ASIDE)
    for _click in range(2):
        services.move(person=agent, project=project, after=ProjectState.STUDY)
    services.move(person=agent, project=project, after=ProjectState.ASIDE, reason="Pas de lieu.")
    steps = list(project.steps.values_list("before", "after", "reason"))
    assert steps == [("idea", "study", ""), ("study", "aside", "Pas de lieu.")]


def test_money_secured_and_a_bad_year_are_told(world):
    place, agent = world
    project = begun(agent, place, yearly_income=100_000_00, yearly_fixed=30_000_00, variable_percent=40)
    told = reading.told(reading.whole(Project.objects).get(pk=project.pk), whole_sheet=True)
    assert told["secured"] == 60
    assert told["balance"]["holds"]
    assert told["balance"]["break_even"] == "5\u202f000\u202f000"


def test_another_territory_sees_nothing_until_it_shares_or_it_is_public(world, client):
    place, agent = world
    other, neighbour = town()
    project = begun(agent, place)
    address = reverse("portfolio:project", args=[project.public_id])
    client.force_login(neighbour)
    assert client.get(address).status_code == 404
    with pytest.raises(NotAllowed):
        services.save(person=neighbour, project=project, version=1, title="À moi", values={})
    services.save(
        person=agent,
        project=project,
        version=1,
        title="Halle",
        values={"shares": [{"territory": other.code, "percent": 40, "part": "Prête le terrain."}]},
    )
    project = Project.objects.get()
    assert perms.can_work_on(neighbour, project)
    assert list(Project.objects.of(other)) == [project]
    page = client.get(address)
    assert "Prête le terrain." in page.content.decode()
    assert not perms.can_run(neighbour, place)


def test_a_visitor_reads_the_public_sheet_without_risks_nor_fundings(world, client):
    place, agent = world
    project = begun(agent, place, is_public=True)
    page = client.get(reverse("portfolio:project", args=[project.public_id])).content.decode()
    assert "Halle aux réparations" in page
    assert "Retard des travaux" not in page
    assert "Région" not in page


def test_the_sheet_is_written_by_its_form(world, client):
    place, agent = world
    project = begun(agent, place)
    client.force_login(agent)
    address = reverse("portfolio:edit", args=[project.public_id])
    form = client.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if form[name].value() not in (False, [])}
    sent |= {"version": "1", "title": "Halle neuve", "budget-1-year": "2028"}
    sent |= {"budget-1-nature": "running", "budget-1-amount": "1 500"}
    answered = client.post(address, sent)
    assert answered.status_code == 302, (answered.context["form"].errors, answered.context["problem"])
    project.refresh_from_db()
    assert project.title == "Halle neuve"
    assert sorted(project.budget_lines.values_list("year", "amount")) == [(2027, 10_000_000), (2028, 1_500)]
    assert project.fundings.get().amount == 60_000_00
    forged = client.post(address, sent | {"version": "1" * 5000, "need": "\x00", "budget-1-year": "x"})
    assert forged.status_code == 400


@pytest.mark.parametrize("query", ["recommandation=besoin-locaux", "besoin=premises", "pratique=inconnue"])
def test_a_project_begins_from_what_the_address_names(world, client, query):
    place, agent = world
    client.force_login(agent)
    address = f"{reverse('portfolio:new', args=[place.code])}?{query}"
    form = client.get(address).context["form"]
    title = form["title"].value() or "Une idée"
    answered = client.post(address, {"title": title, "summary": "", "once": new_public_id()})
    assert answered.status_code == 302
    project = Project.objects.get()
    expected = {"recommandation": "recommendation"}.get(query.split("=")[0], "agent")
    assert project.origin == expected
    if expected == "recommendation":
        assert (project.origin_key, project.need) == ("besoin-locaux", "premises")


def test_the_list_is_sifted_and_exported(world, client):
    place, agent = world
    begun(agent, place)
    begun(agent, place, title="Atelier", need="training")
    client.force_login(agent)
    page = client.get(reverse("portfolio:every", args=[place.code]), {"besoin": "training"})
    assert [row["project"].title for row in page.context["rows"]] == ["Atelier"]
    text = client.get(reverse("portfolio:export", args=[place.code, "csv"])).content.decode()
    assert "Halle aux réparations" in text
    assert text.splitlines()[0].lstrip("\ufeff").split(",")[:2] == ["id", "title"]


# --- Documents ------------------------------------------------------------------------------------------


def test_a_document_is_what_its_name_says_or_stays_out(world):
    place, agent = world
    project = begun(agent, place)
    for name, content in (("plan.pdf", b"MZ"), ("plan.exe", b"%PDF-1"), ("../../plan.pdf", b"")):
        with pytest.raises(TerreauError, match="n’est pas de ceux"):
            services.add_document(person=agent, project=project, name=name, content=content, is_public=False)
    kept = [
        services.add_document(
            person=agent, project=project, name="plan.pdf", content=b"%PDF-1.7 x", is_public=False
        )
        for _click in range(2)
    ]
    assert kept[0] == kept[1]


def test_a_document_is_read_by_those_who_may(world, client):
    place, agent = world
    project = begun(agent, place, is_public=True)
    made = services.add_document(
        person=agent, project=project, name="plan.pdf", content=b"%PDF-1.7 x", is_public=False
    )
    address = reverse("portfolio:document", args=[project.public_id, made.pk])
    assert client.get(address).status_code == 404
    client.force_login(agent)
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_document_is_shown_to_all_or_kept_between_us(world, client):
    place, agent = world
    project = begun(agent, place, is_public=True)
    made = services.add_document(
        person=agent, project=project, name="plan.pdf", content=b"%PDF-1.7 x", is_public=False
    )
    address = reverse("portfolio:document", args=[project.public_id, made.pk])
    sheet = reverse("portfolio:project", args=[project.public_id])
    agents = Client()
    agents.force_login(agent)
    page = reverse("portfolio:documents", args=[project.public_id])
    for is_shown in (True, False):
        act = "show" if is_shown else "hide"
        # Clicked by two agents at once, it is done once, and not undone.
        for _click in range(2):
            assert agents.post(page, {act: made.pk}).status_code == 302
        caches["pages"].clear()
        answer = client.get(address)
        assert answer.status_code == (200 if is_shown else 404)
        if is_shown:
            assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"
        assert ("plan.pdf" in client.get(sheet).content.decode()) == is_shown
    assert agents.post(page, {"show": "1" * 40}).status_code == 404


# --- Money ----------------------------------------------------------------------------------------------


def test_a_currency_typed_in_small_letters_is_itself_and_an_unknown_one_is_refused(world, client):
    place, agent = world
    project = begun(agent, place)
    client.force_login(agent)
    address = reverse("portfolio:edit", args=[project.public_id])
    form = client.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if form[name].value() not in (False, [])}
    sent |= {"version": "1", "fundings-0-currency": "eur", "fundings-0-amount": "1 500,50"}
    assert client.post(address, sent).status_code == 302
    funding = project.fundings.get()
    assert (funding.amount, funding.currency) == (150_050, "EUR")
    refused = client.post(address, sent | {"version": "2", "fundings-0-currency": "thalers"})
    assert "Cette monnaie n’existe pas" in str(refused.context["problem"])
    assert "thalers" in refused.content.decode()


def test_a_plan_that_goes_beyond_the_budget_is_said(world):
    place, agent = world
    given = [{"funder": "Fonds", "year": 2027, "amount": 110_000_00, "state": "asked"}]
    project = begun(agent, place, fundings=given)
    told = reading.told(reading.whole(Project.objects).get(pk=project.pk), whole_sheet=True)
    assert told["excess"] == "1\u202f000\u202f000"
    assert told["missing"] == ""


# --- Proposals ------------------------------------------------------------------------------------------


def test_an_actor_proposes_follows_and_is_answered(world, client):
    place, agent = world
    address = reverse("portfolio:propose", args=[place.code])
    sent = {"title": "Jardin", "text": "Un jardin de quartier.", "once": new_public_id(), "need": ""}
    sent |= {"who": "Les voisins", "name": "Une voisine", "email": "voisine@exemple.org", "phone": ""}
    for _click in range(2):
        answered = client.post(address, sent)
        assert answered.status_code == 302
    receipt = answered["Location"]
    page = client.get(receipt).content.decode()
    assert "reçue" in page
    assert "voisine@exemple.org" not in page
    proposal = place.proposals.get()
    project = services.accept(person=agent, proposal=proposal)
    assert services.accept(person=agent, proposal=proposal) == project
    assert (project.origin, project.origin_key) == ("proposal", proposal.receipt)
    assert "devenue un projet" in client.get(receipt).content.decode().lower()


def test_who_goes_back_and_sends_the_same_words_again_proposes_once(world, client):
    address = reverse("portfolio:propose", args=[world[0].code])
    told = {"title": "Halle d’essai", "text": "Un toit d’essai.", "email": "a@exemple.invalid"}
    told |= {"need": "", "who": "", "name": "", "phone": ""}
    first = client.post(address, told | {"once": new_public_id()})
    again = client.post(address, told | {"once": new_public_id()})
    assert again.url == first.url
    other = client.post(address, told | {"once": new_public_id(), "email": "b@exemple.invalid"})
    assert other.url != first.url
    assert world[0].proposals.count() == 2


def test_a_refusal_says_why_and_who_proposed_is_forgotten_in_time(world, client):
    place, agent = world
    made = services.propose(
        territory=place, once=new_public_id(), title="Jardin", text="Un jardin.", contact={"name": "Elle"}
    )
    with pytest.raises(TerreauError, match="Dites pourquoi"):
        services.refuse(person=agent, proposal=made, words="")
    services.refuse(person=agent, proposal=made, words="Le terrain est vendu.")
    assert (
        "Le terrain est vendu."
        in client.get(reverse("portfolio:receipt", args=[made.receipt])).content.decode()
    )
    assert services.forget() == 0
    place.proposals.update(answered_at="2020-01-01T00:00Z")
    assert services.forget() == 1


def test_who_leaves_a_mailbox_gets_the_receipt_and_the_answer_there(world, client, monkeypatch):
    place, agent = world
    address = reverse("portfolio:propose", args=[place.code])
    told = {
        "title": "Halle d’essai",
        "text": "Un toit.",
        "email": "a@exemple.invalid",
        "once": new_public_id(),
    }
    receipt = client.post(address, told).url
    first = Message.objects.get(address="a@exemple.invalid")
    assert first.url == receipt
    # Anyone may type another's mailbox: no word of theirs is written to it.
    assert "Halle" not in f"{first.subject} {first.lines}"
    services.refuse(person=agent, proposal=place.proposals.get(), words="Le terrain est vendu.")
    answer = Message.objects.filter(address="a@exemple.invalid").latest("pk")
    assert (answer.url, "Le terrain est vendu." in answer.lines) == (receipt, True)
    # Past what one mailbox may be sent in a day, the proposal is received all the same.
    monkeypatch.setitem(LIMITS, "proposal_link", (Limit(1, 86400),))
    for title in ("Deux", "Trois"):
        client.post(address, told | {"title": title, "email": "b@exemple.invalid", "once": new_public_id()})
    assert Message.objects.filter(address="b@exemple.invalid").count() == 1
    assert place.proposals.count() == 3


def test_a_proposal_waits_in_the_workspace_until_it_is_answered(world, client):
    place, agent = world
    made = services.propose(territory=place, once=new_public_id(), title="Jardin", text="Un jardin.")
    client.force_login(agent)
    page = reverse("portal:workspace")
    door = reverse("portfolio:proposals", args=[place.code])
    assert door in client.get(page).content.decode()
    services.refuse(person=agent, proposal=made, words="Le terrain est vendu.")
    assert door not in client.get(page).content.decode()


def test_nobody_proposes_where_nobody_reads(client):
    place = factories.territory("xx-com-deserted")
    assert client.get(reverse("portfolio:propose", args=[place.code])).status_code == 404


@pytest.mark.parametrize("name", ["women", "young", "disabled"])
def test_no_part_of_the_people_is_more_than_all_of_them(world, name):
    place, agent = world
    project = begun(agent, place, women=None)
    with pytest.raises(TerreauError, match="plus que les personnes concernées"):
        services.save(
            person=agent, project=project, version=1, title="Halle", values={"people": 10, name: 11}
        )
    services.save(person=agent, project=project, version=1, title="Halle", values={"people": 10, name: 10})
    services.save(person=agent, project=project, version=2, title="Halle", values={"people": None, name: 11})
