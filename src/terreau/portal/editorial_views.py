"""The guide's and the news' first pages, and the pictures of both."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.views import serve

from terreau.core import atom
from terreau.portal.editorial import moved_to
from terreau.portal.models import NewsIndex
from terreau.portal.news_feed import news_feed

# What Wagtail writes when it scales a picture; its name changes with its content.
_PICTURES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
_NAME = re.compile(r"[\w][\w.\-]*")


@require_safe
def guide(request: HttpRequest) -> HttpResponseBase:
    """The first page of the guide."""
    response: HttpResponseBase = serve(request, "guide/")
    return response


@require_safe
def news(request: HttpRequest) -> HttpResponseBase:
    """The list of the news."""
    response: HttpResponseBase = serve(request, "nouvelles/")
    return response


@require_safe
def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """A page of the guide or a piece of news; an address that it bore leads to the one that it has."""
    try:
        response: HttpResponseBase = serve(request, path)
    except Http404:
        address = moved_to(path)
        if address is None:
            raise
        return redirect(address)
    return response


@require_safe
def feed(_request: HttpRequest) -> HttpResponseBase:
    """The news, for those who follow them from elsewhere."""
    index = get_object_or_404(NewsIndex.objects.live())
    return HttpResponse(atom.atom(news_feed(index)), content_type=atom.CONTENT_TYPE)


@require_safe
def closed(request: HttpRequest) -> HttpResponseBase:
    """Where Wagtail sends who may not read a page or a document: to sign in, for who has not.

    Raises:
        PermissionDenied: for a person who signed in; sent to sign in they would come back here for ever.
    """
    if request.user.is_authenticated:
        raise PermissionDenied(_("Cette page est réservée à certaines personnes, dont vous n’êtes pas."))
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect_to_login(wanted if ours else "/")


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture scaled for a page. Nothing else of the files' folder is ever given from here.

    Lists sent for import lie in the same folder: only the scaled pictures, by plain name and known kind.
    """
    kind = _PICTURES.get(Path(name).suffix.lower())
    path = Path(settings.MEDIA_ROOT) / "images" / name
    if kind is None or not _NAME.fullmatch(name) or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=kind)
    response["Cache-Control"] = "public, max-age=2592000, immutable"
    return response
