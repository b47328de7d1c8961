"""Configuration of the application « statistics »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    """The figures of a territory, read from the vintages of the observatory."""

    name = "terreau.statistics"
    label = "statistics"
    verbose_name = _("chiffres des territoires")

    def ready(self) -> None:
        """Show the first figures on a territory's page, and those of the register in its diagnosis."""
        from terreau.core.registry import MenuEntry, TerritoryPanel, menu, territory_panels
        from terreau.diagnosis.sections import Section, register
        from terreau.statistics import knowledge, panels, section

        register(Section("registre", 60, section.TITLE, section.build))
        register(Section("communes", 65, knowledge.TITLE, knowledge.build))
        menu.register(MenuEntry("statistics", 35, _("Chiffres"), "statistics:home", shown=panels.has_figures))
        territory_panels.register(TerritoryPanel("statistics", 35, "statistics/panel.html", panels.panel))
