"""Configuration of the application « evaluation »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    """Projects judged before they start: marks, weights, reading of the result, decision."""

    name = "terreau.evaluation"
    verbose_name = _("évaluation")
