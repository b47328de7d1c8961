"""Atom feeds: what RFC 4287 asks of a document, whatever the texts hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.atom import NAMESPACE, Category, Entry, Feed, atom, moment, tag_id

NOW = datetime(2026, 11, 24, 12, 30, 5, 999, tzinfo=UTC)


def feed(**changes):
    values = {
        "id": tag_id("https://essai.invalid", "/flux/fr"),
        "title": "Fiches d’essai",
        "own_url": "https://essai.invalid/flux/",
        "url": "https://essai.invalid/annuaire/",
        "updated": NOW,
        "author": "Instance d’essai",
    }
    return Feed(**{**values, **changes})


def entry(number=1, **changes):
    values = {
        "id": f"tag:essai.invalid,2026-01-01:/annuaire/{number}",
        "title": "Organisation d’essai",
        "url": f"https://essai.invalid/annuaire/{number}/",
        "updated": NOW,
    }
    return Entry(**{**values, **changes})


def check(document: bytes) -> ElementTree.Element:
    """What the RFC asks: required elements once, links, dates, unique identifiers (sections 4.1 and 4.2)."""
    root = ElementTree.fromstring(document)
    assert root.tag == f"{{{NAMESPACE}}}feed"
    for holder in [root, *root.iterfind(f"{{{NAMESPACE}}}entry")]:
        for name in ("id", "title", "updated"):
            assert len(holder.findall(f"{{{NAMESPACE}}}{name}")) == 1, name
        assert holder.find(f"{{{NAMESPACE}}}id").text.startswith("tag:")
        for name in ("updated", "published"):
            for one in holder.findall(f"{{{NAMESPACE}}}{name}"):
                assert datetime.strptime(one.text, "%Y-%m-%dT%H:%M:%SZ")
        alternates = [
            (one.get("type"), one.get("hreflang"))
            for one in holder.findall(f"{{{NAMESPACE}}}link")
            if one.get("rel") == "alternate"
        ]
        assert len(alternates) == len(set(alternates)) == 1
        assert all(one.get("term") for one in holder.findall(f"{{{NAMESPACE}}}category"))
    # An author for the feed is one for each of its entries.
    assert root.find(f"{{{NAMESPACE}}}author/{{{NAMESPACE}}}name").text
    assert len([one for one in root.findall(f"{{{NAMESPACE}}}link") if one.get("rel") == "self"]) == 1
    ids = [one.text for one in root.iterfind(f"{{{NAMESPACE}}}entry/{{{NAMESPACE}}}id")]
    assert len(ids) == len(set(ids))
    return root


def test_a_feed_without_entry_is_a_feed():
    assert check(atom(feed())).findall(f"{{{NAMESPACE}}}entry") == []


def test_what_is_told_is_read_back():
    told = entry(summary="Répare <b>&</b> prête", published=NOW, categories=(Category("culture", "Culture"),))
    root = check(atom(feed(subtitle="Les nouvelles", rights="Licence ouverte", entries=(told,))))
    node = root.find(f"{{{NAMESPACE}}}entry")
    assert node.find(f"{{{NAMESPACE}}}summary").text == "Répare <b>&</b> prête"
    assert node.find(f"{{{NAMESPACE}}}category").attrib == {"term": "culture", "label": "Culture"}
    assert root.find(f"{{{NAMESPACE}}}rights").text == "Licence ouverte"


def test_the_feed_is_as_new_as_its_newest_entry():
    later = NOW + timedelta(days=1)
    root = check(atom(feed(entries=(entry(updated=later),))))
    assert root.find(f"{{{NAMESPACE}}}updated").text == "2026-11-25T12:30:05Z"


def test_two_entries_with_one_identifier_are_refused():
    with pytest.raises(ValueError, match="identifier"):
        atom(feed(entries=(entry(), entry())))


def test_a_moment_is_told_in_universal_time_or_not_at_all():
    assert moment(NOW.astimezone(timezone(timedelta(hours=5)))) == "2026-11-24T12:30:05Z"
    with pytest.raises(ValueError, match="time zone"):
        moment(NOW.replace(tzinfo=None))


def test_an_identifier_does_not_depend_on_port_or_scheme():
    assert tag_id("http://essai.invalid:8000", "/a") == tag_id("https://essai.invalid", "/a")


@given(st.text(st.characters(), max_size=80), st.text(st.characters(), max_size=80))
def test_whatever_the_texts_hold_the_document_is_read(title, summary):
    root = check(
        atom(
            feed(
                title=title,
                entries=(entry(title=title, summary=summary, categories=(Category("a", title),)),),
            )
        )
    )
    assert root is not None


def test_a_library_that_takes_the_empty_prefix_changes_nothing():
    ElementTree.register_namespace("", "http://www.w3.org/2002/xforms")
    assert b"<feed xmlns=" in atom(feed())
