"""What is written in French, told in another language: known texts are replaced, the others are marked.

A catalogue goes from the French text to its translation. What it does not know stays as it is, as `Kept`:
a page, a document, then declares its language, and a screen reader reads it in the right one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final

# Between the parts of a text that is made of several: each is looked up alone.
_JOINTS: Final = (("\u202f; ", "; "), ("\u00a0: ", ": "))
# What is no text to read: keys, addresses.
_UNREAD: Final = frozenset({"id", "key", "kind", "file", "method", "url", "wide", "narrow", "x", "y"})
# « une affirmation (force, État) ».
_ASIDE: Final = re.compile(r"(.+) \(([^()]+)\)")
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")


class Kept(str):
    """A text that stays in French inside something told in another language."""

    __slots__ = ()
    language = "fr"


@dataclass(frozen=True)
class Tongue:
    """A language and what is known of it, by the French text."""

    code: str
    country: str
    name: str
    texts: Mapping[str, str]

    def of(self, text: str) -> str:
        """The text in this language; as it is where it has no word; else kept in French."""
        return self._known(text) or (Kept(text) if _LETTERS.search(text) else text)

    def _known(self, text: str) -> str:
        if text in self.texts:
            return self.texts[text]
        # « Cofinancement », at the head of a line.
        if small := self.texts.get(text[:1].lower() + text[1:]):
            return small[:1].upper() + small[1:]
        if text.endswith(".") and not text.endswith("..") and (found := self._known(text[:-1])):
            return f"{found}."
        for joint, own in _JOINTS:
            if joint in text:
                found_parts = [self._known(part) for part in text.split(joint)]
                return own.join(found_parts) if all(found_parts) else ""
        if (found_aside := _ASIDE.fullmatch(text)) is not None:
            said = [self._known(part) for part in (found_aside[1], *found_aside[2].split(", ", 1))]
            return f"{said[0]} ({', '.join(said[1:])})" if all(said) else ""
        return ""


def read_tongue(path: Path) -> Tongue:
    """The catalogue of a language."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Tongue(data["code"], data["country"], data["name"], data["texts"])


def told(value: Any, tongue: Tongue) -> Any:
    """The same value with each of its texts in another language; keys and addresses are left alone."""
    if isinstance(value, str):
        return tongue.of(value)
    if isinstance(value, tuple | list):
        return type(value)(told(one, tongue) for one in value)
    if isinstance(value, dict):
        return {name: one if name in _UNREAD else told(one, tongue) for name, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        read = [one.name for one in fields(value) if one.name not in _UNREAD]
        return replace(value, **{name: told(getattr(value, name), tongue) for name in read})
    return value


def kept_in(value: Any) -> Iterator[str]:
    """The texts of a value that stayed in French."""
    if isinstance(value, Kept):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from kept_in(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from kept_in(one)
