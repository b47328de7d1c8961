"""What every page is given."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from terreau.core.registry import menu


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
