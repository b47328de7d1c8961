"""Addresses of the guide, the news, and the files that illustrate them.

Of Wagtail's own addresses only the pages are taken: the others are doors by password.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path
from wagtail.documents.views.serve import serve as serve_document

from terreau.portal import editorial_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("guide/", editorial_views.guide, name="editorial_guide"),
    path("nouvelles/", editorial_views.news, name="editorial_news"),
    path("nouvelles.atom", editorial_views.feed, name="editorial_feed"),
    path("lecture-reservee/", editorial_views.closed, name="wagtailcore_login"),
    path("fichiers/images/<str:name>", editorial_views.picture, name="editorial_picture"),
    re_path(r"^pieces/(\d+)/([^/]+)$", serve_document, name="wagtaildocs_serve"),
    re_path(r"^((?:guide|nouvelles)/(?:[\w\-]+/)*)$", editorial_views.page, name="wagtail_serve"),
]
