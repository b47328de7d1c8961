"""Published results, which never change; the shortlist of a committee; the remarks it is shown."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from terreau.journal.frozen import Frozen, FrozenQuerySet
from terreau.survey.results.priorities import HANLON, NACCHO
from terreau.territories.models import Territory


class Variant(models.TextChoices):
    """The formula by which a committee rates its shortlist, always named."""

    HANLON = HANLON, _("Hanlon\u00a0: (A + B) × C ÷ 3, B de 0 à 20")
    NACCHO = NACCHO, _("variante NACCHO\u00a0: (A + 2 B) × C, B de 0 à 10")


class Shortlist(models.Model):
    """What a committee gave to the needs it kept: A, B, C and the five PEARL answers, by code of need."""

    survey = models.OneToOneField(
        "survey.Survey", verbose_name=_("enquête"), on_delete=models.CASCADE, related_name="shortlist"
    )
    variant = models.CharField(_("formule"), max_length=8, choices=Variant.choices, default=Variant.HANLON)
    committee = models.CharField(_("qui a noté"), max_length=200, blank=True)
    worked_on = models.DateField(_("noté le"))
    ratings = models.JSONField(_("notes"), default=dict)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("liste courte")
        verbose_name_plural = _("listes courtes")

    def __str__(self) -> str:
        return f"{self.survey_id} ({self.variant})"


class ShownRemark(models.Model):
    """A remark as the agent rewrote it, nobody to be recognised; for the meeting, never for the public."""

    submission = models.ForeignKey(
        "survey.Submission", on_delete=models.CASCADE, related_name="shown_remarks"
    )
    question = models.CharField(_("question"), max_length=48)
    text = models.TextField(_("remarque, sans rien qui fasse reconnaître quelqu’un"))
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    shown_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("remarque montrée")
        verbose_name_plural = _("remarques montrées")
        constraints = [models.UniqueConstraint(fields=["submission", "question"], name="remark_shown_once")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.question}"


class ResultsEditionQuerySet(FrozenQuerySet["ResultsEdition"]):
    """How editions are read. They are only ever added."""

    def of(self, territory: Territory) -> ResultsEditionQuerySet:
        """Those of a territory, the newest first, without what only the next edition needs."""
        return self.filter(territory=territory).defer("answers", "pictures").order_by("-number")

    def brief(self) -> ResultsEditionQuerySet:
        """What a list needs."""
        return self.defer("answers", "pictures", "content")


class ResultsEdition(Frozen):
    """The public results of a survey on a day. Rows are only inserted."""

    survey = models.ForeignKey(
        "survey.Survey", verbose_name=_("enquête"), on_delete=models.PROTECT, related_name="results_editions"
    )
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="results_editions"
    )
    number = models.PositiveIntegerField(_("numéro"))
    as_of = models.DateField(_("date des réponses comptées"))
    content = models.TextField(_("contenu"))
    digest = models.CharField(_("empreinte"), max_length=64)
    pictures = models.JSONField(_("dessins"), default=dict)
    # Which answers are in it: what the next edition of the survey must not give away. Never told.
    answers = models.JSONField(_("réponses comptées"), default=list)
    published_at = models.DateTimeField(_("publiée le"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ResultsEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("édition des résultats")
        verbose_name_plural = _("éditions des résultats")
        ordering = ("territory", "-number")
        constraints = [models.UniqueConstraint(fields=["territory", "number"], name="results_edition_once")]

    def __str__(self) -> str:
        return f"{self.territory_id} n° {self.number}"
