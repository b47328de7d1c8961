"""Addresses of the figures of territories."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.statistics import views

app_name = "statistics"

_TERRITORY = "territoires/<slug:code>/chiffres/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("chiffres/", views.home, name="home"),
    path(_TERRITORY, views.territory, name="territory"),
    path(f"{_TERRITORY}carte/", views.map_and_table, name="map"),
    path(f"{_TERRITORY}carte-<slug:width>.svg", views.map_picture, name="map_picture"),
    path(f"{_TERRITORY}comparer/", views.comparison, name="comparison"),
    path(f"{_TERRITORY}evolution/", views.evolution, name="evolution"),
    path(f"{_TERRITORY}tous/", views.all_figures, name="everything"),
    path(f"{_TERRITORY}tableaux/", views.crossed, name="tables"),
    path(f"{_TERRITORY}communes/", views.brought, name="contributions"),
    path(f"{_TERRITORY}communes-<slug:width>.svg", views.brought_picture, name="contributions_picture"),
    path(f"{_TERRITORY}telecharger/", views.downloads, name="downloads"),
    path(f"{_TERRITORY}jeu-de-donnees.zip", views.package, name="package"),
    path(f"{_TERRITORY}graphiques/<slug:key>-<slug:width>.svg", views.chart, name="chart"),
    path(f"{_TERRITORY}chiffres.<slug:form>", views.data, name="data"),
    path("methodes/observatoire/", views.method, name="method"),
]
