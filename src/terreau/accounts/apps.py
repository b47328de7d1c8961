"""Configuration of the application « accounts »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, their roles and what these allow."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.accounts"
    label = "accounts"
    verbose_name = _("personnes et droits")

    def ready(self) -> None:
        """Name the rights for those below, show our pages, say how the journal tells our events."""
        from terreau.accounts import doors, invitations, services
        from terreau.accounts.journal_words import register_words
        from terreau.accounts.perms import RIGHTS
        from terreau.core.permissions import name_rights
        from terreau.core.registry import (
            DoorGroup,
            MessageKind,
            PersonDoor,
            TerritoryDoor,
            TerritoryPanel,
            WorkspaceTask,
            message_kinds,
            person_doors,
            territory_doors,
            territory_panels,
            workspace_tasks,
        )
        from terreau.journal.sentences import register_names

        name_rights(RIGHTS)
        territory_doors.register(TerritoryDoor("journal", DoorGroup.KEEPING, 90, _("Journal"), doors.journal))
        territory_doors.register(
            TerritoryDoor("team", DoorGroup.KEEPING, 80, _("Équipe"), doors.team, right="read_team")
        )
        territory_panels.register(
            TerritoryPanel("partners", 85, "accounts/partners_panel.html", doors.partners)
        )
        workspace_tasks.register(WorkspaceTask("orphans", 95, doors.orphans))
        message_kinds.register(
            MessageKind("accounts.role", 1, _("les rôles qui vous sont donnés"), "at_once", essential=True)
        )
        message_kinds.register(
            MessageKind("accounts.invitation", 2, _("les invitations"), "at_once", essential=True)
        )
        message_kinds.register(
            MessageKind("accounts.team", 3, _("Équipe\u00a0: réponses aux invitations, départs"), "at_once")
        )
        message_kinds.register(
            MessageKind("accounts.proofs", 4, _("ce qui protège votre compte"), "at_once", essential=True)
        )
        person_doors.register(
            PersonDoor("network", 10, _("Ouvrir un territoire, nommer un agent"), doors.network)
        )
        person_doors.register(PersonDoor("account", 80, _("Mon compte"), doors.account))
        register_names("person", services.names_of)
        register_names("invitation", invitations.names_of)
        register_words()
        self._register_personal_data()

    @staticmethod
    def _register_personal_data() -> None:
        from terreau.accounts import personal
        from terreau.core.registry import PersonalData, personal_data

        personal_data.register(
            PersonalData(
                *("compte", 10, _("Compte, rôles et invitations")),
                export=personal.export_account,
                erase=personal.erase_account,
                erased=_("adresse, nom affiché, rôles, invitations en attente"),
            )
        )
        personal_data.register(
            PersonalData(
                *("sessions", 20, _("Appareils connectés")),
                export=personal.export_sessions,
                erase=personal.erase_sessions,
                erased=_("toutes vos sessions se ferment"),
            )
        )
        personal_data.register(
            PersonalData(
                *("journal", 30, _("Journal de ce que vous avez fait")),
                export=personal.export_journal,
                erase=personal.erase_journal,
                kept=_("ce qui a été fait, et quand\u202f; il n’est plus dit par qui"),
            )
        )
