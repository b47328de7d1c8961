"""Configuration of the application « framework »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "framework.opened": _("a ouvert la grille du cadre réglementaire de"),
    "framework.invited": _("a invité des juges de la grille de"),
    "framework.uninvited": _("a retiré des liens inutilisés de la grille de"),
    "framework.rated": _("a reçu les notes d’un juge de la grille de"),
    "framework.closed": _("a clos la notation de la grille de"),
    "framework.found": _("a écrit un constat du cadre réglementaire de"),
    "framework.published": _("a publié le cadre réglementaire de"),
    "barrier.noted": _("a inscrit le frein"),
    "barrier.changed": _("a modifié le frein"),
    "barrier.carried": _("a porté à l’État le frein"),
    "barrier.uncarried": _("a retiré la demande à l’État sur le frein"),
    "barrier.answered": _("a répondu pour l’État sur le frein"),
    "text.shipped": _("a livré le texte"),
    "text.proposed": _("a proposé le texte"),
    "text.published": _("a publié le texte"),
    "text.refused": _("a refusé le texte"),
}


class FrameworkConfig(AppConfig):
    """The regulatory framework of a territory: judged, documented, its barriers followed."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.framework"
    label = "framework"
    verbose_name = _("cadre réglementaire")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core import registry as house
        from terreau.framework import library, panels, shelf
        from terreau.framework.telling import ADVOCACY, ANSWER, PROPOSAL
        from terreau.journal.sentences import register, register_names, register_page
        from terreau.territories import published

        for verb, sentence in _SENTENCES.items():
            register(verb, sentence)
        register_page("text", "framework:text")
        register_names("text", panels.text_names)
        register_page("barrier", "framework:barrier", under_territory=True)
        register_names("barrier", panels.barrier_names)
        house.menu.register(
            house.MenuEntry(
                "framework",
                42,
                _("Lois et textes"),
                "framework:library",
                covers=("/textes/", "/plaidoyer/"),
                shown=panels.library_is_filled,
            )
        )
        kinds = house.message_kinds
        kinds.register(house.MessageKind(PROPOSAL, 55, _("Textes proposés à la bibliothèque"), "daily"))
        kinds.register(house.MessageKind(ADVOCACY, 56, _("Demandes de villes à l’État"), "daily"))
        kinds.register(house.MessageKind(ANSWER, 57, _("Réponses de l’État à vos demandes"), "at_once"))
        house.reference_data.register(
            house.ReferenceData("laws", 90, _("Lois et textes"), library.is_needed, library.load)
        )
        house.listed_pages.register(house.ListedPages("textes", 60, shelf.listed, "framework:text"))
        house.territory_doors.register(
            house.TerritoryDoor(
                "framework",
                house.DoorGroup.KNOWING,
                26,
                _("Cadre réglementaire"),
                panels.grid_door,
                right="read_team",
            )
        )
        house.territory_doors.register(
            house.TerritoryDoor(
                "barriers", house.DoorGroup.KNOWING, 27, _("Freins"), panels.barriers_door, right="read_draft"
            )
        )
        published.kinds.register(
            published.Kind("framework", 42, _("Cadre réglementaire"), panels.shown, panels.lines)
        )
        house.territory_waits.register(house.TerritoryWait("barriers", 70, panels.late, panels.tell_late))
        house.person_doors.register(
            house.PersonDoor("advocacy", 50, _("Plaidoyer\u00a0: demandes des villes"), panels.points_door)
        )
        house.workspace_tasks.register(house.WorkspaceTask("framework", 28, panels.tasks))
        house.personal_data.register(
            house.PersonalData(
                "framework",
                47,
                _("Grilles notées, textes proposés, freins suivis"),
                export=panels.export,
                erase=panels.erase,
                erased=_("Vos notes d’une grille qui ne sont pas encore envoyées."),
                kept=_("Les notes envoyées, les constats, les freins et les textes restent, sans votre nom."),
            )
        )
