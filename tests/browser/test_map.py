"""The interactive map in a real browser: light, keyboard, address, list beside, nothing asked elsewhere."""

from __future__ import annotations

from functools import lru_cache

import brotli
import pytest
from django.http import QueryDict
from django.urls import reverse

from terreau.core import mercator
from terreau.directory import asking, clusters
from terreau.project import npm
from tests.browser.accessibility import broken_rules, overflows
from tests.directory import factories, test_map_supplied

pytestmark = pytest.mark.browser
KILOBYTE = 1000
VIEWS = ["all", "france", "poitiers", "bamako", "world"]
OPENED = "html[data-carte=ouverte]"
PRECISE = ("46.58123", "0.34123")


@pytest.fixture
def organisations(transactional_db, small_world):
    if not list(npm.NpmFinder().list([])):
        pytest.fail("ce qui vient de npm n’est pas installé : « make setup »")
    told = []
    for number in range(130):
        near = number < 3
        place = factories.place_of(
            small_world.poitiers,
            longitude=0.34 + (0.2 + number % 7 / 50) * (not near) + number / 1000,
            latitude=46.58 + (0.2 + number % 5 / 50) * (not near) + number / 1000,
        )
        family = ("association", "cooperative")[number % 2]
        told.append({"name": f"Organisation d’essai n° {number}", "place": place, "family": family})
    made = factories.organisations(told, small_world.poitiers)
    factories.indexed()
    return made


@pytest.fixture
def watched(page):
    """A page on each screen, whose requests and complaints are kept."""
    return _watched(page)


@pytest.fixture
def watched_wide(wide_page):
    """The same where the width changes nothing but how much is drawn: the most is on a wide screen."""
    return _watched(wide_page)


def _watched(page):
    """The page, with all that it asked and complained of, its workers included."""
    page.asked, page.complaints = [], []
    page.context.on("response", lambda response: page.asked.append(response))
    # Drawing without a graphics card is slow at times, and says so: that is no fault of the page.
    page.on(
        "console",
        lambda message: "GL Driver Message" not in message.text and page.complaints.append(message.text),
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def weight(responses):
    """What they weigh compressed, each address once."""
    return {one.url: compressed(one.body(), 11 if "/static/" in one.url else 5) for one in responses}


@lru_cache(maxsize=64)
def compressed(body, level):
    """Kept: to compress the map's own script takes longer than to open it."""
    return len(brotli.compress(body, quality=level))


def opened(page, address):
    page.goto(address)
    if "#vue" not in address:
        page.get_by_role("button", name="Ouvrir la carte interactive").click()
    page.wait_for_selector(OPENED)
    page.get_by_role("heading", name="dans cette vue").wait_for()


@pytest.mark.parametrize("view", ["", "6/46.6/2.5", "13/46.581/0.341", "12/12.64/-8", "1/20/0"], ids=VIEWS)
def test_still_first_then_interactive_within_their_weights(watched_wide, live_server, organisations, view):
    address = live_server.url + reverse("directory:map")
    watched_wide.goto(address, wait_until="networkidle")
    still = weight(watched_wide.asked)
    assert sum(still.values()) < 30 * KILOBYTE, still
    assert not [url for url in still if "maplibre" in url or ".pbf" in url]
    if view:
        watched_wide.evaluate("view => { location.hash = `#vue=${view}`; }", view)
    else:
        watched_wide.get_by_role("button", name="Ouvrir la carte interactive").click()
    watched_wide.wait_for_selector(OPENED)
    watched_wide.wait_for_load_state("networkidle")
    every = weight(watched_wide.asked)
    assert sum("maplibre" in url for url in every) == 1  # the worker runs the same file
    assert any("/tuiles/" in url for url in every)
    drawn = sum(size for url, size in every.items() if ".pbf" in url)
    assert sum(every.values()) < 400 * KILOBYTE, every
    # Few outlines are in the world of the tests: the tiles of a real one have what is left.
    assert sum(every.values()) - drawn < 310 * KILOBYTE, every
    assert {url for url in every if not url.startswith((live_server.url, "data:"))} == set()
    assert watched_wide.complaints == []


def test_it_breaks_no_rule_of_accessibility_and_overflows_nowhere(watched, live_server, organisations):
    opened(watched, live_server.url + reverse("directory:map"))
    for state in ("list", "summary"):
        assert broken_rules(watched) == []
        assert not overflows(watched)
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
    page.locator("#carte-fond canvas:focus").wait_for()
    before = page.url
    with page.expect_response(lambda answer: "zone=" in answer.url and "partie=1" in answer.url):
        page.keyboard.press("+")
        page.wait_for_url(lambda url: url != before)
    page.wait_for_selector("#carte-cote:not([aria-busy])")
    link = page.locator("#carte-cote a[data-sheet]").first
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Voir la fiche").wait_for()
    assert "Organisation d’essai" in page.locator("#carte-cote h2:focus").inner_text()
    page.get_by_role("button", name="Revenir à la liste").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="dans cette vue").wait_for()


def touch_the_middle(page):
    page.locator("#carte-fond canvas").click()


@pytest.mark.parametrize("asked", ["", "famille=association", "q=essai"])
def test_a_cluster_touched_comes_nearer(watched_wide, live_server, organisations, asked, monkeypatch):
    monkeypatch.setattr(clusters, "MOST_SINGLES", 10)
    query = asking.read(QueryDict(asked)).query
    x, y = (int(16 * part) for part in mercator.fractions(0.5, 46.7))
    cluster = max(clusters.in_tile(query, 4, x, y), key=lambda spot: spot.count)
    assert cluster.count > 1
    middle = f"{cluster.latitude:.4f}/{cluster.longitude:.4f}"
    opened(watched_wide, f"{live_server.url}{reverse('directory:map')}?{asked}#vue=4/{middle}")
    touch_the_middle(watched_wide)
    watched_wide.wait_for_url("**#vue=6/**")
    watched_wide.go_back()
    watched_wide.wait_for_url("**#vue=4/**")


def test_a_point_touched_shows_its_sheet_in_brief_and_several_at_one_place_their_list(
    watched, live_server, organisations
):
    one = organisations[0]
    opened(watched, f"{live_server.url}{reverse('directory:map')}#vue=17/{one.latitude}/{one.longitude}")
    touch_the_middle(watched)
    watched.get_by_role("heading", name=one.name, exact=True).wait_for()
    watched.get_by_role("link", name="Voir la fiche").wait_for()
    x, y = organisations[100].longitude, organisations[100].latitude
    place = factories.place_of(organisations[0].territory, longitude=x, latitude=y)
    twin = factories.organisation("Jumelle d’essai", organisations[0].territory, place=place)
    factories.indexed()
    watched.goto("about:blank")
    opened(watched, f"{live_server.url}{reverse('directory:map')}#vue=12/{y}/{x}")
    touch_the_middle(watched)
    watched.get_by_role("heading", name="2 organisations dans cette vue").wait_for()
    assert watched.locator("#carte-cote").get_by_role("link", name=twin.name).is_visible()


def test_the_address_keeps_the_view_and_the_filters_and_back_goes_back(
    watched_wide, live_server, organisations
):
    page = watched_wide
    address = f"{live_server.url}{reverse('directory:map')}?q=essai#vue=9/46.78/0.6"
    opened(page, address)
    assert "q=essai" in page.url
    assert all("q=essai" in one.url for one in page.asked if "/tuiles/" in one.url)
    nearer = lambda answer: "/tuiles/" in answer.url and "/11/" in answer.url  # noqa: E731
    with page.context.expect_event("response", nearer):
        page.evaluate("location.hash = '#vue=11/46.78/0.6'")
    page.go_back()
    page.wait_for_url("**#vue=9/**")
    page.get_by_role("button", name="Revenir à l’image fixe").click()
    assert page.locator("#carte-fixe").is_visible()
    page.go_back()
    page.wait_for_selector(OPENED)


def test_around_here_lists_the_view_and_leads_to_the_directory(watched, live_server, organisations):
    opened(watched, f"{live_server.url}{reverse('directory:map')}#vue=13/46.581/0.341")
    watched.get_by_role("button", name="Autour d’ici").click()
    watched.get_by_role("heading", name="3 organisations dans cette vue").wait_for()
    watched.locator("#carte-cote h2:focus").wait_for()
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
    watched_wide, live_server, organisations, device, why
):
    page = watched_wide
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


def test_the_map_that_the_operator_supplies_is_drawn_from_this_server(
    watched_wide, live_server, organisations, settings, tmp_path
):
    settings.PMTILES = str(test_map_supplied.made(tmp_path / "plan.pmtiles"))
    opened(watched_wide, f"{live_server.url}{reverse('directory:map')}#vue=2/46.6/2.5")
    watched_wide.wait_for_load_state("networkidle")
    plan = [one for one in watched_wide.asked if "/carte/plan/" in one.url]
    assert plan
    assert {one.status for one in plan} <= {200, 204}
    assert {
        one.url for one in watched_wide.asked if not one.url.startswith((live_server.url, "data:"))
    } == set()
    assert watched_wide.complaints == []


def test_without_script_the_picture_and_the_table_are_all_there_is(
    page_without_script, live_server, organisations
):
    page = page_without_script
    page.goto(live_server.url + reverse("directory:map"))
    assert page.locator("#carte-fixe img").is_visible()
    assert page.get_by_role("table").is_visible()
    assert page.get_by_text("Ouvrir la carte interactive").is_hidden()
    assert page.locator("#carte-vive").is_hidden()
