"""Configuration of the application « documents »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """PDF, charts and still maps."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.documents"
    label = "documents"
    verbose_name = _("documents")
