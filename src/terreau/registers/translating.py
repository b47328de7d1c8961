"""Values of a list turned into codes: what a person confirmed, then what ships, then the labels themselves.

Pure. `data/translations.csv` holds the translations shipped for the lists met (TransforMap's types of
initiative, the lists named by the SIRENE extract, usual words of town halls).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from terreau.core.countries import country_from_text
from terreau.core.text import fold
from terreau.directory.nomenclatures import issues, sectors
from terreau.perimeters.rules import CONDITIONS, FAMILIES, NATURES, find_form
from terreau.registers.spec import Translations

Codes = tuple[str, ...]


@cache
def shipped() -> dict[str, dict[str, Codes]]:
    """The translations that come with the platform: target → folded value → codes."""
    content = resources.files("terreau.registers").joinpath("data", "translations.csv").read_text("utf-8")
    found: dict[str, dict[str, Codes]] = {}
    for row in csv.DictReader(content.splitlines()):
        codes = tuple(code for code in row["codes"].split("|") if code)
        found.setdefault(row["target"], {})[fold(row["value"])] = codes
    return found


@cache
def choices(target: str) -> dict[str, str]:
    """The codes into which the values of a target are translated, with their French labels."""
    if target == "sectors":
        return {term.code: term.label for term in sectors()}
    if target == "issues":
        return {term.code: term.label for term in issues()}
    if target == "categories":
        labelled = {f"sector:{term.code}": f"Secteur : {term.label}" for term in sectors()}
        return labelled | {f"issue:{term.code}": f"Enjeu : {term.label}" for term in issues()}
    words = {"family": FAMILIES, "nature": NATURES, "qualities": CONDITIONS}.get(target, {})
    return {word.code: word.label for word in words.values()}


@cache
def _labels(target: str) -> dict[str, str]:
    """Folded code, label and plural of each choice → code."""
    found: dict[str, str] = {}
    for code, label in choices(target).items():
        plain = label.partition("\u00a0: ")[2] or label.partition(" : ")[2] or label
        for name in (code, code.partition(":")[2], plain, f"{plain}s"):
            if name:
                found.setdefault(fold(name), code)
    if target in ("family", "nature"):
        words = FAMILIES if target == "family" else NATURES
        found.update({fold(word.plural): code for code, word in words.items()})
    return found


class Translator:
    """Codes of the values of one mapping.

    Args:
        translations: those of the mapping, confirmed or proposed.
        filieres: folded code or label → code of the filières of the territory.
    """

    def __init__(self, translations: Translations, filieres: Mapping[str, str] | None = None) -> None:
        self._own = translations
        self._filieres = dict(filieres or {})
        self._known: dict[tuple[str, str], Codes | None] = {}
        self._forms: dict[tuple[str, str], str | None] = {}

    def codes(self, target: str, value: str) -> Codes | None:
        """The codes of a value; empty when it is known to mean nothing, None when nobody has said."""
        key = (target, value)
        if key not in self._known:
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[key] = self._find(target, fold(value))
        return self._known[key]

    def _find(self, target: str, folded: str) -> Codes | None:
        for table in (self._own, shipped()):
            codes = table.get(target, {}).get(folded)
            if codes is not None:
                return codes
        code = (self._filieres if target == "filieres" else _labels(target)).get(folded)
        return (code,) if code else None

    def legal_form(self, country: str, value: str) -> str | None:
        """The code of a legal form in a country; None when it is not in the tables."""
        key = (country, value)
        if key not in self._forms:
            own = self._own.get("legal_form", {}).get(fold(value))
            found = None if own is not None else find_form(country, value)
            self._forms[key] = (own[0] if own else "") if own is not None else (found.code if found else None)
        return self._forms[key]

    def country(self, value: str) -> str:
        """The country a text was said to mean, else the text itself, to be read with its position."""
        own = self._own.get("country", {}).get(fold(value))
        return own[0] if own else value


@lru_cache(maxsize=4096)
def plain_country(value: str) -> str | None:
    """Code of the country that a text names without doubt, or None."""
    return country_from_text(value)
