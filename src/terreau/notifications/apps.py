"""Configuration of the application « notifications »."""

from __future__ import annotations

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Messages to people: how often, grouped, in their language, never twice."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.notifications"
    label = "notifications"
    verbose_name = _("messages aux personnes")

    def ready(self) -> None:
        """Open the letterbox to the applications below."""
        from terreau.core.posting import open_letterbox
        from terreau.core.registry import PersonalData, PersonDoor, person_doors, personal_data
        from terreau.notifications import personal
        from terreau.notifications.services import notify, notify_address

        person_doors.register(
            PersonDoor("messages", 75, _("Mes messages"), lambda _person: reverse("notifications:mine"))
        )
        personal_data.register(
            PersonalData(
                *("messages", 40, _("Messages reçus et fréquences choisies")),
                export=personal.export,
                erase=personal.erase,
                erased=_("les messages, leur texte et vos choix"),
            )
        )
        open_letterbox(to_person=notify, to_address=notify_address)
