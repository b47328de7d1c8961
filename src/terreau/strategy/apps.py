"""Configuration of the application « strategy »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategyConfig(AppConfig):
    """The priority issues of a territory, and the findings of the diagnosis they rest on."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.strategy"
    label = "strategy"
    verbose_name = _("stratégie")
