"""Addresses of « tenue de l’annuaire »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "stewardship"
urlpatterns: list[URLPattern | URLResolver] = []
