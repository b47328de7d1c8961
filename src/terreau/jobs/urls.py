"""Addresses of the jobs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.jobs import views

app_name = "jobs"
urlpatterns: list[URLPattern | URLResolver] = [
    path("travaux/", views.jobs, name="list"),
    path("travaux/<uuid:job_id>/", views.job, name="job"),
    path("travaux/<uuid:job_id>/arreter/", views.stop, name="stop"),
    path("travaux/<uuid:job_id>/relancer/", views.start_again, name="restart"),
]
