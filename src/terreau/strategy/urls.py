"""Addresses of the application « strategy »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "strategy"

urlpatterns: list[URLPattern | URLResolver] = []
