"""Addresses of the application « survey »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from terreau.survey import answering_urls, field_urls, running_urls
from terreau.survey.results import urls as results_urls

app_name = "survey"

urlpatterns: list[URLPattern | URLResolver] = [
    *field_urls.urlpatterns,
    *answering_urls.urlpatterns,
    *running_urls.urlpatterns,
    *results_urls.urlpatterns,
]
