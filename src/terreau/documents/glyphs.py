"""Characters no font of the PDF has, made readable.

Under PDF/UA-1 one missing glyph makes Typst refuse the whole document, and its embedded fonts have no
Khmer, no N'Ko, no emoji. Such a run of characters is replaced by its transliteration into Latin letters
between square brackets: « ភ្នំពេញ » becomes « [phnmpenh] », « 😀 » becomes « [grinning] ». The brackets
are the sign, for the reader, that the original is written otherwise; the screen keeps the original.

What the fonts have is asked of Typst itself, word by word, so that no list can grow stale.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable
from html import escape, unescape
from typing import Any

import typst
from anyascii import anyascii

# Sure to be drawn (held by a test): Latin, Greek, Cyrillic, punctuation. Anything else is asked.
_SURE = "\n\t\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce"
_SURE += "\u0400-\u045f\u2010-\u2015\u2018-\u201f\u2020-\u2022\u2026\u202f\u2030\u2032\u2033\u2039\u203a"
_SURE += "\u20ac\u2190-\u2193\u2212\u2264\u2265"
_UNSURE_RUN = re.compile(f"[^{_SURE}]+")
_WORD = re.compile(r"\S+")
# Control characters, and the marks that reorder text, which could make a name read as another.
_DROPPED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_ODD_SPACE = re.compile("[^\\S\n\t \u00a0\u202f]")
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_SVG_TEXT = re.compile(r">([^<]+)<")
_PROBE = b"""
#set document(title: "x")
#set text(font: "Libertinus Serif", lang: "fr")
#for word in json(bytes(sys.inputs.words)) [#par(word)]
"""
_ATTEMPTS = 4
_REMEMBERED = 20_000

_known: dict[str, str] = {}
_lock = threading.Lock()


def safe_text(text: str) -> str:
    """The text with what no font has replaced by a transliteration between brackets."""
    cleaned = _cleaned(text)
    if not _UNSURE_RUN.search(cleaned):
        return cleaned
    _learn([cleaned])
    return _WORD.sub(lambda found: _known.get(found.group(), found.group()), cleaned)


def safe_data(value: Any) -> Any:
    """The same data with every string made safe, keys apart; all are asked of Typst in one go."""
    _learn(_cleaned(text) for text in _strings(value))
    return _mapped(value)


def safe_svg(picture: str) -> str:
    """An SVG picture with its texts made safe."""
    texts = [unescape(found) for found in _SVG_TEXT.findall(picture)]
    _learn(map(_cleaned, texts))
    return _SVG_TEXT.sub(
        lambda found: f">{escape(safe_text(unescape(found.group(1))), quote=False)}<", picture
    )


def is_replaced(before: Any, after: Any) -> bool:
    """Whether making data safe transliterated something in it."""
    pairs = zip(_strings(before), _strings(after), strict=True)
    return any(_cleaned(original) != final for original, final in pairs)


def _cleaned(text: str) -> str:
    return _ODD_SPACE.sub(" ", _DROPPED.sub("", text))


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _mapped(value: Any) -> Any:
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, dict):
        return {key: _mapped(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(item) for item in value]
    return value


def _learn(texts: Iterable[str]) -> None:
    """Find out, once for each word, how it will be written."""
    unsure = {
        word
        for text in texts
        if _UNSURE_RUN.search(text)
        for word in _WORD.findall(text)
        if word not in _known and _UNSURE_RUN.search(word)
    }
    if not unsure:
        return
    found = _drawable_forms(sorted(unsure))
    with _lock:
        if len(_known) + len(found) > _REMEMBERED:
            _known.clear()
        _known.update(found)


def _drawable_forms(words: list[str]) -> dict[str, str]:
    forms = {word: word for word in words}
    for attempt in range(_ATTEMPTS):
        clusters = _missing_clusters(list(forms.values()))
        if not clusters:
            return forms
        everything = attempt == _ATTEMPTS - 2
        for word, form in forms.items():
            if any(cluster in form for cluster in clusters):
                forms[word] = _transliterated(form, clusters, everything=everything)
    return {word: _transliterated(word, set(), everything=True) for word in words}


def _transliterated(form: str, clusters: set[str], *, everything: bool) -> str:
    def replaced(run: re.Match[str]) -> str:
        text = run.group()
        if not everything and not any(cluster in text for cluster in clusters):
            return text
        latin = " ".join(anyascii(text).replace(":", " ").replace("_", " ").split())
        return f"[{latin or '?'}]"

    return _UNSURE_RUN.sub(replaced, form)


def _missing_clusters(words: list[str]) -> set[str]:
    """The clusters of characters Typst has no glyph for, among these words."""
    try:
        typst.compile(
            _PROBE,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            sys_inputs={"words": json.dumps(words)},
        )
    except typst.TypstError as error:
        found = {
            _ESCAPE.sub(lambda code: chr(int(code.group(1), 16)), cluster)
            for cluster in _MISSING.findall(error.diagnostic)
        }
        if not found:
            raise
        return found
    return set()
