"""The public pages of the directory."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import reverse

from terreau.directory import services
from terreau.directory.models import Organisation
from terreau.journal.services import record
from terreau.territories.enums import Kind
from terreau.territories.models import PostalCode
from tests.directory import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.territory(
        "xx-com-1", "Ville-Essai", longitude=2.0, latitude=47.0, population=1200, national_code="001"
    )


@pytest.fixture
def sheet(town):
    return make.organisation(
        "Mutuelle de l’Essai",
        town,
        stated_on=date(2017, 5, 1),
        family="mutuelle",
        issues=["sante", "seniors"],
        sectors=["sante"],
        description="Rend les soins abordables.",
        website="https://essai.test/",
        members={"value": 2000, "on": "2016"},
        actions=[
            {"what": "Des consultations", "for_whom": "les anciens", "since": "2015", "source_note": ""}
        ],
        umbrellas=["Union des essais"],
        landmark="en face du marché",
        district="Quartier haut",
        identifiers={"siren": "732829320"},
    )


def get(client, path, **data):
    make.indexed()
    response = client.get(path, data)
    assert response.status_code == 200, response
    return response.content.decode()


# --- List ----------------------------------------------------------------------------------------------


def test_the_list_shows_what_one_needs_to_choose(client, sheet):
    page = get(client, "/annuaire/")
    assert "Mutuelle de l’Essai" in page
    assert "Ville-Essai" in page
    assert "Jamais confirmée, source de 2017" in page
    assert reverse("directory:sheet", args=[sheet.public_id]) in page
    assert "<b>1\u202forganisation" in page or "<b>1 organisation" in page


def test_a_search_box_in_every_state_works_without_script(client, sheet):
    page = get(client, "/annuaire/", q="mutuele", famille="mutuelle")
    assert '<form method="get" action="/annuaire/"' in page
    assert "Résultats pour" in page
    assert "<b>Mutuelle</b>" in page
    assert "exact=1" in page
    assert re.search(r'name="famille" value="mutuelle" checked', page)
    assert "<script" not in page


def test_an_empty_directory_says_what_to_do_first(client, db):
    page = get(client, "/annuaire/")
    assert "encore vide" in page
    assert "Importer une liste" in page


def test_a_search_without_answer_says_what_to_try(client, sheet):
    page = get(client, "/annuaire/", famille="fondation")
    assert "Aucune fiche ne répond" in page
    assert "Résultats pour" not in get(client, "/annuaire/", q="zzzzzz")
    assert "0 organisation" not in page
    assert "trier par" not in page
    on_map = get(client, "/carte/", famille="fondation")
    assert "Aucune fiche ne répond" in on_map
    assert "Aucune organisation n’a de lieu connu" not in on_map


def test_a_sheet_without_description_tells_what_it_is_where_its_link_is_shared(client, town):
    made = make.organisation("Association d’essai", town, family="association")
    page = get(client, f"/annuaire/{made.public_id}/")
    assert 'name="description" content="Association, Ville-Essai\u00a0: sa fiche dans l’annuaire' in page


def test_a_legal_form_is_named_wherever_it_stands(client, town):
    wouol = make.organisation("Groupement d’essai", make.territory("bf-gn-1"), legal_form="bf-association")
    page = get(client, f"/annuaire/{wouol.public_id}/")
    assert "bf-association" not in page


@pytest.mark.parametrize(
    ("since", "words"),
    [
        ("2015", "(depuis 2015)"),
        ("2015-04", "(depuis avril 2015)"),
        ("2015-04-10", "(depuis le 10 avril 2015)"),
        ("2015-04-01", "(depuis le 1er avril 2015)"),
    ],
)
def test_an_action_says_since_when(client, town, since, words):
    actions = [{"what": "Des consultations", "for_whom": "", "since": since, "source_note": ""}]
    made = make.organisation("Mutuelle de l’Essai", town, actions=actions)
    assert words in get(client, f"/annuaire/{made.public_id}/")


def test_each_filter_can_be_removed_alone(client, sheet):
    page = get(client, "/annuaire/", q="soin", famille="mutuelle", enjeu="sante")
    assert 'href="?q=soin&amp;enjeu=sante"' in page
    assert 'href="?q=soin&amp;famille=mutuelle"' in page


def test_a_place_named_among_the_words_is_recognised(client, sheet):
    page = get(client, "/annuaire/", q="mutuelle ville essai")
    assert "Limiter au territoire Ville-Essai" in page
    assert "territoire=xx-com-1" in page


def test_a_saint_in_short_is_recognised(client, sheet):
    make.territory("xx-com-2", "Saint-Essai")
    assert "Limiter au territoire Saint-Essai" in get(client, "/annuaire/", q="mutuelle st essai")


def test_places_of_one_name_are_told_apart(client, sheet):
    make.territory("xx-adm1-1", "Ville-Essai", kind=Kind.REGION)
    page = get(client, "/annuaire/", q="mutuelle ville essai")
    assert "Ville-Essai (commune)" in page
    assert "Ville-Essai (région)" in page


@pytest.mark.parametrize(
    ("typed", "rest"), [("86999", ""), ("mutuelle 86999", "q=mutuelle&amp;"), ("86 999 soin", "q=soin&amp;")]
)
def test_a_postal_code_leads_to_the_towns_that_it_serves(client, sheet, town, typed, rest):
    PostalCode.objects.create(territory=town, code="86999")
    page = get(client, "/annuaire/", q=typed)
    assert f'<a href="?{rest}pres=86999">Chercher près de Ville-Essai (86999)</a>' in page
    assert f'<a href="?{rest}territoire=xx-com-1">Limiter au territoire Ville-Essai (86999)</a>' in page
    assert "Mutuelle de l’Essai" in get(client, "/annuaire/", pres="86999")


def test_a_postal_code_of_a_borough_is_that_of_the_borough(client, sheet, town):
    borough = make.territory(
        "xx-com-1-b", "Arrondissement d’essai", kind=Kind.BOROUGH, longitude=2.1, latitude=47.1
    )
    for place in (town, borough):
        PostalCode.objects.create(territory=place, code="86999")
    page = get(client, "/annuaire/", q="86999")
    assert "Chercher près d’Arrondissement d’essai (86999)" in page
    assert "Limiter au territoire Ville-Essai (86999)" in page
    assert "<title>Annuaire\u00a0: près d’Arrondissement d’essai" in get(client, "/annuaire/", pres="86999")


@pytest.mark.parametrize("typed", ["75999", "784 86 999", "869990", "86999 123"])
def test_a_number_that_is_no_known_postal_code_leads_nowhere(client, sheet, town, typed):
    PostalCode.objects.create(territory=town, code="86999")
    assert "Chercher près de" not in get(client, "/annuaire/", q=typed)


def test_near_a_place(client, sheet, town):
    far = make.territory("xx-com-9", "Loin-Essai", longitude=9.0, latitude=47.0)
    make.organisation("Association lointaine", far)
    page = get(client, "/annuaire/", pres="Loin-Essai")
    assert page.index("Association lointaine") < page.index("Mutuelle de l’Essai")
    assert "à 531\u00a0km" in page
    assert "<title>Annuaire\u00a0: près de Loin-Essai" in page
    assert re.search(
        r'<a class="tag" href="\?"[^>]*><span class="sr">Retirer le filtre </span>Près de Loin-Essai', page
    )
    assert "pas connu" in get(client, "/annuaire/", pres="Nulle-Part-Essai")


def test_a_page_beyond_the_last_leads_back(client, sheet):
    make.indexed()
    response = client.get("/annuaire/", {"page": "99", "q": "mutuelle"})
    assert (response.status_code, response.url) == (302, "/annuaire/?q=mutuelle")


@pytest.mark.parametrize("page", ["0", "-1", "abc", "²", "9" * 30, ""])
def test_any_page_number_may_be_written(client, sheet, page):
    make.indexed()
    assert client.get("/annuaire/", {"page": page}).status_code in {200, 302}


@pytest.mark.parametrize(
    "query",
    [
        {"q": "<script>alert(1)</script>"},
        {"territoire": "'; DROP TABLE"},
        {"famille": "é" * 400},
        {"tri": "n’importe", "pres": "\x00"},
        {"q": "%s %(x)s {{ x }}"},
        {"territoire": ["xx", "xx-com-1", "zz"]},
        {"q": "a\x00b", "territoire": "x\x00y", "pres": "Ville\x00Essai", "famille": "\x00"},
    ],
)
def test_anything_in_the_address_is_taken_as_text(client, sheet, query):
    page = get(client, "/annuaire/", **query)
    assert "<script>alert" not in page


def test_a_country_ticked_with_its_town_narrows_to_the_town(client, sheet):
    other = make.territory("xx-com-8", "Autre-Essai")
    make.organisation("Association d’à côté", other)
    page = get(client, "/annuaire/", territoire=["xx", "xx-com-1"])
    assert "Mutuelle de l’Essai" in page
    assert "Association d’à côté" not in page


def test_all_the_values_of_a_facet(client, sheet):
    page = get(client, "/annuaire/valeurs/enjeu/", q="mutuelle")
    assert 'name="enjeu" value="seniors"' in page
    assert 'type="hidden" name="q" value="mutuelle"' in page
    assert client.get("/annuaire/valeurs/inconnu/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_rows(client, town, django_assert_max_num_queries):
    for number in range(3):
        make.organisation(f"Essai {number}", town, sectors=["sante"], issues=["emploi"])
    make.indexed()
    counts = []
    for more in (0, 30):
        caches["pages"].clear()
        alike = {"sectors": ["culture"], "family": "association"}
        make.organisations([{"name": f"Autre essai {number}", **alike} for number in range(more)], town)
        make.indexed()
        client.get("/carte/")  # the menu asks once for each state of the public content
        with django_assert_max_num_queries(4) as counted:
            assert client.get("/annuaire/?territoire=xx-com-1").status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("page", ["0", "x", "-1", "9" * 5000])
def test_a_page_that_cannot_be_is_told_without_failing(client, sheet, page):
    assert client.get("/annuaire/", {"page": page}, follow=True).status_code in (200, 404)


def test_a_second_reader_costs_no_query(client, sheet, django_assert_num_queries):
    get(client, "/annuaire/")
    with django_assert_num_queries(0):
        client.get("/annuaire/", headers={"accept-language": "fr"})


# --- Sheet -----------------------------------------------------------------------------------------------


def test_the_five_fields_come_first(client, sheet):
    page = get(client, f"/annuaire/{sheet.public_id}/")
    places = [
        page.index(f"<dt>{name}</dt>")
        for name in ("Nom", "Pays", "Enjeux territoriaux", "Activité", "Pour plus d’information", "Famille")
    ]
    assert places == sorted(places)
    for text in (
        "Santé · Seniors",
        "Rend les soins abordables.",
        "https://essai.test/",
        "2\u202f000 (2016)",
        "Des consultations, pour les anciens",
        "depuis 2015",
        "Union des essais",
        "en face du marché",
        "Quartier haut",
        "Mutuelle",
        "732829320",
    ):
        assert text in page, text


def test_each_value_has_its_source_and_its_date(client, sheet):
    make.said(sheet, kind="agent", stated_on=date(2026, 3, 2), description="Dit par l’agent.")
    page = get(client, f"/annuaire/{sheet.public_id}/")
    page = page[page.index("<article>") :]
    shown = page.index("Dit par l’agent.")
    assert "Liste d’essai agent-essai-xx-com-1, 2 mars 2026" in page[shown : shown + 400]
    details = page[page.index("D’où viennent") :]
    assert "Autre valeur" in details
    assert "Rend les soins abordables." in details
    assert "Confirmée le 2 mars 2026 par l’agent du territoire" in page


def test_a_source_that_says_the_same_is_not_another_value(client, sheet):
    make.said(sheet, kind="agent", stated_on=date(2026, 3, 2), description="Rend les soins abordables.")
    page = get(client, f"/annuaire/{sheet.public_id}/")
    details = page[page.index("D’où viennent") :]
    assert "Dit aussi par" in details
    assert "Autre valeur" not in details


def test_the_history_tells_what_changed_in_words_and_not_what_persons_asked(client, sheet):
    with transaction.atomic():
        for verb in ("organisation.edited", "sheet.invited", "question.asked", "unknown.verb"):
            record(verb=verb, subject=f"organisation:{sheet.public_id}")
    page = get(client, f"/annuaire/{sheet.public_id}/")
    assert "Fiche modifiée" in page
    assert re.findall(r"(?:sheet|question|unknown)\.[a-z]+", page) == []


def test_an_informal_group_without_number_or_street_is_first_class(client, town):
    made = make.organisation(
        "Groupement des tontines", town, nature="groupement_informel", landmark="derrière l’école"
    )
    page = get(client, f"/annuaire/{made.public_id}/")
    assert "Groupement sans personnalité morale" in page
    assert "derrière l’école" in page
    assert "Indéterminé" in page


def test_without_a_place_it_is_said(client, db):
    made = make.organisation("Essai sans lieu")
    page = get(client, f"/annuaire/{made.public_id}/")
    assert "Sans lieu" in page
    assert "carte.svg" not in page


def test_json_ld_is_whole_and_cannot_close_its_block(client, town):
    made = make.organisation(
        "Essai </script><b>", town, description="a & b", website="https://essai.test/?a=1&b=2"
    )
    page = get(client, f"/annuaire/{made.public_id}/")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1]
    data = json.loads(block)
    assert (data["@type"], data["name"]) == ("Organization", "Essai </script><b>")
    assert data["url"] == "https://essai.test/?a=1&b=2"
    assert data["location"]["address"]["addressLocality"] == "Ville-Essai"
    assert data["@id"].endswith(f"/annuaire/{made.public_id}/")
    assert "<b>" not in page.replace("<b>Indéterminé", "").split("<article>")[1].split("<h1>")[1][:40]


def test_a_sector_told_by_the_activity_code_says_so(client, town):
    made = make.organisation("Essai codé", town, activity_code="86.90F")
    page = get(client, f"/annuaire/{made.public_id}/")
    assert "Santé<small>d’après le code d’activité</small>" in page
    assert "Activités de santé humaine" in page


def test_the_answer_names_its_rule(client, town):
    made = make.organisation("Essai situé", town)
    page = get(client, f"/annuaire/{made.public_id}/")
    assert re.search(
        r'<b>Indéterminé</b>.*<a href="/formes-juridiques/#([\w-]+)">Lire la règle \(\1\)</a>', page
    )


def test_the_canonical_address(client, sheet):
    page = get(client, f"/annuaire/{sheet.public_id}/", q="x")
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/annuaire/{sheet.public_id}/">' in page


def test_a_javascript_address_from_a_list_is_never_a_link(client, town):
    made = make.organisation("Essai piégé", town, website="javascript:alert(1)")
    assert 'href="javascript' not in get(client, f"/annuaire/{made.public_id}/")


@pytest.mark.parametrize(
    ("who", "state", "status"),
    [
        ("visitor", "active", 200),
        ("visitor", "ceased", 200),
        ("visitor", "hidden", 410),
        ("visitor", "merged", 301),
        ("agent here", "hidden", 200),
        ("agent above", "hidden", 200),
        ("agent elsewhere", "hidden", 410),
        ("secretariat", "hidden", 200),
        ("agent here", "merged", 301),
        ("agent elsewhere", "active", 200),
    ],
)
def test_who_sees_a_sheet_in_each_state(who, state, status, client, sheet, town):
    _put(sheet, state, town)
    _sign_in(client, who, town)
    response = client.get(f"/annuaire/{sheet.public_id}/")
    assert response.status_code == status
    page = response.content.decode()
    if status == 410:
        assert "Fiche retirée" in page
        assert "Mutuelle de l’Essai" not in page
    if state == "ceased":
        assert "Activité cessée" in page
    may_edit = who in {"agent here", "agent above", "secretariat"} and status == 200
    assert ("Modifier" in page) == may_edit


def _put(sheet, state, town):
    secretary = make.secretary()
    if state == "ceased":
        make.said(sheet, kind="register", active="no")
    elif state == "hidden":
        services.hide_organisation(person=secretary, organisation=sheet, reason="Essai")
    elif state == "merged":
        kept = make.organisation("Fiche gardée", town, said_by=make.source(town, code="autre"))
        services.merge(person=secretary, kept=kept, absorbed=sheet)


def _sign_in(client, who, town):
    if who != "visitor":
        person = {
            "agent here": lambda: make.agent_of(town),
            "agent above": lambda: make.agent_of(town.parent),
            "agent elsewhere": lambda: make.agent_of(make.territory("zz-com-1", "Ailleurs-Essai")),
            "secretariat": make.secretary,
        }[who]()
        client.force_login(person)


def test_a_merged_sheet_leads_to_the_kept_one(client, sheet, town):
    _put(sheet, "merged", town)
    kept = Organisation.objects.get(name="Fiche gardée")
    response = client.get(f"/annuaire/{sheet.public_id}/")
    assert response.url == f"/annuaire/{kept.public_id}/"


def test_an_unknown_sheet_is_explained(client, db):
    response = client.get("/annuaire/2222222222b/")
    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()


def test_the_sheet_costs_few_queries_whatever_it_holds(client, sheet, django_assert_max_num_queries):
    client.get("/carte/")  # the menu asks once for each state of the public content
    with django_assert_max_num_queries(8) as few:
        Client().get(f"/annuaire/{sheet.public_id}/")
    caches["pages"].clear()
    for number in range(12):
        make.said(sheet, code=f"liste-{number}", offers=[f"chose {number}"], website=f"https://{number}.test")
    with django_assert_max_num_queries(8) as many:
        client.get(f"/annuaire/{sheet.public_id}/")
    assert len(few) == len(many)


# --- Map ---------------------------------------------------------------------------------------------------


def test_the_map_has_its_table(client, sheet):
    make.organisation("Essai sans lieu", family="association")
    page = get(client, "/carte/")
    assert "1 organisation a un lieu" in page.replace("\u202f", " ")
    assert "1 est sans lieu" in page.replace("\u202f", " ")
    assert '<img class="map" src="/carte/carte.svg?"' in page
    assert 'href="?territoire=xx"' in page


def test_the_picture_is_an_svg_with_the_numbers(client, sheet, town):
    make.organisation("Autre essai", town)
    make.indexed()
    response = client.get("/carte/carte.svg", {"etroite": "1"})
    assert response["Content-Type"] == "image/svg+xml"
    drawn = response.content.decode()
    assert ">2<" in drawn
    assert "2 organisations ont un lieu" in drawn.replace("\u202f", " ")
    assert "style=" not in drawn


def test_places_that_situate_themselves_are_drawn_as_far_apart_as_they_can(client, sheet):
    near = make.territory("xx-com-8", "Proche-Essai", longitude=3.1, latitude=47.0)
    make.organisation("Essai proche", near)
    make.indexed()
    drawn = client.get("/carte/carte.svg", {"etroite": "1"}).content.decode()
    left, right = sorted(float(x) for x in re.findall(r'<circle[^>]* cx="([\d.]+)"', drawn))
    assert right - left > 328 / 4


def test_the_picture_of_nothing_is_still_a_picture(client, db):
    response = client.get("/carte/carte.svg")
    assert response.status_code == 200
    assert "Aucune position" in response.content.decode()


def test_the_picture_of_one_sheet(client, sheet, town):
    assert client.get(f"/annuaire/{sheet.public_id}/carte.svg").status_code == 200
    nowhere = make.organisation("Essai sans lieu")
    assert client.get(f"/annuaire/{nowhere.public_id}/carte.svg").status_code == 404


# --- What every page owes --------------------------------------------------------------------

PAGES = ["/annuaire/", "/annuaire/?q=essai&famille=mutuelle", "/carte/", "/annuaire/valeurs/secteur/"]


@pytest.mark.parametrize("path", PAGES)
def test_a_visitors_page_is_light_and_strict(path, sheet):
    import brotli

    make.indexed()
    response = Client().get(path, headers={"accept-encoding": "br"})
    assert len(response.content) <= 14_000
    assert response["Content-Encoding"] == "br"
    page = brotli.decompress(response.content).decode()
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", page)
    assert "unsafe-inline" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", [*PAGES, "/carte/carte.svg"])
def test_reading_writes_nothing(path, client, sheet, django_assert_max_num_queries):
    make.indexed()
    with django_assert_max_num_queries(12) as counted:
        client.get(path)
    written = [
        query["sql"] for query in counted if not query["sql"].lstrip("( ").upper().startswith("SELECT")
    ]
    assert written == []


@pytest.mark.parametrize("path", PAGES)
def test_a_form_sent_to_a_page_that_reads_is_refused(path, client, sheet):
    assert client.post(path).status_code == 405


# --- On the pages of others ------------------------------------------------------------------


def test_a_territory_shows_its_actors(client, sheet, town):
    page = get(client, "/territoires/xx-com-1/")
    said = re.sub(r"<[^>]+>", " ", page)
    for words in (
        r"1\s+organisation en activité\s",
        r"100\s%\s+placées sur la carte",
        r"0\s%\s+confirmées depuis un an",
        r"Liste d’essai",
        r"Mutuelle\s+1\s+100\s%",
    ):
        assert re.search(words, said), words
    assert "aucune confirmée depuis un an" in page
    assert "/annuaire/?territoire=xx-com-1" in page
    assert f"/annuaire/{sheet.public_id}/" in page


def test_the_shares_of_families_are_of_those_whose_family_is_known(client, sheet, town):
    for name in ("Un", "Deux", "Trois"):
        make.organisation(f"Association d’essai {name}", town, family="association")
    make.organisation("Sans famille d’essai", town)
    said = re.sub(r"<[^>]+>", " ", get(client, "/territoires/xx-com-1/"))
    assert re.search(r"Associations\s+3\s+75\s%", said)
    assert re.search(r"Mutuelle\s+1\s+25\s%", said)
    assert re.search(r"Famille non connue\s+1\s+—", said)


def test_a_territory_without_actors_tells_its_agent_what_to_do(client, town):
    assert "Ajouter une fiche" not in get(client, "/territoires/xx-com-1/")
    client.force_login(make.agent_of(town))
    assert "Ajouter une fiche" in get(client, "/territoires/xx-com-1/")


def test_the_workspace_names_what_nobody_confirmed(client, sheet, town):
    client.force_login(make.agent_of(town))
    page = get(client, "/espace/")
    assert "fiches que personne n’a confirmées" in page


def test_the_first_page_tells_the_directory_in_figures(client, sheet):
    assert "1 organisation en activité" in get(client, "/").replace("\u202f", " ")


def test_the_families_of_the_first_page_add_up_to_all(client, sheet, town):
    make.organisation("Sans famille d’essai", town)
    page = get(client, "/")
    numbers = re.findall(r'class="tag"[^>]*>[^<]*?(\d+)<', page)
    assert sum(map(int, numbers)) == 2
    assert "Famille non connue" in page


def test_what_a_list_repeats_is_escaped(client, town):
    make.organisation("Essai <b>&\"'", town, short_name="<i>", description="a < b & c", sectors=["culture"])
    make.indexed()
    page = client.get("/annuaire/").content.decode()
    assert "Essai &lt;b&gt;&amp;&quot;&#x27; (&lt;i&gt;)" in page
    assert "a &lt; b &amp; c" in page
    assert "<i>" not in page
