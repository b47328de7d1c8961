"""What search engines are told: which pages there are, and which are not worth their visit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from terreau.core.registry import ListedPages, listed_pages

# Work, forms and answers; and the questions asked to a list, of which there is no end.
_UNLISTED = (
    "/espace/",
    "/redaction/",
    "/compte/",
    "/annuaire/export.",
    "/annuaire/valeurs/",
    "/annuaire/?",
    "/annuaire/*?",
    "/carte/?",
    "/carte/*?",
    "/partager/",
)
# So many addresses fit in a list that anyone would still open.
_MOST = 10_000


class PageList(Sitemap):  # type: ignore[type-arg]  # not a generic class when it runs
    """The pages of one kind."""

    limit = _MOST

    def __init__(self, listed: ListedPages) -> None:
        """List the pages of this kind."""
        self._listed = listed
        self.protocol = urlsplit(settings.PUBLIC_URL).scheme

    def items(self) -> Any:
        """What names each page, and when it last changed."""
        return self._listed.pages()

    def location(self, item: tuple[str, Any]) -> str:
        """Where a page is."""
        return reverse(self._listed.url_name, args=[item[0]]) if self._listed.url_name else item[0]

    def lastmod(self, item: tuple[str, Any]) -> Any:
        """When it last changed, where that is known."""
        return item[1]

    def get_latest_lastmod(self) -> None:
        """Of a whole list, not told: every page would have to be read."""


def page_lists() -> dict[str, Any]:
    """A list for each kind of public pages, by its key."""
    return {listed.key: PageList(listed) for listed in listed_pages}


def robots() -> str:
    """What `robots.txt` says: an exercise is nobody's to find, nor a demonstration."""
    if settings.EXERCISE or settings.DEMO:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in _UNLISTED)]
        lines += ["", f"Sitemap: {settings.PUBLIC_URL}{reverse('opendata:page_lists')}"]
    return "".join(f"{line}\n" for line in lines)
