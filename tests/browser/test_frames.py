"""A page of another site shows a territory's directory: in a real browser, from another origin."""

from __future__ import annotations

import functools
import http.server
import threading
from html import escape

import pytest
from django.test import override_settings

from terreau.opendata.embedding import Frame
from terreau.opendata.enums import View
from terreau.opendata.services import choose_sites
from tests.browser.accessibility import broken_rules, overflows
from tests.directory import factories
from tests.showcase import fill

pytestmark = pytest.mark.browser
# A height is told from one page to the other: pictures of the screen drawn until it must have come.
MOST_DRAWN = 600
PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Site d’essai</title></head>
<body><main><h1>Site d’une ville d’essai</h1>{line}<p>Après le cadre.</p>{more}</main></body></html>"""
# What a hostile page around, or beside, might say in the frame's place.
LIAR = """<script>addEventListener("load", () => {
addEventListener("message", (said) => { if (said.source === window) document.body.dataset.lied = "yes"; });
postMessage({terreau: {height: 9999, loaded: true}}, "*"); });</script>"""


@pytest.fixture
def elsewhere(tmp_path):
    """Another origin: the same machine, another port. `elsewhere(line)` gives the address of a page."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    handler.log_message = lambda *_arguments: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def page(line, more=""):
            (tmp_path / "index.html").write_text(PAGE.format(line=line, more=more))
            return f"http://127.0.0.1:{server.server_address[1]}/index.html"

        yield page
        server.shutdown()


@pytest.fixture
def town(transactional_db):
    town = factories.territory("xx-com-1", "Ville-Essai", longitude=0.5, latitude=46.5)
    factories.load_nomenclatures()
    fill(town, 30)
    factories.indexed()
    return town


def lines(live_server, town, **choices):
    with override_settings(PUBLIC_URL=live_server.url):
        frame = Frame(code=town.code, name=town.name, **choices)
        return frame.script_line(), frame.frame_line()


def height(page):
    return int(page.locator("iframe").get_attribute("height"))


def inside(page):
    return page.frame_locator("iframe")


def settled(page):
    """The frame has told its height, which is that of what it holds: nothing to scroll within."""
    inside(page).locator("footer").wait_for()
    frame = page.frames[-1]
    frame.wait_for_load_state()
    for _drawn in range(MOST_DRAWN):
        held = frame.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
        if held == height(page):
            return
        page.evaluate("new Promise(requestAnimationFrame)")
    raise AssertionError((held, height(page)))


@pytest.mark.parametrize("view", list(View))
def test_one_line_shows_the_directory_at_its_own_height(page, live_server, town, elsewhere, view):
    asked, complaints = set(), []
    page.on("request", lambda request: asked.add(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    script, _frame = lines(live_server, town, view=view, colours=(("fond", "ffffff"), ("accent", "0050aa")))
    address = elsewhere(script)
    page.goto(address)
    page.locator("iframe").scroll_into_view_if_needed()
    settled(page)
    if view is View.DIRECTORY:
        assert height(page) > 1000
    title = page.locator("iframe").get_attribute("title")
    assert title.endswith("de l’économie sociale et solidaire, Ville-Essai")
    host = address.removesuffix("/index.html")
    assert {url for url in asked if not url.startswith((live_server.url, host, "data:"))} == set()
    assert page.context.cookies() == []
    assert complaints == []
    assert broken_rules(page) == []
    assert not overflows(page.frames[-1])


def test_searching_and_turning_pages_stay_within_and_a_sheet_opens_the_whole_site(
    page, live_server, town, elsewhere
):
    script, _frame = lines(live_server, town)
    page.goto(elsewhere(script))
    settled(page)
    inside(page).get_by_role("link", name="Suivante").click()
    inside(page).get_by_text("Page 2 sur").wait_for()
    settled(page)
    assert page.locator("iframe").evaluate("frame => frame.getBoundingClientRect().top") > -1
    inside(page).get_by_role("searchbox").fill("zzzz")
    inside(page).get_by_role("button", name="Chercher").click()
    inside(page).get_by_text("Aucune fiche ne répond").wait_for()
    settled(page)
    assert height(page) < 700
    inside(page).get_by_role("link", name="Voir toutes les fiches").click()
    inside(page).locator("article").first.wait_for()
    with page.context.expect_page() as opened:
        inside(page).locator("article a").first.click()
    opened.value.wait_for_load_state()
    assert opened.value.url.startswith(f"{live_server.url}/annuaire/")
    assert opened.value.locator("h1").inner_text().startswith("Organisation d’essai")


def test_what_others_say_changes_no_height(page, live_server, town, elsewhere):
    script, _frame = lines(live_server, town)
    page.goto(elsewhere(script, LIAR))
    page.locator("body[data-lied]").wait_for()
    settled(page)
    assert height(page) != 9999


def test_the_line_without_script(page_without_script, live_server, town, elsewhere):
    page = page_without_script
    _script, frame = lines(live_server, town, filters=(("famille", "mutuelle"),))
    page.goto(elsewhere(frame))
    inside(page).locator("article").first.wait_for()
    assert inside(page).locator(".meta").first.inner_text().startswith("Mutuelle")
    assert height(page) == 700


def test_a_site_that_is_not_named_shows_nothing(page, live_server, town, elsewhere):
    choose_sites(
        person=factories.agent_of(town), territory=town, restricted=True, sites="ville.test", version=0
    )
    script, _frame = lines(live_server, town)
    with page.expect_event("console", lambda message: "frame-ancestors" in message.text):
        page.goto(elsewhere(script))
    assert inside(page).locator("article").count() == 0


def test_the_page_that_makes_the_line_shows_what_it_gives(page, live_server, town):
    page.goto(f"{live_server.url}/partager/{town.code}/")
    page.get_by_label("Ce que le cadre montre").select_option("carte")
    page.get_by_label("Couleur des titres").fill("#ffdd00")
    page.get_by_role("button", name="Voir l’aperçu").click()
    assert "Trop peu de contraste" in page.locator("main").inner_text()
    page.locator("iframe").scroll_into_view_if_needed()
    inside(page).get_by_role("img").wait_for()
    line = page.locator("#ligne-script").input_value()
    assert 'data-vue="carte"' in line
    assert escape("ffdd00") in line
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copier cette ligne").first.click()
    page.get_by_text("Ligne copiée.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == line
