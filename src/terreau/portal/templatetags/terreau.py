"""Filters and tags of our templates: figures, dates and text in French typography."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django import forms, template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from terreau.core import text
from terreau.core.tongues import Kept
from terreau.directory.labels import day_text

register = template.Library()
# Not every space: those that do not break are part of a French text.
_BREAKS = re.compile(r"[ \t\r\n]+")


@cache
def _thousands(_language: str | None) -> str:
    """What separates thousands in the language in force."""
    return str(formats.get_format("THOUSAND_SEPARATOR"))


@register.filter
def figure(value: Any, decimals: int | None = None) -> str:
    """A number as a French reader writes it; a dash for what is not known."""
    if value is None or value == "":
        return "—"
    if type(value) is int and decimals is None:
        # Forty counts on one list: the general way costs more than the rest of the line.
        return f"{value:,}".replace(",", _thousands(get_language()))
    if decimals is None and isinstance(value, float):
        decimals = 0 if value == int(value) else 2
    return _written(value, decimals)


def _written(value: Any, decimals: int | None) -> str:
    # Django cuts decimals off instead of rounding: 25.6 without decimals would be 25.
    if decimals is not None:
        value = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(formats.number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True))


@register.filter
def lang_of(text: Any) -> SafeString:
    """The attribute of a text that stays in French inside something told in another language."""
    return format_html(' lang="{}"', text.language) if isinstance(text, Kept) else mark_safe("")


@register.filter
def percent(share: float | None, decimals: int = 0) -> str:
    """A share between 0 and 1 as a percentage."""
    if share is None:
        return "—"
    return f"{_written(share * 100, decimals)}\u00a0%"


@register.filter
def lowfirst(text: Any) -> str:
    """The text as it stands inside a sentence: its first letter in lower case, the rest untouched."""
    return f"{str(text)[:1].lower()}{str(text)[1:]}"


@register.filter
def of_place(name: Any) -> str:
    """« d’Auch », « du Mans », « de Paris »."""
    return text.of_place(str(name))


@register.filter
def at_place(name: Any) -> str:
    """« à Auch », « au Mans »."""
    return text.at_place(str(name))


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A day in words, whatever is known of it: year, month, or full date."""
    if not value:
        return _("date inconnue")
    if isinstance(value, datetime):
        value = timezone.localdate(value) if timezone.is_aware(value) else value.date()
    return day_text(value if isinstance(value, str) else value.isoformat())


@register.filter
def since(iso: str) -> str:
    """« depuis 2015 », « depuis mars 2015 », « depuis le 10 avril 2017 »."""
    words = _("depuis le %(day)s") if len(iso) > len("2017-04") else _("depuis %(day)s")
    return words % {"day": day_text(iso)}


@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """The value of a mapping under a key, or nothing."""
    return mapping.get(key, "")


@register.filter
def wrong_fields(form: forms.BaseForm) -> list[tuple[str, str]]:
    """The fields to correct, in the order of the page: where each one is, and what it is called."""
    called = getattr(form, "label_of", lambda name: str(form[name].label))
    return [(_anchor(one), called(one.name)) for one in form.visible_fields() if one.errors]


def _anchor(field: forms.BoundField) -> str:
    # A group of choices has no field of its own: its first box can be reached, on whatever page.
    several = isinstance(field.field.widget, forms.RadioSelect)
    return f"{field.auto_id}_0" if several else field.id_for_label or field.auto_id


@register.simple_tag(takes_context=True)
def keep(context: template.Context, **changes: Any) -> str:
    """The query string of the page with some parameters changed (None or '' removes one)."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


class _Told(template.Node):
    """What its content says, on one line, kept under a name."""

    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        """Nothing, once the content is kept."""
        # Escaped already, node by node.
        context[self.name] = SafeString(_BREAKS.sub(" ", self.nodelist.render(context)).strip())
        return SafeString("")


@register.tag
def told(parser: Any, token: Any) -> _Told:
    """`{% told as name %}…{% endtold %}`: a block's content, to be said in more than one place.

    Raises:
        TemplateSyntaxError: when no name is given.
    """
    words = token.split_contents()
    if len(words) != 3 or words[1] != "as":
        raise template.TemplateSyntaxError("told: expected « as » and a name")
    nodelist = parser.parse(("endtold",))
    parser.delete_first_token()
    return _Told(nodelist, words[2])
