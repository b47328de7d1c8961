"""Addresses of the application « levers »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.levers import agent_views, views

app_name = "levers"

_OWN = "espace/<slug:code>/leviers/"
_PROJECT = f"{_OWN}projet/<slug:public_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("leviers/", views.catalogue, name="catalogue"),
    path("leviers/leviers.<slug:form>", views.export, name="export"),
    path("leviers/methode/", views.method, name="method"),
    path("leviers/<slug:family>/", views.family, name="family"),
    path("territoires/<slug:code>/leviers/", views.latest, name="latest"),
    path("territoires/<slug:code>/leviers/<int:number>/", views.edition, name="edition"),
    path("territoires/<slug:code>/leviers/<int:number>/leviers.<slug:form>", views.edition_file, name="file"),
    path(_OWN, agent_views.own, name="own"),
    path(f"{_OWN}publier/", agent_views.publish, name="publish"),
    path(f"{_OWN}seuils/", agent_views.thresholds, name="thresholds"),
    path(f"{_OWN}avis/<str:lever>/", agent_views.opinion, name="opinion"),
    path(_PROJECT, agent_views.of_project, name="of_project"),
    path(f"{_PROJECT}<str:lever>/", agent_views.project_opinion, name="project_opinion"),
]
