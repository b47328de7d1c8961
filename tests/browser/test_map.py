"""The interactive map in a real browser: light, keyboard, address, list beside, nothing asked elsewhere."""

from __future__ import annotations

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from terreau.project import npm
from tests.browser.test_public_pages import RULES
from tests.directory import factories

pytestmark = pytest.mark.browser
KILOBYTE = 1000
OPENED = "html[data-carte=ouverte]"
PRECISE = ("46.58123", "0.34123")


@pytest.fixture
def organisations(transactional_db, small_world):
    if not list(npm.NpmFinder().list([])):
        pytest.fail("ce qui vient de npm n’est pas installé : « make setup »")
    made = []
    for number in range(130):
        near = number < 3
        place = factories.place_of(
            small_world.poitiers,
            longitude=0.34 + (0.2 + number % 7 / 50) * (not near) + number / 1000,
            latitude=46.58 + (0.2 + number % 5 / 50) * (not near) + number / 1000,
        )
        made.append(
            factories.organisation(
                f"Organisation d’essai n° {number}",
                small_world.poitiers,
                place=place,
                family=("association", "cooperative")[number % 2],
            )
        )
    factories.indexed()
    return made


@pytest.fixture
def watched(page):
    """The page, with all that it asked and complained of, its workers included."""
    page.asked, page.complaints = [], []
    page.context.on("response", lambda response: page.asked.append(response))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def weight(responses):
    """What they weigh compressed, each address once."""
    found = {}
    for one in responses:
        level = 11 if "/static/" in one.url else 5
        found[one.url] = len(brotli.compress(one.body(), quality=level))
    return found


def opened(page, address):
    page.goto(address)
    if "#vue" not in address:
        page.get_by_role("button", name="Ouvrir la carte interactive").click()
    page.wait_for_selector(OPENED)
    page.get_by_role("heading", name="dans cette vue").wait_for()


def test_still_first_then_interactive_within_their_weights(watched, live_server, organisations):
    address = live_server.url + reverse("directory:map")
    watched.goto(address, wait_until="networkidle")
    still = weight(watched.asked)
    assert sum(still.values()) < 30 * KILOBYTE, still
    assert not [url for url in still if "maplibre" in url or ".pbf" in url]
    watched.get_by_role("button", name="Ouvrir la carte interactive").click()
    watched.wait_for_selector(OPENED)
    watched.wait_for_load_state("networkidle")
    every = weight(watched.asked)
    assert any("maplibre-gl-worker" in url for url in every)
    assert any("/tuiles/" in url for url in every)
    assert sum(every.values()) < 400 * KILOBYTE, every
    assert {url for url in every if not url.startswith((live_server.url, "data:"))} == set()
    assert watched.complaints == []


def test_it_breaks_no_rule_of_accessibility_and_overflows_nowhere(watched, live_server, organisations):
    opened(watched, live_server.url + reverse("directory:map"))
    for state in ("list", "summary"):
        violations = Axe().run(watched, options=RULES).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in violations] == []
        assert not watched.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        if state == "list":
            watched.locator("#carte-cote a[data-sheet]").first.click()
        watched.get_by_role("link", name="Voir la fiche").wait_for()


def test_by_keyboard_from_the_list_to_the_sheet_and_back(watched, live_server, organisations):
    page = watched
    page.goto(live_server.url + reverse("directory:map"))
    page.get_by_role("button", name="Ouvrir la carte interactive").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(OPENED)
    page.get_by_role("heading", name="dans cette vue").wait_for()
    assert page.evaluate("document.activeElement.className").startswith("maplibregl-canvas")
    before = page.url
    page.keyboard.press("+")
    _until(page, lambda: page.url != before)
    link = page.locator("#carte-cote a[data-sheet]").first
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Voir la fiche").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H2"
    assert "Organisation d’essai" in page.evaluate("document.activeElement.textContent")
    page.get_by_role("button", name="Revenir à la liste").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="dans cette vue").wait_for()


def _until(page, true):
    for _attempt in range(100):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.url)


def test_the_address_keeps_the_view_and_the_filters_and_back_goes_back(watched, live_server, organisations):
    page = watched
    address = f"{live_server.url}{reverse('directory:map')}?q=essai#vue=9/46.78/0.6"
    opened(page, address)
    assert "q=essai" in page.url
    assert all("q=essai" in one.url for one in page.asked if "/tuiles/" in one.url)
    page.evaluate("location.hash = '#vue=11/46.78/0.6'")
    _until(page, lambda: any("/tuiles/" in one.url and "/11/" in one.url for one in page.asked))
    page.go_back()
    _until(page, lambda: page.url.partition("#")[2].startswith("vue=9/"))
    page.get_by_role("button", name="Revenir à l’image fixe").click()
    assert page.locator("#carte-fixe").is_visible()
    page.go_back()
    page.wait_for_selector(OPENED)


def test_around_here_lists_the_view_and_leads_to_the_directory(watched, live_server, organisations):
    opened(watched, f"{live_server.url}{reverse('directory:map')}#vue=13/46.581/0.341")
    watched.get_by_role("button", name="Autour d’ici").click()
    watched.get_by_role("heading", name="3 organisations dans cette vue").wait_for()
    assert watched.evaluate("document.activeElement.tagName") == "H2"
    watched.get_by_role("link", name="Ouvrir cette vue dans l’annuaire").click()
    watched.wait_for_load_state()
    assert watched.locator("article.sheet").count() == 3
    assert "zone=" in watched.url


def test_ones_own_position_is_asked_for_by_a_click_and_told_to_nobody(watched, live_server, organisations):
    page = watched
    page.context.grant_permissions(["geolocation"], origin=live_server.url)
    page.context.set_geolocation({"latitude": float(PRECISE[0]), "longitude": float(PRECISE[1])})
    opened(page, live_server.url + reverse("directory:map"))
    assert page.locator("#carte-pres").is_hidden()
    page.get_by_role("button", name="Ma position").click()
    page.get_by_role("link", name="Les plus proches de moi").wait_for()
    page.get_by_role("link", name="Les plus proches de moi").click()
    page.wait_for_load_state()
    assert "pres=46.58%2C0.34" in page.url
    assert "Organisation d’essai n° 0" in page.locator("article.sheet").first.inner_text()
    assert not [one.url for one in page.asked if any(exact in one.url for exact in PRECISE)]


@pytest.mark.parametrize(
    ("device", "why"),
    [
        ("Object.defineProperty(navigator, 'deviceMemory', {get: () => 0.5})", "peu de mémoire"),
        ("Object.defineProperty(navigator, 'connection', {get: () => ({saveData: true})})", "économise"),
        ("HTMLCanvasElement.prototype.getContext = () => null", "ne sait pas dessiner"),
    ],
)
def test_a_small_device_stays_on_the_still_picture_and_says_why(
    watched, live_server, organisations, device, why
):
    page = watched
    page.add_init_script(device)
    page.goto(f"{live_server.url}{reverse('directory:map')}#vue=9/46.78/0.6", wait_until="networkidle")
    assert page.locator("#carte-fixe").is_visible()
    assert why in page.locator("#carte-pourquoi").inner_text()
    assert not [one.url for one in page.asked if "maplibre" in one.url]
    page.get_by_role("button", name="Ouvrir quand même la carte interactive").click()
    if "getContext" in device:
        page.get_by_text("Cela n’a pas pu être chargé").wait_for()
        assert page.locator("#carte-fixe").is_visible()
    else:
        page.wait_for_selector(OPENED)


def test_without_script_the_picture_and_the_table_are_all_there_is(
    page_without_script, live_server, organisations
):
    page = page_without_script
    page.goto(live_server.url + reverse("directory:map"))
    assert page.locator("#carte-fixe img").is_visible()
    assert page.get_by_role("table").is_visible()
    assert page.get_by_text("Ouvrir la carte interactive").is_hidden()
    assert page.locator("#carte-vive").is_hidden()
