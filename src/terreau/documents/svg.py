"""Stand-alone SVG that a strict Content-Security-Policy accepts.

Presentation attributes only: no `style`, no `<style>`, no script, no identifier (two pictures inlined
in one page would clash), nothing fetched from elsewhere. `<title>` and `<desc>` name the picture for a
screen reader; the table behind it is the page's affair.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from xml.sax.saxutils import escape as escape_text
from xml.sax.saxutils import quoteattr

from terreau.documents.palette import FONT_STACK, INK

NAMESPACE = "http://www.w3.org/2000/svg"
_TAG = f"{{{NAMESPACE}}}"
_NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
# Characters XML 1.0 forbids, which a hurried copy and paste brings along.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SHEET = re.compile(r'viewBox="0 0 [\d.]+ [\d.]+" width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)"')
_NOTE_SIZE, _NOTE_ROOM = 13.0, 24.0
_MARK = re.compile(r"@(\d+)@")
_KEPT = {
    "d", "x", "y", "x2", "y2", "dx", "dy", "cx", "cy", "r", "width", "height", "transform", "fill", "stroke",
    "stroke-width", "stroke-dasharray", "text-anchor", "font-size", "font-weight", "fill-opacity",
}  # fmt: skip
_DRAWN = {"g", "path", "rect", "line", "circle", "text", "tspan"}


def clean(text: str) -> str:
    """Text fit for XML content, control characters removed."""
    return escape_text(_FORBIDDEN.sub("", text))


def element(name: str, content: str = "", **attributes: str | float) -> str:
    """One element; `_` in an attribute's name stands for `-`, numbers are rounded to a tenth."""
    parts = [name]
    for key, value in attributes.items():
        text = short(value) if isinstance(value, int | float) else _FORBIDDEN.sub("", value)
        parts.append(f"{key.rstrip('_').replace('_', '-')}={quoteattr(text)}")
    head = " ".join(parts)
    return f"<{head}>{content}</{name}>" if content else f"<{head}/>"


def text_element(text: str, x: float, y: float, **attributes: str | float) -> str:
    """One line of text."""
    return element("text", clean(text), x=x, y=y, **attributes)


def short(number: float) -> str:
    """The number to a tenth, without needless digits: « 12 », « .5 »."""
    text = f"{number:.1f}".rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def document(width: float, height: float, body: Iterable[str], *, title: str, description: str) -> str:
    """A whole picture, with its name and description for those who do not see it."""
    head = (
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {short(width)} {short(height)}" '
        f'width="{short(width)}" height="{short(height)}" role="img" '
        f'font-family={quoteattr(FONT_STACK)} fill="{INK}">'
    )
    name = f"<title>{clean(title)}</title>"
    if description:
        name += f"<desc>{clean(description)}</desc>"
    return f"{head}{name}{''.join(body)}</svg>"


def with_note(drawn: str, note: str) -> str:
    """A picture of ours with a line of text below it; as it is, without a note."""
    found = _SHEET.search(drawn)
    if not note or found is None:
        return drawn
    width, height = float(found["width"]), float(found["height"])
    taller = short(height + _NOTE_ROOM)
    head = f'viewBox="0 0 {short(width)} {taller}" width="{short(width)}" height="{taller}"'
    line = text_element(note, 0, height + _NOTE_ROOM - 6, font_size=_NOTE_SIZE)
    return f"{drawn[: found.start()]}{head}{drawn[found.end() : -len('</svg>')]}{line}</svg>"


class Texts:
    """Texts kept out of a drawing engine, which only sees a mark in their place.

    A control character in a label makes vl-convert 1.9 abort the whole process; so no text written by
    a person is ever given to it.
    """

    def __init__(self) -> None:
        self._kept: list[str] = []

    def mark(self, text: str) -> str:
        """What to give to the engine instead of `text`."""
        self._kept.append(text)
        return f"@{len(self._kept) - 1}@"

    def restore(self, drawn: str) -> str:
        """`drawn` with the texts in the place of their marks."""
        return _MARK.sub(lambda found: self._kept[int(found.group(1))], drawn)


def from_vega(drawn: str, texts: Texts, *, title: str, description: str) -> str:
    """What Vega drew, kept to its marks and their presentation, as a picture of the house.

    Vega writes groups, roles, English labels and empty paths around each mark; they double the weight
    and speak English to a screen reader. `texts` puts back the texts it was not given.
    """
    root = ET.fromstring(drawn)  # noqa: S314 — drawn by our own renderer, not received
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for node in root.iter():
        node.text = texts.restore(node.text or "")
    body = [_rewritten(child) for child in root if child.tag != f"{_TAG}rect"]
    return document(width, height, body, title=title, description=description)


def _rewritten(node: ET.Element) -> str:
    name = node.tag.removeprefix(_TAG)
    if name not in _DRAWN or _invisible(node):
        return ""
    content = "".join(_rewritten(child) + clean(child.tail or "") for child in node)
    if node.text:
        content = clean(node.text) + content
    if name in ("g", "text") and not content.strip():
        return ""
    attributes = {key: _tidy(value) for key, value in node.attrib.items() if key in _KEPT}
    if attributes.get("transform") == "translate(0,0)":
        del attributes["transform"]
    if attributes.get("fill") in (INK, "none" if name == "g" else INK):
        del attributes["fill"]
    if attributes.get("text-anchor") == "start":
        del attributes["text-anchor"]
    if name == "g" and not attributes:
        return content
    head = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{head}>{content}</{name}>" if content else f"<{name}{head}/>"


def _invisible(node: ET.Element) -> bool:
    kind = node.attrib.get("class", "").split()
    if node.attrib.get("display") == "none" or node.attrib.get("opacity") == "0":
        return True
    return node.tag == f"{_TAG}path" and ("background" in kind or "foreground" in kind)


def _tidy(value: str) -> str:
    return _NUMBER.sub(lambda found: short(float(found.group())), value.removesuffix("px"))
