"""Rows that wait for a person: the question, what the row says, the candidates side by side, the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db.models import Count
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.enums import Status
from terreau.directory.models import Organisation, Record
from terreau.registers.enums import Decision, Question
from terreau.registers.models import StagedRow
from terreau.registers.possible import Possible
from terreau.registers.reviewing import Answer
from terreau.registers.screens_choices import Options
from terreau.registers.screens_rows import Words
from terreau.territories.naming import told_apart
from terreau.territories.services import find

OTHER = "autre"
_FOUND_SHOWN = 8
_SHOWN_BESIDE = ("name", "legal_form", "place", "address", "website", "identifiers", "description")


@dataclass(frozen=True)
class Sheet:
    """One organisation that the row may be."""

    public_id: str
    name: str
    facts: list[tuple[str, str]]
    score: str
    explanation: list[str]


@dataclass
class Card:
    """One row with its question."""

    row: StagedRow
    reasons: list[str]
    facts: list[tuple[str, str]]
    raw: list[tuple[str, str]]
    places: list[tuple[str, str]] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    value: str = ""
    value_selects: list[SafeString] = field(default_factory=list)
    alike: int = 0
    next: int = 0
    typed: str = ""
    problem: str = ""


def cards(rows: Iterable[StagedRow], territory: Any, tried: Mapping[int, Tried] | None = None) -> list[Card]:
    """The cards of one page of rows; queries do not grow with the rows."""
    shown, words, possible = list(rows), Words(), Possible()
    sheets, by_ref = _sheets(shown)
    alike = _alike(shown)
    found = []
    for row in shown:
        card = Card(
            row=row,
            reasons=list(row.reasons),
            facts=words.line(row.values),
            raw=list(row.raw.items()),
            alike=alike.get((row.run_id, row.question, row.question_key), 1) - 1,
        )
        if row.question == Question.PLACE:
            card.places = _places(row, territory, words)
        elif row.question == Question.SAME:
            card.sheets = _candidates(row, sheets, by_ref, words)
        else:
            card.value, card.value_selects = _value(row, possible)
        again = (tried or {}).get(row.pk)
        if again is not None:
            card.typed, card.problem = again.typed, again.problem
            card.places = again.places or card.places
        found.append(card)
    for card, following in pairwise(found):
        card.next = following.row.pk
    return found


def _alike(rows: list[StagedRow]) -> dict[tuple[Any, str, str], int]:
    keys = {row.question_key for row in rows if row.question in (Question.PLACE, Question.VALUE)}
    if not keys:
        return {}
    counted = (
        StagedRow.objects.to_review()
        .filter(run__in={row.run_id for row in rows}, question_key__in=keys)
        .values_list("run", "question", "question_key")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {(run, question, key): count for run, question, key, count in counted}


# --- Places ---------------------------------------------------------------------------------------


def _places(row: StagedRow, territory: Any, words: Words) -> list[tuple[str, str]]:
    """Code and label of the places proposed, the country alone last."""
    found = {
        code: words.place_told_apart(code) if "-" in code else choice["label"]
        for choice in row.candidates
        if (code := choice.get("code"))
    }
    country = ((row.values.get("place") or {}).get("country") or territory.country_code).lower()
    if country and country not in found:
        found[country] = _("%(country)s (pays seulement)") % {
            "country": words.place({"country": country.upper()})
        }
    return list(found.items())


@dataclass(frozen=True)
class Tried:
    """An answer that could not be taken: what was typed, why, and the places it may mean."""

    typed: str
    problem: str
    places: list[tuple[str, str]] = field(default_factory=list)


def place_named(text: str, territory: Any) -> tuple[str, Tried | None]:
    """The code of the place a person typed, or what to ask instead."""
    if not text.strip():
        return "", Tried(text, _("Choisissez un lieu, ou tapez son nom."))
    met = find(text.strip()[:100], limit=_FOUND_SHOWN)
    if len(met) == 1:
        return str(met[0].code), None
    if not met:
        return "", Tried(
            text, _("Aucun territoire ne porte ce nom\u00a0: vérifiez-le, ou donnez son code public.")
        )
    places = [(one.code, f"{told_apart(one)} ({one.get_kind_display()})") for one in met]
    return "", Tried(text, _("Plusieurs territoires portent ce nom\u00a0: choisissez."), places)


# --- Organisations ----------------------------------------------------------------------------------


def _sheets(rows: list[StagedRow]) -> tuple[dict[int, Organisation], dict[tuple[int, str], int]]:
    """The sheets proposed on the page, by key; and what rows of the same lists have become, by reference."""
    told = [(row, choice) for row in rows if row.question == Question.SAME for choice in row.candidates]
    keys = {choice["key"] for _row, choice in told if choice.get("kind") == "organisation"}
    refs = {choice.get("ref", "") for _row, choice in told if choice.get("kind") == "row"}
    by_ref: dict[tuple[int, str], int] = {}
    if refs:
        records = Record.objects.filter(source__in={row.run.source_id for row in rows}, source_ref__in=refs)
        for source, ref, organisation in records.exclude(organisation=None).values_list(
            "source", "source_ref", "organisation"
        ):
            by_ref[source, ref] = organisation
    wanted = keys | set(by_ref.values())
    if not wanted:
        return {}, by_ref
    found = Organisation.objects.filter(pk__in=wanted).exclude(status=Status.HIDDEN)
    return {sheet.pk: sheet for sheet in found.select_related("territory")}, by_ref


def _candidates(
    row: StagedRow, sheets: Mapping[int, Organisation], by_ref: Mapping[tuple[int, str], int], words: Words
) -> list[Sheet]:
    found: dict[int, Sheet] = {}
    for choice in row.candidates:
        row_ref = (row.run.source_id, str(choice.get("ref", "")))
        key = choice["key"] if choice.get("kind") == "organisation" else by_ref.get(row_ref)
        sheet = sheets.get(key) if key is not None else None
        if sheet is None or key in found:
            continue
        found[sheet.pk] = Sheet(
            public_id=sheet.public_id,
            name=sheet.name,
            facts=_facts(sheet, words),
            score=_likeness(float(choice.get("score") or 0)),
            explanation=list(choice.get("explanation") or []),
        )
    return list(found.values())


def _facts(sheet: Organisation, words: Words) -> list[tuple[str, str]]:
    place = {
        "country": sheet.country_code,
        "territory": sheet.territory.code if sheet.territory else "",
        "longitude": sheet.longitude,
        "latitude": sheet.latitude,
    }
    values = {
        **sheet.shown_values,
        "place": place,
        "legal_form": sheet.legal_form,
        "description": sheet.description,
    }
    return words.line({key: values.get(key) for key in _SHOWN_BESIDE if key != "name"})


def _likeness(score: float) -> str:
    return _("ressemblance de %(score)d %%") % {"score": round(100 * score)}


# --- Values -------------------------------------------------------------------------------------------


def _value(row: StagedRow, possible: Possible) -> tuple[str, list[SafeString]]:
    first = (row.candidates or [{}])[0]
    target = row.question_key.partition(":")[0]
    value = str(first.get("value", ""))
    options = Options([("", [("", _("Rien"))]), ("", list(possible.of(row, target).items()))])
    labels = (_("Ce que veut dire «\u00a0%(value)s\u00a0»"), _("«\u00a0%(value)s\u00a0» veut dire aussi"))
    return value, [options.select("codes", "", aria_label=label % {"value": value}) for label in labels]


# --- The answer -----------------------------------------------------------------------------------------


def answer_of(row: StagedRow, data: Any, territory: Any) -> tuple[Answer | None, Tried | None]:
    """What the form answers, or what to ask again.

    Raises:
        TerreauError: when the form says nothing that can be understood.
    """
    if data.get("decision") == Decision.SKIP:
        return Answer(Decision.SKIP), None
    said = str(data.get("answer") or "")
    if row.question == Question.PLACE:
        other = str(data.get("other") or "")
        if said and said != OTHER:
            return Answer(Decision.PLACE, code=said), None
        code, tried = place_named(other, territory)
        return (Answer(Decision.PLACE, code=code), None) if code else (None, tried)
    if row.question == Question.VALUE:
        codes = tuple(dict.fromkeys(code for code in data.getlist("codes") if code))
        return Answer(Decision.VALUE, codes=codes), None
    if said == Decision.DIFFERENT:
        return Answer(Decision.DIFFERENT), None
    if said:
        return Answer(Decision.SAME, code=said), None
    if row.question == Question.SAME:
        return None, Tried("", _("Dites si c’est l’une de ces fiches, ou une autre organisation."))
    raise TerreauError(_("Cette réponse n’a pas été comprise."), remedy=_("Rechargez la page."))
