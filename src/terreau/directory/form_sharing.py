"""The part of the sheet's form that says what is sold, offered and sought, and what everybody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from terreau.accounts.fields import count_rows
from terreau.core.errors import TerreauError
from terreau.directory.catalogue import CATALOGUE_KINDS
from terreau.directory.fields import BY_KEY, Values
from terreau.directory.values import clean_values
from terreau.directory.visibility import HIDEABLE, POINT, PRIVATE, is_public

SPARE_ENTRIES = 2
MOST_ENTRIES = 50
PARTS = ("kind", "what", "description", "price", "conditions", "until")
REACHED = ("email", "telephone", "contact")
# The keyboard that a telephone shows; the value stays what people write.
KEYBOARDS = {
    "email": {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    "telephone": {"inputmode": "tel"},
    "website": {"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"},
}


def hideable_label(key: str) -> str:
    """What people call a field that may be hidden."""
    return _("Point précis sur la carte") if key == POINT else str(BY_KEY[key].label)


if TYPE_CHECKING:
    _Mixed = forms.Form
else:
    _Mixed = object


class SharingFields(_Mixed):
    """Mixed into the sheet's form; every name of a field begins as its key does."""

    values: Values

    def add_sharing(self) -> None:
        """Add the fields, filled with what the sheet says."""
        for key, longest in (("email", 254), ("telephone", 40), ("contact", 120)):
            self.fields[key] = forms.CharField(
                required=False, max_length=longest, label=str(BY_KEY[key].label)
            )
            self.initial[key] = self.values.get(key, "")
        for key, attributes in KEYBOARDS.items():
            self.fields[key].widget.attrs |= attributes
        said = self.values.get("visibility") or {}
        self.fields["visibility"] = forms.MultipleChoiceField(
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(key, hideable_label(key)) for key in HIDEABLE],
            label=_("Ce qui est public"),
            help_text=_("Ce qui n’est pas coché n’est vu que de vous et des agents du territoire."),
        )
        self.initial["visibility"] = [key for key in HIDEABLE if is_public(key, said)]
        self._add_entries()

    def _add_entries(self) -> None:
        known = self.values.get("catalogue") or []
        spare = min(len(known) + SPARE_ENTRIES, max(MOST_ENTRIES, len(known)))
        self.entry_count = count_rows(self.data, "entry", ()) if self.is_bound else spare
        labels = {
            "kind": _("L’organisation"),
            "what": _("Quoi"),
            "description": _("En quelques mots"),
            "price": _("Prix"),
            "conditions": _("Conditions"),
            "until": _("Jusqu’à"),
        }
        kinds = [("", "—"), *((kind, str(label).lower()) for kind, label in CATALOGUE_KINDS.items())]
        for index in range(self.entry_count):
            entry = known[index] if index < len(known) else {}
            for part, label in labels.items():
                name = f"entry_{index}_{part}"
                field: forms.Field = forms.CharField(required=False, max_length=600, label=label)
                if part == "kind":
                    field = forms.ChoiceField(required=False, choices=kinds, label=label)
                self.fields[name] = field
                self.initial[name] = entry.get(part, "")

    def _entry(self, index: int) -> dict[str, str]:
        return {part: str(self.cleaned_data.get(f"entry_{index}_{part}") or "") for part in PARTS}

    def check_sharing(self, changed: set[str]) -> None:
        """Each value is tried alone, and what is wrong told beside its field."""
        for key in REACHED:
            if key in changed and self.cleaned_data.get(key):
                self._try_one(key, {key: self.cleaned_data[key]})
        for index in range(self.entry_count):
            entry = self._entry(index)
            wrong = "what" if not entry["what"] else ("kind" if not entry["kind"] else "until")
            if any(entry.values()):
                self._try_one(f"entry_{index}_{wrong}", {"catalogue": [entry]})

    def _try_one(self, name: str, values: Values) -> None:
        try:
            clean_values(values)
        except TerreauError as error:
            self.add_error(name, f"{error.message} {error.remedy}".strip())

    def said_of_sharing(self, changed: set[str]) -> Values:
        """The fields that the person changed, in the shape of a record's values."""
        values: Values = {key: self.cleaned_data[key] for key in REACHED if key in changed}
        if "visibility" in changed:
            seen, known = set(self.cleaned_data["visibility"]), self.values.get("visibility") or {}
            values["visibility"] = {
                key: key in seen for key in HIDEABLE if key in known or (key in seen) == (key in PRIVATE)
            }
        if any(name.startswith("entry_") for name in changed):
            entries = [self._entry(index) for index in range(self.entry_count)]
            values["catalogue"] = [entry for entry in entries if any(entry.values())]
        return values

    def entries(self) -> dict[str, Any]:
        """The fields of the catalogue, one row each, those said apart from the empty ones."""
        return rows_of(self, "entry", PARTS, self.entry_count)


def rows_of(form: forms.Form, name: str, parts: tuple[str, ...], count: int) -> dict[str, Any]:
    """The rows of a table that the form shows: those where something is said or wrong, and the spare ones."""
    rows: list[dict[str, Any]] = [
        {"number": index + 1, "fields": [form[f"{name}_{index}_{part}"] for part in parts]}
        for index in range(count)
    ]
    told = [row for row in rows if any(one.initial or one.value() or one.errors for one in row["fields"])]
    return {"told": told, "spare": [row for row in rows if row not in told]}
