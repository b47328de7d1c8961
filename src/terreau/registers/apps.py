"""Configuration of the application « registers »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    """Lists of any origin brought into the directory."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.registers"
    label = "registers"
    verbose_name = _("imports")

    def ready(self) -> None:
        """Register the long work of the imports."""
        from terreau.registers import jobs  # noqa: F401
