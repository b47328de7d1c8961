"""Configuration of the application « diagnosis »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from terreau.core.registry import (
    ChainStep,
    DoorGroup,
    ListedPages,
    PersonalData,
    TerritoryDoor,
    TerritoryPanel,
    TerritoryWait,
    WorkspaceTask,
    chain_steps,
    listed_pages,
    personal_data,
    territory_doors,
    territory_panels,
    territory_waits,
    workspace_tasks,
)


class DiagnosisConfig(AppConfig):
    """A territory's diagnosis, assembled, published, printed."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.diagnosis"
    label = "diagnosis"
    verbose_name = _("diagnostic")

    def ready(self) -> None:
        """Register the sections, and where the diagnosis appears on the pages of others."""
        from terreau.diagnosis import personal, workspace
        from terreau.diagnosis.parts import register_all

        register_all()
        territory_panels.register(TerritoryPanel("diagnosis", 30, "diagnosis/panel.html", workspace.panel))
        chain_steps.register(ChainStep("diagnostic", 20, _("Diagnostic"), workspace.step))
        territory_doors.register(
            TerritoryDoor(
                "diagnosis",
                DoorGroup.KNOWING,
                30,
                _("Diagnostic en préparation"),
                workspace.door,
                right="read_draft",
            )
        )
        territory_waits.register(TerritoryWait("drafts", 50, workspace.drafts, workspace.tell_draft))
        listed_pages.register(ListedPages("diagnostics", 40, workspace.told, "diagnosis:latest"))
        workspace_tasks.register(WorkspaceTask("diagnosis", 30, workspace.tasks))
        personal_data.register(
            PersonalData(
                "diagnosis",
                48,
                _("Diagnostics publiés, avis sur leurs lignes, sources déclarées complètes"),
                export=personal.export,
                erase=personal.erase,
                kept=_("Les éditions, les avis et les déclarations restent, sans votre nom."),
            )
        )
