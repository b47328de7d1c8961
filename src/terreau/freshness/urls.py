"""Addresses of « fraîcheur des fiches »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "freshness"
urlpatterns: list[URLPattern | URLResolver] = []
