"""Configuration of the application « portfolio »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortfolioConfig(AppConfig):
    """Projects of a territory: where they come from, their money, their life."""

    name = "terreau.portfolio"
    verbose_name = _("projets")
