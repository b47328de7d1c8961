"""Configuration of the application « opendata »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from terreau.core.registry import DoorGroup, TerritoryDoor, TerritoryPanel, territory_doors, territory_panels


class OpendataConfig(AppConfig):
    """What leaves the platform: embedding, exports, feeds, printed directories."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.opendata"
    label = "opendata"
    verbose_name = _("partage et données ouvertes")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.journal.sentences import register
        from terreau.opendata import panels

        register("embedding.chosen", _("a choisi les sites qui peuvent montrer l’annuaire de"))
        territory_panels.register(TerritoryPanel("share", 90, "opendata/panel.html", panels.panel))
        territory_doors.register(
            TerritoryDoor(
                "embedding", DoorGroup.KEEPING, 80, _("Sites qui montrent l’annuaire"), panels.sites_door
            )
        )
