"""Configuration of the application « strategy »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "strategy.introduced": _("a écrit ce que veut, par sa stratégie,"),
    "strategy.issue_added": _("a ajouté un enjeu à la stratégie de"),
    "strategy.issue_changed": _("a modifié un enjeu de la stratégie de"),
    "strategy.issue_removed": _("a supprimé un enjeu de la stratégie de"),
    "strategy.text_added": _("a joint un texte voté à la stratégie de"),
    "strategy.text_removed": _("a retiré un texte voté de la stratégie de"),
    "strategy.published": _("a publié la stratégie de"),
}


class StrategyConfig(AppConfig):
    """The priority issues of a territory, and the findings of the diagnosis they rest on."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.strategy"
    label = "strategy"
    verbose_name = _("stratégie")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core import registry as house
        from terreau.journal.sentences import register
        from terreau.strategy import panels
        from terreau.territories import published

        for verb, sentence in _SENTENCES.items():
            register(verb, sentence)
        house.territory_doors.register(
            house.TerritoryDoor(
                "strategy", house.DoorGroup.ACTING, 31, _("Stratégie"), panels.door, right="read_draft"
            )
        )
        house.chain_steps.register(house.ChainStep("strategie", 25, _("Stratégie"), panels.step))
        published.kinds.register(published.Kind("strategy", 45, _("Stratégie"), panels.shown, panels.lines))
        house.personal_data.register(
            house.PersonalData(
                "strategy",
                47,
                _("Enjeux écrits, textes joints, révisions de stratégies publiées"),
                export=panels.export,
                erase=panels.erase,
                kept=_("Les enjeux, les textes et les révisions restent, sans votre nom."),
            )
        )
