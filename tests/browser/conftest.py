"""A real browser on a live server with a small real world in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.browser.accessibility import SCREENS

# The first is the same Chromium without its windows: a new page costs a quarter of the processor's time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in _NAMES if (path := shutil.which(name))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The interactive map draws without a graphics card.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # A page lives for a second: what its scripts gain from being compiled twice is never seen.
    "--js-flags=--no-opt,--no-maglev",
]
NO_DRIVER = "le pilote du navigateur ne démarre pas : « apt-get install libatomic1 »"
# Playwright's own loop makes Django believe it is in asynchronous code; the tests are not.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_collection_modifyitems(items):
    if CHROMIUM is None:
        if os.environ.get("CI"):
            return  # in continuous integration their absence is a failure, told by the fixture
        reason = "aucun Chromium sur cette machine : « apt-get install chromium-headless-shell »"
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=reason))


def driver_runs():
    """Whether the Node that Playwright brings finds the system's libraries."""
    asked = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import expect, sync_playwright

    # As long as it waits for what is clicked: five seconds are few where other tests take the processors.
    expect.set_options(timeout=30_000)
    assert CHROMIUM, "Chromium est nécessaire en intégration continue"
    if not driver_runs():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_DRIVER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def _page(chromium, width, height, **options):
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="fr-FR", **options)
    yield context.new_page()
    context.close()


@pytest.fixture(params=SCREENS, ids=["large", "360px"])
def page(chromium, request):
    yield from _page(chromium, *request.param)


@pytest.fixture
def wide_page(chromium):
    yield from _page(chromium, *SCREENS[0])


@pytest.fixture
def page_without_script(chromium):
    yield from _page(chromium, *SCREENS[1], java_script_enabled=False)
