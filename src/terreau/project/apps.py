"""Configuration of the project itself, which holds the commands."""

from __future__ import annotations

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The top of the house: it knows every application."""

    name = "terreau.project"
    label = "project"

    def ready(self) -> None:
        """In an exercise, make its country known before anything is asked of it."""
        from django.conf import settings

        if settings.EXERCISE:
            from terreau.project.exercise.country import install

            install()
