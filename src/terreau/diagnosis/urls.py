"""Addresses of the application."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.diagnosis import agent_views, line_views, views

app_name = "diagnosis"

_PUBLIC = "territoires/<slug:code>/diagnostic/"
_NUMBERED = f"{_PUBLIC}<int:number>/"
_OWN = "espace/<slug:code>/diagnostic/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_PUBLIC, views.latest, name="latest"),
    path(f"{_PUBLIC}editions/", views.editions, name="editions"),
    path(f"{_PUBLIC}comparer/", views.comparison, name="comparison"),
    path(f"{_PUBLIC}evolution/", views.evolution, name="evolution"),
    path(_NUMBERED, views.edition, name="edition"),
    path(f"{_NUMBERED}partie/<slug:key>/", views.part, name="part"),
    path(f"{_NUMBERED}diagnostic.pdf", views.pdf, name="pdf"),
    path(f"{_NUMBERED}diagnostic.<slug:kind>", views.editable, name="editable"),
    path(f"{_NUMBERED}figures.csv", views.figures_csv, name="csv"),
    path(f"{_NUMBERED}figures.json", views.figures_json, name="json"),
    path(f"{_NUMBERED}images/<slug:key>-<slug:width>.svg", views.picture, name="picture"),
    path(_OWN, agent_views.draft, name="draft"),
    path(f"{_OWN}preparer/", agent_views.prepare, name="prepare"),
    path(f"{_OWN}texte/", agent_views.introduce, name="introduce"),
    path(f"{_OWN}publier/", agent_views.publish, name="publish"),
    path(f"{_OWN}jeter/", agent_views.discard, name="discard"),
    path(f"{_OWN}lignes/", line_views.lines, name="lines"),
    path(f"{_OWN}lignes/noter/", line_views.rate, name="rate_line"),
    path(f"{_OWN}lignes/ajouter/", line_views.add, name="add_line"),
    path(f"{_OWN}lignes/retirer/", line_views.drop, name="drop_line"),
    path(f"{_OWN}brouillon.pdf", agent_views.draft_pdf, name="draft_pdf"),
    path(f"{_OWN}images/<slug:key>-<slug:width>.svg", agent_views.draft_picture, name="draft_picture"),
    path(f"{_OWN}couverture/", agent_views.state_coverage, name="state_coverage"),
    path(
        f"{_OWN}couverture/<int:statement_id>/retirer/",
        agent_views.withdraw_coverage,
        name="withdraw_coverage",
    ),
]
