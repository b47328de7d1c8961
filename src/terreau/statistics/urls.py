"""Addresses of the figures of territories."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.statistics import views

app_name = "statistics"

_TERRITORY = "territoires/<slug:code>/chiffres/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_TERRITORY, views.territory, name="territory"),
]
