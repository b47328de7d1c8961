"""The feed of the news: what the list shows, for those who read it from elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core.atom import Entry, Feed, tag_id
from terreau.portal.models import NewsIndex, NewsPage

# Before any news: a feed without entry must be dated too.
_START = datetime(2026, 1, 1, tzinfo=UTC)


def news_feed(index: NewsIndex) -> Feed:
    """The last published news, the newest first."""
    return Feed(
        id=tag_id(settings.PUBLIC_URL, reverse("editorial_feed")),
        title=f"{index.title}, Terreau",
        subtitle=index.intro,
        own_url=f"{settings.PUBLIC_URL}{reverse('editorial_feed')}",
        url=f"{settings.PUBLIC_URL}{reverse('editorial_news')}",
        updated=_START,
        author="Terreau",
        entries=tuple(_entry(one) for one in index.published()),
    )


def _entry(page: NewsPage) -> Entry:
    title = _("%(title)s (données simulées)") % {"title": page.title} if settings.EXERCISE else page.title
    return Entry(
        # The address follows the title when an editor renames it; the number of the page does not.
        id=tag_id(settings.PUBLIC_URL, f"{reverse('editorial_news')}{page.pk}"),
        title=title,
        url=f"{settings.PUBLIC_URL}{page.get_url()}",
        # A page that a program wrote was published by nobody: its own day stands in.
        updated=page.last_published_at or datetime.combine(page.date, time.min, UTC),
        published=page.first_published_at,
        summary=page.intro,
    )
