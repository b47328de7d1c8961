"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path

from terreau.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("espace/", views.workspace, name="workspace"),
    path("methodes/", views.methods, name="methods"),
    path("formes-juridiques/", views.legal_forms, name="legal_forms"),
    path("accessibilite/", views.accessibility, name="accessibility"),
]
