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
        from terreau.accounts import doors, services
        from terreau.accounts.journal_words import register_words
        from terreau.accounts.perms import RIGHTS
        from terreau.core.permissions import name_rights
        from terreau.core.registry import PersonDoor, TerritoryDoor, person_doors, territory_doors
        from terreau.journal.sentences import register_names

        name_rights(RIGHTS)
        territory_doors.register(TerritoryDoor("journal", 90, _("Journal"), doors.journal))
        person_doors.register(
            PersonDoor("network", 10, _("Ouvrir un territoire, nommer un agent"), doors.network)
        )
        person_doors.register(PersonDoor("account", 80, _("Mon compte"), doors.account))
        register_names("person", services.names_of)
        register_words()
