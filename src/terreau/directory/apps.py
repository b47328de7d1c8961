"""Configuration of the application « directory »."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from terreau.core.registry import (
    ChainStep,
    DoorGroup,
    HomePanel,
    ListedPages,
    MenuEntry,
    ReferenceData,
    TerritoryDoor,
    TerritoryPanel,
    WorkspaceTask,
    chain_steps,
    home_panels,
    listed_pages,
    menu,
    reference_data,
    territory_doors,
    territory_panels,
    workspace_tasks,
)

# After all the data has been loaded: the index is brought up to it, and heals what a crash left undone.
INDEX_RANK = 900


def _nomenclatures_needed() -> bool:
    from terreau.directory.services import nomenclatures_are_loaded

    return not nomenclatures_are_loaded()


def _load_nomenclatures(progress: Callable[[int, int], None]) -> None:
    from terreau.directory.services import load_nomenclatures

    load_nomenclatures()
    progress(1, 1)


def _index_needed() -> bool:
    from terreau.directory.search import is_behind

    return is_behind()


def _sync_index(progress: Callable[[int, int], None]) -> None:
    from terreau.directory.search import sync

    sync(wait=True)
    progress(1, 1)


class DirectoryConfig(AppConfig):
    """Organisations: sheet, search, map, export."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.directory"
    label = "directory"
    verbose_name = _("annuaire")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.directory import jobs, panels  # noqa: F401  (jobs register themselves)
        from terreau.journal.sentences import register_names

        register_names("organisation", panels.names)
        reference_data.register(
            ReferenceData(
                "nomenclatures",
                20,
                _("Secteurs et enjeux"),
                needed=_nomenclatures_needed,
                load=_load_nomenclatures,
            )
        )
        reference_data.register(
            ReferenceData(
                "index", INDEX_RANK, _("Index de recherche"), needed=_index_needed, load=_sync_index
            )
        )
        menu.register(MenuEntry("directory", 10, _("Annuaire"), "directory:list"))
        menu.register(MenuEntry("map", 20, _("Carte"), "directory:map"))
        home_panels.register(HomePanel("actors", 10, "directory/home_panel.html", panels.home_panel))
        territory_panels.register(
            TerritoryPanel("actors", 20, "directory/territory_panel.html", panels.territory_panel)
        )
        chain_steps.register(ChainStep("acteurs", 10, _("Acteurs"), panels.chain_step))
        territory_doors.register(
            TerritoryDoor(
                "directory-add", DoorGroup.ACTORS, 20, _("Ajouter une organisation"), panels.add_door
            )
        )
        territory_doors.register(
            TerritoryDoor("filieres", DoorGroup.ACTORS, 21, _("Filières"), panels.filieres_door)
        )
        territory_doors.register(
            TerritoryDoor(
                "directory-changes", DoorGroup.ACTORS, 22, _("Ce qui a changé"), panels.changes_door
            )
        )
        territory_doors.register(
            TerritoryDoor(
                "directory-duplicates", DoorGroup.ACTORS, 23, _("Doublons possibles"), panels.duplicates_door
            )
        )
        listed_pages.register(ListedPages("fiches", 30, panels.listed, "directory:sheet"))
        workspace_tasks.register(WorkspaceTask("directory", 20, panels.workspace_tasks))
