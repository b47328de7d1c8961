"""Addresses of the application « levers »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "levers"

urlpatterns: list[URLPattern | URLResolver] = []
