"""The mapping proposed for a list: which column is what, how sure, and what is missing. Pure.

A column is told by its name (`targets`) and by its values: both must agree, and values alone can be enough
(a check digit leaves little doubt). Each proposal carries how sure it is; the command applies it unseen only
when what a list cannot do without is certain, and on screen a person confirms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process

from terreau.core.text import fold
from terreau.registers import normalising as norm
from terreau.registers.identifying import guess_scheme
from terreau.registers.placing_rules import metres
from terreau.registers.reading_values import read_date
from terreau.registers.spec import ColumnSpec, Spec, to_json
from terreau.registers.targets import BY_KEY, OTHERS, PLACING, by_name, column_key, known_names
from terreau.registers.translating import Translator, plain_country

CERTAIN = 0.9
SAMPLE = 1000
_MISSPELT = 88.0
_MOSTLY = 0.6
_NAF = re.compile(r"\d\d\.?\d{1,2}\.?[A-Z]")
_INSEE = re.compile(r"(?:\d{5}|2[AB]\d{3})")
_POSTAL = re.compile(r"(?:F-?)?\d{4,5}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.I)
_DEPARTMENT = re.compile(r"(?:0?[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-6]|98\d)(?:\.0)?", re.I)

Row = Mapping[str, str]


@dataclass
class ColumnGuess:
    """What one column is thought to be.

    Attributes:
        target: a key of `targets.TARGETS`; empty when the column is left out.
        certainty: from 0 to 1; `CERTAIN` and above needs nobody's word.
        samples: three values, to be shown.
        why: the reason, in French.
    """

    column: str
    target: str
    certainty: float
    samples: list[str] = field(default_factory=list)
    why: str = ""
    scheme: str = ""
    separator: str = ""
    order: str = ""


@dataclass
class Proposal:
    """A mapping thought up for a list, and what keeps it from being applied unseen.

    Attributes:
        doubts: what a person must confirm, in French; empty when every required field is certain.
        met: coded target → values met in the sample, most frequent first, with their number.
        rounded: identifier columns whose numbers a spreadsheet rounded.
    """

    guesses: list[ColumnGuess]
    spec: Spec
    doubts: list[str]
    met: dict[str, dict[str, int]]
    rounded: list[str]

    def as_file(self) -> dict[str, Any]:
        """The proposal as the file that people edit, with certainties, examples and values met."""
        data = to_json(self.spec)
        for guess in self.guesses:
            said = data["columns"][guess.column]
            said["certainty"] = round(guess.certainty, 2)
            said["examples"] = guess.samples
        for target, values in self.met.items():
            known = data["translations"].setdefault(target, {})
            for value in list(values)[:200]:
                known.setdefault(fold(value), [])
        return data


def propose(columns: Sequence[str], rows: Iterable[Row], *, country: str = "") -> Proposal:
    """Think up a mapping.

    Args:
        columns: names in file order.
        rows: a sample, the first thousand at most.
        country: ISO code of the territory that imports; rows with no other sign are taken to be there only
            once a person has said so.
    """
    sample = list(rows)[:SAMPLE]
    values = {column: [row[column] for row in sample if row[column].strip()] for column in columns}
    guesses = [_guess(column, values[column]) for column in columns]
    if country:
        _read_types_as_forms(guesses, values, country)
    _settle(guesses)
    constants = {"country": country} if country and not any(g.target in PLACING for g in guesses) else {}
    spec = _spec(guesses, constants)
    grouped = _grouping(spec, guesses, sample)
    spec = _spec(guesses, constants, grouped)
    translator = Translator({})
    met = _values_met(spec, sample)
    known = {
        target: {
            fold(value): codes for value in values if (codes := translator.codes(target, value)) is not None
        }
        for target, values in met.items()
        if target != "legal_form"
    }
    spec = spec.with_translations({target: values for target, values in known.items() if values})
    rounded = [
        guess.column for guess in guesses if guess.target == "identifier" and guess.why.startswith("Arr")
    ]
    unknown = {
        target: {value: count for value, count in values.items() if fold(value) not in known.get(target, {})}
        for target, values in met.items()
        if target != "legal_form"
    }
    return Proposal(guesses, spec, _doubts(spec, guesses), unknown, rounded)


# --- One column -------------------------------------------------------------------------------


def _share(values: Sequence[str], test: Callable[[str], Any]) -> float:
    return sum(1 for value in values if test(value)) / len(values) if values else 0.0


def _guess(column: str, values: list[str]) -> ColumnGuess:
    samples = [value[:120] for value in dict.fromkeys(values)][:3]
    target, certainty = by_name(column)
    why = "d’après son nom" if target else ""
    if not target and column_key(column) not in OTHERS:
        target, certainty = _misspelt(column)
        why = "d’après son nom, mal orthographié" if target else ""
    guess = ColumnGuess(column, target, certainty, samples, why)
    if not values:
        guess.certainty = min(certainty, 0.6) if target else certainty
        return guess
    if target:
        _check_by_values(guess, values)
    elif column_key(column) not in OTHERS:
        _guess_by_values(guess, values)
    if guess.target == "identifier":
        _detail_identifier(guess, values)
    if guess.target in ("action", "action_for", "action_since") and "." in column:
        guess.separator = ";"
    return guess


def _misspelt(column: str) -> tuple[str, float]:
    key = column_key(column)
    if len(key) < 6:
        return "", 0.0
    names = [name for name, (_target, weight) in known_names().items() if len(name) >= 6 and weight > 0.9]
    best = process.extractOne(key, names, scorer=fuzz.ratio, score_cutoff=_MISSPELT)
    return (known_names()[best[0]][0], 0.7) if best else ("", 0.0)


def _is_coordinate(value: str, limit: float, axis: str) -> bool:
    return norm.degrees(value, limit) is not None or metres(value, axis) is not None


_TESTS: dict[str, Callable[[str], Any]] = {
    "website": lambda value: norm.website(value),
    "longitude": lambda value: _is_coordinate(value, 180, "easting"),
    "latitude": lambda value: _is_coordinate(value, 90, "northing"),
    "coordinates": lambda value: norm.pair(value) is not None,
    "postal_code": lambda value: _POSTAL.fullmatch(value.strip().removesuffix(".0")),
    "commune_code": lambda value: _INSEE.fullmatch(norm.commune_code(value)),
    "founded_on": lambda value: read_date(value) is not None,
    "ceased_on": lambda value: read_date(value) is not None,
    "action_since": lambda value: read_date(value) is not None,
    "stated_on": lambda value: norm.day(value),
    "active": lambda value: norm.yes_or_no(value),
    "ess_flag": lambda value: norm.yes_or_no(value),
    "jobs_band": lambda value: norm.band(value) is not None,
    "activity_code": lambda value: _NAF.fullmatch(value.strip().upper()),
    "members": lambda value: norm.count(value) is not None,
    "jobs": lambda value: norm.count(value) is not None,
    "country": lambda value: plain_country(value),
    "name": lambda value: len(value.strip()) > 1 and any(char.isalpha() for char in value),
    "locality": lambda value: any(char.isalpha() for char in value),
}


def _check_by_values(guess: ColumnGuess, values: list[str]) -> None:
    """Let the values confirm what the name says, or deny it."""
    if guess.target == "source_ref":
        _recognise_reference(guess, values)
        return
    test = _TESTS.get(guess.target)
    if test is None:
        return
    share = _share(values, test)
    if share >= 0.8:
        if guess.target in ("longitude", "latitude", "coordinates", "postal_code", "commune_code", "country"):
            guess.certainty = max(guess.certainty, 0.93)
    elif share < 0.5:
        guess.why = f"son nom le suggère, mais {round(100 * (1 - share))} % de ses valeurs le démentent"
        guess.certainty = min(guess.certainty, 0.4)
        if column_key(guess.column) in _EQUIVOCAL:
            _guess_by_values(guess, values)
        elif share < 0.1 and guess.target not in _KEPT_THOUGH_UNREAD:
            guess.target = ""


def _recognise_reference(guess: ColumnGuess, values: list[str]) -> None:
    """An « id » that holds national numbers (the RNA's own file) is one: it tells rows apart as well."""
    scheme, share = guess_scheme(guess.column, values[:200])
    if share >= 0.95 and scheme in ("siret", "siren", "rna"):
        guess.target, guess.certainty = "identifier", 0.95
        guess.why = f"ses valeurs portent une clé juste ({scheme.upper()})"


# Names that mean one thing or another: « état » is a country, or whether a unit is active.
_EQUIVOCAL = frozenset({"etat", "state", "position"})
# What these columns hold matters even where it cannot be read: the rows are then asked about.
_KEPT_THOUGH_UNREAD = frozenset({"name", "country", "website", "jobs", "members"})


def _guess_by_values(guess: ColumnGuess, values: list[str]) -> None:
    """What a column is when its name says nothing: only what its values leave little doubt of."""
    guess.target, guess.certainty, guess.why = "", 0.0, ""
    scheme, share = guess_scheme(guess.column, values[:200])
    national = scheme in ("siret", "siren", "rna", "ice", "uid_ch", "neq", "bce")
    if (share >= 0.8 if national else share >= 0.9 and not scheme) and _tells_apart(values):
        guess.target, guess.certainty = "identifier", 0.9
        guess.why = f"ses valeurs portent une clé juste ({scheme.upper() or 'de plusieurs registres'})"
        return
    for target, floor, certainty, why in (
        ("website", 0.9, 0.8, "ses valeurs sont des adresses de sites"),
        ("coordinates", 0.95, 0.9, "ses valeurs sont des couples de coordonnées"),
        ("activity_code", 0.95, 0.8, "ses valeurs ont la forme d’un code NAF"),
        ("country", 0.95, 0.7, "ses valeurs sont des pays"),
    ):
        if _share(values, _TESTS[target]) >= floor and len(values) >= 3:
            guess.target, guess.certainty, guess.why = target, certainty, why
            return


def _tells_apart(values: list[str]) -> bool:
    """Whether most rows have a number of their own: one that comes back is somebody else's (funder, EPCI)."""
    return len(values) == 1 or 2 * len(set(values)) > len(values)


def _detail_identifier(guess: ColumnGuess, values: list[str]) -> None:
    from terreau.core.identifiers import digits_lost

    if digits_lost(values):
        guess.scheme = "siret"
        guess.certainty = min(guess.certainty, 0.5)
        guess.why = "Arrondis par un tableur : ces numéros ne peuvent pas servir d’identifiants"
        return
    scheme, share = guess_scheme(guess.column, values[:500])
    guess.scheme = scheme if share >= 0.5 else ""
    if share < 0.5:
        guess.certainty = min(guess.certainty, 0.6)
        guess.why = f"{round(100 * share)} % seulement de ses numéros ont une clé juste"


# --- All columns together ---------------------------------------------------------------------


def _settle(guesses: list[ColumnGuess]) -> None:
    """Give each single target to its surest column; grants have words of their own."""
    _read_as_grants(guesses, any(column_key(guess.column) in _GRANT_MARKS for guess in guesses))
    if not any(guess.target == "action" for guess in guesses):
        for guess in guesses:
            if guess.target.startswith("action_"):
                guess.target, guess.certainty = "", 0.5
    taken: dict[str, ColumnGuess] = {}
    for guess in sorted(guesses, key=lambda item: -item.certainty):
        if not guess.target or not BY_KEY[guess.target].single:
            continue
        if guess.target in taken:
            guess.why = f"« {taken[guess.target].column} » dit déjà « {BY_KEY[guess.target].label} »"
            guess.target, guess.certainty = "", 0.5
        else:
            taken[guess.target] = guess
    _prefer_strong_reference(guesses)


def _read_types_as_forms(guesses: list[ColumnGuess], values: Mapping[str, list[str]], country: str) -> None:
    """A « type » tells what an organisation does in one list, and what it is in another.

    Where no other column tells the form or the family, the values of this one say which of them it is.
    """
    if any(guess.target in ("legal_form", "family") for guess in guesses):
        return
    translator = Translator({})
    for guess in guesses:
        if guess.target != "categories":
            continue
        told = values[guess.column]
        shares = {
            "categories": _share(told, lambda value: translator.codes("categories", value) is not None),
            "family": _share(told, lambda value: translator.codes("family", value) is not None),
            "legal_form": _share(told, lambda value: translator.legal_form(country, value) is not None),
        }
        best = max(shares, key=lambda target: (shares[target], target))
        if best != "categories" and shares[best] >= _MOSTLY and shares[best] > shares["categories"]:
            named = "formes juridiques" if best == "legal_form" else "familles de l’ESS"
            guess.target, guess.certainty = best, 0.8
            guess.why = f"ses valeurs sont des {named}"
            return


_GRANT_MARKS = frozenset(
    {"nom beneficiaire", "attrib nom", "nom du beneficiaire", "sub montant", "montant", "id beneficiaire"}
)


def _read_as_grants(guesses: list[ColumnGuess], grants: bool) -> None:
    for guess in guesses:
        key = column_key(guess.column)
        if key == "objet":
            guess.target, guess.certainty = ("action", 0.93) if grants else ("description", 0.8)
        elif grants and key in ("beneficiaires", "nature", "statut", "reference"):
            guess.target, guess.certainty = "", 0.9


def _prefer_strong_reference(guesses: list[ColumnGuess]) -> None:
    """A column called « id » is believed only where each row has its own."""
    for guess in guesses:
        if guess.target == "source_ref" and guess.certainty < 0.9:
            guess.target = ""


def _spec(guesses: list[ColumnGuess], constants: Mapping[str, Any], group_by: str = "") -> Spec:
    ordered = sorted(guesses, key=lambda guess: (guess.target == "description", _french_first(guess.column)))
    names = [guess.column for guess in guesses]
    columns = tuple(
        ColumnSpec(guess.column, guess.target, guess.separator, guess.scheme, "leave", guess.order)
        for guess in (ordered if len(ordered) == len(names) else guesses)
    )
    return Spec(columns=columns, constants=dict(constants), group_by=group_by)


def _french_first(column: str) -> int:
    return 0 if column.lower().endswith((":fr", "_fr", ".fr", " fr")) else 1


def _grouping(spec: Spec, guesses: Sequence[ColumnGuess], sample: Sequence[Row]) -> str:
    """Grants: several rows per beneficiary, told by the name, each with an object of its own.

    A list of grants is grouped even where no name comes back, so that its rows keep their identity when one
    does; another list, only where names come back.
    """
    names = spec.columns_for("name")
    if not names or not spec.columns_for("action"):
        return ""
    if any(column_key(guess.column) in _GRANT_MARKS for guess in guesses):
        return "name"
    column = names[0].column
    seen = [fold(row[column]) for row in sample if row[column].strip()]
    return "name" if len(set(seen)) < len(seen) else ""


def _values_met(spec: Spec, sample: Sequence[Row]) -> dict[str, dict[str, int]]:
    met: dict[str, dict[str, int]] = {}
    for item in spec.columns:
        if not item.target or not BY_KEY[item.target].coded:
            continue
        counts = met.setdefault(item.target, {})
        for row in sample:
            for value in norm.several(row[item.column], item.separator):
                counts[value] = counts.get(value, 0) + 1
    return {
        target: dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:500])
        for target, counts in met.items()
    }


def _doubts(spec: Spec, guesses: Sequence[ColumnGuess]) -> list[str]:
    """What a list cannot do without and that is not certain."""
    sure = {guess.target for guess in guesses if guess.target and guess.certainty >= CERTAIN}
    doubts = []
    if "name" not in sure:
        found = next((guess.column for guess in guesses if guess.target == "name"), "")
        doubts.append(
            f"le nom : « {found} » est probable, à confirmer"
            if found
            else "le nom : aucune colonne ne le dit"
        )
    placed = {"territory", "commune_code", "postal_code", "locality", "coordinates", "country"} & sure
    by_point = {"longitude", "latitude"} <= sure
    by_number = any(
        guess.target == "identifier" and guess.scheme and guess.certainty >= CERTAIN for guess in guesses
    )
    if not (placed or by_point or by_number):
        doubts.append(
            "le lieu : aucune colonne sûre ne le dit ; donnez-en une, ou une constante (« territory », "
            "« country »), ou « without_place »"
        )
    doubts.extend(item for item in spec.missing() if "nom" in item and "name" in sure)
    return doubts
