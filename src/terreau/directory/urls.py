"""Addresses of the directory."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.directory import views

app_name = "directory"
urlpatterns: list[URLPattern | URLResolver] = [
    path("annuaire/", views.organisations, name="list"),
    path("annuaire/valeurs/<slug:parameter>/", views.values, name="values"),
    path("annuaire/export.<slug:form>", views.export, name="export"),
    path("annuaire/<slug:public_id>/", views.organisation, name="sheet"),
    path("annuaire/<slug:public_id>/carte.svg", views.sheet_picture, name="sheet_picture"),
    path("carte/", views.whole_map, name="map"),
    path("carte/carte.svg", views.picture, name="picture"),
]
