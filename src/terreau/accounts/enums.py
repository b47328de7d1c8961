"""Choices of the accounts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

# The group that opens the guide's editing; its rights on pages are given by the portal.
EDITORS_GROUP = "Rédaction"


class Role(models.TextChoices):
    """What a person is, in a territory or in the whole network."""

    AGENT = "agent", _("agent du territoire")
    ELECTED = "elected", _("lecteur élu")
    PARTNER = "partner", _("partenaire")
    STATE = "state", _("État")
    SECRETARIAT = "secretariat", _("secrétariat du réseau")


# Held in the whole network, not on a territory.
NETWORK_ROLES = frozenset({Role.SECRETARIAT})
# Those who read and write nothing, given and taken by agents.
READERS = frozenset({Role.ELECTED, Role.PARTNER})
# In the order in which a team is shown.
TERRITORY_ROLES = (Role.AGENT, Role.ELECTED, Role.PARTNER, Role.STATE)


class Shared(models.TextChoices):
    """What a territory may let its partners read."""

    DRAFT = "draft", _("le diagnostic en préparation")
    FIGURES = "figures", _("les chiffres de travail")


class InvitationState(models.TextChoices):
    """What became of an invitation; one that waits too long is expired without a change of state."""

    PENDING = "pending", _("en attente de réponse")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée")
