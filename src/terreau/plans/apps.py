"""Configuration of the application « plans »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """The territorial action plan: axes, actions, money, indicators, governance."""

    name = "terreau.plans"
    verbose_name = _("plan d’action")
