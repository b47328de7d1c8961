"""What a territory decides of what leaves the platform."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from terreau.territories.models import Territory


class EmbeddingChoice(models.Model):
    """Which sites may show a territory's directory in a frame; without a choice, any may."""

    territory = models.OneToOneField(
        Territory, on_delete=models.CASCADE, related_name="embedding_choice", verbose_name=_("territoire")
    )
    restricted = models.BooleanField(_("seulement les sites nommés"), default=False)
    sites = models.JSONField(_("sites"), default=list, blank=True)
    version = models.PositiveIntegerField(
        _("version"), default=1, help_text=_("contre deux rédacteurs à la fois")
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("choix d’intégration")
        verbose_name_plural = _("choix d’intégration")

    def __str__(self) -> str:
        return str(self.territory_id)
