"""What every page is given."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import escape_uri_path

from terreau.accounts.secret_links import is_kept_secret
from terreau.core.registry import menu

# What other sites and mailings add to an address to follow who opens it; it leads nowhere else.
_FOLLOWERS: Final = ("utm_", "mtm_", "pk_", "fbclid", "gclid", "msclkid", "mc_cid", "mc_eid")


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The main navigation, with the entry under which the page stands."""
    entries = []
    for entry in menu:
        if entry.shown is not None and not entry.shown():
            continue
        url = reverse(entry.url_name)
        prefixes = entry.covers or (url,)
        entries.append({"label": entry.label, "url": url, "current": request.path.startswith(prefixes)})
    return {"menu_entries": entries, "is_demo": settings.DEMO, "notice": settings.INSTANCE_NOTICE}


def preview(request: HttpRequest) -> dict[str, Any]:
    """What a page tells of itself where its address is pasted: messages, networks, search engines.

    The meanings are those of the Open Graph protocol (https://ogp.me). A page that was asked a question
    (filters, a language, a day) names no address of its own: whoever reads it keeps the one it was given.
    """
    asked = any(not name.startswith(_FOLLOWERS) for name in request.GET)
    return {
        "page_address": "" if asked else f"{settings.PUBLIC_URL}{escape_uri_path(request.path)}",
        "page_locale": "fr_FR",
        "page_is_secret": is_kept_secret(request),
        "public_url": settings.PUBLIC_URL,
    }
