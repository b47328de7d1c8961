"""Addresses of the application « practices »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.practices import agent_views, taking_views, views

app_name = "practices"

_PUBLIC = "bonnes-pratiques/"
_SHEET = f"{_PUBLIC}<slug:public_id>/"
_OWN = "espace/<slug:code>/pratiques/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_PUBLIC, views.practices, name="list"),
    path(f"{_PUBLIC}bonnes-pratiques.<slug:form>", views.export, name="export"),
    path(f"{_PUBLIC}methode/", views.method, name="method"),
    path(f"{_PUBLIC}a-relire/", agent_views.reviews, name="reviews"),
    path(_SHEET, views.practice, name="sheet"),
    path(f"{_SHEET}fiche.json", views.practice_file, name="file"),
    path(f"{_SHEET}modifier/", agent_views.edit, name="edit"),
    path(f"{_SHEET}faire/", agent_views.act, name="act"),
    path(f"{_SHEET}versions/", agent_views.history, name="history"),
    path(f"{_SHEET}versions/<int:number>/", agent_views.version, name="version"),
    path(f"{_SHEET}relire/", agent_views.review, name="review"),
    path("territoires/<slug:code>/villes-semblables/", views.alike, name="alike"),
    path(_OWN, agent_views.own, name="own"),
    path(f"{_OWN}nouvelle/", agent_views.new, name="new"),
    path(f"{_OWN}<slug:public_id>/etude/", taking_views.assess, name="assess"),
    path(f"{_OWN}<slug:public_id>/reprise/", taking_views.adoption, name="adoption"),
    path("espace/<slug:code>/villes-semblables/", agent_views.compare, name="compare"),
]
