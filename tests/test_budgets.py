"""What a page may weigh and ask, on a thin link and a small machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
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


@dataclass(frozen=True)
class View:
    """A page as it is first seen, of which no part was kept."""

    page: bytes
    queries: list[str]
    policy: dict[str, str]

    @property
    def weight(self) -> int:
        return len(brotli.compress(self.page, quality=5))

    @property
    def pictures(self) -> list[str]:
        found = set(re.findall(r"<img[^>]+src=\"(/(?!static)[^\"]+)\"", self.page.decode()))
        return [source.replace("&amp;", "&") for source in found]


def _first_views(client, pages):
    views = {}
    for name, path in pages.items():
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path, follow=True)
        policy = response["Content-Security-Policy"].split(";")
        views[name] = View(
            response.content,
            [query["sql"] for query in queries.captured_queries],
            dict(directive.strip().split(" ", 1) for directive in policy if " " in directive.strip()),
        )
    return views


def _is_strict(policy):
    everything = " ".join(policy.values())
    return (
        (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
        and "unsafe" not in everything
        and "http" not in everything
    )


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


def test_a_page_is_light_strict_and_asks_little_and_no_more_when_there_is_more(client, showcase, small_world):
    """One reading of the pages serves them all: each is made as if for the first visitor."""
    first = _first_views(client, showcase.pages)
    with_pictures = {
        name: view.weight
        + sum(len(brotli.compress(client.get(one).content, quality=5)) for one in view.pictures)
        for name, view in first.items()
    }
    fill(small_world.poitiers, 40, start=1000)
    factories.indexed()
    more = _first_views(client, showcase.pages)
    wrong = {
        "heavy": {name: view.weight for name, view in first.items() if view.weight > 14 * KILOBYTE},
        "heavy with pictures": {
            name: weight for name, weight in with_pictures.items() if weight > 100 * KILOBYTE
        },
        "curious": {name: view.queries for name, view in first.items() if len(view.queries) > 12},
        "more curious when there is more": {
            name: (view.queries, more[name].queries)
            for name, view in first.items()
            if len(more[name].queries) > len(view.queries)
        },
        "not strict": {name: view.policy for name, view in first.items() if not _is_strict(view.policy)},
    }
    assert {fault: pages for fault, pages in wrong.items() if pages} == {}
    assert any(view.pictures for view in first.values())


def test_the_style_sheet_weighs_at_most_twelve_kilobytes():
    sheets = list(PUBLIC.glob("*/public/*.css"))
    assert sheets
    assert sum(len(brotli.compress(path.read_bytes())) for path in sheets) <= 12 * KILOBYTE
