"""Addresses of the imports."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path


def _todo(request: HttpRequest, code: str, pk: str) -> HttpResponse:
    return HttpResponse("")


app_name = "registers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("espace/<slug:code>/imports/<uuid:pk>/", _todo, name="run")
]
