"""Editorial pages: the guide and the news.

Rich text and nothing more: definitions of blocks would be frozen into migrations for ever.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "image", "hr"]
NEWS_LISTED = 30


class EditorialIndex(Page):  # type: ignore[misc]
    """What the guide's and the news' first pages share."""

    intro = models.TextField(_("chapeau"), max_length=600, blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro")]
    # The site's own addresses lead here: another slug would empty them.
    promote_panels: ClassVar[list[Any]] = []
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    max_count = 1

    class Meta:
        abstract = True


class EditorialPage(Page):  # type: ignore[misc]
    """What a page of the guide and a piece of news share."""

    intro = models.TextField(_("chapeau"), max_length=600)
    body = RichTextField(_("texte"), features=FEATURES)

    # Nothing else that Wagtail asks for here is shown: pages have their title, their summary and their menu.
    promote_panels: ClassVar[list[Any]] = [FieldPanel("slug")]

    class Meta:
        abstract = True


class GuideIndex(EditorialIndex):
    """The first page of the guide."""

    subpage_types: ClassVar[list[str]] = ["portal.GuidePage"]
    template = "portal/guide_index.html"

    class Meta:
        verbose_name = _("sommaire du guide")
        verbose_name_plural = _("sommaires du guide")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The pages that are published, in the order that their editors gave them."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["pages"] = GuidePage.objects.child_of(self).live().public()
        return context


class GuidePage(EditorialPage):
    """How to do something with the platform, or beside it."""

    reviewed_on = models.DateField(_("relu le"), default=timezone.localdate)

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("reviewed_on"),
    ]
    parent_page_types: ClassVar[list[str]] = ["portal.GuideIndex"]
    subpage_types: ClassVar[list[str]] = []
    template = "portal/guide_page.html"

    class Meta:
        verbose_name = _("page du guide")
        verbose_name_plural = _("pages du guide")


class NewsIndex(EditorialIndex):
    """The list of the news."""

    subpage_types: ClassVar[list[str]] = ["portal.NewsPage"]
    template = "portal/news_index.html"

    class Meta:
        verbose_name = _("liste des nouvelles")
        verbose_name_plural = _("listes des nouvelles")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The last published news, newest first."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["pages"] = self.published()
        return context

    def published(self) -> Any:
        """The last published news, newest first."""
        return NewsPage.objects.child_of(self).live().public().order_by("-date", "-pk")[:NEWS_LISTED]


class NewsPage(EditorialPage):
    """A piece of news."""

    date = models.DateField(_("date"), default=timezone.localdate)

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("date"),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar[list[str]] = ["portal.NewsIndex"]
    subpage_types: ClassVar[list[str]] = []
    template = "portal/news_page.html"

    class Meta:
        verbose_name = _("nouvelle")
        verbose_name_plural = _("nouvelles")
