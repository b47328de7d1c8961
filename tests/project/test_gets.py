"""A GET never writes: every address of the platform, as a visitor, an agent and the secretariat read it.

The middleware `ReadOnlyGets` raises at the first write; here it is given every page to try.
"""

from __future__ import annotations

import re
import uuid

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter
from django.urls.resolvers import RoutePattern

import tests.jobs.kinds  # noqa: F401
from terreau.accounts.models import Person, RoleGrant
from terreau.directory.services import create_organisation
from terreau.jobs.services import start
from terreau.portal import editorial
from terreau.survey.answering import begin
from terreau.territories.models import Ancestry, Territory
from tests.survey.world import received, survey_of

_NAMED = re.compile(r"<(?:\w+:)?(\w+)>")
# Wagtail's admin is not ours, and is left alone by the middleware.
_LEFT_OUT = ("redaction/",)


def patterns(resolver=None, prefix=""):
    """Every address, with the pattern that makes it."""
    for one in (resolver or get_resolver()).url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route, one
        elif not route.startswith(_LEFT_OUT):
            yield from patterns(one, route)


ROUTES = sorted({route for route, one in patterns() if isinstance(one.pattern, RoutePattern)})
# Written as expressions, because Wagtail asks for them so.
WRITTEN = ["guide/faire-le-diagnostic/", "nouvelles/", "pieces/1/rien.pdf"]


@pytest.fixture
def samples(db):
    """Something real under the names that addresses use."""
    editorial.load(lambda _done, _total: None)
    town = Territory.objects.create(
        code="xx-com-1", kind="commune", name="Ville d’essai", name_folded="ville d essai", country_code="XX"
    )
    Ancestry.objects.create(ancestor=town, descendant=town)
    agent = Person.objects.create_user("agent@exemple.org")
    RoleGrant.objects.create(person=agent, role="agent", territory=town)
    secretariat = Person.objects.create_user("secretariat@exemple.org")
    RoleGrant.objects.create(person=secretariat, role="secretariat")
    sheet = create_organisation(person=agent, territory=town, values={"name": "Association d’essai"})
    job = start(
        kind="tests.count", title="Essai", arguments={"until": 1}, person=agent, territory_code=town.code
    )
    survey, _agent = survey_of(town, agent=agent)
    return {
        "people": {"visitor": None, "agent": agent, "secretariat": secretariat},
        "values": {
            "code": town.code,
            "public_id": sheet.public_id,
            "job_id": job.pk,
            "country": "fr",
            "form": "csv",
            "slug": survey.slug,
            "submission_key": received(survey, "uuid:essai")[0].pk,
            "token": begin(survey=survey, college="actors", language="fr", consent="essai")[1],
            "block_key": "identity",
        },
    }


def address(route, values):
    """The route with something under each of its names."""
    converters = next(one.pattern.converters for found, one in patterns() if found == route)
    return "/" + _NAMED.sub(lambda part: str(values.get(part[1]) or _any(converters[part[1]])), route)


def _any(converter):
    kinds = {
        IntConverter: 1,
        UUIDConverter: uuid.UUID(int=1),
        SlugConverter: "essai",
        StringConverter: "essai",
    }
    return next(value for kind, value in kinds.items() if isinstance(converter, kind))


@pytest.mark.parametrize("who", ["visitor", "agent", "secretariat"])
def test_reading_any_page_writes_nothing(who, samples, client):
    assert "terreau.project.middleware.ReadOnlyGets" in settings.MIDDLEWARE
    person = samples["people"][who]
    if person:
        client.force_login(person)
    failed = {}
    for path in [*(address(route, samples["values"]) for route in ROUTES), *(f"/{path}" for path in WRITTEN)]:
        for query in ("", "?q=essai"):
            response = client.get(path + query)
            if response.status_code >= 500:
                failed[path + query] = response.status_code
            if response.streaming:
                b"".join(response.streaming_content)
    assert failed == {}


def test_the_addresses_are_all_there():
    assert len(ROUTES) > 50
    assert {"annuaire/", "carte/", "territoires/<slug:code>/", "travaux/<uuid:job_id>/"} <= set(ROUTES)
