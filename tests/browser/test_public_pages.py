"""Every public page in a real browser: without violation, without script, without overflow."""

from __future__ import annotations

import re

import pytest

from tests.browser.accessibility import faults, overflows
from tests.showcase import open_showcase

pytestmark = pytest.mark.browser


@pytest.fixture
def showcase(transactional_db, small_world, register_read):
    return open_showcase(small_world)


def test_every_page_is_accessible_fits_its_screen_and_asks_no_other_site(
    wide_page, live_server, showcase, settings
):
    settings.DEMO = True  # its banner stands on every page of the demonstration
    page = wide_page
    asked, complaints, found = set(), [], {}
    page.on("request", lambda request: asked.add(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    for name, path in showcase.pages.items():
        page.goto(live_server.url + path)
        if wrong := faults(page):
            found[name] = wrong
    assert found == {}
    assert {url for url in asked if not url.startswith((live_server.url, "data:"))} == set()
    assert [text for text in complaints if not re.search("404|410", text)] == []


def test_a_visitor_goes_from_search_to_sheet_without_script(page_without_script, live_server, showcase):
    page = page_without_script
    page.goto(live_server.url)
    page.get_by_role("searchbox").fill("organisatoin d'essai")
    page.get_by_role("button", name="Chercher").click()
    page.locator("article a").first.click()
    assert page.locator("h1").inner_text().startswith("Organisation d’essai")
    page.goto(live_server.url + showcase.pages["diagnostic"])
    assert page.locator("h1").inner_text() == "Poitiers"


# Whether what holds the keyboard is wholly seen in the menu; nothing when it is elsewhere.
_IN_MENU = """() => {
    const menu = document.activeElement.closest(".top nav");
    if (!menu) return null;
    const [whole, part] = [menu, document.activeElement].map(one => one.getBoundingClientRect());
    return part.left >= whole.left - 1 && part.right <= whole.right + 1;
}"""


def test_the_keyboard_reaches_the_content_first_and_all_of_the_menu(page, live_server, showcase):
    page.goto(live_server.url + showcase.pages["annuaire"])
    assert page.evaluate("scrollY") == 0  # the entry of this page is brought into its menu, not to the top
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    page.locator(".brand").focus()
    for _entry in range(page.locator(".top nav a").count()):
        page.keyboard.press("Tab")
        page.wait_for_function(f"({_IN_MENU})() === true")
    page.keyboard.press("Tab")
    assert page.evaluate(_IN_MENU) is None


def test_what_is_written_in_an_address_never_widens_the_page(page, live_server, showcase):
    page.goto(f"{live_server.url}/annuaire/?territoire={'x' * 80}")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_with_the_reader_s_own_colours_a_button_has_an_edge_and_one_entry_is_underlined(
    chromium, live_server, showcase
):
    context = chromium.new_context(forced_colors="active", locale="fr-FR")
    page = context.new_page()
    page.goto(live_server.url + showcase.pages["annuaire"])
    edge = "one => getComputedStyle(one).borderBottomWidth"
    assert page.locator("button.btn").first.evaluate(edge) == "1px"
    colours = page.locator(".top nav a").evaluate_all(
        "all => all.map(one => [getComputedStyle(one).borderBottomColor, one.ariaCurrent])"
    )
    told = {colour for colour, current in colours if current}
    assert len(told) == 1
    assert not told & {colour for colour, current in colours if not current}
    context.close()


# Between the margins of a sheet of A4: as narrow as a large telephone.
_SHEET = {"width": 718, "height": 1040}
_UNLIKE_A_TABLE = """Array.from(document.querySelectorAll(".stack td"))
    .filter(one => one.checkVisibility() && getComputedStyle(one).display !== "table-cell").length"""


def test_on_paper_a_table_stays_one_nothing_is_cut_and_what_is_invented_says_so(
    page, live_server, showcase, settings
):
    settings.INSTANCE_NOTICE = "Instance d’essai."
    page.set_viewport_size(_SHEET)
    page.emulate_media(media="print")
    wrong = {}
    for name, path in showcase.pages.items():
        page.goto(live_server.url + path)
        said = page.get_by_text("Instance d’essai.").is_visible()
        if (told := (page.evaluate(_UNLIKE_A_TABLE), overflows(page), said)) != (0, False, True):
            wrong[name] = told
    assert wrong == {}


def test_after_a_mistake_one_is_before_what_is_wrong_without_script(
    page_without_script, live_server, transactional_db
):
    page = page_without_script
    page.goto(f"{live_server.url}/code/")
    page.get_by_label("Le code").fill("AAAA")
    page.get_by_role("button", name="Ouvrir ma fiche").click()
    assert page.title().startswith("Erreur\u00a0: J’ai un code")
    assert page.locator(":focus").get_attribute("role") == "alert"
