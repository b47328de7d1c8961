"""The tree of the guide and the news, its editors' rights, and what the menu knows of it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet
from django.urls import reverse
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    PageViewRestriction,
    Revision,
    Site,
)
from wagtail.rich_text import expand_db_html

from terreau.accounts.enums import EDITORS_GROUP
from terreau.core.stamp import touch
from terreau.portal.models import GuideIndex, GuidePage, NewsIndex, NewsPage

_PAGE_RIGHTS = ("add_page", "change_page", "publish_page")
_FILE_RIGHTS = (
    *("add_image", "change_image", "choose_image"),
    *("add_document", "change_document", "choose_document"),
)
_MODELS: dict[str, type[Page]] = {"guide": GuidePage, "news": NewsPage}
# State of the public content → the kinds of pages there are to read.
_live: dict[int, frozenset[str]] = {}


def is_needed() -> bool:
    """Whether the tree or its editors' rights are still to be made."""
    return (
        not GuideIndex.objects.exists()
        or not NewsIndex.objects.exists()
        or not GroupPagePermission.objects.filter(group__name=EDITORS_GROUP).exists()
        or _without_version().exists()
    )


@transaction.atomic
def load(progress: Callable[[int, int], None]) -> None:
    """Make the tree, the first page of the guide, and the editors' rights; keep what is there."""
    home = _home()
    guide = GuideIndex.objects.first()
    if guide is None:
        guide = home.add_child(
            instance=GuideIndex(
                title="Guide",
                slug="guide",
                intro="Pas à pas, ce qu’une ville fait pour l’économie sociale et solidaire avec Terreau.",
            )
        )
        _first_page(guide)
    news = NewsIndex.objects.first() or home.add_child(
        instance=NewsIndex(
            title="Nouvelles", slug="nouvelles", intro="Ce qui change sur la plateforme et dans le réseau."
        )
    )
    progress(1, 2)
    _give_rights((guide, news))
    keep_first_versions()
    progress(2, 2)


def keep_first_versions() -> None:
    """Give its first version to each page that a program wrote.

    Without one, two editors of a page overwrite each other unwarned, and what it first said is lost.
    """
    for page in _without_version():
        page.specific.save_revision(changed=False)


def _without_version() -> QuerySet[Page]:
    found: QuerySet[Page] = Page.objects.filter(content_type__app_label="portal", latest_revision=None)
    return found


def has_live(kind: str) -> bool:
    """Whether there is anything to read in the guide (`guide`) or the news (`news`).

    Asked once for each state of the public content, not once a page.
    """
    stamp = _stamp()
    if stamp not in _live:
        _live.clear()
        _live[stamp] = _read_live()
    return _MODELS[kind]._meta.model_name in _live[stamp]


def _read_live() -> frozenset[str]:
    """Which kinds of pages anyone may read, in one query for all: every page of the platform asks."""
    found = open_pages().order_by().values_list("content_type__model", flat=True)
    return frozenset(found.distinct())


def open_pages() -> QuerySet[Page]:
    """The pages of the guide and the news that anyone may read."""
    under = ExpressionWrapper(OuterRef("path"), CharField())
    closed = PageViewRestriction.objects.alias(under=under).filter(under__startswith=F("page__path"))
    kinds = [model._meta.model_name for model in _MODELS.values()]
    pages = Page.objects.live().filter(content_type__app_label="portal", content_type__model__in=kinds)
    found: QuerySet[Page] = pages.exclude(Exists(closed))
    return found


def moved_to(path: str) -> str | None:
    """Where the page is that had this address before its editor changed it; links already shared still lead.

    The versions that Wagtail keeps say what each page was called.
    """
    index, _slash, slug = path.strip("/").partition("/")
    called = Revision.objects.filter(content__slug=slug).order_by("-created_at").values_list("object_id")
    known = [int(key) for (key,) in called[:20]]
    there = {one.pk: one for one in open_pages().filter(pk__in=known, url_path__contains=f"/{index}/")}
    return next(
        (str(there[key].get_url()) for key in known if key in there and there[key].slug != slug), None
    )


def door(person: Any) -> str | None:
    """Where the guide and the news are written, for their editors."""
    return reverse("wagtailadmin_home") if person.has_perm("wagtailadmin.access_admin") else None


def draw_pictures(instance: Page, **_signal: Any) -> None:
    """Scale the pictures of a page as it is published: who reads it later writes nothing, so cannot."""
    expand_db_html(getattr(instance, "body", ""))


def public_changed(**_signal: Any) -> None:
    """A page was published, changed or withdrawn: pages kept in memory are made again."""
    transaction.on_commit(lambda: touch(settings.HOME.content_stamp))


def _stamp() -> int:
    try:
        return int(settings.HOME.content_stamp.stat().st_mtime_ns)
    except FileNotFoundError:
        return 0


def _home() -> Page:
    """The root of the site. Wagtail makes it with its tables; a database emptied since has none."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Racine", slug="root"))
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    address = urlsplit(settings.PUBLIC_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    if site is None:
        home = root.add_child(instance=Page(title="Terreau", slug="terreau"))
        site = Site(is_default_site=True, root_page=home)
    site.hostname, site.port, site.site_name = address.hostname or "localhost", port, "Terreau"
    site.save()
    home = Page.objects.get(pk=site.root_page_id)
    if home.title != "Terreau":
        home.title = home.draft_title = "Terreau"
        home.save()
    return home


def _first_page(guide: GuideIndex) -> None:
    body = resources.files("terreau.portal").joinpath("data/guide_diagnostic.html").read_text("utf-8")
    guide.add_child(
        instance=GuidePage(
            title="Faire le diagnostic de l’ESS de sa ville",
            slug="faire-le-diagnostic",
            intro="Qui sont les acteurs, où sont-ils, que font-ils, et que ne sait-on pas encore\u00a0? "
            "Le premier pas que les maires du réseau recommandent, avec ce que vous avez déjà.",
            body=body,
        )
    )


def _give_rights(indexes: tuple[Page, ...]) -> None:
    group, _created = Group.objects.get_or_create(name=EDITORS_GROUP)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    for right in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=_PAGE_RIGHTS):
        for index in indexes:
            GroupPagePermission.objects.get_or_create(group=group, page=Page(pk=index.pk), permission=right)
    collection = Collection.get_first_root_node() or Collection.add_root(instance=Collection(name="Racine"))
    for right in Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=_FILE_RIGHTS
    ):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=right)
