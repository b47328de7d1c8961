"""The site's only door to the observatory: finished, read-only vintages, and the figures in them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from terreau.core.errors import TerreauError
from terreau.observatory import store
from terreau.observatory.figures import FigureSet, figures_of
from terreau.observatory.store import Vintage

__all__ = ["FigureSet", "Vintage", "figures", "folder", "latest", "vintages"]


def folder() -> Path:
    """Where the instance keeps its vintages."""
    return Path(settings.HOME.root) / "observatory"


def vintages(country: str) -> list[Vintage]:
    """The vintages of a country (ISO 3166), the newest first; one that cannot be read is as if not there."""
    found = []
    for name in reversed(store.vintages(folder())):
        try:
            vintage = store.open_vintage(folder(), name)
            same = vintage.manifest["country"] == country.upper()
        except TerreauError:
            continue
        if same:
            found.append(vintage)
    return found


def latest(country: str) -> Vintage | None:
    """The newest vintage of a country, if there is one."""
    return next(iter(vintages(country)), None)


def figures(vintage: Vintage, code: str, *, since: str | None = None) -> FigureSet | None:
    """Every figure of a territory; None when the vintage does not know it."""
    try:
        return figures_of(folder(), code, vintage.name, since=since)
    except TerreauError:
        return None
