"""Configuration of the application « practices »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticesConfig(AppConfig):
    """Good practices, who took them up, and towns that look alike."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.practices"
    label = "practices"
    verbose_name = _("bonnes pratiques")
