"""The files that search engines ask for."""

from __future__ import annotations

from django.contrib.sitemaps import views
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from terreau.opendata import crawlers


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Which pages are not worth a visit, and where the others are listed."""
    return HttpResponse(crawlers.robots(), content_type="text/plain; charset=utf-8")


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The lists of public pages."""
    return views.index(request, crawlers.page_lists(), sitemap_url_name="opendata:page_list")


@require_safe
def pages(request: HttpRequest, section: str) -> HttpResponse:
    """The public pages of one kind."""
    return views.sitemap(request, crawlers.page_lists(), section=section)
