"""Configuration of the application « directory »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Organisations: sheet, search, map, export."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.directory"
    label = "directory"
    verbose_name = _("annuaire")
