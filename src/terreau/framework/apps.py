"""Configuration of the application « framework »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameworkConfig(AppConfig):
    """The regulatory framework of a territory: judged, documented, its barriers followed."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.framework"
    label = "framework"
    verbose_name = _("cadre réglementaire")
