"""What messages, networks and search engines show of an address that is pasted there."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Engine, TemplateSyntaxError
from django.test import override_settings

from terreau.directory.enums import Status
from terreau.directory.models import Organisation
from terreau.notifications.tokens import path_for_person
from terreau.survey.answering import college_invitation
from tests.directory import factories
from tests.showcase import open_showcase
from tests.survey.world import PURPOSE, survey_of

ADDRESS = "https://terreau.test"


class Head(HTMLParser):
    """What a program that only reads the head understands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.canonical = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "meta" and (name := given.get("property") or given.get("name")):
            assert name not in self.metas, f"{name} is said twice"
            self.metas[name] = given["content"]
        if tag == "link" and given.get("rel") == "canonical":
            self.canonical = given["href"]


def head(client, address, status=200):
    with override_settings(PUBLIC_URL=ADDRESS):
        response = client.get(address)
    assert response.status_code == status
    return Head(response.content.decode())


@pytest.fixture
def sheet(small_world):
    one = factories.organisation(
        "L’« Atelier » <d’essai> & Cie",
        small_world.poitiers,
        family="association",
        description="Répare\nles vélos d’essai.",
    )
    factories.indexed()
    return one


def test_every_public_page_has_a_title_a_text_and_a_picture_of_ours(client, small_world, register_read):
    wrong = []
    for name, path in open_showcase(small_world).pages.items():
        with override_settings(PUBLIC_URL=ADDRESS):
            response = client.get(path, follow=True)
        told = Head(response.content.decode())
        if "noindex" in response.headers.get("X-Robots-Tag", ""):
            assert told.metas["robots"] == "noindex", name
        if told.metas.get("robots") == "noindex":
            shown = {key for key in told.metas if key.startswith("og:")}
            wrong += [name] if shown or told.canonical else []
            continue
        texts = (told.metas.get("og:title"), told.metas.get("og:description"))
        ours = all(
            value.startswith(f"{ADDRESS}/")
            for value in (told.metas.get("og:image", ""), told.canonical or f"{ADDRESS}/")
        )
        if not all(texts) or "Terreau" in texts[0].removeprefix("Terreau, ") or not ours:
            wrong.append(name)
        assert told.metas["description"] == told.metas["og:description"]
        assert told.canonical == told.metas.get("og:url", "")
    assert wrong == []


def test_a_sheet_is_told_on_one_line_as_it_is_written(client, sheet):
    told = head(client, f"/annuaire/{sheet.public_id}/")
    assert told.metas["og:title"] == "L’« Atelier » <d’essai> & Cie"
    assert told.metas["og:description"] == "Association, Poitiers. Répare les vélos d’essai."
    assert told.metas["og:locale"] == "fr_FR"
    assert told.canonical == f"{ADDRESS}/annuaire/{sheet.public_id}/"


def test_what_is_added_to_follow_readers_is_not_part_of_an_address(client, sheet):
    path = f"/annuaire/{sheet.public_id}/"
    assert head(client, f"{path}?utm_source=lettre&fbclid=x").canonical == f"{ADDRESS}{path}"
    filtered = head(client, "/annuaire/?famille=association")
    assert (filtered.canonical, filtered.metas.get("og:url")) == ("", None)


def test_the_picture_is_one_that_messages_show_and_light(client, sheet):
    """No message shows an SVG."""
    assert head(client, "/").metas["og:image"] == f"{ADDRESS}/static/terreau.png"
    content = Path(finders.find("terreau.png")).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < 5000


def test_what_was_withdrawn_tells_nothing_of_itself(client, sheet):
    Organisation.objects.filter(pk=sheet.pk).update(status=Status.HIDDEN, description="À taire.")
    told = head(client, f"/annuaire/{sheet.public_id}/", 410)
    assert not any("Atelier" in value or "taire" in value for value in told.metas.values())


def test_a_page_made_for_who_signed_in_tells_nothing(client, sheet, small_world):
    client.force_login(factories.agent_of(small_world.poitiers))
    told = head(client, f"/annuaire/{sheet.public_id}/")
    assert not any(name.startswith("og:") for name in told.metas)
    assert told.canonical == ""


def test_a_survey_says_what_it_is_for_and_a_link_of_a_college_is_found_by_nobody(client, db):
    survey = survey_of()[0]
    told = head(client, f"/enquetes/{survey.slug}/")
    assert told.metas["og:title"] == survey.title
    assert told.metas["og:description"] == PURPOSE
    assert head(client, f"/enquetes/{survey.slug}/?langue=ar").metas["og:locale"] == "ar_AR"
    invited = head(client, f"/enquetes/{survey.slug}/college/{college_invitation(survey, 'elected')}/")
    assert invited.metas["robots"] == "noindex"
    assert not any(name.startswith("og:") for name in invited.metas)


def test_a_text_is_told_again_with_its_spaces_that_do_not_break():
    engine = Engine(builtins=["terreau.portal.templatetags.terreau"])
    made = engine.from_string("{% told as what %} 1\u202f000 <\n {{ one }} {% endtold %}[{{ what }}]")
    assert made.render(Context({"one": '"&'})) == "[1\u202f000 < &quot;&amp;]"
    with pytest.raises(TemplateSyntaxError):
        engine.from_string("{% told what %}{% endtold %}")


def test_a_page_that_is_not_there_tells_nothing_of_itself(client, db):
    told = head(client, "/annuaire/rien/", 404)
    assert (told.metas["robots"], told.canonical) == ("noindex", "")


def test_a_link_that_lets_in_tells_nothing(client, db):
    one = factories.person()
    told = head(client, path_for_person(one, ["tests.news"]))
    assert (told.metas["robots"], told.canonical, told.metas.get("og:title")) == ("noindex", "", None)
