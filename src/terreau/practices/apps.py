"""Configuration of the application « practices »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "practice.begun": _("a commencé la fiche de la bonne pratique"),
    "practice.edited": _("a modifié la fiche de la bonne pratique"),
    "practice.submitted": _("a envoyé aux relecteurs la bonne pratique"),
    "practice.approved": _("a approuvé la bonne pratique"),
    "practice.returned": _("a renvoyé à sa ville la bonne pratique"),
    "practice.published": _("a publié la bonne pratique"),
    "practice.shipped": _("a livré la bonne pratique"),
    "practice.confirmed": _("a confirmé la bonne pratique"),
    "practice.withdrawn": _("a retiré la bonne pratique"),
    "practice.restored": _("a remis la bonne pratique"),
    "practice.taken_up": _("a déclaré reprendre la bonne pratique"),
    "practice.adapted": _("a dit comment sa ville adapte la bonne pratique"),
    "practice.resulted": _("a dit ce qu’a donné la reprise de la bonne pratique"),
    "practice.given_up": _("a dit abandonner la bonne pratique"),
    "practice.resumed": _("a dit reprendre de nouveau la bonne pratique"),
    "practice.assessed": _("a étudié pour sa ville la bonne pratique"),
    "town.portrayed": _("a enregistré le portrait et les chiffres à comparer de"),
}


class PracticesConfig(AppConfig):
    """Good practices, who took them up, and towns that look alike."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.practices"
    label = "practices"
    verbose_name = _("bonnes pratiques")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core import registry as house
        from terreau.journal.sentences import register, register_names, register_page
        from terreau.practices import jobs, loading, workspace  # noqa: F401  (the periodic work registers itself)
        from terreau.practices.telling import ANSWER, REMIND, REVIEW

        for verb, sentence in _SENTENCES.items():
            register(verb, sentence)
        register_page("practice", "practices:sheet")
        register_names("practice", workspace.names)
        house.menu.register(
            house.MenuEntry("practices", 40, _("Bonnes pratiques"), "practices:list", shown=workspace.shown)
        )
        kinds = house.message_kinds
        kinds.register(house.MessageKind(REVIEW, 50, _("Bonnes pratiques à relire"), "daily"))
        kinds.register(house.MessageKind(ANSWER, 51, _("Ce que deviennent vos bonnes pratiques"), "at_once"))
        kinds.register(house.MessageKind(REMIND, 52, _("Bonnes pratiques à confirmer, résultats à donner")))
        house.reference_data.register(
            house.ReferenceData(
                "practices", 95, _("Premières bonnes pratiques"), loading.is_needed, loading.load
            )
        )
        house.listed_pages.register(
            house.ListedPages("bonnes-pratiques", 50, workspace.listed, "practices:sheet")
        )
        house.territory_doors.register(
            house.TerritoryDoor(
                "practices", house.DoorGroup.KNOWING, 45, _("Bonnes pratiques"), workspace.own_door
            )
        )
        house.territory_panels.register(
            house.TerritoryPanel("practices", 45, "practices/territory_panel.html", workspace.panel)
        )
        house.territory_waits.register(
            house.TerritoryWait("practices", 60, workspace.to_confirm, workspace.tell_to_confirm)
        )
        house.workspace_tasks.register(house.WorkspaceTask("practices", 30, workspace.tasks))
        house.personal_data.register(
            house.PersonalData(
                "practices",
                45,
                _("Bonnes pratiques écrites, relues, reprises"),
                export=workspace.export,
                erase=workspace.erase,
                kept=_("Les fiches, les avis et les reprises restent, sans dire qui les a écrits."),
            )
        )
