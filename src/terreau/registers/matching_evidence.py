"""The evidence that two records tell one organisation: names, place, web site, sigle, family.

Weights are logarithms of odds, set by hand and checked on labelled pairs (docs/adr/0005-rapprochement.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import cos, fsum, hypot, radians

from rapidfuzz.distance import Indel

from terreau.core.geo import is_position
from terreau.core.identifiers import siren_of
from terreau.core.text import fold
from terreau.registers.matching_names import (
    PLATFORMS,
    STOP_WORDS,
    NameIndex,
    domain_of,
    site_of,
    split_sigle,
    tokenise,
)

_NO_INDEX = NameIndex()
_KM_PER_DEGREE = 111.19492664
# In logarithms of odds.
_BASE = -0.5
_NAME = ((0.0, -8.0), (0.4, -5.0), (0.6, -3.0), (0.7, -2.0), (0.8, -0.8), (0.9, 1.0), (0.95, 2.3), (1.0, 3.0))
_PLACE = (
    (0.0, 2.2),
    (0.1, 2.0),
    (0.5, 1.0),
    (1.0, 0.0),
    (2.0, -0.8),
    (10.0, -1.5),
    (30.0, -2.5),
    (100.0, -4.5),
)
_RARITY = 1.5
_USUAL_RARITY = 0.8
_MOST_RARITY = 2.0
_SAME_COMMUNE = 1.2
_OTHER_COMMUNE = -3.0
_SAME_LOCALITY = 1.0
_OTHER_LOCALITY = -1.5
UNKNOWN_PLACE = -1.8
SAME_PAGE = 2.0
_SAME_SITE = 0.8
_OTHER_SITE = -0.7
_SAME_SIGLE = 0.8
_OTHER_COUNTRY = -4.0
_OTHER_FAMILY = -0.8

_SURPLUS = 0.6
_TYPO = 0.8
GLUED = 0.93
_ABBREVIATED = 0.7
_SIGLE_FOR_NAME = 0.9
_INITIALS_FOR_NAME = 0.8
_NAME_OF_OWN_TOWN = 0.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is compared of a record. Everything but the name may be missing.

    Attributes:
        name: the usual or legal name.
        short_name: sigle or trade name.
        country: ISO 3166-1, two letters.
        commune_code: national code of the commune (INSEE, or GeoNames), comparable within a country.
        postal_code: used where there is no code of commune.
        locality: name of the town as written, used where there is neither; in one commune, of the village.
        part: name of the village or sector of the commune where it is placed, if it is in one.
        landmark: what stands for an address where streets have no names.
        longitude: degrees WGS84.
        latitude: degrees WGS84.
        identifiers: scheme (« siren », « siret », « rna », « neq »...) → written form, each valid.
        website: as written.
        family: one of the five families, or empty; two different families speak against.
        legal_form: not compared, kept for those who show the pair.
    """

    name: str
    short_name: str = ""
    country: str = ""
    commune_code: str = ""
    postal_code: str = ""
    locality: str = ""
    longitude: float | None = None
    latitude: float | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    website: str = ""
    family: str = ""
    legal_form: str = ""
    part: str = ""
    landmark: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A candidate with its words, weights and keys computed once."""

    candidate: Candidate
    tokens: frozenset[str]
    weights: Mapping[str, float]
    total: float
    compact: str
    sigles: frozenset[str]
    initials: str
    commune: str
    postal: str
    locality: str
    position: tuple[float, float] | None
    domain: str
    site: str
    identifiers: Mapping[str, str]


def prepare(candidate: Candidate, index: NameIndex | None = None) -> Prepared:
    """Cut the name, weigh its words and normalise the rest, once for many comparisons.

    Args:
        candidate: the record.
        index: how common each word is; without it, only the generic words of the field weigh less.
    """
    index = index or _NO_INDEX
    name, sigle = split_sigle(candidate.name)
    tokens = tokenise(name)
    locality = fold(candidate.locality)
    town = frozenset(locality.split())
    weights = {token: index.weight(token) * (_NAME_OF_OWN_TOWN if token in town else 1.0) for token in tokens}
    identifiers = {scheme.lower(): value for scheme, value in candidate.identifiers.items() if value}
    if "siret" in identifiers:
        identifiers.setdefault("siren", siren_of(identifiers["siret"]))
    domain = domain_of(candidate.website)
    longitude, latitude = candidate.longitude, candidate.latitude
    placed = longitude is not None and latitude is not None and is_position(longitude, latitude)
    return Prepared(
        candidate=candidate,
        tokens=frozenset(tokens),
        weights=weights,
        total=fsum(weights.values()),
        compact="".join(tokens),
        sigles=frozenset({sigle, "".join(fold(candidate.short_name).split())} - {""}),
        initials="".join(word[0] for word in fold(name).split() if word not in STOP_WORDS),
        commune=candidate.commune_code,
        postal=candidate.postal_code.replace(" ", "").upper(),
        locality=locality,
        position=(longitude, latitude) if placed and longitude is not None and latitude is not None else None,
        domain=domain if domain in PLATFORMS or not index.is_shared(domain) else "",
        site=site_of(candidate.website),
        identifiers=identifiers,
    )


@dataclass(slots=True)
class Names:
    """How two names agree.

    Attributes:
        agreement: from 0 to 1, share of the weight of both names that is in common.
        shared: weight in common; 1 is one word that no other name holds.
        left: words of the first name alone.
        right: words of the second name alone.
    """

    agreement: float
    shared: float
    left: frozenset[str]
    right: frozenset[str]


@dataclass(slots=True)
class Evidence:
    """What speaks for (above zero) and against, in logarithms of odds."""

    names: Names
    name: float
    rarity: float
    place: float
    distance: float | None
    site: float
    sigle: float
    country: float
    family: float
    spots: tuple[str, str] | None = None

    @property
    def total(self) -> float:
        """The sum, from which the score is drawn."""
        about_name = _BASE + self.name + self.rarity + self.sigle
        return about_name + self.place + self.site + self.country + self.family


def weigh(a: Prepared, b: Prepared) -> Evidence:
    """Compare everything but the identifiers. Symmetric."""
    names = _compare_names(a, b)
    place, distance = _compare_places(a, b)
    left, right = a.candidate, b.candidate
    return Evidence(
        names=names,
        name=_interpolate(_NAME, names.agreement),
        rarity=_RARITY * (min(names.shared, _MOST_RARITY) - _USUAL_RARITY),
        place=place,
        distance=distance,
        site=_compare_sites(a, b),
        sigle=_SAME_SIGLE if a.sigles & b.sigles else 0.0,
        country=_OTHER_COUNTRY if left.country and right.country and left.country != right.country else 0.0,
        family=_OTHER_FAMILY if left.family and right.family and left.family != right.family else 0.0,
        spots=_two_spots(a, b) if distance is None and place > 0 else None,
    )


def _two_spots(a: Prepared, b: Prepared) -> tuple[str, str] | None:
    """Two villages, or two landmarks, of one commune: those told have no word in common, or one is silent."""
    left, right = a.candidate, b.candidate
    villages = (left.part or left.locality, right.part or right.locality)
    for told in (villages, (left.landmark, right.landmark)):
        words = [set(fold(text).split()) - STOP_WORDS for text in told]
        if all(words) and not words[0] & words[1]:
            return told
    return villages if (left.part or right.part) and not all(villages) else None


def _compare_names(a: Prepared, b: Prepared) -> Names:
    if a.compact == b.compact:
        return Names(1.0 if a.compact else 0.0, min(a.total, b.total), frozenset(), frozenset())
    common = a.tokens & b.tokens
    left, right = a.tokens - common, b.tokens - common
    weights_a, weights_b = a.weights, b.weights
    shared = fsum([min(weights_a[token], weights_b[token]) for token in common])
    alone_a = fsum([weights_a[token] for token in left])
    alone_b = fsum([weights_b[token] for token in right])
    if left and right:
        for word, other, likeness in _typos(left, right):
            shared += likeness * min(weights_a[word], weights_b[other])
            alone_a -= likeness * weights_a[word]
            alone_b -= likeness * weights_b[other]
            left, right = left - {word}, right - {other}
    total = a.total + b.total
    low, high = (alone_a, alone_b) if alone_a < alone_b else (alone_b, alone_a)
    # Words on both sides contradict each other; words on one side only may be mere detail.
    agreement = 1.0 - (2 * low + _SURPLUS * (high - low)) / total if total else 0.0
    if agreement < GLUED:
        agreement = max(agreement, _other_writing(a, b))
        shared = max(shared, agreement * min(a.total, b.total)) if agreement >= GLUED else shared
    return Names(max(0.0, agreement), max(0.0, shared), left, right)


def _typos(left: frozenset[str], right: frozenset[str]) -> list[tuple[str, str, float]]:
    """Pairs of words that differ by a slip of the pen or an abbreviation, with their likeness."""
    found: list[tuple[float, str, str, str, str]] = []
    for word in left:
        if len(word) < 4 or word.isdigit():
            continue
        for other in right:
            if len(other) < 4 or other.isdigit():
                continue
            likeness = Indel.normalized_similarity(word, other, score_cutoff=_TYPO)
            if not likeness and (word.startswith(other) or other.startswith(word)):
                likeness = _ABBREVIATED
            if likeness:
                found.append((likeness, min(word, other), max(word, other), word, other))
    found.sort(reverse=True)
    taken: set[str] = set()
    pairs = []
    for likeness, _, _, word, other in found:
        if word not in taken and other not in taken:
            taken.update((word, other))
            pairs.append((word, other, likeness))
    return pairs


def _other_writing(a: Prepared, b: Prepared) -> float:
    """Agreement of names cut elsewhere (« Beescoop », « BEES Coop »), or of a name and its sigle."""
    if a.compact in b.sigles or b.compact in a.sigles:
        return _SIGLE_FOR_NAME
    short, long = (a, b) if len(a.compact) < len(b.compact) else (b, a)
    if len(short.tokens) == 1 and 3 <= len(short.compact) <= 6 and short.compact == long.initials:
        return _INITIALS_FOR_NAME
    if 3 * len(long.compact) > 4 * len(short.compact) or _digits(a.compact) != _digits(b.compact):
        return 0.0
    return Indel.normalized_similarity(a.compact, b.compact, score_cutoff=GLUED)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _compare_places(a: Prepared, b: Prepared) -> tuple[float, float | None]:
    if a.position and b.position:
        distance = _distance_km(a.position, b.position)
        return _interpolate(_PLACE, distance), distance
    if a.commune and b.commune:
        return (_SAME_COMMUNE if a.commune == b.commune else _OTHER_COMMUNE), None
    if a.postal and b.postal:
        return (_SAME_COMMUNE if a.postal == b.postal else _OTHER_COMMUNE), None
    if a.locality and b.locality:
        return (_SAME_LOCALITY if a.locality == b.locality else _OTHER_LOCALITY), None
    return UNKNOWN_PLACE, None


def _distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Flat distance, exact enough for the few kilometres that matter here, and several times faster."""
    east = (a[0] - b[0]) * cos(radians((a[1] + b[1]) / 2))
    return hypot(east, a[1] - b[1]) * _KM_PER_DEGREE


def _compare_sites(a: Prepared, b: Prepared) -> float:
    """Same page, same site, other sites; two pages of one platform are two sites."""
    if not a.domain or not b.domain:
        return 0.0
    if a.site == b.site:
        return SAME_PAGE
    return _SAME_SITE if a.domain == b.domain and a.domain not in PLATFORMS else _OTHER_SITE


def _interpolate(points: tuple[tuple[float, float], ...], x: float) -> float:
    """Straight lines between (x, y) points sorted by x; flat beyond the last."""
    low_x, low_y = points[0]
    for high_x, high_y in points:
        if x <= high_x:
            if high_x == low_x:
                return high_y
            return low_y + (x - low_x) / (high_x - low_x) * (high_y - low_y)
        low_x, low_y = high_x, high_y
    return low_y
