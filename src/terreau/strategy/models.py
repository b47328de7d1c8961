"""The strategy of a territory: what it aims at, in what it rests, the text that was voted, dated revisions.

What is being written is in `Strategy` and its issues; what everybody reads is in `Revision`, which never
changes.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import new_public_id
from terreau.framework.library_models import person_field
from terreau.journal.frozen import Frozen, FrozenQuerySet
from terreau.territories.models import Territory


class Strategy(models.Model):
    """What a territory writes of its strategy: one a territory, read by its own people only."""

    territory = models.OneToOneField(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="strategy"
    )
    words = models.TextField(_("ce que veut le territoire"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    is_simulated = models.BooleanField(_("données simulées"), default=False)

    class Meta:
        verbose_name = _("stratégie")
        verbose_name_plural = _("stratégies")

    def __str__(self) -> str:
        return f"{self.territory_id}"


class PriorityIssue(models.Model):
    """Something the territory wants to have changed by a year, and how it will be known."""

    public_id = models.CharField(_("identifiant"), max_length=16, unique=True, default=new_public_id)
    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="issues")
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)
    title = models.CharField(_("enjeu"), max_length=200)
    words = models.TextField(_("en quelques phrases"), blank=True)
    horizon = models.PositiveSmallIntegerField(_("horizon"))
    indicator = models.CharField(_("indicateur"), max_length=300, blank=True)
    unit = models.CharField(_("unité"), max_length=40, blank=True)
    source = models.CharField(_("source du chiffre"), max_length=300, blank=True)
    baseline = models.DecimalField(_("au départ"), max_digits=18, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("cible"), max_digits=18, decimal_places=4, null=True, blank=True)
    # Codes of `survey.enums.Need`.
    needs = models.JSONField(_("besoins auxquels il répond"), default=list, blank=True)
    # Of a published diagnosis: number of the edition, key and words of each finding.
    findings = models.JSONField(_("constats qui le fondent"), default=list, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    changed_by = person_field(_("écrit par"))

    class Meta:
        verbose_name = _("enjeu prioritaire")
        verbose_name_plural = _("enjeux prioritaires")
        ordering = ("rank", "pk")

    def __str__(self) -> str:
        return self.title


class VotedText(models.Model):
    """A text that was voted, under the name of its content; its file never changes."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="texts")
    title = models.CharField(_("texte"), max_length=200)
    reference = models.CharField(_("référence"), max_length=120, blank=True)
    voted_on = models.DateField(_("voté le"))
    name = models.CharField(_("nom du fichier"), max_length=200)
    digest = models.CharField(_("empreinte"), max_length=64)
    size = models.PositiveIntegerField(_("taille"))
    added_by = person_field(_("ajouté par"))
    added_at = models.DateTimeField(_("ajouté le"), auto_now_add=True)

    class Meta:
        verbose_name = _("texte voté")
        verbose_name_plural = _("textes votés")
        ordering = ("-voted_on", "-pk")
        constraints = [models.UniqueConstraint(fields=["strategy", "digest"], name="voted_text_once")]

    def __str__(self) -> str:
        return self.title


class Revision(Frozen):
    """The strategy as it was published on a day, and why it was written again."""

    territory = models.ForeignKey(
        Territory,
        verbose_name=_("territoire"),
        on_delete=models.PROTECT,
        related_name="strategy_revisions",
    )
    number = models.PositiveIntegerField(_("numéro"))
    published_on = models.DateField(_("publiée le"))
    reason = models.TextField(_("ce qui change"), blank=True)
    content = models.JSONField(_("contenu"))
    digest = models.CharField(_("empreinte"), max_length=64)
    published_by = person_field(_("publiée par"))

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("révision de la stratégie")
        verbose_name_plural = _("révisions de la stratégie")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["territory", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.territory_id} n° {self.number}"
