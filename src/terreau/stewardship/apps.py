"""Configuration of the application « stewardship »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StewardshipConfig(AppConfig):
    """Those who keep sheets true: claims, proposals, confirmations, moderation."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.stewardship"
    label = "stewardship"
    verbose_name = _("tenue de l’annuaire")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core.permissions import name_rights
        from terreau.stewardship.perms import RIGHTS

        name_rights(RIGHTS)
