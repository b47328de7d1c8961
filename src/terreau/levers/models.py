"""What a town says of levers, row after row that never change: its thresholds, its opinions, its editions.

The last row of a series holds; those before it are its history.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from terreau.framework.library_models import person_field
from terreau.journal.frozen import Frozen, FrozenQuerySet
from terreau.levers.enums import CostOrder, Stance
from terreau.territories.models import Territory


class ThresholdChoice(Frozen):
    """How many suppliers a town wants before it goes further, what it buys, how far around it looks."""

    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="lever_thresholds"
    )
    number = models.PositiveIntegerField(_("numéro"))
    reserve = models.PositiveIntegerField(_("marché réservé, à partir de"))
    lot = models.PositiveIntegerField(_("lot réservé, à partir de"))
    clause = models.PositiveIntegerField(_("clause sociale, à partir de"))
    capable = models.PositiveIntegerField(_("fournisseurs assez grands pour un marché réservé"))
    jobs = models.PositiveIntegerField(_("assez grand, à partir de (emplois)"))
    # Codes of sectors.
    bought = models.JSONField(_("secteurs où la collectivité achète"))
    # The code of a territory that contains this one; empty for this one alone.
    reach = models.CharField(_("chercher les fournisseurs dans"), max_length=40, blank=True)
    reason = models.TextField(_("pourquoi"))
    since = models.DateField(_("depuis le"))
    author = person_field(_("réglés par"))

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("seuils d’un territoire")
        verbose_name_plural = _("seuils des territoires")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["territory", "number"], name="thresholds_once")]

    def __str__(self) -> str:
        return f"{self.territory_id} n° {self.number}"


class LeverOpinion(Frozen):
    """What a town says of a lever, for itself or for one of its projects, with its reason."""

    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="lever_opinions"
    )
    # The public identifier of a project; empty for the territory itself. Projects lie above.
    project = models.CharField(_("projet"), max_length=16, blank=True)
    lever = models.CharField(_("levier"), max_length=60)
    number = models.PositiveIntegerField(_("numéro"))
    stance = models.CharField(_("avis"), max_length=6, choices=Stance.choices, blank=True)
    cost = models.PositiveSmallIntegerField(
        _("ce que cela coûte"), choices=CostOrder.choices, null=True, blank=True
    )
    months = models.PositiveIntegerField(_("délai, en mois"), null=True, blank=True)
    reason = models.TextField(_("pourquoi"))
    said_on = models.DateField(_("le"))
    author = person_field(_("dit par"))

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis sur un levier")
        verbose_name_plural = _("avis sur les leviers")
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "project", "lever", "number"], name="lever_opinion_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lever} {self.stance}"


class LeversEdition(Frozen):
    """The levers of a territory as published on a day."""

    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="levers_editions"
    )
    number = models.PositiveIntegerField(_("numéro"))
    as_of = models.DateField(_("date"))
    content = models.JSONField(_("contenu"))
    # What its first levers are called, for pages that say no more.
    first = models.JSONField(_("premiers leviers"))
    digest = models.CharField(_("empreinte"), max_length=64)
    published_by = person_field(_("publiée par"))

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("édition des leviers")
        verbose_name_plural = _("éditions des leviers")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["territory", "number"], name="levers_edition_once")]

    def __str__(self) -> str:
        return f"{self.territory_id} n° {self.number}"
