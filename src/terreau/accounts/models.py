"""People and their roles."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terreau.accounts.enums import InvitationState, Role, Shared
from terreau.territories.models import Territory


class PersonManager(BaseUserManager["Person"]):
    """How people are made: by `services`, and by Django's own `createsuperuser`."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person with an unusable password unless one is given."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person with every technical right, for the operator of the instance."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in, known by an e-mail address and nothing more than is needed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("adresse électronique"), unique=True)
    display_name = models.CharField(_("nom affiché"), max_length=120, blank=True)
    is_active = models.BooleanField(_("actif"), default=True)
    is_staff = models.BooleanField(_("rédige le guide et les nouvelles"), default=False)
    joined_at = models.DateTimeField(_("depuis"), auto_now_add=True)
    # Empty: the language of the instance.
    language = models.CharField(_("langue"), max_length=8, blank=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")

    def __str__(self) -> str:
        return self.display_name or gettext("personne sans nom affiché")

    def get_full_name(self) -> str:
        """The name shown to others; never the e-mail address."""
        return str(self)

    def get_short_name(self) -> str:
        """The name shown to others; never the e-mail address."""
        return str(self)


class RoleGrant(models.Model):
    """A role held by a person, in a territory and all that lies under it, or in the network."""

    person = models.ForeignKey(
        Person, verbose_name=_("personne"), on_delete=models.CASCADE, related_name="grants"
    )
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices)
    territory = models.ForeignKey(
        Territory,
        verbose_name=_("territoire"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="grants",
    )
    granted_by = models.ForeignKey(
        Person,
        verbose_name=_("donné par"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    granted_at = models.DateTimeField(_("depuis"), auto_now_add=True)
    # Chosen by the partner, never by others: empty is not shown.
    shown_as = models.CharField(
        _("nommé sur la page du territoire comme"), max_length=120, blank=True, default=""
    )

    class Meta:
        verbose_name = _("rôle donné")
        verbose_name_plural = _("rôles donnés")
        constraints = [
            models.UniqueConstraint(fields=["person", "role", "territory"], name="grant_once"),
            # Two NULLs differ, and SQLite cannot be told otherwise: the network's roles have their own.
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(territory__isnull=True), name="grant_once_in_network"
            ),
            models.CheckConstraint(
                condition=(Q(role="secretariat") & Q(territory__isnull=True))
                | (~Q(role="secretariat") & Q(territory__isnull=False)),
                name="grant_territory_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.territory or ''}".strip()


class Sharing(models.Model):
    """One thing that a territory lets its partners read."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="sharings")
    what = models.CharField(_("ce qui est partagé"), max_length=10, choices=Shared.choices)
    since = models.DateTimeField(_("depuis"), auto_now_add=True)

    class Meta:
        verbose_name = _("partage")
        verbose_name_plural = _("partages")
        constraints = [models.UniqueConstraint(fields=["territory", "what"], name="sharing_once")]

    def __str__(self) -> str:
        return self.get_what_display()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """How invitations are read."""

    def waiting(self, now: datetime) -> InvitationQuerySet:
        """Those that can still be answered."""
        return self.filter(state=InvitationState.PENDING, expires_at__gt=now)


class Invitation(models.Model):
    """A role offered by mail to an address; its person accepts or refuses by a signed link, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Emptied once answered, withdrawn or expired.
    email = models.EmailField(_("adresse électronique"), blank=True)
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices)
    territory = models.ForeignKey(
        Territory,
        verbose_name=_("territoire"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations",
    )
    invited_by = models.ForeignKey(
        Person, verbose_name=_("invité par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("acceptée par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("envoyée le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valable jusqu’au"))
    answered_at = models.DateTimeField(_("réponse le"), null=True)
    state = models.CharField(
        _("état"), max_length=10, choices=InvitationState.choices, default=InvitationState.PENDING
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["email", "role", "territory"],
                condition=Q(state="pending"),
                name="invitation_pending_once",
            ),
            models.CheckConstraint(
                condition=(Q(role="secretariat") & Q(territory__isnull=True))
                | (~Q(role="secretariat") & Q(territory__isnull=False)),
                name="invitation_territory_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.territory or ''}".strip()
