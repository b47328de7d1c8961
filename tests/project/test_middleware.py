"""What stands between the server and the pages."""

from __future__ import annotations

import errno
import gzip
import html
import itertools
import re

import brotli
import pytest
from csp.constants import SELF
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from terreau.accounts.models import Person
from terreau.accounts.services import make_editor
from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.stamp import touch
from terreau.directory.models import new_public_id
from terreau.portfolio.models import Project
from terreau.project import middleware
from terreau.project.middleware import (
    Compress,
    OpenFiles,
    PageCache,
    ReadOnlyGets,
    RefusalsInFrench,
    WriteInGetError,
)
from tests.directory import factories

LONG = "<p>Les coopératives, les mutuelles et les associations.</p>" * 40


@pytest.fixture(autouse=True)
def _empty_cache():
    caches["pages"].clear()


class Site:
    """A page behind a middleware; each making of the page is counted."""

    def __init__(self, wrap, *, make=None, **headers):
        self.makings = 0
        self.make = make or (lambda number: HttpResponse(f"{LONG}{number}", headers=headers))
        self.ask_middleware = wrap(self.respond)

    def respond(self, request):
        self.makings += 1
        return self.make(self.makings)

    def get(self, path="/page/", method="get", cookies=None, **headers):
        request = getattr(RequestFactory(headers=headers), method)(path)
        request.COOKIES.update(cookies or {})
        return self.ask_middleware(request)


class TestOpenFiles:
    @pytest.mark.parametrize(
        ("kind", "cookies", "opened"),
        [
            ("application/geo+json", {}, True),
            ("text/csv; charset=utf-8", {}, True),
            ("text/html; charset=utf-8", {}, False),
            ("text/csv; charset=utf-8", {settings.SESSION_COOKIE_NAME: "x"}, False),
        ],
    )
    def test_other_sites_read_the_files_of_visitors_alone(self, kind, cookies, opened):
        site = Site(OpenFiles, make=lambda _number: HttpResponse("x", content_type=kind))
        assert (site.get(cookies=cookies).get("Access-Control-Allow-Origin") == "*") == opened
        assert not site.get(method="post").has_header("Access-Control-Allow-Origin")

    def test_what_is_read_with_a_password_is_not_for_other_sites(self):
        site = Site(OpenFiles, make=lambda _number: HttpResponse("x", content_type="text/xml"))
        assert not site.get(authorization="Digest x").has_header("Access-Control-Allow-Origin")

    def test_the_files_kept_in_memory_too(self, client):
        for _time in range(2):
            assert client.get("/robots.txt")["Access-Control-Allow-Origin"] == "*"


class TestPageCache:
    def test_the_same_page_is_made_once(self):
        site = Site(PageCache)
        assert site.get().content == site.get().content
        assert site.makings == 1

    def test_a_head_reads_what_a_get_made_and_makes_nothing_to_keep(self):
        site = Site(PageCache)
        site.get(method="head")
        site.get(method="head")
        assert site.makings == 2
        site.get()
        assert site.get(method="head").status_code == 200
        assert site.makings == 3

    def test_addresses_differ_by_their_query(self):
        site = Site(PageCache)
        assert site.get("/page/?q=a").content != site.get("/page/?q=b").content

    def test_a_browser_that_has_the_page_is_not_sent_it_again(self):
        site = Site(PageCache, Vary="Cookie")
        etag = site.get()["ETag"]
        again = site.get(**{"If-None-Match": f'W/{etag}, "autre"'})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == etag
        assert again["Vary"] == "Cookie"
        assert site.get(**{"If-None-Match": '"autre"'}).status_code == 200

    def test_public_content_that_changes_empties_it(self, settings):
        site = Site(PageCache)
        first = site.get()
        touch(settings.HOME.content_stamp)
        assert site.get().content != first.content
        touch(settings.HOME.content_stamp)
        assert site.get(**{"If-None-Match": first["ETag"]}).status_code == 200

    def test_a_person_who_signed_in_is_given_nothing_kept_and_keeps_nothing(self, settings):
        site = Site(PageCache)
        cookies = {settings.SESSION_COOKIE_NAME: "x"}
        site.get()
        mine = site.get(cookies=cookies)
        assert site.makings == 2
        assert mine["Cache-Control"] == "private, no-store"
        assert "ETag" not in mine
        site.get()
        assert site.makings == 2

    def test_a_page_that_says_how_it_is_kept_is_believed(self, settings):
        site = Site(PageCache, **{"Cache-Control": "public, max-age=60"})
        assert site.get()["Cache-Control"] == "public, max-age=60"
        assert site.get(cookies={settings.SESSION_COOKIE_NAME: "x"})["Cache-Control"] == "public, max-age=60"

    def test_a_message_waiting_in_a_cookie_is_shown_to_its_bearer(self):
        site = Site(PageCache)
        site.get()
        site.get(cookies={"messages": "x"})
        assert site.makings == 2

    @pytest.mark.parametrize(
        "headers",
        [
            {"Cache-Control": "no-store"},
            {"Cache-Control": "private"},
            {"Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private"},
            {"Vary": "Cookie, Accept-Language"},
            {"Vary": "*"},
        ],
    )
    def test_these_pages_are_never_kept(self, headers):
        site = Site(PageCache, **headers)
        site.get()
        site.get()
        assert site.makings == 2

    @pytest.mark.parametrize("status", [301, 403, 404, 500])
    def test_only_pages_that_went_well_are_kept(self, status):
        site = Site(PageCache, make=lambda number: HttpResponse("non", status=status))
        site.get()
        site.get()
        assert site.makings == 2

    def test_a_page_that_sets_a_cookie_is_not_kept(self):
        def make(number):
            response = HttpResponse("formulaire")
            response.set_cookie("csrftoken", f"jeton{number}")
            return response

        site = Site(PageCache, make=make)
        assert site.get().cookies["csrftoken"].value != site.get().cookies["csrftoken"].value

    def test_what_is_streamed_or_editorial_is_not_kept(self):
        site = Site(PageCache, make=lambda number: StreamingHttpResponse(iter(["a"])))
        site.get()
        site.get()
        assert site.makings == 2
        site = Site(PageCache)
        site.get("/redaction/")
        site.get("/redaction/")
        assert site.makings == 2

    def test_a_form_that_is_sent_is_always_received(self):
        site = Site(PageCache)
        site.get()
        site.get(method="post")
        assert site.makings == 2


class TestCompress:
    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip, deflate", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("br; q=0.0, gzip;q=0", ""),
            ("brotli", ""),
            ("", ""),
        ],
    )
    def test_the_browser_receives_what_it_reads(self, accepted, encoding):
        response = Site(Compress).get(**{"Accept-Encoding": accepted})
        assert response.get("Content-Encoding", "") == encoding
        read = {"br": brotli.decompress, "gzip": gzip.decompress, "": lambda body: body}[encoding]
        assert read(response.content).decode().startswith("<p>Les coopératives")
        assert "Accept-Encoding" in response["Vary"]

    @pytest.mark.parametrize("accepted", ["gzip, br", "gzip", ""])
    def test_a_file_is_compressed_as_it_is_written(self, accepted):
        written = []

        def rows():
            for number in range(2000):
                written.append(number)
                yield f"{number},coopérative,Ville-Essai\r\n".encode()

        site = Site(Compress, make=lambda _number: StreamingHttpResponse(rows(), content_type="text/csv"))
        response = site.get(**{"Accept-Encoding": accepted})
        assert written == []
        content = b"".join(response.streaming_content)
        read = {"br": brotli.decompress, "gzip": gzip.decompress, "": lambda body: body}
        whole = read[response.get("Content-Encoding", "")](content)
        assert whole.decode().count("coopérative") == 2000
        assert (len(content) < len(whole) / 3) == bool(accepted)
        assert "Accept-Encoding" in response["Vary"]

    def test_workbooks_are_left_as_they_are(self):
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        for make in (HttpResponse, lambda body, **more: StreamingHttpResponse([body], **more)):
            site = Site(Compress, make=lambda _number, make=make: make(b"PK" * 1000, content_type=kind))
            assert "Content-Encoding" not in site.get(**{"Accept-Encoding": "br"})

    def test_small_pages_and_pictures_are_left_as_they_are(self):
        for make in (
            lambda number: HttpResponse("court"),
            lambda number: HttpResponse(b"\x89PNG" * 1000, content_type="image/png"),
        ):
            assert "Content-Encoding" not in Site(Compress, make=make).get(**{"Accept-Encoding": "br"})

    def test_browsers_that_read_differently_do_not_share_a_page(self):
        counter = itertools.count()
        site = Site(
            lambda respond: PageCache(Compress(respond)),
            make=lambda number: HttpResponse(f"{LONG}{next(counter)}"),
        )
        kept = {name: site.get(**{"Accept-Encoding": name}) for name in ("br", "gzip", "")}
        assert len({page["ETag"] for page in kept.values()}) == 3
        again = site.get(**{"Accept-Encoding": "gzip"})
        assert gzip.decompress(again.content)
        assert site.makings == 3


@pytest.mark.django_db
class TestReadOnlyGets:
    def write(self, _request=None):
        Person.objects.create_user(f"p{Person.objects.count()}@exemple.org")
        return HttpResponse("fait")

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_a_page_that_is_read_cannot_write(self, method):
        with pytest.raises(WriteInGetError), transaction.atomic():
            ReadOnlyGets(self.write)(getattr(RequestFactory(), method)("/page/"))
        assert not Person.objects.exists()

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE accounts_person SET display_name = 'x'",
            " delete from accounts_person",
            "INSERT OR IGNORE INTO x VALUES (1)",
            "DROP TABLE accounts_person",
            'TRUNCATE "accounts_person"',
        ],
    )
    def test_no_way_of_writing_passes(self, sql):
        def respond(_request):
            connection.cursor().execute(sql)

        with pytest.raises(WriteInGetError):
            ReadOnlyGets(respond)(RequestFactory().get("/page/"))

    def test_forms_write(self):
        assert ReadOnlyGets(self.write)(RequestFactory().post("/page/")).status_code == 200

    def test_reading_and_sessions_pass(self, client):
        person = Person.objects.create_user("awa@exemple.org")
        client.force_login(person)
        person.set_unusable_password()
        person.save()
        # The session that ended elsewhere is removed by this GET.
        assert client.get("/espace/").status_code == 302

    def test_nothing_is_refused_once_the_page_is_made(self):
        ReadOnlyGets(lambda request: HttpResponse("lu"))(RequestFactory().get("/page/"))
        self.write()
        assert Person.objects.count() == 1


class TestEditorialAdmin:
    pytestmark = pytest.mark.django_db

    def test_a_visitor_is_sent_to_our_sign_in(self, client):
        response = client.get("/redaction/", follow=True)
        assert response.redirect_chain[-1][0].startswith("/compte/connexion/")

    def test_one_without_the_right_is_told_so_and_does_not_turn_round(self, client):
        client.force_login(Person.objects.create_user("awa@exemple.org"))
        response = client.get("/redaction/", follow=True)
        assert (response.status_code, response.redirect_chain) == (403, [])
        assert "rédigent le guide" in response.content.decode()

    @pytest.mark.parametrize("path", ["login", "password_reset", "password_reset/done"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_there_is_no_password_door(self, client, path, method):
        response = getattr(client, method)(f"/redaction/{path}/")
        assert response.status_code == 302
        assert response["Location"] == "/compte/connexion/"

    def test_the_looser_policy_is_the_admins_alone(self, client):
        person = Person.objects.create_user("awa@exemple.org")
        make_editor(by=None, person=person)
        from django.contrib.auth.models import Permission

        person.user_permissions.add(Permission.objects.get(codename="access_admin"))
        client.force_login(person)
        admin = client.get("/redaction/")
        assert admin.status_code == 200
        assert "'unsafe-inline'" in admin["Content-Security-Policy"]
        assert admin["X-Frame-Options"] == "SAMEORIGIN"
        assert "unsafe" not in client.get("/espace/")["Content-Security-Policy"]
        assert client.get("/espace/")["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
class TestRefusals:
    def test_a_refusal_is_a_page(self):
        error = TerreauError("La ligne est vide.", where="ligne 3", remedy="Remplissez-la.")
        response = RefusalsInFrench(lambda request: None).process_exception(request(), error)
        html = response.content.decode()
        assert response.status_code == 400
        assert all(text in html for text in ("La ligne est vide.", "ligne 3", "Remplissez-la."))

    def test_a_right_one_lacks_is_a_403(self):
        response = RefusalsInFrench(lambda request: None).process_exception(request(), NotAllowed("Non."))
        assert response.status_code == 403

    def test_a_null_character_is_a_malformed_address_and_no_failure(self, client):
        town = factories.territory("xx-com-1", "Ville-Essai")
        allowed = {200, 400, 404} if connection.vendor == "sqlite" else {400, 404}
        for path in (
            f"/integrer/{town.code}/annuaire/?territoire=a%00b",
            f"/territoires/{town.code}/plan/?plan=a%00b",
        ):
            page = client.get(path)
            assert page.status_code in allowed, path
            assert page["Content-Security-Policy"]

    @pytest.mark.parametrize(
        "error",
        [
            OSError(errno.ENOSPC, "No space left on device"),
            OperationalError("database or disk is full"),
            OperationalError('could not extend file "base/16384/16500": No space left on device'),
        ],
    )
    def test_a_full_disk_is_told_and_what_was_typed_is_kept(self, error):
        refuse = RefusalsInFrench(lambda request: None).process_exception
        assert refuse(request(), error).status_code == 507
        sent = refuse(request("post", {"name": "La Ruche"}), error)
        assert sent.status_code == 507
        assert "Le disque de ce site est plein" in sent.content.decode()
        assert 'name="name" value="La Ruche"' in sent.content.decode()

    def test_a_database_held_by_others_is_told_and_what_was_typed_is_kept(self):
        refuse = RefusalsInFrench(lambda request: None).process_exception
        for sent in (request(), request("post", {"name": "La Ruche"})):
            page = refuse(sent, OperationalError("database is locked"))
            assert (page.status_code, page["Retry-After"]) == (503, "60")
            assert "Le site enregistre autre chose" in page.content.decode()
        assert 'name="name" value="La Ruche"' in page.content.decode()

    @pytest.mark.parametrize("error", [OSError(errno.EIO, "x"), OperationalError("disk I/O error")])
    def test_another_failure_of_the_disk_goes_its_way(self, error):
        assert RefusalsInFrench(lambda request: None).process_exception(request(), error) is None

    def test_other_failures_go_their_way(self):
        assert RefusalsInFrench(lambda request: None).process_exception(request(), KeyError("x")) is None


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["cache", "django_session"])
@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ("database or disk is full", 507, "Le disque de ce site est plein"),
        ("database is locked", 503, "Le site enregistre autre chose"),
    ],
)
def test_who_signs_in_is_told_what_the_machine_refuses_and_not_to_come_back_later(
    settings, monkeypatch, table, words, status, told
):
    # The tests keep theirs in memory; an instance, in the database.
    shared = {"BACKEND": "terreau.project.cache.SharedCache", "LOCATION": "cache"}
    settings.CACHES = {**settings.CACHES, "default": shared}
    call_command("createcachetable", verbosity=0)

    execute = CursorWrapper._execute

    def refuse(cursor, sql, *given):
        if re.match(rf'(INSERT INTO|UPDATE) "{table}"', str(sql)):
            raise OperationalError(words)
        return execute(cursor, sql, *given)

    monkeypatch.setattr(CursorWrapper, "_execute", refuse)
    visitor = Client(raise_request_exception=False)
    page = visitor.post("/compte/connexion/", {"email": "awa@exemple.org"})
    assert page.status_code == status
    assert told in page.content.decode()
    assert 'name="email" value="awa@exemple.org"' in page.content.decode()


def request(method="get", typed=None):
    from django.contrib.auth.models import AnonymousUser

    made = getattr(RequestFactory(), method)("/page/", typed)
    made.user = AnonymousUser()
    return made


def policy_of(response):
    """The directives of a policy, as sets: their order varies."""
    parts = [part.split() for part in response["Content-Security-Policy"].split(";") if part.strip()]
    return {name: set(values) for name, *values in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/methodes/", "/accessibilite/", "/compte/connexion/", "/nulle-part/"])
def test_public_pages_have_the_strict_policy(client, path):
    policy = policy_of(client.get(path))
    assert policy == {
        "default-src": {"'none'"},
        "script-src": {SELF},
        "style-src": {SELF},
        "img-src": {SELF, "data:"},
        "connect-src": {SELF},
        "font-src": {SELF},
        "form-action": {SELF},
        "base-uri": {"'none'"},
        "frame-ancestors": {"'none'"},
    }
    # The same from the cache, and when nothing is sent.
    again = client.get(path)
    assert policy_of(again) == policy


def test_pages_are_not_kept_while_they_are_being_written(settings):
    settings.DEBUG = True
    site = Site(middleware.PageCache)
    site.get()
    site.get()
    assert site.makings == 2


# --- What was typed is not lost with the session ---------------------------------------------------------


def hidden(response):
    """The fields of the form to send again."""
    page = response.content.decode()
    return re.findall(r'<input type="hidden" name="(?!csrf)([^"]*)" value="([^"]*)">', page)


@pytest.mark.django_db
def test_a_form_sent_after_the_session_ended_is_kept_to_be_sent_again(client):
    place = factories.territory("xx-com-1", opened_on="2026-01-01")
    agent = factories.agent_of(place)
    client.force_login(agent)
    address = reverse("portfolio:new", args=[place.code])
    client.logout()
    sent = {"once": new_public_id(), "title": "Halle", "summary": "Un texte\r\nlong & précieux"}
    answer = client.post(address, sent)
    assert answer.status_code == 403
    assert "no-store" in answer["Cache-Control"]
    kept = {name: html.unescape(value) for name, value in hidden(answer)}
    assert kept == sent
    assert f'action="{address}"' in answer.content.decode()
    client.force_login(agent)
    assert client.post(address, kept).status_code == 302
    assert Project.objects.get().summary == "Un texte\nlong & précieux"


@pytest.mark.django_db
def test_a_large_body_is_not_read_for_somebody_unknown(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    place = factories.territory("xx-com-1", opened_on="2026-01-01")
    address = reverse("portfolio:new", args=[place.code])
    assert client.post(address, {"summary": "x" * 2000}).status_code == 302
    assert client.post("/compte/connexion/?next=/espace/", {"login": "a@exemple.org"}).status_code != 403


@pytest.mark.django_db
def test_a_page_older_than_the_session_is_sent_again_only_from_here():
    strict = Client(enforce_csrf_checks=True)
    place = factories.territory("xx-com-1", opened_on="2026-01-01")
    strict.force_login(factories.agent_of(place))
    address = reverse("portfolio:new", args=[place.code])
    sent = {"title": "Halle", "csrfmiddlewaretoken": "x" * 64}
    kept = strict.post(address, sent, headers={"Origin": "http://testserver"})
    assert (kept.status_code, hidden(kept)) == (403, [("title", "Halle")])
    for other in ({"Origin": "https://ailleurs.example"}, {}):
        refused = strict.post(address, sent, headers=other)
        assert (refused.status_code, hidden(refused)) == (403, [])
