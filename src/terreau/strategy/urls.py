"""Addresses of the application « strategy »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.strategy import agent_views, views

app_name = "strategy"

_PUBLIC = "territoires/<slug:code>/strategie/"
_OWN = "espace/<slug:code>/strategie/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_PUBLIC, views.latest, name="latest"),
    path(f"{_PUBLIC}comparer/", views.comparison, name="comparison"),
    path(f"{_PUBLIC}textes/<slug:digest>/", views.text, name="text"),
    path(f"{_PUBLIC}<int:number>/", views.revision, name="revision"),
    path(f"{_PUBLIC}<int:number>/strategie.json", views.data, name="data"),
    path(_OWN, agent_views.own, name="own"),
    path(f"{_OWN}mot/", agent_views.words, name="words"),
    path(f"{_OWN}textes/", agent_views.texts, name="texts"),
    path(f"{_OWN}publier/", agent_views.publish, name="publish"),
    path(f"{_OWN}enjeux/nouveau/", agent_views.new, name="new"),
    path(f"{_OWN}enjeux/<slug:public_id>/", agent_views.edit, name="edit"),
]
