"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path

from terreau.portal import dashboard_views, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("territoires/<slug:code>/", views.territory, name="territory"),
    path("espace/", views.workspace, name="workspace"),
    path("espace/reseau/territoires/", dashboard_views.network, name="network"),
    path(
        "espace/reseau/territoires/territoires.<slug:form>", dashboard_views.network_file, name="network_file"
    ),
    path("espace/<slug:code>/territoires-ouverts/", dashboard_views.country, name="country"),
    path(
        "espace/<slug:code>/territoires-ouverts/territoires.<slug:form>",
        dashboard_views.country_file,
        name="country_file",
    ),
    path("espace/<slug:code>/", dashboard_views.dashboard, name="dashboard"),
    path("methodes/", views.methods, name="methods"),
    path("formes-juridiques/", views.legal_forms, name="legal_forms"),
    path("formes-juridiques/<slug:country>/", views.legal_forms_of, name="legal_forms_of"),
    path("accessibilite/", views.accessibility, name="accessibility"),
]
