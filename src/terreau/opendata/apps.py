"""Configuration of the application « opendata »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpendataConfig(AppConfig):
    """What leaves the platform: embedding, exports, feeds, printed directories."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.opendata"
    label = "opendata"
    verbose_name = _("partage et données ouvertes")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
