"""Configuration of the application « strategy »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategyConfig(AppConfig):
    """The priority issues of a territory, and the findings of the diagnosis they rest on."""

    name = "terreau.strategy"
    verbose_name = _("stratégie")
