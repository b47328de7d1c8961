"""Placing what a row says among the territories in memory. No Django; the weighing is in `rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from terreau.core.countries import country_name
from terreau.core.geo import distance_km, is_position
from terreau.core.outlines import countries_near, country_of
from terreau.territories.outline_index import OutlineIndex
from terreau.territories.place_words import Words, read_country
from terreau.territories.places import Place, Places
from terreau.territories.reference.world import FRENCH_OVERSEAS
from terreau.territories.rules import (
    BORDER_KM,
    CONTRADICTION_KM,
    NEAREST_KM,
    Finding,
    PlaceEvidence,
    Placement,
    Precision,
    Verdict,
    normal_postal_code,
    weigh,
)

_AGREEMENT_KM = 15.0
_SHORE_KM = 3.0
_MOST_CANDIDATES = 10
# More than the communes of a country: a national list goes through all of them, again and again.
_MEMO_SIZE = 60_000
_NOWHERE = Placement(None, "", "none", "none", (), "Aucun lieu n’est indiqué.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the words of a row come to, before its position is looked at."""

    iso2: str
    country: Place | None
    findings: tuple[Finding, ...]
    objections: tuple[str, ...]
    verdict: Verdict


class Locator:
    """Places evidence among the territories; answers are kept, since rows repeat."""

    def __init__(self, places: Places, outlines: Callable[[], OutlineIndex]) -> None:
        self.places = places
        self._outlines = outlines
        self._told: dict[tuple[str, str, str, str, str], tuple[Told, Placement]] = {}
        self._towns: dict[str, list[Place]] | None = None

    def locate(self, evidence: PlaceEvidence) -> Placement:
        """Where it is, how surely, and why."""
        key = (
            evidence.country,
            evidence.commune_code,
            evidence.postal_code,
            evidence.locality,
            evidence.department,
        )
        known = self._told.get(key)
        if known is None:
            if len(self._told) >= _MEMO_SIZE:
                self._told.clear()
            told = self._read(evidence)
            known = self._told[key] = (told, self._placement(told.verdict, "commune"))
        longitude, latitude = evidence.longitude, evidence.latitude
        if longitude is None or latitude is None or not is_position(longitude, latitude):
            return known[1]
        return self._with_position(known[0], longitude, latitude)

    # --- What the words say ---------------------------------------------------------------------

    def _read(self, evidence: PlaceEvidence) -> Told:
        iso2, overseas, unread = read_country(evidence.country)
        postal = normal_postal_code(evidence.postal_code)
        reading = Words(self.places, iso2, postal, evidence.locality, evidence.department or overseas)
        ways = reading.ways(evidence.commune_code)
        first = next((finding for finding in map(_asked, ways) if finding.codes), None)
        country = self.places.by_code(iso2.lower()) if iso2 else None
        if first is None:
            return Told(iso2, country, (), (), _country_only(country, reading, unread))
        objections = reading.objections(first)
        if unread:
            objections = (*objections, unread)
        findings: tuple[Finding, ...] = (first,)
        if objections:  # what else is said may be what is right
            findings = (first, *(finding for finding in map(_asked, ways) if finding.codes))
        return Told(iso2, country, findings, objections, weigh(findings, objections))

    # --- What the position adds -------------------------------------------------------------------

    def _with_position(self, told: Told, longitude: float, latitude: float) -> Placement:
        if not told.findings:
            return self._by_position(told, longitude, latitude)
        codes = told.verdict.codes
        near = [code for code in codes if self._kilometres(code, longitude, latitude) <= CONTRADICTION_KM]
        if told.verdict.certainty == "sure" and near:
            return self._placement(told.verdict, "point")
        here = self._position_finding(told.iso2, longitude, latitude)
        if near:
            chosen = () if told.objections else _settled(near, codes, here)
            if not chosen:
                return self._placement(told.verdict, "point")
            words = f"{told.findings[0].words}\u202f; la position désigne {self._label(chosen[0])}"
            return self._placement(weigh([Finding(chosen, words)], ()), "point")
        objection = f"la position en est à plus de {CONTRADICTION_KM:.0f}\u00a0km"
        if here.codes:
            objection += f" ({', '.join(self._label(code) for code in here.codes[:3])})"
        verdict = weigh([*told.findings, here], (*told.objections, objection))
        return self._placement(verdict, "commune")

    def _by_position(self, told: Told, longitude: float, latitude: float) -> Placement:
        placed = country_of(longitude, latitude)
        if told.iso2 and not _agrees(told.iso2, placed, longitude, latitude):
            where = (
                f"la position est dans un autre pays ({country_name(placed)})"
                if placed
                else ("la position est en mer, loin de ce pays")
            )
            found = [Finding(told.verdict.codes, _words(told.verdict))]
            return self._placement(weigh(found, [where]), "country")
        here = self._position_finding(told.iso2 or placed or "", longitude, latitude)
        if not here.codes:
            return self._placement(told.verdict, "country")
        return self._placement(weigh([here], ()), "point")

    def _position_finding(self, told: str, longitude: float, latitude: float) -> Finding:
        """Outlines first; elsewhere the nearest town, which a person confirms; else the country."""
        placed = country_of(longitude, latitude) or ""
        outlined = self._outlined(told, placed, longitude, latitude)
        if outlined is not None:
            return outlined
        iso2 = told or placed
        nearest = self._nearest("FR" if iso2 in FRENCH_OVERSEAS else iso2, longitude, latitude)
        if nearest is not None:
            place, kilometres = nearest
            words = f"{place.name} est la ville connue la plus proche de la position"
            return Finding((place.code,), f"{words} ({kilometres:.0f}\u00a0km)", "à confirmer")
        overseas = FRENCH_OVERSEAS.get(iso2)
        around = self.places.by_code(f"fr-dep-{overseas}" if overseas else iso2.lower())
        if around is None:
            return Finding((), "")
        return Finding((around.code,), f"La position est dans ce territoire\u00a0: {around.name}")

    def _outlined(self, told: str, placed: str, longitude: float, latitude: float) -> Finding | None:
        """What the outlines say, when there are any there and they are of the country told."""
        near = self._outlines().around(longitude, latitude, within_km=BORDER_KM)
        if not near:
            near = self._outlines().around(longitude, latitude, within_km=_SHORE_KM)
        owners = {owner: self.places.place(owner).country for owner in near}
        near = {
            owner: kilometres
            for owner, kilometres in near.items()
            if (not told or owners[owner] == told)
            and (kilometres == 0 or placed == "" or _is_part(placed, owners[owner]))
        }
        if not near:
            return None
        if min(near.values()) <= BORDER_KM:
            return self._from_outlines(near)
        doubt = "elle est hors des contours connus"
        return Finding(self._codes(list(near)[:3]), "D’après la position, au plus proche", doubt)

    def _from_outlines(self, around: dict[int, float]) -> Finding:
        """The innermost outlines; a commune re-established from one of them may be the right one too."""
        depth = {owner: len(self.places.ancestors(owner)) for owner in around}
        inside = {owner for owner in around if around[owner] == 0} or set(around)
        holders = {above for owner in around for above in self.places.ancestors(owner) if above != owner}
        chosen = [owner for owner in around if owner not in holders]
        chosen.sort(key=lambda owner: (owner not in inside, -depth[owner], around[owner]))
        parted = [born for owner in chosen for born in self.places.born_of(owner)]
        codes = self._codes(dict.fromkeys((*chosen, *parted)))
        doubt = ""
        if parted:
            doubt = "ce contour de 2018 comprend des communes rétablies depuis"
        elif len(codes) > 1:
            doubt = f"la limite est à moins de {BORDER_KM * 1000:.0f}\u00a0m, précision des contours"
        return Finding(codes, f"La position est dans le contour «\u00a0{self._label(codes[0])}\u00a0»", doubt)

    def _nearest(self, iso2: str, longitude: float, latitude: float) -> tuple[Place, float] | None:
        if self._towns is None:
            self._towns = {}
            for place in self.places.all():
                if place.kind == "commune" and not place.ended and place.longitude is not None:
                    self._towns.setdefault(place.country, []).append(place)
        best: tuple[Place, float] | None = None
        for place in self._towns.get(iso2, ()):
            if abs((place.latitude or 0.0) - latitude) > 0.5:  # about 55 km, more than is looked for
                continue
            kilometres = distance_km(longitude, latitude, place.longitude or 0.0, place.latitude or 0.0)
            if kilometres <= NEAREST_KM and (best is None or kilometres < best[1]):
                best = place, kilometres
        return best

    def _kilometres(self, code: str, longitude: float, latitude: float) -> float:
        """How far the position is from the place: from its centre, or from its outline when it is large."""
        place = self.places.by_code(code)
        if place is None or place.longitude is None or place.latitude is None:
            return self._kilometres_unplaced(place, longitude, latitude)
        kilometres = distance_km(longitude, latitude, place.longitude, place.latitude)
        if kilometres > CONTRADICTION_KM and place.country == "FR":
            outlined = self._outlines().distance_to(place.id, longitude, latitude)
            kilometres = kilometres if outlined is None else outlined
        return kilometres

    def _kilometres_unplaced(self, place: Place | None, longitude: float, latitude: float) -> float:
        """For a borough its town's distance; for what has no position, whether the country agrees."""
        if place is None:
            return 0.0
        if place.kind in ("borough", "sector", "village") and place.parent is not None:
            return self._kilometres(self.places.place(place.parent).code, longitude, latitude)
        placed = country_of(longitude, latitude)
        return 0.0 if _agrees(place.country, placed, longitude, latitude) else float("inf")

    # --- The answer ------------------------------------------------------------------------------------

    def _placement(self, verdict: Verdict, precision: Precision) -> Placement:
        if not verdict.codes:
            return Placement(None, "", "none", verdict.certainty, (), verdict.explanation)
        place = self.places.by_code(verdict.codes[0])
        if place is None:
            return _NOWHERE
        if place.kind == "country" and precision == "commune":
            precision = "country"
        candidates = () if verdict.certainty == "sure" else verdict.codes[:_MOST_CANDIDATES]
        return Placement(place.id, place.code, precision, verdict.certainty, candidates, verdict.explanation)

    def _codes(self, identifiers: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.places.place(here).code for here in identifiers)

    def _label(self, code: str) -> str:
        place = self.places.by_code(code)
        return place.name if place else code


def _settled(near: list[str], codes: tuple[str, ...], here: Finding) -> tuple[str, ...]:
    """Which of several candidates the position chooses: the one it lies in, or the only one it is near."""
    if len(here.codes) == 1 and not here.doubt and here.codes[0] in codes:
        return here.codes
    return tuple(near) if len(near) == 1 and len(codes) > 1 else ()


def _asked(way: Callable[[], Finding]) -> Finding:
    return way()


def _words(verdict: Verdict) -> str:
    return verdict.explanation.rstrip(".")


def _is_part(placed: str, iso2: str) -> bool:
    """Whether a country or collectivity is, or is part of, another."""
    return placed == iso2 or (iso2 == "FR" and placed in FRENCH_OVERSEAS)


def _agrees(iso2: str, placed: str | None, longitude: float, latitude: float) -> bool:
    """Whether a position can be in a country: in it, near it, or in what belongs to it."""
    if placed is None or _is_part(placed, iso2):
        return True
    return iso2 in countries_near(longitude, latitude, within_km=_AGREEMENT_KM)


def _country_only(country: Place | None, reading: Words, unread: str) -> Verdict:
    """Nothing but the country is known: sure when nothing more was said, or could be known."""
    if country is None:
        return Verdict((), "none", f"{unread[:1].upper()}{unread[1:]}." if unread else _NOWHERE.explanation)
    if not reading.locality and not reading.postal:
        return Verdict((country.code,), "sure", f"Seul le pays est indiqué\u00a0: {country.name}.")
    told = f"«\u00a0{reading.locality or reading.postal}\u00a0»"
    if not reading.country_has_towns():
        words = (
            f"{country.name}\u202f; nos données n’ont pas de ville de ce pays, {told} n’a pu être cherché."
        )
        return Verdict((country.code,), "sure", words)
    words = f"{country.name}\u202f; {told} n’est pas dans nos données de ce pays."
    return Verdict((country.code,), "review", words)
