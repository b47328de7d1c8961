"""Addresses of the agent's screens."""

from __future__ import annotations

from django.urls import URLPattern, path

from terreau.survey import running_views as views

_ALL = "espace/<slug:code>/enquetes/"
_ONE = f"{_ALL}<slug:slug>/"
_QUESTION = f"{_ONE}questions/<slug:question_id>/"

urlpatterns: list[URLPattern] = [
    path(_ALL, views.surveys, name="surveys"),
    path("espace/<slug:code>/nouvelle-enquete/", views.new, name="new"),
    path(_ONE, views.survey, name="survey"),
    path(f"{_ONE}modifier/", views.describe, name="describe"),
    path(f"{_ONE}ouverture/", views.set_open, name="set_open"),
    path(f"{_ONE}nouvelle-question/", views.add_question, name="add_question"),
    path(_QUESTION, views.edit_question, name="edit_question"),
    path(f"{_QUESTION}retirer/", views.remove_question, name="remove_question"),
    path(f"{_ONE}apercu/<slug:block_key>/", views.preview, name="preview"),
    path(f"{_ONE}reponses/", views.submissions, name="submissions"),
    path(f"{_ONE}reponses/<uuid:submission_key>/", views.submission, name="submission"),
]
