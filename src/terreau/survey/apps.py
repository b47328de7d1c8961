"""Configuration of the application « survey »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveyConfig(AppConfig):
    """What the actors of a territory need: questionnaire, answers, results."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.survey"
    label = "survey"
    verbose_name = _("enquête")
