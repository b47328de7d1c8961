"""What is asked of organisations, what they answered, the calls made, the codes given on paper."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import Organisation
from terreau.freshness.enums import Answer, Outcome


class Question(models.Model):
    """The yearly question put to one organisation; the address it went to is not kept."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="questions"
    )
    year = models.PositiveSmallIntegerField(_("année"))
    asked_on = models.DateField(_("posée le"))
    expires_at = models.DateTimeField(_("sert jusqu’au"))
    answered_at = models.DateTimeField(_("répondue le"), null=True, blank=True)
    answer = models.CharField(_("réponse"), max_length=10, choices=Answer.choices, blank=True)

    class Meta:
        verbose_name = _("question annuelle")
        verbose_name_plural = _("questions annuelles")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="question_once_a_year"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="question_answer_dated",
            ),
        ]
        indexes = [models.Index(fields=["asked_on"], name="question_day")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.year}"

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be answered."""
        return self.answered_at is None and now < self.expires_at


class Refusal(models.Model):
    """An organisation that asked not to be written to any more."""

    organisation = models.OneToOneField(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="refusal"
    )
    since = models.DateTimeField(_("depuis"), auto_now_add=True)

    class Meta:
        verbose_name = _("refus de la question annuelle")
        verbose_name_plural = _("refus de la question annuelle")

    def __str__(self) -> str:
        return str(self.organisation_id)


class Call(models.Model):
    """One call to an organisation and what it gave; `rank` keeps a second click from noting it twice."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="calls"
    )
    rank = models.PositiveIntegerField(_("rang"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("qui a appelé"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("quand"), auto_now_add=True)
    outcome = models.CharField(_("résultat"), max_length=12, choices=Outcome.choices)
    note = models.CharField(_("à retenir"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("version de la fiche après l’appel"))

    class Meta:
        verbose_name = _("appel")
        verbose_name_plural = _("appels")
        constraints = [models.UniqueConstraint(fields=["organisation", "rank"], name="call_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.outcome}"


class PaperCodeQuerySet(models.QuerySet["PaperCode"]):
    """How codes are read."""

    def good(self, now: datetime) -> PaperCodeQuerySet:
        """Those that still open their sheet."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)

    def opening(self, organisation: Organisation) -> PaperCodeQuerySet:
        """Those that open this sheet: its own, and those of the sheets that gave way to it."""
        return self.filter(Q(organisation=organisation) | Q(organisation__merged_into=organisation))


class PaperCode(models.Model):
    """A code on paper that opens one sheet to its organisation; only its keyed digest is kept."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="paper_codes"
    )
    digest = models.CharField(_("empreinte"), max_length=64, unique=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("donné par"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    given_at = models.DateTimeField(_("donné le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("sert jusqu’au"))
    revoked_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("servi le"), null=True, blank=True)

    objects = PaperCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code sur papier")
        verbose_name_plural = _("codes sur papier")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(revoked_at__isnull=True), name="paper_code_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation_id)
