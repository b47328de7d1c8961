"""Where something is, from what a list says of it: names folded, evidence weighed. Nothing is read here.

The weighing: the commune's code, the postal code with the name, the name alone, a former name, the
position, in this order; the first that leads somewhere decides, and all the others may contradict
it. Where two places fit, or two pieces of evidence disagree, a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from terreau.core.text import fold

Certainty = Literal["sure", "review", "none"]
Precision = Literal["point", "commune", "country", "none"]

# A position farther than this from the place told contradicts it.
CONTRADICTION_KM = 30.0
# A commune is proposed for a position outside all outlines when its centre is at most this far.
NEAREST_KM = 25.0
# Simplified outlines are off by this much: nearer to a border, both communes fit. Measured against
# full-detail outlines of Nantes and Bordeaux, beyond it fewer than 1 % of positions are misplaced.
BORDER_KM = 0.2

_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "lez": "les"}
_ARTICLES = ("le ", "la ", "les ", "l ")
_INVERTED = re.compile(r"^(?P<name>[^()]+)\((?P<article>le|la|les|l['’])\)\s*$", re.IGNORECASE)
_SLASHES = ((re.compile(r"\bs/s\b", re.IGNORECASE), "sous"), (re.compile(r"\bs/", re.IGNORECASE), "sur "))
_CEDEX = re.compile(r"\bcedex(?: \d{1,2})?\b")
_BOROUGH = re.compile(
    r"^(?P<city>.*?[^\d ]) 0*(?P<number>[1-9]\d?)(?: ?(?:er|ere|e|eme|nd|nde|d|de|ieme))?"
    r"(?: arr(?:t|dt|ondissement)?)?$"
)


@dataclass(frozen=True, slots=True)
class PlaceEvidence:
    """What a row says of where something is; every part may be empty.

    `country` is an ISO code or a name in any language; `department` a code or a name; `commune_code`
    a national code or a public one; longitude and latitude are degrees WGS84.
    """

    country: str = ""
    commune_code: str = ""
    postal_code: str = ""
    locality: str = ""
    department: str = ""
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where it was placed, how surely, and why.

    `candidates` are public codes, best first, when a person has to choose. `explanation` is French.
    """

    territory_id: int | None
    territory_code: str
    precision: Precision
    certainty: Certainty
    candidates: tuple[str, ...]
    explanation: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The territories that one piece of evidence leads to, best first, and its words in French.

    `doubt` says why a person should look even when there is one territory.
    """

    codes: tuple[str, ...]
    words: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence comes to."""

    codes: tuple[str, ...]
    certainty: Certainty
    explanation: str


def fold_place(name: str) -> str:
    """The form in which place names are compared.

    Beyond `fold`: « St » is « saint », « s/ » is « sur », « Havre (Le) » is « le havre », and
    « Cedex 2 » is left out. Folding what is folded changes nothing.
    """
    inverted = _INVERTED.match(name)
    if inverted:
        name = f"{inverted['article']} {inverted['name']}"
    for pattern, word in _SLASHES:
        name = pattern.sub(word, name)
    folded = fold(name)
    if "_" in name or not (folded.isascii() and folded == folded.lower()):
        while (again := fold(folded)) != folded:  # a few characters fold in two steps
            folded = again
    if "cedex" in folded:
        folded = " ".join(_CEDEX.sub(" ", folded).split())
    return " ".join(_ABBREVIATIONS.get(word, word) for word in folded.split(" "))


def without_article(folded: str) -> str:
    """A folded name without its leading article, as lists often write it."""
    for article in _ARTICLES:
        if folded.startswith(article) and len(folded) > len(article):
            return folded[len(article) :]
    return folded


def split_borough(folded: str) -> tuple[str, int | None]:
    """City and number of the borough in a folded name: « paris 12e », « marseille 2e arr », « lyon 03 »."""
    found = _BOROUGH.match(folded) if any(char.isdigit() for char in folded) else None
    if found is None:
        return folded, None
    return found["city"], int(found["number"])


def normal_commune_code(text: str) -> str:
    """A French commune code as it should be written: five characters, the zero that sheets drop put back."""
    code = text.strip().upper().replace(" ", "").removesuffix(".0")
    return code.zfill(5) if code.isdigit() and len(code) == 4 else code


def normal_postal_code(text: str) -> str:
    """A postal code without spaces, country letters (« F-75011 ») or the dropped zero of French ones."""
    code = text.strip().upper().replace(" ", "").removesuffix(".0")
    for prefix in ("F-", "FR-"):
        code = code.removeprefix(prefix)
    return code.zfill(5) if code.isdigit() and len(code) == 4 else code


def department_of_postal_code(code: str) -> str:
    """The French department that a five-figure postal code begins with; `20` stands for Corsica."""
    if len(code) != 5 or not code.isdigit():
        return ""
    return code[:3] if code[:2] in ("97", "98") else code[:2]


def department_fits(told: str, department: str) -> bool:
    """Whether a department's number agrees with another: `20` is both of Corsica's."""
    return told == department or (told == "20" and department in ("2A", "2B"))


def weigh(findings: Iterable[Finding], objections: Iterable[str]) -> Verdict:
    """What the evidence comes to.

    Args:
        findings: what each piece of evidence leads to, the most reliable first; empty ones are passed over.
        objections: why the first one cannot be taken as it is, in French.

    Returns:
        `sure` only for one territory, without doubt and without objection.
    """
    found = [finding for finding in findings if finding.codes]
    if not found:
        return Verdict((), "none", "Rien de ce qui est écrit ne désigne un lieu connu.")
    first, *others = found
    against = [objection for objection in objections if objection]
    if len(first.codes) == 1 and not first.doubt and not against:
        return Verdict(first.codes, "sure", f"{first.words}.")
    codes = dict.fromkeys(first.codes)
    if against:
        codes.update(dict.fromkeys(code for finding in others for code in finding.codes))
    reasons = [first.words, first.doubt, *against]
    if len(first.codes) > 1 and not first.doubt:
        reasons.append("plusieurs lieux conviennent")
    words = "\u202f; ".join(part for part in reasons if part)
    return Verdict(tuple(codes), "review", f"{words}.")
