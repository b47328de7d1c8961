"""A form that two people send: what was touched is told by its marks, whatever the fields are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict

from terreau.accounts.fields import AmountField, NumberField, count_rows
from terreau.accounts.forms import PlainForm

WRITTEN = {
    "words": "Un\nDeux",
    "day": date(2026, 5, 4),
    "number": Decimal("12.5000"),
    "amount": "10\u202f000",
    "kind": "b",
    "kinds": ["a", "b"],
    "is_open": True,
    "rows": [("Pluie", True)],
}
CHOICES = [("", "—"), ("Lettres", [("a", "A"), ("b", "B")])]


class Sheet(PlainForm):
    """One field of each sort."""

    lists = {"rows": "Lignes"}

    def __init__(self, data=None, *, written=WRITTEN, **more):
        rows = written["rows"]
        initial = {name: value for name, value in written.items() if name != "rows"}
        for place, (text, ticked) in enumerate(rows):
            initial |= {f"rows-{place}-text": text, f"rows-{place}-ticked": ticked}
        super().__init__(data, initial=initial, **more)
        self.fields |= {
            "words": forms.CharField(label="Mots", required=False, widget=forms.Textarea),
            "day": forms.DateField(label="Jour", required=False),
            "number": NumberField(label="Nombre"),
            "amount": AmountField(label="Montant", currency="EUR"),
            "kind": forms.ChoiceField(label="Sorte", choices=CHOICES, required=False),
            "kinds": forms.MultipleChoiceField(label="Sortes", choices=CHOICES[1:], required=False),
            "is_open": forms.BooleanField(label="Ouvert", required=False),
        }
        for place in range(
            count_rows(data, (more.get("prefix", "") and f"{more['prefix']}-rows") or "rows", rows)
        ):
            self.fields[f"rows-{place}-text"] = forms.CharField(label="Texte", required=False)
            self.fields[f"rows-{place}-ticked"] = forms.BooleanField(label="Cochée", required=False)


def sent(form, **typed):
    """What a browser sends of a form, with what was typed in it; None, an empty box."""
    data = QueryDict(mutable=True)
    shown = {
        "version": "1",
        "read": form.read,
        "words": "Un\r\nDeux",
        "day": "2026-05-04",
        "number": "12,5000",
    }
    shown |= {"amount": "10\u202f000", "kind": "b", "is_open": "on", "rows-0-text": "Pluie"}
    shown |= {"rows-0-ticked": "on", "rows-1-text": "", "rows-2-text": ""}
    for name, value in (shown | typed).items():
        if value is not None:
            data[form.add_prefix(name)] = value
    data.setlist(form.add_prefix("kinds"), typed.get("kinds", ["b", "a"]))
    return data


def met(written, prefix=None, **typed):
    """The form read again, when these words are written meanwhile."""
    form = Sheet(sent(Sheet(prefix=prefix), **typed) if prefix else sent(Sheet(), **typed), prefix=prefix)
    return form.gathered(2, lambda data: Sheet(data, written=WRITTEN | written, prefix=prefix))


@pytest.mark.parametrize("prefix", [None, "un"])
def test_all_that_was_not_touched_is_taken_from_the_other(prefix):
    others = {
        "words": "Trois",
        "day": date(2026, 6, 5),
        "number": Decimal("7"),
        "amount": "1",
        "kind": "a",
        "kinds": [],
        "is_open": False,
        "rows": [("Pluie", False), ("Vent", True)],
    }
    form = met(others, prefix=prefix)
    assert form.differences == []
    assert form.taken == ["Mots", "Jour", "Nombre", "Montant", "Sorte", "Sortes", "Ouvert", "Lignes"]
    assert form.is_valid(), form.errors
    kept = form.cleaned_data
    assert (kept["words"], kept["day"], kept["number"], kept["amount"]) == ("Trois", date(2026, 6, 5), 7, 1)
    assert (kept["kind"], kept["kinds"], kept["is_open"]) == ("a", [], False)
    rows = [(kept[f"rows-{place}-text"], kept[f"rows-{place}-ticked"]) for place in range(2)]
    assert rows == [("Pluie", False), ("Vent", True)]
    assert form.version == 2
    assert form.read == Sheet(written=WRITTEN | others, prefix=prefix).read


def test_what_was_typed_stays_and_clashes_only_where_the_other_wrote_too():
    form = met({"words": "Trois", "day": None}, words="Quatre", amount="20", is_open=None, kinds=["a"])
    assert [tuple(one.values()) for one in form.differences] == [("Mots", "Quatre", "Trois")]
    assert form.taken == ["Jour"]
    assert form.is_valid()
    kept = form.cleaned_data
    assert (kept["words"], kept["day"], kept["amount"]) == ("Quatre", None, 20)
    assert (kept["is_open"], kept["kinds"], kept["kind"]) == (False, ["a"], "b")


def test_the_same_written_by_both_is_no_clash():
    form = met({"words": "Trois", "day": date(2026, 6, 5)}, words="Trois ", day="05/06/2026")
    assert (form.taken, form.differences) == ([], [])


@pytest.mark.parametrize(
    ("theirs", "mine", "rows", "clash"),
    [
        ([], {"rows-1-text": "Vent"}, ["Vent"], 0),
        ([("Pluie", True), ("Neige", False)], {"rows-0-text": ""}, ["Neige"], 0),
        ([("Grêle", True)], {"rows-1-text": "Vent"}, ["Vent", "Grêle"], 0),
        ([("Grêle", True)], {"rows-0-text": "Orage"}, ["Orage"], 1),
        ([("Pluie", True), ("Vent", False)], {"rows-1-text": "Vent"}, ["Pluie", "Vent"], 0),
        ([("Pluie", False)], {"rows-0-ticked": None}, ["Pluie"], 0),
    ],
)
def test_rows_of_two_are_joined_and_one_that_both_changed_is_asked(theirs, mine, rows, clash):
    form = met({"rows": theirs}, **mine)
    assert form.is_valid()
    texts = [form.cleaned_data[name] for name in form.fields if name.endswith("-text")]
    assert [text for text in texts if text] == rows
    assert len(form.differences) == clash
    if clash:
        assert form.differences[0]["label"] == "Lignes, ligne 1, texte"


@pytest.mark.parametrize("read", ["", "[]", "{", '{"words": 3, "rows": {"a": 1}}', "[" * 100_000])
def test_without_marks_all_is_held_for_touched(read):
    data = sent(Sheet())
    data["read"] = read
    form = Sheet(data).gathered(2, lambda again: Sheet(again, written=WRITTEN | {"words": "Trois"}))
    assert form.taken == []
    assert [one["label"] for one in form.differences] == ["Mots"]
    assert form.read == Sheet(written=WRITTEN | {"words": "Trois"}).read


def test_a_form_that_nobody_overtook_stays_as_it_is():
    form = Sheet(sent(Sheet()))
    assert form.gathered(1, Sheet) is form
    assert form.is_untouched("words")
    assert form.is_untouched("rows")
    assert not Sheet(sent(Sheet(), words="Trois")).is_untouched("words")
    assert not Sheet(sent(Sheet(), **{"rows-1-text": "Vent"})).is_untouched("rows")
