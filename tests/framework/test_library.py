"""The library: what ships, what is found in it, what agents propose and the secretariat decides."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import new_public_id
from terreau.framework import library, places, services, shelf
from terreau.framework.enums import Reliability, TextKind, Theme
from terreau.framework.library_models import LegalText, TextVersion
from terreau.framework.telling import clean_dated
from terreau.survey.enums import Need
from tests.accounts.test_rights import PEOPLE
from tests.directory import factories
from tests.framework import world

pytestmark = pytest.mark.django_db


def quiet(_done, _total):
    return None


@pytest.fixture
def shipped():
    library.load(quiet)


def propose(agent, place, text=None, once=None, **values):
    return services.propose(
        person=agent, territory=place, text=text, once=once or new_public_id(), values=world.TEXT | values
    )


# --- What ships ---------------------------------------------------------------------------------------


def test_every_text_that_ships_can_be_kept_and_says_how_far_it_is_trusted():
    asked = {"sn", "ml", "ma", "tn", "cm", "ca-qc", "fr", "be", "lu", "ohada", "uemoa", "ue"}
    assert {one["place"] for one in library.shipped()} == asked
    for one in library.shipped():
        values = {name: one[name] for name in library.FIELDS}
        assert library.clean_values(values) == values, one["key"]
        assert one["reliability"] in Reliability.values
        assert one["kind"] in TextKind.values
        assert set(one["themes"]) <= set(Theme.values)
        assert set(one["needs"]) <= set(Need.values)
        assert one["source"] or one["reliability"] == "K", one["key"]


def test_loading_twice_loads_once_and_leaves_what_the_network_took_in_hand(shipped):
    count = TextVersion.objects.count()
    assert not library.is_needed()
    place, agent = world.town("sn")
    text = LegalText.objects.get(code="sn-loi-2021-28")
    proposal = propose(agent, place, text, title="Loi d’essai reprise")
    services.decide(
        person=factories.secretary(), proposal=proposal, accepted=True, read=text.published.number
    )
    library.load(quiet)
    assert TextVersion.objects.count() == count + 1
    text.refresh_from_db()
    assert text.published.title == "Loi d’essai reprise"


def test_an_exercise_holds_no_real_law(settings):
    settings.EXERCISE = True
    assert not library.is_needed()


def test_whose_law_holds_where():
    assert places.laws_of("SN") == ("sn", "ohada", "uemoa")
    assert places.laws_of("FR") == ("fr", "ue")
    assert places.laws_of("CA") == ("ca", "ca-qc")
    assert places.place_name("ca-qc") == "Québec"
    assert places.is_place("ca-qc")
    assert not places.is_place("ca-zz")
    assert not places.is_place("zz")
    assert not places.is_place("sn-qc")


# --- What visitors find -------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_words_place_theme_need_and_grade(
    client, shipped, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        everything = client.get("/textes/").content.decode()
    assert everything.count("<article") == shelf.PER_PAGE
    rest = client.get("/textes/?page=2").content.decode()
    assert rest.count("<article") == len(library.shipped()) - shelf.PER_PAGE
    for row in [part.split("</article>")[0] for part in (everything + rest).split("<article")[1:]]:
        assert ("Vérifié dans la source" in row) != ("À vérifier" in row)

    def found(query):
        return client.get(f"/textes/{query}").content.decode()

    assert "AUSCOOP" in found("?q=scoops")
    assert "AUSCOOP" in found("?pays=sn")
    assert "112-12" not in found("?pays=sn")
    purchasing = found("?besoin=purchasing&pays=sn")
    assert "012635" in purchasing
    assert "2021-28" not in purchasing
    assert "Aucun texte ne répond" in found("?q=introuvable")
    assert "012635" not in found("?fiabilite=K&pays=sn")


def test_a_country_shows_its_own_law_then_the_one_it_shares(client, shipped):
    page = client.get("/textes/pays/sn/").content.decode()
    assert page.index("2021-28") < page.index("AUSCOOP") < page.index("mutualité sociale")
    assert "/formes-juridiques/sn/" in page
    assert "ne connaît encore aucun texte" in client.get("/textes/pays/kh/").content.decode()
    assert client.get("/textes/pays/essai/").status_code == 404
    assert "Lois et textes du pays" not in client.get("/textes/").content.decode()


def test_a_text_and_its_files(client, shipped):
    page = client.get("/textes/sn-arrete-012635/").content.decode()
    assert "5 juillet 2024" in page
    assert "arcop.sn" in page
    rows = list(
        csv.DictReader(io.StringIO(client.get("/textes/textes.csv?pays=ma").content.decode("utf-8-sig")))
    )
    assert {row["fiabilite"] for row in rows} == {"vérifié dans la source", "à vérifier"}
    assert len(client.get("/textes/textes.json").json()["textes"]) == len(library.shipped())
    assert client.get("/textes/textes.exe").status_code == 404


# --- What the network adds ----------------------------------------------------------------------------


def test_a_proposal_is_read_by_all_only_once_checked(client):
    place, agent = world.town("sn")
    once = new_public_id()
    proposal = propose(agent, place, once=once)
    assert propose(agent, place, once=once) == proposal
    assert "Loi d’essai" not in client.get("/textes/").content.decode()
    secretary = factories.secretary()
    services.decide(person=secretary, proposal=proposal, accepted=True, read=0)
    assert services.decide(person=secretary, proposal=proposal, accepted=True, read=0).decided_by == secretary
    assert "Loi d’essai" in client.get("/textes/?q=essais").content.decode()


def test_a_refusal_says_why_and_changes_nothing():
    text = world.library_text()
    place, agent = world.town("sn")
    proposal = propose(agent, place, text, title="Autre intitulé")
    secretary = factories.secretary()
    with pytest.raises(TerreauError, match="pourquoi"):
        services.decide(person=secretary, proposal=proposal, accepted=False, read=1)
    services.decide(person=secretary, proposal=proposal, accepted=False, read=1, words="Intitulé officiel.")
    with pytest.raises(TerreauError, match="déjà reçu"):
        services.decide(person=secretary, proposal=proposal, accepted=True, read=1)
    text.refresh_from_db()
    assert text.published.title == world.TEXT["title"]


def test_of_two_proposals_the_second_is_compared_with_the_first_once_published(client):
    text = world.library_text()
    place, agent = world.town("sn")
    first = propose(agent, place, text, title="Premier intitulé")
    second = propose(agent, place, text, title="Second intitulé")
    secretary = factories.secretary()
    services.decide(person=secretary, proposal=first, accepted=True, read=1)
    with pytest.raises(TerreauError, match="a changé pendant"):
        services.decide(person=secretary, proposal=second, accepted=True, read=1)
    client.force_login(secretary)
    page = client.get(reverse("framework:check", args=[second.pk])).content.decode()
    assert "Premier intitulé" in page
    assert "Second intitulé" in page
    services.decide(person=secretary, proposal=second, accepted=True, read=first.number)
    history = client.get(reverse("framework:versions", args=[text.code])).content.decode()
    assert (
        history.index("Second intitulé")
        < history.index("Premier intitulé")
        < history.index("Loi d’essai sur")
    )


def test_an_agent_proposes_and_mends_by_the_pages(client):
    place, agent = world.town("sn")
    client.force_login(agent)
    form = {name: value for name, value in world.TEXT.items() if name != "articles"}
    form |= {"articles-0-ref": "article 9", "articles-0-text": "ce qu’il dit", "once": new_public_id()}
    page = reverse("framework:propose", args=[place.code])
    refused = client.post(page, form | {"dated": "bientôt"})
    assert refused.status_code == 400
    assert "n’est pas une date" in refused.content.decode()
    assert "article 9" in refused.content.decode()
    assert client.post(page, form).status_code == 302
    proposal = TextVersion.objects.get()
    secretary = factories.secretary()
    client.force_login(secretary)
    assert "Loi d’essai" in client.get("/textes/a-verifier/").content.decode()
    decision = reverse("framework:check", args=[proposal.pk])
    assert client.post(decision, {"act": "accept", "read": "0", "words": ""}).status_code == 302
    client.force_login(agent)
    mend = reverse("framework:mend", args=[place.code, proposal.text.code])
    assert "article 9" in client.get(mend).content.decode()
    again = client.post(mend, form | {"once": new_public_id()})
    assert "Rien n’est changé" in again.content.decode()


def test_what_is_said_verified_names_its_source():
    place, agent = world.town("sn")
    with pytest.raises(TerreauError, match="dit laquelle"):
        propose(agent, place, source="", url="")


@pytest.mark.parametrize(
    ("typed", "kept"), [("2020", "2020"), ("06/2020", "2020-06"), ("30/6/2020", "2020-06-30"), ("", "")]
)
def test_a_date_is_kept_as_far_as_it_is_known(typed, kept):
    assert clean_dated(typed, "date") == kept


@pytest.mark.parametrize("typed", ["hier", "31/02/2020", "20", "2020-13"])
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(TerreauError, match="n’est pas une date"):
        clean_dated(typed, "date")


def test_who_proposes_and_who_decides(people, tree):
    for name in PEOPLE:
        try:
            propose(people[name], tree["town"], title=f"Loi d’essai de {name}")
            allowed = True
        except NotAllowed:
            allowed = False
        assert allowed == (name in {"agent", "agent_above", "secretariat"}), name
    proposal = TextVersion.objects.first()
    for name in [one for one in PEOPLE if one != "secretariat"]:
        with pytest.raises(NotAllowed):
            services.decide(person=people[name], proposal=proposal, accepted=True, read=0)
