"""Configuration of the project itself, which holds the commands."""

from __future__ import annotations

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The top of the house: it knows every application."""

    name = "terreau.project"
    label = "project"
