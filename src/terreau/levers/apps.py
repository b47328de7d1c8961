"""Configuration of the application « levers »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "levers.thresholds": _("a réglé les seuils des achats de"),
    "levers.opinion": _("a donné un avis sur un levier de"),
    "levers.published": _("a publié les leviers de"),
}


class LeversConfig(AppConfig):
    """What a town can act with, ranked with reasons for a territory and for a project."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.levers"
    label = "levers"
    verbose_name = _("leviers")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core import registry as house
        from terreau.journal.sentences import register
        from terreau.levers import panels
        from terreau.territories import published

        for verb, sentence in _SENTENCES.items():
            register(verb, sentence)
        house.menu.register(house.MenuEntry("levers", 43, _("Leviers"), "levers:catalogue"))
        house.territory_doors.register(
            house.TerritoryDoor(
                "levers", house.DoorGroup.ACTING, 32, _("Leviers"), panels.door, right="read_draft"
            )
        )
        published.kinds.register(published.Kind("levers", 46, _("Leviers"), panels.shown, panels.lines))
        house.personal_data.register(
            house.PersonalData(
                "levers",
                49,
                _("Avis sur des leviers, seuils réglés, éditions publiées"),
                export=panels.export,
                erase=panels.erase,
                kept=_("Les avis, les seuils et les éditions restent, sans votre nom."),
            )
        )
