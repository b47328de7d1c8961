"""The ways to the pages of this application, from the workspace and from a territory's page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from terreau.accounts.perms import can_open_territory
from terreau.territories.models import Territory


def journal(territory: Territory) -> str:
    """What happened in the territory."""
    return reverse("accounts_journal", args=[territory.code])


def network(person: Any) -> str | None:
    """The secretariat's page."""
    return reverse("accounts_network") if can_open_territory(person) else None


def account(_person: Any) -> str:
    """One's own account, where one also signs out."""
    return reverse("accounts_mine")
