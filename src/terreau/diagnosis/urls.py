"""Addresses of the application."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "diagnosis"
urlpatterns: list[URLPattern | URLResolver] = []
