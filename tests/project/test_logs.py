"""What the logs say of a request."""

from __future__ import annotations

import logging

import pytest
from django.urls import URLPattern, get_resolver

from terreau.project.logs import SECRETS, WithoutSecrets
from tests.survey.world import survey_of

# Free parts of an address that let nobody in.
KNOWN = {"lever", "name"}


def _free_parts(resolver):
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            converters = getattr(one.pattern, "converters", {})
            yield from (name for name, kind in converters.items() if type(kind).__name__ == "StringConverter")
        elif "redaction" not in str(one.pattern):
            yield from _free_parts(one)


def test_every_free_part_of_an_address_is_known_to_be_a_secret_or_not():
    assert set(_free_parts(get_resolver())) <= SECRETS | KNOWN


@pytest.mark.django_db
def test_a_refused_page_does_not_write_its_personal_link_in_the_log(client, caplog):
    survey, _agent = survey_of()
    begun = client.post(f"/enquetes/{survey.slug}/", {"agree": "yes"})
    link = begun["Location"]
    caplog.handler.addFilter(WithoutSecrets())
    with caplog.at_level(logging.WARNING):
        assert client.post(link, {"email": "sans arobase"}).status_code == 400
    assert "Bad Request: /enquetes/reponse/…/lien/" in caplog.text
    assert link.split("/")[3] not in caplog.text
