"""What a browser sends of a page: its form as it is shown, hidden fields included."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Form(HTMLParser):
    """The fields of the one form of a page that holds a given field."""

    def __init__(self, holding: str) -> None:
        super().__init__()
        self.holding = holding
        self.found: dict[str, list[str]] | None = None
        self._sent: dict[str, list[str]] = {}
        self._select, self._multiple, self._first = "", False, ""
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A field begins, or the form."""
        said = {name: value or "" for name, value in attrs}
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "form":
            self._sent = {}
        elif tag == "textarea":
            self._area = name
            self._sent[name] = [""]
        elif tag == "select":
            self._select, self._multiple, self._first = name, "multiple" in said, ""
            self._sent[name] = []
        elif tag == "option" and self._select:
            self._first = self._first or f"={value}"
            if "selected" in said:
                self._sent[self._select].append(value)
        elif tag == "input" and name:
            kind = said.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in said:
                    self._sent.setdefault(name, []).append(value or "on")
            elif kind not in ("submit", "button", "file"):
                self._sent.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        """The words of a large field."""
        if self._area is not None:
            self._sent[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        """A field ends, or the form."""
        if tag == "textarea" and self._area is not None:
            # The first line break after the tag is not of the text.
            self._sent[self._area][0] = self._sent[self._area][0].removeprefix("\r").removeprefix("\n")
            self._area = None
        elif tag == "select":
            if not self._sent[self._select] and not self._multiple:
                self._sent[self._select] = [self._first[1:]]
            self._select = ""
        elif tag == "form" and self.holding in self._sent:
            self.found = self.found or self._sent


def sent_by(page: Any, *, holding: str = "read") -> dict[str, Any]:
    """What a page sends when nobody touches it.

    Args:
        page: the answer of the test client.
        holding: a field that tells the form among those of the page.
    """
    reader = _Form(holding)
    reader.feed(page.content.decode())
    assert reader.found is not None, f"no form with {holding}"
    return {name: values if len(values) != 1 else values[0] for name, values in reader.found.items()}


def clashes(page: Any) -> list[tuple[str, str, str]]:
    """What both changed, as the page tells it: the field, what was typed, what is written."""
    assert page.status_code in (400, 409), page.status_code
    return [(one["label"], one["typed"], one["now"]) for one in page.context["form"].differences]
