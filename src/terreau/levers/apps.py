"""Configuration of the application « levers »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeversConfig(AppConfig):
    """What a town can act with, ranked with reasons for a territory and for a project."""

    name = "terreau.levers"
    verbose_name = _("leviers")
