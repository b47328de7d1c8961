"""A territory's directory in another site: policy, cookies, filters, colours, who may show it."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from terreau.core.errors import NotAllowed, TerreauError
from terreau.journal.models import Event
from terreau.opendata import services
from terreau.opendata.models import EmbeddingChoice
from terreau.territories.enums import Kind
from tests.directory import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    region = make.territory("xx-reg-1", "Région-Essai", kind=Kind.REGION)
    town = make.territory("xx-com-1", "Ville-Essai", parent=region)
    other = make.territory("xx-com-2", "Autre-Essai", parent=region)
    for number in range(23):
        make.organisation(
            f"Essai {number:02}",
            town,
            said_by=make.source(town),
            family="association" if number else "mutuelle",
            place=make.place_of(town, longitude=0.5, latitude=46.5),
        )
    make.organisation("Essai d’à côté", other, said_by=make.source(other))
    make.indexed()
    return town


def policy(response):
    return dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))


def listed(response):
    return re.findall(r"<h3><a href=\"/annuaire/\w+/\"[^>]*>(.+?)<span", response.content.decode())


@pytest.mark.parametrize("view", ["annuaire", "carte"])
def test_a_frame_may_stand_in_any_site_and_sets_no_cookie(client, town, view):
    response = client.get(f"/integrer/xx-com-1/{view}/")
    assert response.status_code == 200
    assert policy(response)["frame-ancestors"] == "*"
    assert (policy(response)["default-src"], policy(response)["script-src"]) == ("'none'", "'self'")
    assert "X-Frame-Options" not in response
    assert not response.cookies
    assert client.cookies.keys() == set()
    text = response.content.decode()
    assert " style=" not in text
    assert "<style" not in text


def test_all_other_pages_stay_out_of_frames(client, town):
    for path in ("/", "/annuaire/", "/carte/", "/partager/xx-com-1/", "/partager/", "/imprimer/xx-com-1/"):
        response = client.get(path)
        assert response.status_code == 200, path
        assert policy(response)["frame-ancestors"] == "'none'", path
        assert response["X-Frame-Options"] == "DENY", path


def test_a_kept_page_keeps_its_policy(client, town):
    first = client.get("/integrer/xx-com-1/annuaire/")
    again = client.get("/integrer/xx-com-1/annuaire/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert policy(again)["frame-ancestors"] == "*"


def test_links_open_the_whole_site_and_pages_stay_in_the_frame(client, town):
    text = client.get("/integrer/xx-com-1/annuaire/?fond=222222&famille=association").content.decode()
    links = re.findall(r"<a ([^>]+)>", text)
    outside = [link for link in links if 'href="/annuaire/' in link or 'href="/carte/' in link]
    assert len(outside) == 21
    assert all('target="_blank" rel="noopener"' in link for link in outside)
    inside = [html.unescape(re.search('href="([^"]+)"', link)[1]) for link in links if link not in outside]
    assert inside
    assert all(link.startswith("/integrer/xx-com-1/") and "fond=222222" in link for link in inside)
    following = next(link for link in inside if "page=2" in link)
    assert "famille=association" in following
    assert listed(client.get(following)) == ["Essai 21", "Essai 22"]


def test_a_frame_shows_its_territory_whatever_the_address_says(client, town):
    assert len(listed(client.get("/integrer/xx-com-1/annuaire/?territoire=xx-com-2"))) == 20
    assert listed(client.get("/integrer/xx-reg-1/annuaire/?territoire=xx-com-2")) == ["Essai d’à côté"]
    assert listed(client.get("/integrer/xx-com-1/annuaire/?famille=mutuelle")) == ["Essai 00"]
    assert "Aucune fiche" in client.get("/integrer/xx-com-1/annuaire/?q=zzzz").content.decode()


@pytest.mark.parametrize("path", ["/integrer/xx-com-404/annuaire/", "/integrer/xx-com-1/autre/"])
def test_what_is_not_known_is_said_within_the_frame(client, town, path):
    response = client.get(path)
    assert response.status_code == 404
    assert policy(response)["frame-ancestors"] == "*"
    assert "n’est pas connu" in response.content.decode()


def test_the_style_sheet_holds_the_colours_asked_for_mended(client):
    response = client.get("/integrer/theme.css?fond=ffffff&accent=ffdd00&texte=}body{")
    text = response.content.decode()
    assert response["Content-Type"].startswith("text/css")
    assert "--paper:#ffffff" in text
    assert "#ffdd00" not in text
    assert "}body{" not in text.replace("}\nbody{", "")
    assert not response.cookies


def test_the_script_is_at_an_address_that_never_changes(client):
    response = client.get("/integrer.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert "event.origin !== site || event.source !== frame.contentWindow" in response.content.decode()


# --- Who may show it ----------------------------------------------------------------------------------------


def test_a_territory_names_the_sites_that_may_show_it(client, town):
    agent = make.agent_of(town)
    before = client.get("/integrer/xx-com-1/annuaire/")
    services.choose_sites(
        person=agent, territory=town, restricted=True, sites="ville.test\n*.agglo.test", version=0
    )
    assert services.frame_ancestors(town) == ["'self'", "https://ville.test", "https://*.agglo.test"]
    make.indexed()
    response = Client().get("/integrer/xx-com-1/annuaire/?q=")
    assert policy(before)["frame-ancestors"] == "*"
    assert policy(response)["frame-ancestors"] == "'self' https://ville.test https://*.agglo.test"
    told = Client().get("/partager/xx-com-1/").content.decode()
    assert "https://ville.test" in told
    event = Event.objects.get(verb="embedding.chosen")
    assert (event.actor, event.territory_code, event.data["sites"]) == (agent, "xx-com-1", 2)


def test_the_choice_is_the_agents(town):
    stranger = make.agent_of(make.territory("xx-com-9", "Loin-Essai"))
    for person in (stranger, make.person()):
        with pytest.raises(NotAllowed):
            services.choose_sites(person=person, territory=town, restricted=True, sites="", version=0)
    services.choose_sites(person=make.secretary(), territory=town, restricted=True, sites="", version=0)
    assert services.frame_ancestors(town) == ["'self'"]


def test_two_who_choose_at_once_neither_is_lost(town):
    agent = make.agent_of(town)
    services.choose_sites(person=agent, territory=town, restricted=True, sites="un.test", version=0)
    with pytest.raises(TerreauError, match="Quelqu’un a changé"):
        services.choose_sites(person=agent, territory=town, restricted=True, sites="deux.test", version=0)
    assert EmbeddingChoice.objects.get().sites == ["https://un.test"]


def test_the_same_choice_again_changes_nothing(town):
    agent = make.agent_of(town)
    services.choose_sites(person=agent, territory=town, restricted=True, sites="un.test", version=0)
    services.choose_sites(person=agent, territory=town, restricted=True, sites="un.test", version=1)
    assert Event.objects.filter(verb="embedding.chosen").count() == 1


def test_the_screen_of_the_agent(client, town):
    address = reverse("opendata:sites", args=["xx-com-1"])
    assert client.get(address).status_code == 302
    client.force_login(make.person())
    assert client.get(address).status_code == 403
    client.force_login(make.agent_of(town))
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"restricted": "1", "sites": "pas un site", "version": "0"})
    assert wrong.status_code == 400
    assert "n’est pas l’adresse d’un site" in wrong.content.decode()
    assert "pas un site</textarea>" in wrong.content.decode()
    done = client.post(address, {"restricted": "1", "sites": "ville.test", "version": "0"}, follow=True)
    assert "Le réglage est enregistré" in done.content.decode()
    assert "https://ville.test</textarea>" in done.content.decode()


# --- The page that makes the line ---------------------------------------------------------------------


@override_settings(PUBLIC_URL="https://terreau.test")
def test_the_page_makes_the_lines(client, town):
    response = client.get(
        "/partager/xx-com-1/?vue=carte&famille=mutuelle&q=l'eau+%22vive%22&accent=%23abc&hauteur=900"
    )
    text = html.unescape(response.content.decode())
    assert policy(response)["frame-src"] == "'self'"
    line = re.search(r"<script src=\"https://terreau.test/integrer.js\"(.+?) async></script>", text)[1]
    data = dict(re.findall(r' data-(\w+)="([^"]*)"', line))
    assert (data["territoire"], data["vue"], data["accent"], data["hauteur"]) == (
        "xx-com-1",
        "carte",
        "aabbcc",
        "900",
    )
    assert html.unescape(data["filtres"]) == "famille=mutuelle&q=l%27eau+%22vive%22"
    assert '<iframe src="https://terreau.test/integrer/xx-com-1/carte/?famille=mutuelle' in text
    assert "Trop peu de contraste" in text
    preview = re.search(r'<iframe class="card" src="([^"]+)"', response.content.decode())[1]
    assert client.get(html.unescape(preview)).status_code == 200


def test_the_line_keeps_every_filter_of_the_list(client, town):
    asked = "famille=association&famille=mutuelle&lieu=point&cessees=oui&pres=Ville-Essai&q=essai"
    shared = client.get(f"/partager/?territoire=xx-com-1&{asked}").content.decode()
    address = html.unescape(re.search('href="(/partager/xx-com-1/[^"]*)"', shared)[1])
    text = client.get(address).content.decode()
    preview = html.unescape(re.search(r'<iframe class="card" src="([^"]+)"', text)[1])
    kept = set(preview.partition("?")[2].split("&"))
    assert kept == set(asked.split("&"))
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', text)
    assert {f"{name}={value}" for name, value in hidden} == kept - {"q=essai"}
    tags = re.findall(r'<a class="tag" href="([^"]+)"[^>]*><span class="sr">[^<]*</span>([^<]+?) <', text)
    less = {label: html.unescape(without) for without, label in tags}
    assert "famille=association" in less["Mutuelles"]
    assert "mutuelle" not in less["Mutuelles"]
    assert set(less) == {
        *("Associations", "Mutuelles", "Point précis", "Près de Ville-Essai"),
        "Avec celles qui ont cessé leur activité",
    }


def test_a_colour_that_is_none_is_said_and_left_out(client, town):
    text = client.get("/partager/xx-com-1/?accent=rouge&hauteur=3").content.decode()
    assert "six chiffres hexadécimaux" in text
    assert "data-accent" not in text
    assert "data-hauteur" not in text
