"""Configuration of the application « selection »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SelectionConfig(AppConfig):
    """The projects chosen together under a budget, and what the actors vote for."""

    name = "terreau.selection"
    verbose_name = _("choix sous budget")
