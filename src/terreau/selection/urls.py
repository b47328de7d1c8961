"""Addresses of the application « selection »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.selection import views, vote_views

app_name = "selection"

_ALL = "espace/<slug:code>/choix/"
_ONE = f"{_ALL}<slug:public_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("methodes/choix/", views.method, name="method"),
    path(_ALL, views.every, name="every"),
    path(f"{_ALL}nouveau/", views.new, name="new"),
    path(_ONE, views.own, name="own"),
    path(f"{_ONE}montants/", views.money, name="money"),
    path(f"{_ONE}contraintes/", views.bind, name="bind"),
    path(f"{_ONE}faire/", views.act, name="act"),
    path(f"{_ONE}vote/", views.invite, name="invite"),
    path(f"{_ONE}choix.json", views.file, name="file"),
    path(f"{_ONE}decider/", views.decide, name="decide"),
    path(f"{_ONE}decide/", views.choice, name="choice"),
    path(f"{_ONE}decide/choix.json", views.choice_file, name="choice_file"),
    path("voter/<str:token>/", vote_views.ballot, name="ballot"),
    path("territoires/<slug:code>/choix/<slug:public_id>/", views.public, name="public"),
]
