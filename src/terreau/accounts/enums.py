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
