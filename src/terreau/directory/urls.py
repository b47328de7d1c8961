"""Addresses of the directory."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.directory import editing, export_views, history_urls, map_views, views

app_name = "directory"
urlpatterns: list[URLPattern | URLResolver] = [
    path("annuaire/", views.organisations, name="list"),
    path("annuaire/valeurs/<slug:parameter>/", views.values, name="values"),
    path("annuaire/export.<slug:form>", export_views.export, name="export"),
    path("annuaire/export.csv-metadata.json", export_views.metadata, name="export_metadata"),
    path("annuaire/<slug:public_id>/", views.organisation, name="sheet"),
    *history_urls.urlpatterns,
    path("annuaire/<slug:public_id>/carte.svg", views.sheet_picture, name="sheet_picture"),
    path("annuaire/<slug:public_id>/modifier/", editing.edit, name="edit"),
    path("annuaire/<slug:public_id>/confirmer/", editing.confirm, name="confirm"),
    path("annuaire/<slug:public_id>/retirer/", editing.hide, name="hide"),
    path("annuaire/<slug:public_id>/remettre/", editing.restore, name="restore"),
    path("annuaire/<slug:public_id>/liens/", editing.records, name="records"),
    path("annuaire/<slug:public_id>/liens/<int:record_id>/separer/", editing.unlink, name="unlink"),
    path("espace/<slug:code>/annuaire/ajouter/", editing.add, name="add"),
    path("espace/<slug:code>/filieres/", editing.filieres, name="filieres"),
    path("carte/", map_views.whole_map, name="map"),
    path("carte/carte.svg", map_views.picture, name="picture"),
    path("carte/liste/", map_views.in_view, name="map_list"),
    path("carte/fiche/<slug:public_id>/", map_views.summary, name="map_summary"),
    path("carte/tuiles/<slug:version>/<int:zoom>/<int:x>/<int:y>.pbf", map_views.tile, name="map_tile"),
    path("carte/fond/<slug:version>/<int:zoom>/<int:x>/<int:y>.pbf", map_views.ground, name="map_ground"),
    path("carte/plan/<slug:version>/<int:zoom>/<int:x>/<int:y>", map_views.supplied, name="map_supplied"),
]
