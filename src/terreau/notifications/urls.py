"""Addresses of the messages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.notifications import views

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("espace/messages/", views.mine, name="mine"),
    path("messages/arret/<str:token>/", views.way_out, name="way_out"),
]
