"""The public pages of the whole house that no application lists by itself."""

from __future__ import annotations

from datetime import datetime

from django.db.models import DateField, Exists, OuterRef, QuerySet, Value
from django.urls import reverse

from terreau.core.registry import menu
from terreau.diagnosis.models import Edition
from terreau.directory.models import Organisation
from terreau.portal.editorial import open_pages
from terreau.territories.models import Territory

_FIXED = ("portal:home", "portal:methods", "portal:legal_forms", "portal:accessibility")


def doors() -> list[tuple[str, None]]:
    """The first page, those of the menu that have something behind them, and what explains the rest."""
    shown = [entry.url_name for entry in menu if entry.shown is None or entry.shown()]
    return [(reverse(name), None) for name in (*_FIXED, *shown)]


def territories() -> QuerySet[Territory, tuple[str, None]]:
    """Those of which there is something to read: an organisation, or a diagnosis."""
    here = Organisation.objects.shown().active().filter(territory=OuterRef("pk"))
    told = Edition.objects.filter(territory=OuterRef("pk"))
    found = Territory.objects.filter(Exists(here) | Exists(told)).order_by("pk")
    return found.values_list("code", Value(None, DateField()))


def editorial() -> list[tuple[str, datetime | None]]:
    """The pages of the guide and the news that anyone may read."""
    return [(page.get_url_parts()[2], page.last_published_at) for page in open_pages().order_by("path")]
