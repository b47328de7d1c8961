"""Addresses of « fraîcheur des fiches »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.freshness import agent_views, views

app_name = "freshness"
urlpatterns: list[URLPattern | URLResolver] = [
    path("confirmer/<str:token>/", views.question, name="question"),
    path("code/", views.enter_code, name="code"),
    path("ma-fiche/", views.own, name="own"),
    path("ma-fiche/exacte/", views.own_exact, name="own_exact"),
    path("ma-fiche/fermer/", views.leave, name="leave"),
    path("espace/<slug:code>/appels/", agent_views.calls, name="calls"),
    path("annuaire/<slug:public_id>/code-papier/", agent_views.paper, name="paper"),
]
