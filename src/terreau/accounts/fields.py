"""Fields that the forms of several applications share, and lists of rows that grow without script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sized
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from terreau.core.money import decimals_of, fits, is_currency, read_amount

# A list has its filled rows and so many more to fill, as long as there are not too many already.
EMPTY_ROWS: Final = 2
MOST_ROWS: Final = 20
_NONE: Final = _("Aucun")
# More choices than this, of at most so many letters, stand in columns: what follows is not two screens away.
_MANY: Final = 8
_SHORT: Final = 45

Choices = Iterable[tuple[Any, Any]]


def text_field(
    label: Any, help_text: Any = "", *, rows: int = 4, longest: int | None = None
) -> forms.CharField:
    """Several lines, never needed: the services say what is missing."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=longest, widget=widget
    )


def line_field(
    label: Any, help_text: Any = "", *, needed: bool = False, longest: int = 300
) -> forms.CharField:
    """One line."""
    return forms.CharField(label=label, help_text=help_text, required=needed, max_length=longest)


def url_field(label: Any) -> forms.URLField:
    """The address of a page."""
    return forms.URLField(
        label=label,
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("commence par https://"),
    )


def choice_field(
    label: Any, choices: Choices, help_text: Any = "", *, needed: bool = False, empty: Any = _NONE
) -> forms.ChoiceField:
    """One choice in a list; the first line says that none is made."""
    first = _("Choisissez") if needed else empty
    return forms.ChoiceField(
        label=label, choices=[("", first), *choices], required=needed, help_text=help_text
    )


def several_field(label: Any, choices: Choices) -> forms.MultipleChoiceField:
    """As many choices as wanted."""
    listed = list(choices)
    in_columns = len(listed) > _MANY and all(len(str(words)) <= _SHORT for _code, words in listed)
    widget = forms.CheckboxSelectMultiple(attrs={"class": "columns"} if in_columns else None)
    return forms.MultipleChoiceField(label=label, choices=listed, required=False, widget=widget)


class AmountField(forms.CharField):
    """An amount of money as people write it; its value is that amount, or None.

    More figures after the comma than the currency has are refused, and not rounded: « 12,500 » in euros is
    an amount of thousands written as it is elsewhere.
    """

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        attributes = {"inputmode": "decimal", "autocomplete": "off", "size": "12"}
        super().__init__(required=False, max_length=30, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> Decimal | None:
        """The amount, or nothing."""
        text = super().clean(value)
        if not text:
            return None
        amount = read_amount(text)
        if amount is None:
            raise forms.ValidationError(
                _now("«\u00a0%(text)s\u00a0» n’est pas un montant. Écrivez des chiffres.") % {"text": text}
            )
        # Of a currency that does not exist, the services say so.
        exists = not self.currency or is_currency(self.currency)
        if exists and not fits(amount, self.currency):
            raise forms.ValidationError(self._too_fine(text))
        return amount

    def _too_fine(self, text: str) -> str:
        most = decimals_of(self.currency)
        if not most:
            return _now("«\u00a0%(text)s\u00a0»\u00a0: cette monnaie n’a pas de centimes.") % {"text": text}
        return ngettext(
            "«\u00a0%(text)s\u00a0»\u00a0: cette monnaie a %(most)d chiffre après la virgule.",
            "«\u00a0%(text)s\u00a0»\u00a0: cette monnaie a %(most)d chiffres après la virgule.",
            most,
        ) % {"text": text, "most": most}


class NumberField(forms.DecimalField):
    """A number as people write it, and as the site prints it: spaces between thousands, a comma."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(required=False, localize=True, widget=forms.TextInput(attrs=attributes), **kwargs)

    def to_python(self, value: Any) -> Any:
        """The number, or nothing."""
        if isinstance(value, str):
            value = "".join(value.split()).replace("\u2212", "-")
        return super().to_python(value)


def count_rows(data: Any, name: str, filled: Sized) -> int:
    """How many rows has a list whose fields are called `name-0-…`: those sent, or the filled and two more.

    No filled row is ever left out, nor one that was sent: saving the form would lose it. How many are too
    many is for the services to say.
    """
    if data is None:
        return max(len(filled), min(len(filled) + EMPTY_ROWS, MOST_ROWS))
    row = re.compile(rf"{name}[-_](\d{{1,2}})[-_]\w+")
    sent = [int(found[1]) for key in data if (found := row.fullmatch(key))]
    return max([*sent, EMPTY_ROWS - 1]) + 1
