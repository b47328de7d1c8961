"""All the figures of a territory in one perimeter, page by page."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import QueryDict

from terreau.statistics.scene import Scene, frame
from terreau.statistics.showing import show_all

_PER_PAGE: Final = 40


def context_of(scene: Scene, query: QueryDict) -> dict[str, Any]:
    """Everything the page shows."""
    context = frame(scene, "everything")
    if scene.found is None:
        return context
    figures = [one for one in scene.found.figures if one.perimeter == scene.perimeter]
    page = Paginator(figures, _PER_PAGE).get_page(query.get("page"))
    return context | {
        "page": page,
        "figures": show_all(page),
        "files": {form: scene.address("data", form) for form in ("csv", "json")},
    }
