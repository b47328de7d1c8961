"""Addresses of what was said and done of sheets: merges, history, feed of changes."""

from __future__ import annotations

from django.urls import URLPattern, path

from terreau.directory import merging_screens

urlpatterns: list[URLPattern] = [
    path("annuaire/<slug:public_id>/reunir/", merging_screens.merge, name="merge"),
    path("annuaire/<slug:public_id>/distinguer/", merging_screens.distinct, name="distinct"),
    path("annuaire/<slug:public_id>/defaire/<int:merge_id>/", merging_screens.unmerge, name="unmerge"),
    path("espace/<slug:code>/doublons/", merging_screens.duplicates, name="duplicates"),
]
