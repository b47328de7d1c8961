"""Addresses of the results."""

from __future__ import annotations

from django.urls import URLPattern, path

from terreau.survey.results import agent_views, views

_PUBLIC = "territoires/<slug:code>/besoins/"
_NUMBERED = f"{_PUBLIC}<int:number>/"
_OWN = "espace/<slug:code>/enquetes/<slug:slug>/resultats/"
_PICTURE = "images/<slug:key>-<slug:width>.svg"

urlpatterns: list[URLPattern] = [
    path(_PUBLIC, views.latest, name="results"),
    path(f"{_PUBLIC}evolution/", views.evolution, name="results_trend"),
    path(_NUMBERED, views.edition, name="results_edition"),
    path(f"{_NUMBERED}besoins.csv", views.figures_csv, name="results_csv"),
    path(f"{_NUMBERED}besoins.json", views.figures_json, name="results_json"),
    path(f"{_NUMBERED}{_PICTURE}", views.picture, name="results_picture"),
    path("methodes/enquete/", views.method, name="results_method"),
    path(_OWN, agent_views.working, name="results_working"),
    path(f"{_OWN}{_PICTURE}", agent_views.working_picture, name="results_working_picture"),
    path(f"{_OWN}reunion/", agent_views.meeting, name="results_meeting"),
    path(f"{_OWN}reunion/{_PICTURE}", agent_views.meeting_picture, name="results_meeting_picture"),
    path(f"{_OWN}repondants/", agent_views.sample, name="results_sample"),
    path(f"{_OWN}appels.csv", agent_views.calls_csv, name="results_calls_csv"),
    path(f"{_OWN}appels.xlsx", agent_views.calls_xlsx, name="results_calls_xlsx"),
    path(f"{_OWN}liste-courte/", agent_views.rate, name="results_shortlist"),
    path(f"{_OWN}remarques/", agent_views.choose_remarks, name="results_remarks"),
    path(f"{_OWN}publier/", agent_views.publish, name="results_publish"),
]
