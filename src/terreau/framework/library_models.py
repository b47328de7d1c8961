"""The library of laws and texts: each text, its versions, what became of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from terreau.framework.enums import ProposalState, Reliability, TextKind


def person_field(label: Any) -> models.ForeignKey[Any, Any]:
    """Someone whose account may be closed; what they did stays."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )


class LegalText(models.Model):
    """One text; what it says is in its published version."""

    code = models.SlugField(_("identifiant"), max_length=60, unique=True)
    number = models.PositiveIntegerField(_("dernière version"), default=0)
    published = models.ForeignKey(
        "TextVersion",
        verbose_name=_("version publiée"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("texte")
        verbose_name_plural = _("textes")

    def __str__(self) -> str:
        return self.published.title if self.published else self.code


class TextVersion(models.Model):
    """A text as somebody described it; its words never change, only what became of it."""

    text = models.ForeignKey(LegalText, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("numéro"))
    # The published version that its author read.
    base = models.PositiveIntegerField(_("d’après la version"), default=0)
    place = models.CharField(_("droit de"), max_length=10, db_index=True)
    kind = models.CharField(_("nature"), max_length=12, choices=TextKind.choices)
    title = models.CharField(_("intitulé"), max_length=300)
    short = models.CharField(_("nom court"), max_length=120, blank=True)
    # As much of the date as is known: « 2020 », « 2020-06 », « 2020-06-30 ».
    dated = models.CharField(_("date"), max_length=10, blank=True)
    summary = models.TextField(_("ce qu’il dit"))
    articles = models.JSONField(_("articles"), default=list, blank=True)
    themes = models.JSONField(_("thèmes"), default=list, blank=True)
    needs = models.JSONField(_("besoins"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    url = models.URLField(_("adresse"), max_length=500, blank=True)
    reliability = models.CharField(
        _("fiabilité"), max_length=1, choices=Reliability.choices, default=Reliability.TO_VERIFY
    )
    notes = models.TextField(_("à savoir"), blank=True)
    state = models.CharField(
        _("état"), max_length=10, choices=ProposalState.choices, default=ProposalState.PROPOSED, db_index=True
    )
    # Drawn with the form: sent twice, there is one.
    once = models.CharField(max_length=40, unique=True, null=True, blank=True)
    author = person_field(_("proposée par"))
    territory_code = models.CharField(_("proposée depuis"), max_length=40, blank=True)
    at = models.DateTimeField(_("le"), auto_now_add=True)
    decided_by = person_field(_("décidée par"))
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decision = models.TextField(_("pourquoi"), blank=True)

    class Meta:
        verbose_name = _("version d’un texte")
        verbose_name_plural = _("versions d’un texte")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="text_version_once")]

    def __str__(self) -> str:
        return self.title
