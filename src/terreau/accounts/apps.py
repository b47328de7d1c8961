"""Configuration of the application « accounts »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, their roles and what these allow."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.accounts"
    label = "accounts"
    verbose_name = _("personnes et droits")
