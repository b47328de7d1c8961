"""Whether two records tell the same organisation, and why, in French.

Exact identifiers decide first: the same SIREN is the same organisation, two SIRENs are two. Otherwise the
names are compared word by word, each weighing by its rarity, and place, sigle, web site and family are added
as evidence for or against (`matching_evidence`), in the manner of Fellegi and Sunter (1969). Thresholds come
from pairs labelled by hand: docs/adr/0005-rapprochement.md.

    index = NameIndex.build((organisation.name, organisation.website) for ...)
    left, right = prepare(candidate, index), prepare(other, index)
    match = similarity(left, right)        # match.score, match.verdict, match.explanation

Without identifiers nothing is linked unasked but names that agree wholly, in one place: national homonyms are
common, and the shops, branches and named activities of one house each have a sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Literal

from terreau.core.identifiers import SCHEMES
from terreau.core.text import NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE, fold
from terreau.registers.matching_evidence import (
    GLUED,
    SAME_PAGE,
    UNKNOWN_PLACE,
    Candidate,
    Evidence,
    Names,
    Prepared,
    prepare,
    weigh,
)
from terreau.registers.matching_names import PLATFORMS, NameIndex

__all__ = [
    "AUTOMATIC",
    "REVIEW",
    "Candidate",
    "Match",
    "NameIndex",
    "Prepared",
    "blocking_keys",
    "own_number",
    "prepare",
    "score",
    "similarity",
]

Verdict = Literal["same", "review", "different"]

AUTOMATIC = 0.95
"""From this score on, two records are linked without asking; chosen on labelled pairs (ADR 0005)."""
REVIEW = 0.60
"""From this score on, and below `AUTOMATIC`, a person decides."""

# Scores of decisions taken on identifiers alone.
_SAME_IDENTIFIER = 0.995
_SAME_IDENTIFIER_DOUBTED = 0.85
_IDENTIFIERS_DISAGREE = 0.80
_OTHER_IDENTIFIER = 0.20
_OTHER_WEAK_IDENTIFIER = 0.80
# An association may be numbered twice in the RNA, when it moves for instance; a SIREN is for life.
_WEAK_SCHEMES = frozenset({"rna"})

# Beyond, two records are in two places; below, two names differ by more than their writing.
_ONE_PLACE_KM = 1.0
_ONE_NAME = 0.9
# Points of evidence from which the place is one address rather than one neighbourhood.
_ONE_POINT = 1.8
_JUST_UNDER = AUTOMATIC - 0.01


@dataclass(frozen=True, slots=True)
class Match:
    """How far two records tell the same organisation.

    Attributes:
        score: from 0 to 1.
        explanation: sentences in French, the weightiest evidence first.
        verdict: « same » (linked without asking), « review » (a person decides) or « different ».
        identifier: scheme of the identifier that both share (« siren »), or nothing.
    """

    score: float
    explanation: list[str]
    verdict: Verdict
    identifier: str = ""


def score(a: Prepared, b: Prepared) -> float:
    """The score of `similarity`, without its explanation: about half the time."""
    return _decide(a, b, weigh(a, b))[0]


def similarity(a: Prepared, b: Prepared) -> Match:
    """Whether `a` and `b` tell the same organisation, with the reasons. Symmetric."""
    evidence = weigh(a, b)
    value, reason, identifier = _decide(a, b, evidence)
    verdict: Verdict = "same" if value >= AUTOMATIC else "review" if value >= REVIEW else "different"
    reasons = [reason] if reason else []
    return Match(value, reasons + _explain(a, b, evidence), verdict, identifier)


# Identifiers


def _decide(a: Prepared, b: Prepared, evidence: Evidence) -> tuple[float, str, str]:
    """The score once identifiers are heard, what is to be said first, and the scheme that agrees."""
    schemes = a.identifiers.keys() & b.identifiers.keys()
    value = 1.0 / (1.0 + exp(-evidence.total))
    if not schemes:
        doubt = _doubt(evidence) if value >= REVIEW else ""
        return (min(value, _JUST_UNDER), doubt, "") if doubt else (value, "", "")
    agree = [scheme for scheme in sorted(schemes) if a.identifiers[scheme] == b.identifiers[scheme]]
    differ = [scheme for scheme in sorted(schemes) if scheme not in agree]
    if "siren" in agree and "siret" in differ:
        differ.remove("siret")  # two establishments of one organisation
    if agree and differ:
        reason = (
            f"{_label(agree[0])} identique mais {_label(differ[0])} différent{NO_BREAK_SPACE}: à vérifier."
        )
        return _IDENTIFIERS_DISAGREE, reason, agree[0]
    if agree:
        return _same_identifier(a, agree[-1], evidence)
    weak = all(scheme in _WEAK_SCHEMES for scheme in differ)
    cap = _OTHER_WEAK_IDENTIFIER if weak else _OTHER_IDENTIFIER
    return min(value, cap), f"{_label(differ[0])} différents.", ""


def _doubt(evidence: Evidence) -> str:
    """What keeps a high score from being acted upon unasked, in French."""
    if evidence.names.agreement < _ONE_NAME:
        return (
            f"Les noms ne concordent pas entièrement{NO_BREAK_SPACE}: section, activité ou autre "
            f"organisation{NARROW_NO_BREAK_SPACE}?"
        )
    if evidence.place == UNKNOWN_PLACE:
        return "Sans lieu des deux côtés, un homonyme est possible."
    if evidence.place < 0 or (evidence.distance or 0.0) > _ONE_PLACE_KM:
        return f"Deux lieux{NO_BREAK_SPACE}: succursale ou déménagement{NARROW_NO_BREAK_SPACE}?"
    if evidence.spots:
        here, there = sorted(evidence.spots)
        if not here:
            return (
                f"Même nom dans une même commune, mais le village (« {there} ») n’est dit que d’un côté"
                f"{NO_BREAK_SPACE}: le même groupe{NARROW_NO_BREAK_SPACE}?"
            )
        return (
            f"Même nom dans une même commune, mais à deux endroits (« {here} », « {there} »)"
            f"{NO_BREAK_SPACE}: deux groupes{NARROW_NO_BREAK_SPACE}?"
        )
    if evidence.site < 0 and evidence.place < _ONE_POINT:
        return f"Même nom mais sites web différents, hors du même point{NO_BREAK_SPACE}: à vérifier."
    return ""


def _same_identifier(a: Prepared, scheme: str, evidence: Evidence) -> tuple[float, str, str]:
    said = f"Même {_label(scheme)} ({a.identifiers[scheme]})"
    if evidence.names.agreement < 0.2 and evidence.place < -1 and evidence.place != UNKNOWN_PLACE:
        return _SAME_IDENTIFIER_DOUBTED, f"{said}, mais ni le nom ni le lieu ne concordent.", scheme
    return _SAME_IDENTIFIER, f"{said}.", scheme


def _label(scheme: str) -> str:
    known = SCHEMES.get(scheme)
    return known.label if known else scheme.upper()


# Explanation


def _explain(a: Prepared, b: Prepared, evidence: Evidence) -> list[str]:
    said = [
        (abs(evidence.name) + 1, _say_names(a, b, evidence.names)),
        (abs(evidence.place), _say_place(a, b, evidence)),
        (abs(evidence.site), _say_site(a, evidence.site)),
        (evidence.sigle, f"Même sigle ({', '.join(sorted(a.sigles & b.sigles)).upper()})."),
        (
            -evidence.country,
            f"Pays différents ({', '.join(sorted((a.candidate.country, b.candidate.country)))}).",
        ),
        (-evidence.family, "Familles différentes."),
    ]
    if evidence.names.agreement >= 1 and evidence.rarity < 0:
        said.append((-evidence.rarity, "Nom fait de mots courants."))
    said.sort(key=lambda pair: -pair[0])
    return [text for weight, text in said if weight and text]


def _say_names(a: Prepared, b: Prepared, names: Names) -> str:
    if names.agreement >= 1:
        same = fold(a.candidate.name) == fold(b.candidate.name)
        return "Même nom." if same else "Même nom, à l’écriture près."
    if names.agreement >= GLUED and not (a.tokens & b.tokens):
        return "Noms presque identiques, écrits autrement."
    common = sorted(a.tokens & b.tokens, key=lambda token: (-a.weights[token] - b.weights[token], token))
    alone = sorted(names.left | names.right)
    parts = [f"Noms concordant à {round(100 * names.agreement)}{NO_BREAK_SPACE}%"]
    if common:
        parts.append(f"en commun{NO_BREAK_SPACE}: {_words(common)}")
    if alone:
        parts.append(f"d’un seul côté{NO_BREAK_SPACE}: {_words(alone)}")
    return f"{', '.join(parts)}."


def _words(words: list[str]) -> str:
    shown = ", ".join(words[:4])
    return f"{shown}…" if len(words) > 4 else shown


def _say_place(a: Prepared, b: Prepared, evidence: Evidence) -> str:
    distance = evidence.distance
    if distance is not None:
        if distance < 0.05:
            return "Même point sur la carte."
        shown = f"{distance:.1f}".replace(".", ",") if distance < 10 else f"{distance:.0f}"
        return f"À {shown}{NO_BREAK_SPACE}km l’un de l’autre."
    if evidence.place == UNKNOWN_PLACE:
        return "Lieu inconnu d’un côté au moins."
    if a.commune and b.commune:
        said = ("Même commune.", "Communes différentes.")
    elif a.postal and b.postal:
        said = ("Même code postal.", "Codes postaux différents.")
    else:
        said = ("Même ville.", "Villes différentes.")
    return said[0] if evidence.place > 0 else said[1]


def _say_site(a: Prepared, points: float) -> str:
    if points == SAME_PAGE:
        return f"Même adresse web ({a.site})."
    return f"Même site web ({a.domain}), pages différentes." if points > 0 else "Sites web différents."


# Blocking


def own_number(candidate: Prepared) -> tuple[str, str]:
    """The identifier by which two organisations are told apart whatever else they share: scheme and number.

    Two records with different own numbers of one scheme, and no number in common, are never linked nor asked
    about (`similarity` is held to it by a test): they need not be compared. Empty texts when there is none.
    """
    for scheme in sorted(candidate.identifiers):
        if scheme not in _WEAK_SCHEMES and scheme != "siret":
            return scheme, candidate.identifiers[scheme]
    return "", ""


def blocking_keys(candidate: Prepared) -> set[str]:
    """Keys of which two records of one organisation share one at least; only such pairs are compared.

    Identifiers (`i:siren:732829320`), the three rarest words and the sigles of the name (`t:wouol`), the
    beginning of the name in its place (`p:FR:86194:stad`), the map square and its neighbours on two sides
    with the first letters (`g:...`), the web site when it is the organisation's own (`w:...`). A key met by
    too many records says nothing: the caller skips those beyond a few hundred.
    """
    words = sorted(candidate.tokens, key=lambda token: (-candidate.weights[token], token))[:3]
    keys = {f"i:{scheme}:{value}" for scheme, value in candidate.identifiers.items()}
    keys.update(f"t:{word}" for word in words if len(word) > 1)
    keys.update(f"t:{sigle}" for sigle in candidate.sigles if len(sigle) > 2)
    if candidate.domain and candidate.domain not in PLATFORMS:
        keys.add(f"w:{candidate.domain}")
    elif candidate.site:
        keys.add(f"w:{candidate.site}")
    start = candidate.compact[:4]
    for place in filter(None, (candidate.commune, candidate.postal)) if start else ():
        keys.add(f"p:{candidate.candidate.country}:{place}:{start}")
    if start and candidate.position:
        keys.update(_squares(candidate.position, start))
    return keys


def _squares(position: tuple[float, float], start: str) -> set[str]:
    """The square of 0.02 degree around the point, and the same squares moved by half, against its edges."""
    longitude, latitude = position
    return {
        f"g:{shift}:{int((longitude + 180) * 50 + shift)}:{int((latitude + 90) * 50 + shift)}:{start}"
        for shift in (0.0, 0.5)
    }
