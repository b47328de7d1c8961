"""Addresses of the whole platform."""

from __future__ import annotations

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("", include("terreau.accounts.urls")),
    path("redaction/", include(wagtailadmin_urls)),
    path("", include("terreau.territories.urls")),
    path("", include("terreau.jobs.urls")),
    path("", include("terreau.notifications.urls")),
    path("", include("terreau.opendata.urls")),
    path("", include("terreau.statistics.urls")),
    path("", include("terreau.plans.urls")),
    path("", include("terreau.selection.urls")),
    path("", include("terreau.evaluation.urls")),
    path("", include("terreau.portfolio.urls")),
    path("", include("terreau.levers.urls")),
    path("", include("terreau.strategy.urls")),
    path("", include("terreau.practices.urls")),
    path("", include("terreau.survey.urls")),
    path("", include("terreau.framework.urls")),
    path("", include("terreau.freshness.urls")),
    path("", include("terreau.stewardship.urls")),
    path("", include("terreau.directory.urls")),
    path("", include("terreau.registers.urls")),
    path("", include("terreau.diagnosis.urls")),
    path("", include("terreau.portal.urls")),
    path("", include("terreau.portal.editorial_urls")),
]

handler400 = "terreau.project.errors.bad_request"
handler403 = "terreau.project.errors.forbidden"
handler404 = "terreau.project.errors.not_found"
handler500 = "terreau.project.errors.failure"
