"""The whole way of somebody who answers a survey in a real browser: agree, stop, go on by the link, send,
correct, withdraw; and by keyboard alone."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from terreau.survey.enums import SubmissionState
from terreau.survey.models import Submission
from tests.browser.visiting import visitor
from tests.survey.world import NEEDED, survey_of

pytestmark = pytest.mark.browser


@pytest.fixture
def survey(transactional_db, small_world):
    return survey_of(small_world.poitiers, translations={"ar": {"title": "استبيان تجريبي"}})[0]


@pytest.fixture(params=["360px", "360px-sans-script"])
def somebody(chromium, live_server, request):
    made = visitor(chromium, live_server, request.param)
    yield made
    made.page.context.close()


def _link(person):
    """The personal link, copied from the page as a person would."""
    return person.page.locator(".link a").text_content()


def test_from_the_page_of_the_territory_to_the_answer_sent_and_withdrawn(somebody, survey):
    somebody.goes(reverse("portal:territory", args=[survey.territory.code]))
    somebody.follows("Répondre à l’enquête")
    somebody.sees("Enquête d’essai")
    somebody.presses("Commencer")
    somebody.reads("Cochez la case")
    somebody.page.locator("[name=agree]").check()
    somebody.presses("Commencer")
    somebody.sees("Votre lien personnel")
    link = _link(somebody)
    somebody.follows("Continuer")
    somebody.sees("Votre organisation")
    somebody.page.get_by_label("association", exact=True).check()
    somebody.types("En quelle année", "mille neuf cents")
    somebody.presses("Enregistrer et continuer")
    somebody.reads("Écrivez un nombre entier")
    somebody.types("En quelle année", "1998")
    somebody.presses("Enregistrer et m’arrêter là")
    somebody.sees("Enquête d’essai")
    somebody.page.context.clear_cookies()
    somebody.goes(link)
    somebody.follows("Besoins")
    somebody.sees("Besoins")
    somebody.page.get_by_text("très important", exact=True).first.click()
    for title in ("Obstacles", "Relations avec la mairie", "Ce que vous pouvez apporter", "Avec vos mots"):
        somebody.presses("Enregistrer et continuer")
        somebody.sees(title)
    somebody.presses("Page précédente")
    somebody.sees("Ce que vous pouvez apporter")
    somebody.goes(link.rstrip("/") + "/envoyer/")
    somebody.presses("Envoyer mes réponses")
    somebody.reads("Il manque encore ces réponses")
    somebody.follows("Quel est son principal secteur")
    somebody.page.get_by_label("Quel est son principal secteur").select_option("culture")
    somebody.presses("Enregistrer et m’arrêter là")
    somebody.follows("Envoyer")
    somebody.presses("Envoyer mes réponses")
    somebody.sees("Merci")
    one = Submission.objects.get()
    assert one.state == SubmissionState.COMPLETE
    assert one.values == NEEDED | {"founded": 1998, "need_microcredit_importance": 5}
    somebody.presses("Corriger mes réponses")
    somebody.follows("Retirer ma réponse")
    somebody.sees("Retirer votre réponse")
    somebody.presses("Retirer ma réponse")
    somebody.sees("Votre réponse est retirée")
    assert {one.state for one in Submission.objects.all()} == {SubmissionState.WITHDRAWN}
    assert somebody.broken == {}


def test_in_arabic_everything_is_laid_out_from_right_to_left(somebody, survey):
    somebody.goes(reverse("survey:welcome", args=[survey.slug]))
    somebody.follows("العربية")
    somebody.sees("استبيان تجريبي")
    somebody.page.locator("[name=agree]").check()
    somebody.presses("ابدأ")
    somebody.sees("رابطكم الشخصي")
    somebody.follows("تابع")
    somebody.sees("منظمتكم")
    choice = somebody.page.locator("label", has_text="جمعية").first
    button, words = choice.locator("input").bounding_box(), choice.locator("span").bounding_box()
    assert button["x"] > words["x"]
    somebody.page.get_by_role("button", name="français").click()
    somebody.sees("Votre organisation")
    assert somebody.broken == {}


def test_by_keyboard_alone(chromium, live_server, survey):
    somebody = visitor(chromium, live_server, "large")
    page = somebody.page
    somebody.goes(reverse("survey:welcome", args=[survey.slug]))
    page.locator("[name=agree]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    somebody.sees("Votre lien personnel")
    somebody.goes(_link(somebody).rstrip("/") + "/partie/needs/")
    page.locator("[name=seen] ~ fieldset input").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[name=need_microcredit_importance]:checked")).to_have_value("3")
    expect(page.locator("[name=need_microcredit_satisfaction]:checked")).to_have_value("na")
    # In a group of radio buttons, Enter sends the form by its first button.
    page.keyboard.press("Enter")
    somebody.sees("Obstacles")
    assert re.search("/partie/obstacles/$", page.url)
    somebody.page.context.close()
