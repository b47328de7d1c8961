"""A plan as it stood on a day: kept whole, never written again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from terreau.framework.library_models import person_field
from terreau.journal.frozen import Frozen, FrozenQuerySet


class PlanEditionQuerySet(FrozenQuerySet["PlanEdition"]):
    """How editions are read. They are only ever added."""

    def brief(self) -> PlanEditionQuerySet:
        """Without their content: what a list needs."""
        return self.defer("content")

    def public(self) -> PlanEditionQuerySet:
        """Those that visitors read, while their plan is public."""
        return self.filter(is_public=True, plan__published_on__isnull=False)


class PlanEdition(Frozen):
    """The whole of a plan on a day, and why it was kept; its digest tells if anything changed since."""

    plan = models.ForeignKey(
        "plans.Plan", verbose_name=_("plan d’action"), on_delete=models.PROTECT, related_name="editions"
    )
    number = models.PositiveIntegerField(_("numéro"))
    as_of = models.DateField(_("situation au"))
    words = models.CharField(_("pourquoi cette édition"), max_length=300)
    is_public = models.BooleanField(_("publique"), default=False)
    # JSON, as `snapshot.content_of` tells a plan.
    content = models.TextField(_("contenu"))
    digest = models.CharField(_("empreinte"), max_length=64)
    made_by = person_field(_("figée par"))
    made_at = models.DateTimeField(_("figée le"))

    objects = PlanEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("édition du plan")
        verbose_name_plural = _("éditions du plan")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_edition_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} n° {self.number}"
