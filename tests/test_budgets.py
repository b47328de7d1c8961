"""What a page may weigh and ask, on a thin link and a small machine."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from tests.directory import factories
from tests.project.test_gets import ROUTES, address
from tests.showcase import fill, open_showcase

KILOBYTE = 1000
PUBLIC = Path(__file__).resolve().parents[1] / "src" / "terreau"


@pytest.fixture
def showcase(small_world, register_read):
    return open_showcase(small_world)


def _first_view(client, path):
    caches["pages"].clear()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(path, follow=True)
    return response, [query["sql"] for query in queries.captured_queries]


def test_every_page_a_visitor_may_read_is_held_to_them(client, showcase, small_world):
    """A page that is added must be added to the showcase, which the browser visits too."""
    shown = {
        resolve(path.split("?")[0]).route for name, path in showcase.pages.items() if name != "introuvable"
    }
    values = {
        "code": small_world.poitiers.code,
        "public_id": showcase.organisations[0].public_id,
        "country": "ml",
        "parameter": "secteur",
    }
    forgotten = []
    for route in set(ROUTES) - shown:
        response = client.get(address(route, values))
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            forgotten.append(route)
    assert sorted(forgotten) == []


def test_a_first_view_is_light_and_asks_little(client, showcase):
    too_heavy, too_curious = {}, {}
    for name, path in showcase.pages.items():
        response, queries = _first_view(client, path)
        weight = len(brotli.compress(response.content, quality=5))
        if weight > 14 * KILOBYTE:
            too_heavy[name] = weight
        if len(queries) > 12:
            too_curious[name] = queries
    assert too_heavy == {}
    assert too_curious == {}


def test_no_page_asks_more_when_there_is_more(client, showcase, small_world):
    before = {name: len(_first_view(client, path)[1]) for name, path in showcase.pages.items()}
    fill(small_world.poitiers, 40, start=1000)
    factories.indexed()
    after = {name: len(_first_view(client, path)[1]) for name, path in showcase.pages.items()}
    assert {name: (before[name], count) for name, count in after.items() if count > before[name]} == {}


def test_the_style_sheet_weighs_at_most_twelve_kilobytes():
    sheets = list(PUBLIC.glob("*/public/*.css"))
    assert sheets
    assert sum(len(brotli.compress(path.read_bytes())) for path in sheets) <= 12 * KILOBYTE


def test_a_page_with_its_pictures_weighs_at_most_a_hundred_kilobytes(client, showcase):
    heavy = {}
    for name, path in showcase.pages.items():
        page = client.get(path, follow=True).content
        pictures = set(re.findall(r"<img[^>]+src=\"(/(?!static)[^\"]+)\"", page.decode()))
        total = len(brotli.compress(page, quality=5))
        for source in pictures:
            total += len(brotli.compress(client.get(source.replace("&amp;", "&")).content, quality=5))
        if total > 100 * KILOBYTE:
            heavy[name] = total
    assert heavy == {}


def test_every_page_has_the_strict_policy(client, showcase):
    for name, path in showcase.pages.items():
        policy = dict(
            directive.strip().split(" ", 1)
            for directive in client.get(path, follow=True)["Content-Security-Policy"].split(";")
            if " " in directive.strip()
        )
        assert policy["default-src"] == "'none'", name
        assert "unsafe" not in " ".join(policy.values()), name
        assert policy["script-src"] == "'self'", name
        assert "http" not in " ".join(policy.values()), name
