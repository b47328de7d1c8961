"""Configuration of the application « registers »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from terreau.core.registry import (
    DoorGroup,
    TerritoryDoor,
    TerritoryPanel,
    TerritoryWait,
    WorkspaceTask,
    territory_doors,
    territory_panels,
    territory_waits,
    workspace_tasks,
)


class RegistersConfig(AppConfig):
    """Lists of any origin brought into the directory."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.registers"
    label = "registers"
    verbose_name = _("imports")

    def ready(self) -> None:
        """Register the long work of the imports, and where they appear on the pages of others."""
        from terreau.journal.sentences import register_names, register_page
        from terreau.registers import jobs, panels  # noqa: F401

        territory_panels.register(
            TerritoryPanel("registers", 25, "registers/panel.html", panels.territory_panel)
        )
        register_names("import", panels.names)
        register_page("import", "registers:run", under_territory=True)
        territory_doors.register(TerritoryDoor("imports", DoorGroup.ACTORS, 10, _("Imports"), panels.door))
        territory_waits.register(TerritoryWait("imports", 20, panels.to_continue, panels.tell_to_continue))
        territory_waits.register(TerritoryWait("review", 30, panels.to_review, panels.tell_to_review))
        workspace_tasks.register(WorkspaceTask("registers", 10, panels.tasks))
