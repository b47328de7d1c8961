"""Rules of accessibility, and what a page breaks of them."""

from __future__ import annotations

import json
import re

from django.conf import settings

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
# As text, not as a file of the site: the policy of the pages lets no other script in.
_AXE = (settings.NODE_MODULES / "axe-core/axe.min.js").read_text()
_OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


# Wide, and on a telephone.
SCREENS = ((1200, 900), (360, 740))
# What nobody sees, and is never twice the same.
_HIDDEN = re.compile(r'(<input type="hidden"[^>]* value=")[^"]*')
# The pages found sound by this process: another person is often shown the very same.
_sound: set[str] = set()


def shown(html):
    """What somebody sees of a page, to tell whether two of them see the same."""
    return _HIDDEN.sub(r"\1", html)


def broken_rules(page):
    """What axe finds on a page: pairs of a rule and the first places that break it."""
    page.evaluate(_AXE)
    return page.evaluate(_ASK)


def faults(page):
    """What is wrong with a page on a wide screen and on a telephone: it is loaded once, then narrowed."""
    seen = shown(page.content())
    if seen in _sound:
        return []
    page.evaluate(_AXE)
    own, found = page.viewport_size, []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        wrong = page.evaluate(_ASK) + (["overflow"] if overflows(page) else [])
        found += [(width, one) for one in wrong]
    page.set_viewport_size(own)
    if not found:
        _sound.add(seen)
    return found


def overflows(page):
    """Whether the page, or the frame, is wider than its screen."""
    return page.evaluate(_OVERFLOWS)
