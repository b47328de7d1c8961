"""The sites that may show a frame, as people write them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.opendata.origins import NotASite, source_of, sources_of


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("https://www.ville.test", "https://www.ville.test"),
        ("www.Ville.test/accueil?a=1", "https://www.ville.test"),
        ("http://ville.test:8080/", "http://ville.test:8080"),
        ("*.ville.test", "https://*.ville.test"),
        ("https://métropole.test", "https://xn--mtropole-b1a.test"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("ville", None),
        ("https://ville.test; script-src *", None),
        ("https://a@ville.test", None),
        ("javascript:alert(1)", None),
        ("https://*", None),
        ("https://ville.test:99999", None),
        ("'unsafe-inline'", None),
        ("", None),
    ],
)
def test_an_address_becomes_the_source_of_a_policy(written, source):
    if source is None:
        with pytest.raises(NotASite):
            source_of(written)
    else:
        assert source_of(written) == source


@given(st.text(max_size=80))
def test_nothing_but_a_site_ever_enters_a_header(text):
    found, _refused = sources_of(text)
    assert all(re.fullmatch(r"https?://(\*\.)?[a-z0-9.-]+(:\d+)?", one) for one in found)


def test_one_a_line_each_once():
    assert sources_of("ville.test\n\nhttps://ville.test, pas un site") == (
        ["https://ville.test"],
        ["pas un site"],
    )
