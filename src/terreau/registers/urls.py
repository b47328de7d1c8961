"""Addresses of the imports."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.registers import views

app_name = "registers"
_IMPORTS = "espace/<slug:code>/imports/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(_IMPORTS, views.imports, name="list"),
    path(f"{_IMPORTS}nouveau/", views.new, name="new"),
    path(f"{_IMPORTS}simulees/", views.simulated, name="simulated"),
    path(f"{_IMPORTS}a-revoir/", views.review, name="review"),
    path(f"{_IMPORTS}a-revoir/<int:row_id>/", views.answer, name="answer"),
    path(f"{_IMPORTS}<uuid:run_id>/", views.run, name="run"),
    path(f"{_IMPORTS}<uuid:run_id>/colonnes/", views.mapping, name="mapping"),
    path(f"{_IMPORTS}<uuid:run_id>/lecture/", views.reading, name="reading"),
    path(f"{_IMPORTS}<uuid:run_id>/lignes/<slug:outcome>/", views.rows, name="rows"),
    path(f"{_IMPORTS}<uuid:run_id>/rejets.csv", views.rejects, name="rejects"),
    path(f"{_IMPORTS}<uuid:run_id>/appliquer/", views.apply, name="apply"),
    path(f"{_IMPORTS}<uuid:run_id>/reprendre/", views.resume, name="resume"),
    path(f"{_IMPORTS}<uuid:run_id>/abandonner/", views.abandon, name="abandon"),
]
