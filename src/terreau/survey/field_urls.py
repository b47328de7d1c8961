"""Addresses of the field: telephones, sheets of paper, exports brought back."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.survey.field import openrosa

urlpatterns: list[URLPattern | URLResolver] = [
    # What telephones ask; the last parts of the first and the last are those of the standard.
    path("openrosa/<slug:slug>/formList", openrosa.form_list, name="openrosa_list"),
    path("openrosa/<slug:slug>/submission", openrosa.submission, name="openrosa_submission"),
    path("openrosa/<slug:slug>/v<int:number>/form.xml", openrosa.form, name="openrosa_form"),
    path("openrosa/<slug:slug>/v<int:number>/manifest.xml", openrosa.manifest, name="openrosa_manifest"),
    path("openrosa/<slug:slug>/v<int:number>/<str:name>", openrosa.picture, name="openrosa_picture"),
]
