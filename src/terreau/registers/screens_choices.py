"""Choice lists of the wizard, written once per page: fifty columns share the same forty fields.

A widget per column would render thousands of options one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

Group = tuple[str, Sequence[tuple[str, str]]]


class Options:
    """The options of a choice list, without heading or in named groups.

    Args:
        groups: heading (empty for none) and its (value, label) pairs.
    """

    def __init__(self, groups: Iterable[Group]) -> None:
        self.groups = [(heading, list(pairs)) for heading, pairs in groups]
        self.values = frozenset(value for _heading, pairs in self.groups for value, _label in pairs)
        self._html = "".join(self._group(heading, pairs) for heading, pairs in self.groups)

    @staticmethod
    def _group(heading: str, pairs: Iterable[tuple[str, str]]) -> str:
        options = "".join(
            f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in pairs
        )
        return f'<optgroup label="{escape(heading)}">{options}</optgroup>' if heading else options

    def select(self, name: str, chosen: str, **attributes: str) -> SafeString:
        """The list, one value chosen; one that is not among the options is added to them."""
        html = self._html
        if chosen not in self.values:
            html += f'<option value="{escape(chosen)}">{escape(chosen)}</option>'
        wanted = f'<option value="{escape(chosen)}">'
        html = html.replace(wanted, f"{wanted[:-1]} selected>", 1)
        extra = "".join(
            format_html(' {}="{}"', key.rstrip("_").replace("_", "-"), value)
            for key, value in attributes.items()
        )
        # Every part was escaped above; the whole is made only of them.
        return mark_safe(f'<select name="{escape(name)}"{extra}>{html}</select>')  # noqa: S308


def plain(pairs: Mapping[str, str] | Iterable[tuple[str, str]], first: str = "") -> Options:
    """Options without headings; `first` is the label of the empty value, when there is one."""
    items = list(pairs.items()) if isinstance(pairs, Mapping) else list(pairs)
    return Options([("", [("", first), *items] if first else items)])


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Code and French name of every country, by name."""
    from terreau.core.countries import country_name, iso2_codes
    from terreau.core.text import fold

    named = [(code, country_name(code)) for code in iso2_codes()]
    return tuple(sorted(named, key=lambda pair: fold(pair[1])))
