"""Addresses of the field: telephones, sheets of paper, exports brought back."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.survey.exported import screens as exported
from terreau.survey.field import openrosa, screens
from terreau.survey.paper import screens as paper

_SURVEY = "espace/<slug:code>/enquetes/<slug:slug>"

urlpatterns: list[URLPattern | URLResolver] = [
    # What telephones ask; the last parts of the first two are those of the standard.
    path("openrosa/<slug:slug>/formList", openrosa.form_list, name="openrosa_list"),
    path("openrosa/<slug:slug>/submission", openrosa.submission, name="openrosa_submission"),
    path("openrosa/<slug:slug>/v<int:number>/form.xml", openrosa.form, name="openrosa_form"),
    path("openrosa/<slug:slug>/v<int:number>/manifest.xml", openrosa.manifest, name="openrosa_manifest"),
    path("openrosa/<slug:slug>/v<int:number>/<str:name>", openrosa.picture, name="openrosa_picture"),
    # What the agent does.
    path(f"{_SURVEY}/telephones/", screens.field, name="field"),
    path(f"{_SURVEY}/telephones/formulaire.<slug:kind>", screens.form_file, name="form_file"),
    path(f"{_SURVEY}/telephones/mis-de-cote/<int:key>/", screens.set_aside_file, name="set_aside"),
    path(f"{_SURVEY}/fichiers/<int:key>/", screens.media_file, name="media"),
    path(f"{_SURVEY}/papier/", paper.paper, name="paper"),
    path(f"{_SURVEY}/papier/<int:number>/<int:first>.pdf", paper.paper_pdf, name="paper_pdf"),
    path(f"{_SURVEY}/saisie/", paper.typing, name="typing"),
    path(f"{_SURVEY}/exports/", exported.exports, name="exports"),
    path(f"{_SURVEY}/exports/<uuid:key>/", exported.export, name="export"),
    path(f"{_SURVEY}/exports/<uuid:key>/refusees.csv", exported.refused, name="export_refused"),
]
