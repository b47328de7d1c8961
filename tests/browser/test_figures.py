"""From the menu to a territory's figures, on a telephone and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visiting import visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def somebody(chromium, live_server, transactional_db, small_world, register_read):
    found = visitor(chromium, live_server, "360px-sans-script")
    yield found
    found.page.context.close()


def test_a_mayor_reads_compares_and_sorts_without_script(somebody):
    somebody.goes("/methodes/")
    somebody.follows("Chiffres")
    somebody.sees("Les chiffres")
    somebody.page.get_by_role("searchbox").fill("poitiers")
    somebody.presses("Chercher")
    somebody.page.get_by_role("main").get_by_role("link", name="Poitiers", exact=True).click()
    somebody.sees("Poitiers")
    somebody.reads("de l’emploi salarié", "Les deux périmètres")
    somebody.page.get_by_label("Périmètre", exact=True).select_option("statistical")
    somebody.presses("Montrer")
    somebody.reads("Périmètre statistique.")

    somebody.follows("Comparer")
    somebody.page.get_by_role("searchbox").fill("nantes")
    somebody.presses("Chercher")
    somebody.page.get_by_role("main").get_by_role("link", name="Nantes", exact=True).click()
    somebody.reads("Retirer Nantes", "Périmètre statistique.")

    somebody.page.get_by_role("navigation", name="Où l’on est").get_by_role("link", name="Vienne").click()
    somebody.follows("Carte et tableau")
    somebody.page.get_by_role("main").get_by_role("link", name="Territoire", exact=True).click()
    assert somebody.page.locator("tbody th").first.inner_text() == "Adriers"
    somebody.follows("Page suivante")
    assert somebody.page.locator("tbody th").first.inner_text() != "Adriers"
    picture = somebody.page.locator("figure img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.bounding_box()["width"] > 300
