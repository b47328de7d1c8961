"""Configuration of the application « jobs »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Long work, with its progress, taken up again after a crash."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.jobs"
    label = "jobs"
    verbose_name = _("travaux")
