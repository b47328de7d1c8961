"""Configuration of the application « portal »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Home, navigation, guide and news."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.portal"
    label = "portal"
    verbose_name = _("portail")
