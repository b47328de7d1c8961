"""Configuration of the application « territories »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoriesConfig(AppConfig):
    """Countries, regions, communes, groupings, dated."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.territories"
    label = "territories"
    verbose_name = _("territoires")
