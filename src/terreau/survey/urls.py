"""Addresses of the application « survey »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "survey"

urlpatterns: list[URLPattern | URLResolver] = []
