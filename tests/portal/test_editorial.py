"""The guide and the news: their tree, their pages, their editors, their pictures."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import PIL.Image
import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import ExifTags
from wagtail.images import get_image_model
from wagtail.images.models import Filter
from wagtail.models import Collection, GroupPagePermission, PageViewRestriction

from terreau.accounts.services import ensure_person, make_editor
from terreau.core import atom
from terreau.jobs import periodic
from terreau.portal import editorial, jobs
from terreau.portal.models import GuideIndex, GuidePage, NewsIndex, NewsPage

pytestmark = pytest.mark.django_db


def nothing(_done, _total):
    return None


@pytest.fixture(autouse=True)
def _forget():
    caches["pages"].clear()
    editorial._live.clear()


@pytest.fixture
def tree():
    editorial.load(nothing)


@pytest.fixture
def editor(tree):
    person = ensure_person(email="awa@exemple.org", display_name="Awa")
    make_editor(by=None, person=person)
    return person


def news(**fields):
    given = {
        "title": "Une nouvelle d’essai",
        "slug": "essai",
        "intro": "Ce qui s’est passé.",
        "body": "<p>Texte</p>",
    }
    return NewsIndex.objects.get().add_child(instance=NewsPage(**{**given, **fields}))


def test_the_tree_is_made_once():
    assert editorial.is_needed()
    editorial.load(nothing)
    assert not editorial.is_needed()
    rights = GroupPagePermission.objects.count()
    editorial.load(nothing)
    assert (GuideIndex.objects.count(), NewsIndex.objects.count(), GuidePage.objects.count()) == (1, 1, 1)
    assert GroupPagePermission.objects.count() == rights


def test_a_page_that_a_program_wrote_has_a_first_version(client, editor):
    """Another editor's work in the meantime is then known, and the first text can be read again."""
    page = news()
    assert editorial.is_needed()
    editorial.load(nothing)
    assert not editorial.is_needed()
    page.refresh_from_db()
    assert (page.revisions.count(), page.has_unpublished_changes) == (1, False)
    assert GuidePage.objects.get().revisions.count() == 1
    client.force_login(editor)
    html = client.get(f"/redaction/pages/{page.pk}/edit/").content.decode()
    assert re.search(rf'name="loaded_revision_id"[^>]*value="{page.latest_revision_id}"', html)


def test_a_page_that_editors_removed_does_not_come_back(tree):
    GuidePage.objects.get().delete()
    assert not editorial.is_needed()
    editorial.load(nothing)
    assert not GuidePage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_tree_is_made_in_a_database_that_was_emptied():
    """After a test of whole transactions nothing is left, not even the root that Wagtail migrates."""
    editorial.load(nothing)
    assert GuidePage.objects.get().url == "/guide/faire-le-diagnostic/"


def test_the_guide_is_read_and_in_the_menu(client, tree):
    html = client.get("/guide/").content.decode()
    assert 'href="/guide/faire-le-diagnostic/"' in html
    page = client.get("/guide/faire-le-diagnostic/")
    html = page.content.decode()
    assert page.status_code == 200
    assert "<h1>Faire le diagnostic de l’ESS de sa ville</h1>" in html
    assert re.search(r'<nav.*<a href="/guide/" aria-current="page">Guide</a>', html, re.S)
    assert " style=" not in html
    words = len(re.sub(r"<[^>]*>", " ", html.split("<article>")[1].split("</article>")[0]).split())
    assert 500 < words < 800


def test_the_guide_speaks_french_as_it_is_printed(tree):
    body = GuidePage.objects.get().body
    assert not re.search(r" [;:!?»]|« |[a-z]'[a-z]", re.sub(r"<[^>]*>", "", body))


def test_an_empty_part_promises_nothing(client, tree):
    html = client.get("/guide/").content.decode()
    assert "/nouvelles/" not in html
    news()
    editorial._live.clear()
    caches["pages"].clear()
    assert 'href="/nouvelles/"' in client.get("/guide/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_is_published_is_seen_at_once_though_pages_are_kept(client):
    editorial.load(nothing)
    assert "Aucune nouvelle" in client.get("/nouvelles/").content.decode()
    page = news(live=False)
    page.save_revision().publish()
    assert "Une nouvelle d’essai" in client.get("/nouvelles/").content.decode()
    page.refresh_from_db()
    page.unpublish()
    assert "Aucune nouvelle" in client.get("/nouvelles/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_page_appears_and_disappears_at_the_hour_its_editor_set(client):
    editorial.load(nothing)
    now = timezone.now()
    page = news(live=False)
    page.go_live_at, page.expire_at = now + timedelta(hours=1), now + timedelta(hours=3)
    page.save_revision().publish()
    for hours, seen in ((0, 404), (2, 200), (4, 404)):
        with patch.object(timezone, "now", return_value=now + timedelta(hours=hours)):
            jobs.publish_due()
            jobs.publish_due()
        assert client.get("/nouvelles/essai/").status_code == seen, hours
    assert "portal.schedule" in periodic._works


@pytest.mark.django_db(transaction=True)
def test_a_page_closed_to_visitors_is_closed_at_once_though_pages_are_kept(client):
    editorial.load(nothing)
    page = news()
    assert client.get("/nouvelles/essai/").status_code == 200
    closed = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/nouvelles/essai/").status_code == 302
    assert 'href="/nouvelles/"' not in client.get("/guide/").content.decode()
    closed.delete()
    assert client.get("/nouvelles/essai/").status_code == 200
    assert 'href="/nouvelles/"' in client.get("/guide/").content.decode()


def test_who_may_not_read_a_page_signs_in_first_and_is_told_so_after(client, tree, editor):
    page = news()
    group = Group.objects.create(name="Comité")
    closed = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    closed.groups.add(group)
    response = client.get("/nouvelles/essai/", follow=True)
    assert response.redirect_chain[-1][0] == "/compte/connexion/?next=/nouvelles/essai/"
    assert response.status_code == 200
    client.force_login(editor)
    response = client.get("/nouvelles/essai/", follow=True)
    assert response.status_code == 403
    assert "réservée" in response.content.decode()
    group.user_set.add(editor)
    assert client.get("/nouvelles/essai/").status_code == 200
    client.logout()
    elsewhere = client.get("/lecture-reservee/?next=//ailleurs.example/")
    assert elsewhere["Location"] == "/compte/connexion/?next=/"


def test_an_address_already_shared_leads_to_the_page_that_bore_it(client, tree):
    page = news(live=False)
    page.save_revision().publish()
    page = page.specific_class.objects.get(pk=page.pk)
    page.slug = "essai-de-mars"
    page.save_revision().publish()
    response = client.get("/nouvelles/essai/")
    assert (response.status_code, response["Location"]) == (302, "/nouvelles/essai-de-mars/")
    assert client.get("/guide/essai/").status_code == 404
    page.refresh_from_db()
    page.unpublish()
    assert client.get("/nouvelles/essai/").status_code == 404
    assert client.get("/nouvelles/jamais/").status_code == 404


def test_editors_are_asked_only_for_what_is_shown(client, editor):
    client.force_login(editor)
    index = client.get(f"/redaction/pages/{NewsIndex.objects.get().pk}/edit/").content.decode()
    assert 'name="slug"' not in index
    page = client.get(f"/redaction/pages/{GuidePage.objects.get().pk}/edit/").content.decode()
    assert 'name="slug"' in page
    assert 'name="seo_title"' not in page


def test_a_draft_is_seen_by_nobody_else(client, tree):
    page = news(live=False)
    assert client.get("/nouvelles/essai/").status_code == 404
    assert page.title not in client.get("/nouvelles/").content.decode()


def test_an_editor_writes_and_nothing_more(client, editor):
    client.force_login(editor)
    assert client.get("/redaction/").status_code == 200
    index = NewsIndex.objects.get()
    assert client.get(f"/redaction/pages/add/portal/newspage/{index.pk}/").status_code == 200
    for path in ("/redaction/users/", "/redaction/groups/", "/redaction/sites/"):
        assert client.get(path).status_code in {302, 403, 404}, path


def test_the_admin_is_in_french(client, editor):
    client.force_login(editor)
    html = client.get("/redaction/").content.decode()
    assert '<html lang="fr"' in html or 'lang="fr"' in html


def test_who_writes_publishes_without_anyone_s_approval(client, editor):
    client.force_login(editor)
    index = NewsIndex.objects.get()
    html = client.get(f"/redaction/pages/add/portal/newspage/{index.pk}/").content.decode()
    assert 'name="action-publish"' in html
    assert "Moderators approval" not in html
    assert re.search(r'name="date" value="\d\d/\d\d/\d{4}"', html), "dates as they are written in French"


@pytest.mark.parametrize(
    "path", ["/_util/login/", "/redaction/login/", "/_util/authenticate_with_password/1/1/"]
)
def test_wagtails_password_doors_are_walled_up(client, tree, path):
    response = client.get(path, follow=True)
    assert response.status_code == 404 or response.redirect_chain[-1][0] == "/compte/connexion/"


class TestPictures:
    @pytest.fixture(autouse=True)
    def _files(self):
        folder = settings.HOME.files
        made = {
            "images/photo.width-800.webp": b"RIFFxxxxWEBP",
            "images/page.svg": b"<svg onload='x'/>",
            "liste.csv": b"nom;adresse",
            "original_images/photo.jpg": b"\xff\xd8",
        }
        for name, content in made.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        yield
        for name in made:
            (folder / name).unlink()

    def test_a_scaled_picture_is_given_and_kept_by_browsers(self, client):
        response = client.get("/fichiers/images/photo.width-800.webp")
        assert response.status_code == 200
        assert response["Content-Type"] == "image/webp"
        assert "immutable" in response["Cache-Control"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert b"".join(response.streaming_content) == b"RIFFxxxxWEBP"

    @pytest.mark.parametrize(
        "path",
        [
            "liste.csv",
            "images/page.svg",
            "original_images/photo.jpg",
            "images/../liste.csv",
            "images/%2e%2e/liste.csv",
            "images/..%2fliste.csv",
            "images/rien.png",
            "images/",
            "",
        ],
    )
    def test_nothing_else_of_the_files_is_given(self, client, path):
        assert client.get(f"/fichiers/{path}").status_code == 404


@pytest.mark.parametrize("kept", [1, 0.5])
def test_a_picture_cut_on_its_way_is_refused_in_french(client, editor, kept):
    whole = BytesIO()
    PIL.Image.effect_noise((200, 200), 90).save(whole, "JPEG")
    sent = SimpleUploadedFile("photo.jpg", whole.getvalue()[: int(kept * whole.tell())], "image/jpeg")
    client.force_login(editor)
    answer = client.post(
        "/redaction/images/multiple/add/",
        {"title": "Photo", "collection": Collection.get_first_root_node().pk, "files[]": sent},
        headers={"X-Requested-With": "XMLHttpRequest"},
    ).json()
    assert answer["success"] is (kept == 1), answer
    if kept < 1:
        assert "image valide" in answer["error_message"]
    for picture in get_image_model().objects.all():
        picture.file.delete(save=False)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_does_not_tell_where_and_by_whom_it_was_taken(client, editor, kind):
    told = PIL.Image.Exif()
    told[ExifTags.Base.Orientation], told[ExifTags.Base.Artist] = 6, "Awa"
    told.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 24.0)
    photo = BytesIO()
    PIL.Image.new("RGB", (40, 20), "green").save(photo, kind, exif=told)
    client.force_login(editor)
    sent = SimpleUploadedFile(f"photo.{kind.lower()}", photo.getvalue(), f"image/{kind.lower()}")
    root = Collection.get_first_root_node().pk
    client.post("/redaction/images/add/", {"title": "Photo", "collection": root, "file": sent})
    picture, shown = get_image_model().objects.get(), BytesIO()
    Filter("width-800").run(picture, shown)
    for file in (Path(picture.file.path), shown):
        with PIL.Image.open(file) as read:
            assert set(read.getexif()) <= {ExifTags.Base.Orientation}
    assert read.size == (20, 40), "which side is up is kept"
    picture.file.delete(save=False)


def test_a_published_picture_is_shown_also_once_its_file_is_another(client, editor, monkeypatch):
    # Wagtail leaves its temporary file to be closed by who collects it.
    monkeypatch.setattr("wagtail.images.models.SpooledTemporaryFile", lambda max_size: BytesIO())

    def photo(colour):
        file = BytesIO()
        PIL.Image.new("RGB", (40, 20), colour).save(file, "PNG")
        return SimpleUploadedFile(f"{colour}.png", file.getvalue(), "image/png")

    def shown():
        caches["pages"].clear()
        html = client.get("/nouvelles/essai/").content.decode()
        path = re.search(r'src="(/fichiers/images/[^"]+)"', html)[1]
        return b"".join(client.get(path).streaming_content)

    client.force_login(editor)
    root = Collection.get_first_root_node().pk
    client.post("/redaction/images/add/", {"title": "Photo", "collection": root, "file": photo("red")})
    picture = get_image_model().objects.get()
    body = f'<embed embedtype="image" id="{picture.pk}" format="fullwidth" alt="Une place"/>'
    try:
        news(body=body, live=False).save_revision().publish()
        first = shown()
        client.post(
            f"/redaction/images/{picture.pk}/",
            {"title": "Photo", "collection": root, "file": photo("blue")},
        )
        assert shown() != first
    finally:
        shutil.rmtree(settings.HOME.files / "images")
        shutil.rmtree(settings.HOME.files / "original_images")


def test_the_news_are_followed_by_a_feed(client, tree):
    assert client.get("/nouvelles.atom").content.count(b"<entry>") == 0
    caches["pages"].clear()
    news(date="2026-03-05")
    news(title="Un brouillon d’essai", slug="brouillon", live=False)
    response = client.get("/nouvelles.atom")
    assert response["Content-Type"] == atom.CONTENT_TYPE
    text = response.content.decode()
    assert text.count("<entry>") == 1
    assert "<title>Une nouvelle d’essai</title>" in text
    assert "<summary>Ce qui s’est passé.</summary>" in text
    assert "http://127.0.0.1:8000/nouvelles/essai/" in text
    assert "<updated>2026-03-05T00:00:00Z</updated>" in text
    page = client.get("/nouvelles/").content.decode()
    assert '<link rel="alternate" type="application/atom+xml"' in page
    assert 'href="/nouvelles.atom">' in page
