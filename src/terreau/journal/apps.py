"""Configuration of the application « journal »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    """Events, written in the transaction of the change they tell."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.journal"
    label = "journal"
    verbose_name = _("journal")
