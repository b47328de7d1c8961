"""Configuration of the application « freshness »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FreshnessConfig(AppConfig):
    """Sheets kept true: yearly question, calls, codes on paper."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.freshness"
    label = "freshness"
    verbose_name = _("fraîcheur des fiches")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
