"""Addresses of the application « practices »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "practices"

urlpatterns: list[URLPattern | URLResolver] = []
