"""Configuration of the application « diagnosis »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiagnosisConfig(AppConfig):
    """A territory's diagnosis, assembled, published, printed."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.diagnosis"
    label = "diagnosis"
    verbose_name = _("diagnostic")
