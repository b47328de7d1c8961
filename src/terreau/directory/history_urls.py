"""Addresses of what was said and done of sheets: merges, history, feed of changes."""

from __future__ import annotations

from django.urls import URLPattern, path

from terreau.directory import history_screens, merging_screens

urlpatterns: list[URLPattern] = [
    path("annuaire/<slug:public_id>/reunir/", merging_screens.merge, name="merge"),
    path("annuaire/<slug:public_id>/distinguer/", merging_screens.distinct, name="distinct"),
    path("annuaire/<slug:public_id>/defaire/<int:merge_id>/", merging_screens.unmerge, name="unmerge"),
    path("annuaire/<slug:public_id>/historique/", history_screens.history, name="history"),
    path(
        "annuaire/<slug:public_id>/historique/<int:number>/",
        history_screens.former_state,
        name="former_state",
    ),
    path("annuaire/changements/<slug:code>.atom", history_screens.changes_feed, name="changes_feed"),
    path("espace/<slug:code>/changements/", history_screens.changes, name="changes"),
    path("espace/<slug:code>/doublons/", merging_screens.duplicates, name="duplicates"),
]
