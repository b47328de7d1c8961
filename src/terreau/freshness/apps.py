"""Configuration of the application « freshness »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FreshnessConfig(AppConfig):
    """Sheets kept true: yearly question, calls, codes on paper."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.freshness"
    label = "freshness"
    verbose_name = _("fraîcheur des fiches")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core.registry import (
            DoorGroup,
            MessageKind,
            PersonalData,
            SheetAction,
            TerritoryDoor,
            TerritoryWait,
            WorkspaceTask,
            message_kinds,
            personal_data,
            sheet_actions,
            territory_doors,
            territory_waits,
            workspace_tasks,
        )
        from terreau.freshness import jobs, panels  # noqa: F401  (the periodic work registers itself)
        from terreau.freshness.calling import count_to_correct
        from terreau.journal.sentences import register

        message_kinds.register(
            MessageKind(
                "freshness.question",
                40,
                _("La question annuelle\u00a0: ma fiche est-elle exacte\u00a0?"),
                "at_once",
            )
        )
        territory_doors.register(TerritoryDoor("calls", DoorGroup.ACTORS, 22, _("Appels"), panels.calls_door))
        sheet_actions.register(SheetAction("paper", 60, _("Code sur papier"), panels.paper_action))
        sheet_actions.register(SheetAction("code", 61, _("J’ai un code sur papier"), panels.code_action))
        territory_waits.register(TerritoryWait("calls", 40, count_to_correct, panels.tell_wrong_sheets))
        workspace_tasks.register(WorkspaceTask("calls", 25, panels.tasks))
        register("question.asked", _("a demandé si elle est exacte à la fiche"))
        register("question.refused", _("a noté que la question ne sera plus posée à la fiche"))
        register("organisation.called", panels.call_told)
        register("paper_code.given", _("a donné un code sur papier pour la fiche"))
        register("paper_code.revoked", _("a retiré le code sur papier de la fiche"))
        personal_data.register(
            PersonalData(
                "freshness",
                40,
                _("Appels notés et codes sur papier donnés"),
                export=panels.export,
                erase=panels.erase,
                kept=_("Ce que les appels ont donné reste, sans dire qui a appelé."),
            )
        )
