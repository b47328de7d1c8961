"""The journal: who did what to what, when, from where it came."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EventQuerySet(models.QuerySet["Event"]):
    """How the journal is read."""

    def about(self, subject: str) -> EventQuerySet:
        """Events on one thing, named `kind:code`, newest first."""
        return self.filter(subject=subject)

    def in_territory(self, codes: Any) -> EventQuerySet:
        """Events of the territories with these codes (a list, or a query that gives them)."""
        return self.filter(territory_code__in=codes)


class Event(models.Model):
    """One thing that happened. Never changed, never deleted."""

    at = models.DateTimeField(_("quand"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("qui"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    verb = models.CharField(
        _("quoi"), max_length=60, help_text=_("clé stable, par exemple organisation.edited")
    )
    subject = models.CharField(_("sur quoi"), max_length=120, db_index=True)
    territory_code = models.CharField(_("territoire"), max_length=40, blank=True, db_index=True)
    data = models.JSONField(_("détail"), default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
