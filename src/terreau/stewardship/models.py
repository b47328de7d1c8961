"""Who keeps a sheet, and what waits for a decision in the queue of a territory."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import Organisation
from terreau.stewardship.enums import KeeperRole, Kind, State, Why
from terreau.territories.models import Territory


class KeeperQuerySet(models.QuerySet["Keeper"]):
    """How keepers are read."""

    def current(self) -> KeeperQuerySet:
        """Those who keep a sheet today."""
        return self.filter(ended__isnull=True)

    def owners(self) -> KeeperQuerySet:
        """Those who also say who else keeps it."""
        return self.current().filter(role=KeeperRole.OWNER)


class Keeper(models.Model):
    """A person who keeps the sheet of an organisation; one that left stays, with the day."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("personne"),
        on_delete=models.CASCADE,
        related_name="kept_sheets",
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="keepers"
    )
    role = models.CharField(_("rôle"), max_length=8, choices=KeeperRole.choices)
    since = models.DateTimeField(_("depuis"), auto_now_add=True)
    ended = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("donné par"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = KeeperQuerySet.as_manager()

    class Meta:
        verbose_name = _("personne qui tient une fiche")
        verbose_name_plural = _("personnes qui tiennent une fiche")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"], condition=Q(ended__isnull=True), name="keeper_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role}"


class ItemQuerySet(models.QuerySet["Item"]):
    """How the queue is read."""

    def waiting(self) -> ItemQuerySet:
        """What nobody has decided yet."""
        return self.filter(state=State.WAITING)

    def in_territory(self, territory: Territory) -> ItemQuerySet:
        """What is for those who keep the territory, or one that it contains."""
        return self.filter(territory__ancestor_links__ancestor=territory)

    def due(self, now: datetime) -> ItemQuerySet:
        """Proposals with enough voices whose delay is over."""
        return self.waiting().filter(kind=Kind.PROPOSAL, publishes_at__lte=now)


class Item(models.Model):
    """Something that waits for a decision: a claim, a proposal, an edit to look at, an error reported."""

    kind = models.CharField(_("quoi"), max_length=12, choices=Kind.choices)
    why = models.CharField(_("raison"), max_length=16, choices=Why.choices)
    state = models.CharField(_("état"), max_length=12, choices=State.choices, default=State.WAITING)
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="moderation_items"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="moderation_items",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("qui demande"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="asked_items",
    )
    values = models.JSONField(_("valeurs"), default=dict, blank=True)
    words = models.TextField(_("en mots"), blank=True)
    # Of a visitor without account, kept apart and erased once the answer is written.
    reply_to = models.EmailField(_("adresse pour répondre"), blank=True)
    once = models.CharField(max_length=64, unique=True, help_text=_("contre un second clic"))
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("depuis"), auto_now_add=True)
    publishes_at = models.DateTimeField(_("se publie le"), null=True, blank=True, db_index=True)
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("décidé par"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    answer = models.TextField(_("réponse"), blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("chose à décider")
        verbose_name_plural = _("choses à décider")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(kind="claim", state="waiting"),
                name="claim_once_waiting",
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(kind="edit", state="waiting"), name="edit_once_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "unconfirmed"], decided_at__isnull=True)
                | (~Q(state__in=["waiting", "unconfirmed"]) & Q(decided_at__isnull=False)),
                name="item_decided_dated",
            ),
        ]
        indexes = [models.Index(fields=["territory", "state"], name="item_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Code(models.Model):
    """A code sent to an address, of which only a keyed digest is kept; good for one use and few tries."""

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.CASCADE, related_name="codes")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    digest = models.CharField(_("empreinte"), max_length=64)
    address_digest = models.CharField(_("empreinte de l’adresse"), max_length=64)
    sent_at = models.DateTimeField(_("envoyé le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("sert jusqu’au"))
    tries = models.PositiveSmallIntegerField(_("essais"), default=0)
    used_at = models.DateTimeField(_("servi le"), null=True, blank=True)

    class Meta:
        verbose_name = _("code envoyé")
        verbose_name_plural = _("codes envoyés")

    def __str__(self) -> str:
        return str(self.pk)


class Invitation(models.Model):
    """An owner's invitation to keep a sheet: a link good for one use; the address is not kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(_("rôle"), max_length=8, choices=KeeperRole.choices)
    masked = models.CharField(_("envoyée à"), max_length=120)
    once = models.CharField(max_length=64, unique=True, help_text=_("contre un second clic"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("sert jusqu’au"))
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role}"


class Vouch(models.Model):
    """A neighbour's voice for a proposal, or against it."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="vouches")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    supports = models.BooleanField(_("appuie"))
    words = models.CharField(_("pourquoi"), max_length=500, blank=True)
    mailbox = models.CharField(_("empreinte de la boîte"), max_length=64)
    # Erased with the decision: it serves only to tell apart voices from one place.
    origin = models.CharField(_("empreinte du lieu de connexion"), max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("appui ou opposition")
        verbose_name_plural = _("appuis et oppositions")
        constraints = [models.UniqueConstraint(fields=["item", "person"], name="vouch_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.supports}"


class Threshold(models.Model):
    """How many voices, and how long, before a proposal publishes itself in a territory."""

    territory = models.OneToOneField(Territory, on_delete=models.CASCADE, related_name="vouching")
    needed = models.PositiveSmallIntegerField(_("appuis nécessaires"), default=3)
    hours = models.PositiveSmallIntegerField(_("délai en heures"), default=72)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("seuil de publication")
        verbose_name_plural = _("seuils de publication")

    def __str__(self) -> str:
        return f"{self.territory_id} {self.needed}"


class Belonging(models.Model):
    """An organisation's belonging to an umbrella body or a pole; confirmed when both sides say so."""

    member = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="bodies")
    body = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="members_of_it")
    member_said = models.DateTimeField(_("dit par le membre"), null=True, blank=True)
    body_said = models.DateTimeField(_("dit par la structure"), null=True, blank=True)
    ended_at = models.DateTimeField(_("terminée le"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("appartenance")
        verbose_name_plural = _("appartenances")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "body"], condition=Q(ended_at__isnull=True), name="belonging_once"
            ),
            models.CheckConstraint(condition=~Q(member=models.F("body")), name="belonging_to_another"),
            models.CheckConstraint(
                condition=Q(member_said__isnull=False) | Q(body_said__isnull=False), name="belonging_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} → {self.body_id}"

    @property
    def is_confirmed(self) -> bool:
        """Whether both sides say so."""
        return self.member_said is not None and self.body_said is not None
