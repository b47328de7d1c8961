"""Rules of accessibility, and what a page breaks of them."""

from __future__ import annotations

import json
import re

from axe_playwright_python.base import AXE_SCRIPT

_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}
# Told in the page: all that axe knows of a page weighs megabytes, of which violations are nothing.
_ASK = f"""axe.run({json.dumps(_RULES)}).then(found => found.violations.map(
    one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 120))]))"""
_OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


# Wide, and on a telephone.
SCREENS = ((1200, 900), (360, 740))
# What nobody sees, and is never twice the same.
_HIDDEN = re.compile(r'(<input type="hidden"[^>]* value=")[^"]*')
# The pages found sound by this process: another person is often shown the very same.
_sound: set[str] = set()


def broken_rules(page):
    """What axe finds on a page: pairs of a rule and the first places that break it."""
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(_ASK)


def faults(page):
    """What is wrong with a page on a wide screen and on a telephone: it is loaded once, then narrowed."""
    shown = _HIDDEN.sub(r"\1", page.content())
    if shown in _sound:
        return []
    page.evaluate(AXE_SCRIPT)
    own, found = page.viewport_size, []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        wrong = page.evaluate(_ASK) + (["overflow"] if overflows(page) else [])
        found += [(width, one) for one in wrong]
    page.set_viewport_size(own)
    if not found:
        _sound.add(shown)
    return found


def overflows(page):
    """Whether the page, or the frame, is wider than its screen."""
    return page.evaluate(_OVERFLOWS)
