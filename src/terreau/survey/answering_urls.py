"""Addresses of the pages where a survey is answered."""

from __future__ import annotations

from django.urls import URLPattern, path

from terreau.survey import answering_views as views

_MINE = "enquetes/reponse/<str:token>/"

urlpatterns: list[URLPattern] = [
    path("enquetes/<slug:slug>/", views.welcome, name="welcome"),
    path("enquetes/<slug:slug>/college/<str:invitation>/", views.welcome, name="welcome_college"),
    path(_MINE, views.resume, name="resume"),
    path(f"{_MINE}lien/", views.link, name="link"),
    path(f"{_MINE}partie/<slug:block_key>/", views.part, name="part"),
    path(f"{_MINE}fiche/", views.sheet, name="sheet"),
    path(f"{_MINE}envoyer/", views.send, name="send"),
    path(f"{_MINE}corriger/", views.correct, name="correct"),
    path(f"{_MINE}retirer/", views.withdraw, name="withdraw"),
]
