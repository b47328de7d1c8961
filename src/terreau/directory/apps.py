"""Configuration of the application « directory »."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from terreau.core.registry import ReferenceData, reference_data


def _nomenclatures_needed() -> bool:
    from terreau.directory.services import nomenclatures_are_loaded

    return not nomenclatures_are_loaded()


def _load_nomenclatures(progress: Callable[[int, int], None]) -> None:
    from terreau.directory.services import load_nomenclatures

    load_nomenclatures()
    progress(1, 1)


class DirectoryConfig(AppConfig):
    """Organisations: sheet, search, map, export."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.directory"
    label = "directory"
    verbose_name = _("annuaire")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        reference_data.register(
            ReferenceData(
                "nomenclatures",
                20,
                _("Secteurs et enjeux"),
                needed=_nomenclatures_needed,
                load=_load_nomenclatures,
            )
        )
