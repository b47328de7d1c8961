"""Configuration of the application « territories »."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoriesConfig(AppConfig):
    """Countries, regions, communes, groupings, dated."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.territories"
    label = "territories"
    verbose_name = _("territoires")

    def ready(self) -> None:
        """Offer the menu entry and the shipped data, and say how the journal tells our events."""
        from terreau.core.registry import (
            DoorGroup,
            MenuEntry,
            ReferenceData,
            TerritoryDoor,
            TerritoryPanel,
            menu,
            reference_data,
            territory_doors,
            territory_panels,
        )
        from terreau.journal.sentences import register, register_names, register_page
        from terreau.territories.panels import subdivisions_door, territory_panel

        menu.register(
            MenuEntry("territories", 30, _("Territoires"), "territories:list", covers=("/territoires/",))
        )
        reference_data.register(ReferenceData("territories", 10, _("Territoires"), _is_needed, _load))
        territory_panels.register(TerritoryPanel("inside", 60, "territories/panel.html", territory_panel))
        territory_doors.register(
            TerritoryDoor(
                "subdivisions",
                DoorGroup.KEEPING,
                40,
                _("Arrondissements, secteurs, villages"),
                subdivisions_door,
            )
        )
        register("territory.opened", _("a ouvert dans le réseau"))
        register("territory.subdivided", _("a mis à jour les subdivisions de"))
        register_page("territory", "portal:territory")
        register_names("territory", _names)


def _names(codes: Iterable[str]) -> dict[str, str]:
    from terreau.territories.models import Territory

    return dict(Territory.objects.filter(code__in=list(codes)).values_list("code", "name"))


def _is_needed() -> bool:
    from terreau.territories.loading import is_needed

    return is_needed()


def _load(progress: Callable[[int, int], None]) -> None:
    from terreau.territories.loading import load_reference

    load_reference(progress)
