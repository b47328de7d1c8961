"""Addresses of the application."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.territories import views

app_name = "territories"
urlpatterns: list[URLPattern | URLResolver] = [
    path("territoires/", views.listing, name="list"),
    path("espace/<slug:code>/subdivisions/", views.subdivisions, name="subdivisions"),
]
