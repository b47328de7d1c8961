"""Addresses of « partage et données ouvertes »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.opendata import crawler_views, frame_views, print_views, share_views

app_name = "opendata"
urlpatterns: list[URLPattern | URLResolver] = [
    path("robots.txt", crawler_views.robots, name="robots"),
    path("plan-du-site.xml", crawler_views.lists, name="page_lists"),
    path("plan-du-site-<slug:section>.xml", crawler_views.pages, name="page_list"),
    path("integrer.js", frame_views.script, name="script"),
    path("integrer/theme.css", frame_views.theme, name="theme"),
    path("integrer/<slug:code>/<slug:view>/", frame_views.frame, name="frame"),
    path("partager/", share_views.results, name="share"),
    path("partager/code.svg", share_views.qr_code, name="qr"),
    path("partager/<slug:code>/", share_views.embed, name="embed"),
    path("annuaire/nouvelles-fiches.atom", share_views.feed, name="feed"),
    path("imprimer/<slug:code>/", print_views.page, name="printed"),
    path("imprimer/<slug:code>/annuaire.pdf", print_views.document, name="printed_pdf"),
    path("espace/<slug:code>/integration/", share_views.sites, name="sites"),
]
