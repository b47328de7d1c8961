"""Atom feeds (RFC 4287), written from plain data: no clock, no request, no database.

What a reader of feeds holds on to is the identifier of a feed and of each entry: `tag_id` makes them of the
host, a day and a path that never change (RFC 4151), so that an entry read stays read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"
# What no XML 1.0 document may hold, escaped or not.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Category:
    """What an entry is about: a code, and the same in words."""

    term: str
    label: str = ""


@dataclass(frozen=True)
class Entry:
    """One entry.

    Attributes:
        id: never changes, whatever happens to the title or the address (`tag_id`).
        title: plain text.
        url: the page that tells it whole.
        updated: the last change worth a second reading; with a time zone.
        published: when it first appeared.
        summary: plain text.
        categories: what it is about.
    """

    id: str
    title: str
    url: str
    updated: datetime
    published: datetime | None = None
    summary: str = ""
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True)
class Feed:
    """One feed.

    Attributes:
        id: never changes (`tag_id`).
        title: plain text.
        own_url: where the feed itself is.
        url: the page that shows the same.
        updated: the newest entry's; what to tell when there is none.
        author: who publishes: an instance or a territory, never a person.
        subtitle: what the feed holds, in a sentence.
        rights: the licence, in words.
        language: of its texts.
        entries: the newest first.
        next_url: the page of older entries (RFC 5005), when there is one.
    """

    id: str
    title: str
    own_url: str
    url: str
    updated: datetime
    author: str
    subtitle: str = ""
    rights: str = ""
    language: str = "fr"
    entries: tuple[Entry, ...] = ()
    next_url: str = ""


def tag_id(site: str, path: str, *, day: str = "2026-01-01") -> str:
    """The identifier of something of a site: `tag:<host>,<day>:<path>`.

    Args:
        site: the public address of the instance.
        path: what names the thing for ever; of ASCII characters that an address may hold.
        day: a day on which the site held its name, always the same.
    """
    host = urlsplit(site).hostname or "localhost"
    return f"tag:{host},{day}:{path}"


def atom(feed: Feed) -> bytes:
    """The feed as a document.

    Raises:
        ValueError: when two entries have the same identifier, or a moment has no time zone.
    """
    ids = [entry.id for entry in feed.entries]
    if len(set(ids)) != len(ids):
        raise ValueError("two entries with one identifier")
    root = ElementTree.Element(_name("feed"), {f"{{{_XML}}}lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    if feed.subtitle:
        _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", moment(max([feed.updated, *(entry.updated for entry in feed.entries)])))
    _text(ElementTree.SubElement(root, _name("author")), "name", feed.author)
    _link(root, "self", feed.own_url, "application/atom+xml")
    _link(root, "alternate", feed.url, "text/html")
    if feed.next_url:
        _link(root, "next", feed.next_url, "application/atom+xml")
    if feed.rights:
        _text(root, "rights", feed.rights)
    for entry in feed.entries:
        _entry(root, entry)
    # Told at the last moment: other libraries also take the empty prefix, for the whole process.
    ElementTree.register_namespace("", NAMESPACE)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def moment(when: datetime) -> str:
    """A date as RFC 3339 writes it, in universal time.

    Raises:
        ValueError: when it has no time zone.
    """
    if when.tzinfo is None:
        raise ValueError("a moment without time zone")
    return when.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _entry(root: ElementTree.Element, entry: Entry) -> None:
    node = ElementTree.SubElement(root, _name("entry"))
    _text(node, "id", entry.id)
    _text(node, "title", entry.title)
    _text(node, "updated", moment(entry.updated))
    if entry.published is not None:
        _text(node, "published", moment(entry.published))
    _link(node, "alternate", entry.url, "text/html")
    _categories(node, entry.categories)
    if entry.summary:
        _text(node, "summary", entry.summary)


def _categories(node: ElementTree.Element, categories: Iterable[Category]) -> None:
    for one in categories:
        attributes = {"term": one.term} | ({"label": one.label} if one.label else {})
        cleaned = {key: _clean(value) for key, value in attributes.items()}
        ElementTree.SubElement(node, _name("category"), cleaned)


def _link(parent: ElementTree.Element, rel: str, href: str, kind: str) -> None:
    ElementTree.SubElement(parent, _name("link"), {"rel": rel, "type": kind, "href": _clean(href)})


def _text(parent: ElementTree.Element, name: str, value: str) -> None:
    ElementTree.SubElement(parent, _name(name)).text = _clean(value)


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
