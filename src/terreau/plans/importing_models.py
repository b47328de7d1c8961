"""A plan brought in from a spreadsheet, what its columns mean, what it last said; addresses of calendars."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import new_public_id
from terreau.framework.library_models import person_field
from terreau.territories.models import Territory


class PlanFile(models.Model):
    """A table that was sent: its rows until they are brought in, then what that gave."""

    public_id = models.CharField(_("identifiant public"), max_length=16, unique=True, default=new_public_id)
    plan = models.ForeignKey(
        "plans.Plan", verbose_name=_("plan d’action"), on_delete=models.CASCADE, related_name="files"
    )
    name = models.CharField(_("nom du fichier"), max_length=255)
    sheet = models.CharField(_("feuille"), max_length=255, blank=True)
    # Every row as read, merged cells repeated; emptied once they are brought in.
    rows = models.JSONField(_("lignes"), default=list)
    # The rows that hold the titles of the columns, counted from 1; empty while they are not known.
    titles_at = models.JSONField(_("lignes de titres"), default=list)
    # What each column means, in their order.
    meanings = models.JSONField(_("sens des colonnes"), default=list)
    sent_by = person_field(_("envoyé par"))
    sent_at = models.DateTimeField(_("envoyé le"), auto_now_add=True)
    done_at = models.DateTimeField(_("importé le"), null=True, blank=True)
    # How many lines were added, changed…, and those that a person must still look at.
    outcome = models.JSONField(_("ce que l’import a donné"), default=dict)

    class Meta:
        verbose_name = _("plan importé d’un tableur")
        verbose_name_plural = _("plans importés d’un tableur")
        ordering = ("-sent_at", "-pk")

    def __str__(self) -> str:
        return self.name


class ColumnMeanings(models.Model):
    """What a territory’s columns mean: the next file of the same titles is understood at once."""

    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.CASCADE, related_name="plan_columns"
    )
    # Of the titles, in their order.
    digest = models.CharField(_("empreinte des titres"), max_length=64)
    meanings = models.JSONField(_("sens des colonnes"), default=list)

    class Meta:
        verbose_name = _("sens des colonnes d’un plan")
        verbose_name_plural = _("sens des colonnes des plans")
        constraints = [models.UniqueConstraint(fields=["territory", "digest"], name="plan_columns_once")]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.digest[:8]}"


class LastSaid(models.Model):
    """What the last file said of an action, by which one knows what was changed on the screen since."""

    action = models.OneToOneField("plans.Action", on_delete=models.CASCADE, related_name="last_said")
    said = models.JSONField(_("ce que disait le fichier"), default=dict)

    class Meta:
        verbose_name = _("ce que disait le dernier fichier")
        verbose_name_plural = _("ce que disaient les derniers fichiers")

    def __str__(self) -> str:
        return str(self.action_id)


class CalendarAddress(models.Model):
    """The secret address at which a person's calendar reads a whole plan; renewed, the old one is closed."""

    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="calendar_addresses")
    person = models.ForeignKey(
        "accounts.Person", verbose_name=_("personne"), on_delete=models.CASCADE, related_name="+"
    )
    # The token is worked out from it and from the instance's secret: the base alone opens nothing.
    salt = models.CharField(_("sel"), max_length=32)
    digest = models.CharField(_("empreinte"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("adresse d’agenda")
        verbose_name_plural = _("adresses d’agenda")
        constraints = [models.UniqueConstraint(fields=["plan", "person"], name="calendar_address_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.person_id}"
