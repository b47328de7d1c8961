"""What the field keeps: who may send answers, what could not be placed, sheets of paper, files brought."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FieldAccountQuerySet(models.QuerySet["FieldAccount"]):
    """How accounts are read."""

    def good(self) -> FieldAccountQuerySet:
        """Those that still open."""
        return self.filter(revoked_at__isnull=True)


class FieldAccount(models.Model):
    """What lets the telephones of a team fetch one survey's form and send its answers; no person's account.

    The password is kept nowhere: it is worked out from `salt` with the instance's own secret.
    """

    survey = models.ForeignKey("survey.Survey", on_delete=models.CASCADE, related_name="field_accounts")
    label = models.CharField(_("équipe ou personne"), max_length=80)
    username = models.CharField(_("identifiant"), max_length=80, unique=True)
    salt = models.CharField(max_length=40)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("donné le"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = FieldAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("accès de terrain")
        verbose_name_plural = _("accès de terrain")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.username


class SetAside(models.Model):
    """What a telephone sent and no question could take: kept as it came, until an agent decides."""

    survey = models.ForeignKey("survey.Survey", on_delete=models.CASCADE, related_name="set_aside")
    account = models.ForeignKey(FieldAccount, null=True, on_delete=models.SET_NULL, related_name="+")
    content = models.BinaryField(_("reçu tel quel"))
    digest = models.CharField(_("empreinte"), max_length=64)
    reason = models.CharField(_("pourquoi"), max_length=300)
    # Name, path, digest and size of each file that came with it.
    files = models.JSONField(default=list)
    received_at = models.DateTimeField(_("reçu le"), auto_now_add=True)

    class Meta:
        verbose_name = _("envoi mis de côté")
        verbose_name_plural = _("envois mis de côté")
        ordering = ("received_at", "pk")
        constraints = [models.UniqueConstraint(fields=["survey", "digest"], name="set_aside_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.reason}"


class PaperBatch(models.Model):
    """Sheets of paper printed together, each with a code of its own (`survey.paper.codes`)."""

    survey = models.ForeignKey("survey.Survey", on_delete=models.CASCADE, related_name="paper_batches")
    form = models.ForeignKey("survey.FormVersion", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("lot"))
    count = models.PositiveIntegerField(_("feuilles"))
    language = models.CharField(_("langue"), max_length=8)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("préparé le"), auto_now_add=True)

    class Meta:
        verbose_name = _("lot de feuilles")
        verbose_name_plural = _("lots de feuilles")
        ordering = ("survey", "-number")
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="paper_batch_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.number}"


class AnswersFile(models.Model):
    """An export of KoboToolbox or ODK brought to a survey: read first, written only once confirmed."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey("survey.Survey", on_delete=models.CASCADE, related_name="answers_files")
    form = models.ForeignKey("survey.FormVersion", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("nom"), max_length=200)
    path = models.CharField(_("fichier"), max_length=300)
    # What people were told when they agreed, where the file itself does not ask it.
    consent = models.TextField(_("accord demandé"), blank=True)
    report = models.JSONField(_("ce qui en est compris"), default=dict)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("reçu le"), auto_now_add=True)
    written_at = models.DateTimeField(_("écrit le"), null=True, blank=True)

    class Meta:
        verbose_name = _("export apporté")
        verbose_name_plural = _("exports apportés")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name
