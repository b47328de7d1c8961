"""Configuration of the application « portal »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Home, navigation, guide and news."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.portal"
    label = "portal"
    verbose_name = _("portail")

    def ready(self) -> None:
        """Put the guide and the news in the menu, and follow what their editors publish."""
        from functools import partial

        from django.db.models.signals import post_delete, post_save
        from wagtail.images import get_image_model
        from wagtail.models import PageViewRestriction
        from wagtail.signals import page_published, page_unpublished, post_page_move

        from terreau.core.registry import (
            DoorGroup,
            ListedPages,
            MenuEntry,
            PersonDoor,
            ReferenceData,
            TerritoryDoor,
            TerritoryPanel,
            listed_pages,
            menu,
            person_doors,
            reference_data,
            territory_doors,
            territory_panels,
        )
        from terreau.portal import editorial, jobs, listing, network  # noqa: F401  (periodic work)
        from terreau.portal.french import count_in_french
        from terreau.portal.journal_words import register_words
        from terreau.territories import published

        register_words()
        count_in_french()

        for rank, kind, label in ((80, "guide", _("Guide")), (90, "news", _("Nouvelles"))):
            shown = partial(editorial.has_live, kind)
            menu.register(MenuEntry(kind, rank, label, f"editorial_{kind}", shown=shown))
        territory_doors.register(
            TerritoryDoor(
                "country",
                DoorGroup.KEEPING,
                81,
                _("Territoires ouverts"),
                network.country_door,
                right="read_network",
            )
        )
        territory_panels.register(TerritoryPanel("published", 42, "portal/published.html", published.panel))
        person_doors.register(PersonDoor("territories", 5, _("Tous les territoires"), network.door))
        person_doors.register(
            PersonDoor("editorial", 60, _("Rédiger le guide et les nouvelles"), editorial.door)
        )
        reference_data.register(
            ReferenceData("editorial", 90, _("Guide et nouvelles"), editorial.is_needed, editorial.load)
        )
        listed_pages.register(ListedPages("pages", 10, listing.doors))
        listed_pages.register(ListedPages("territoires", 20, listing.territories, "portal:territory"))
        listed_pages.register(ListedPages("guide", 90, listing.editorial))
        page_published.connect(editorial.draw_pictures, dispatch_uid="terreau.portal.pictures")
        for signal in (page_published, page_unpublished, post_page_move):
            signal.connect(editorial.public_changed, dispatch_uid="terreau.portal.editorial")
        for saved in (post_save, post_delete):
            saved.connect(
                editorial.public_changed, sender=get_image_model(), dispatch_uid="terreau.portal.picture"
            )
            saved.connect(
                editorial.public_changed, sender=PageViewRestriction, dispatch_uid="terreau.portal.closed"
            )
