"""Configuration of the application « portfolio »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "project.begun": _("a inscrit le projet"),
    "project.changed": _("a modifié le projet"),
    "project.moved": _("a fait passer à un autre état le projet"),
    "project.left": _("a quitté, pour un territoire associé, le projet"),
    "project.document_shown": _("a dit qui lit un document du projet"),
    "project.document_added": _("a ajouté un document au projet"),
    "project.document_removed": _("a retiré un document du projet"),
    "proposal.received": _("a reçu la proposition"),
    "proposal.accepted": _("a fait un projet de la proposition"),
    "proposal.refused": _("a répondu à la proposition"),
}


class PortfolioConfig(AppConfig):
    """Projects of a territory: where they come from, their money, their life."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.portfolio"
    label = "portfolio"
    verbose_name = _("projets")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core import beginning
        from terreau.core import registry as house
        from terreau.journal.sentences import register, register_names, register_page
        from terreau.levers import projects
        from terreau.portfolio import jobs, panels, reading, starting, writing  # noqa: F401
        from terreau.portfolio.telling import PROPOSED, RECEIPT, SHARED
        from terreau.territories import published

        for verb, sentence in _SENTENCES.items():
            register(verb, sentence)
        register_page("project", "portfolio:project")
        register_names("project", panels.names)
        register_page("proposal", "portfolio:proposal", under_territory=True)
        register_names("proposal", panels.proposal_names)
        beginning.announce(starting.offer)
        projects.announce(reading.subject_of, writing.give_lever)
        house.message_kinds.register(
            house.MessageKind(PROPOSED, 58, _("Projets proposés à votre territoire"), "at_once")
        )
        house.message_kinds.register(
            house.MessageKind(SHARED, 59, _("Projets partagés avec votre territoire"), "at_once")
        )
        house.message_kinds.register(
            house.MessageKind(RECEIPT, 61, _("le récépissé d’un projet que vous proposez"), essential=True)
        )
        house.chain_steps.register(house.ChainStep("projets", 30, _("Projets"), panels.step))
        house.territory_doors.register(
            house.TerritoryDoor(
                "portfolio",
                house.DoorGroup.ACTING,
                32,
                _("Portefeuille de projets"),
                panels.door,
                right="read_draft",
            )
        )
        published.kinds.register(published.Kind("portfolio", 51, _("Projets"), panels.shown, panels.lines))
        house.workspace_tasks.register(house.WorkspaceTask("proposals", 31, panels.tasks))
        house.territory_waits.register(
            house.TerritoryWait("proposals", 52, panels.waiting, panels.tell_waiting)
        )
        house.personal_data.register(
            house.PersonalData(
                "portfolio",
                48,
                _("Projets inscrits, propositions"),
                export=panels.export,
                erase=panels.erase,
                erased=_("Vos coordonnées, dans les projets que vous avez proposés."),
                kept=_("Les projets, leur histoire et leurs documents restent, sans votre nom."),
            )
        )
