"""What the words of a row come to among the territories in memory. No Django."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from terreau.core.countries import country_from_text, country_name, is_country
from terreau.territories.places import Index, Place, Places, fold_name
from terreau.territories.reference.world import FRENCH_OVERSEAS
from terreau.territories.rules import (
    Finding,
    department_fits,
    department_of_postal_code,
    normal_commune_code,
    split_borough,
    without_article,
)

_FIRST_PART = re.compile(r"\s*[,;/(]\s*|\s+-\s+")


@lru_cache(maxsize=1)
def _overseas_names() -> dict[str, str]:
    """French departments and collectivities overseas by their folded names, French and English."""
    return {
        fold_name(country_name(iso2, language)): department
        for iso2, department in FRENCH_OVERSEAS.items()
        for language in ("fr", "en")
    }


@lru_cache(maxsize=5000)
def read_country(text: str) -> tuple[str, str, str]:
    """ISO code of the country, the French department that the text means overseas, and what was unread."""
    written = text.strip()
    if not written:
        return "", "", ""
    overseas = _overseas_names().get(fold_name(written))
    if overseas:
        return "FR", overseas, ""
    iso2 = written.upper() if len(written) == 2 and is_country(written.upper()) else ""
    iso2 = iso2 or country_from_text(written) or ""
    if iso2 in FRENCH_OVERSEAS:
        return "FR", FRENCH_OVERSEAS[iso2], ""
    return iso2, "", "" if iso2 else f"le pays «\u00a0{written}\u00a0» n’est pas reconnu"


@lru_cache(maxsize=50_000)
def name_keys(locality: str) -> tuple[tuple[str, int | None], ...]:
    """The folded names to try, the most precise first, with a borough's number when one is told."""
    tried: dict[tuple[str, int | None], None] = {}
    for text in dict.fromkeys((locality, _FIRST_PART.split(locality, maxsplit=1)[0])):
        folded = fold_name(text)
        for name, number in dict.fromkeys(((folded, None), split_borough(folded))):
            for key in dict.fromkeys((name, without_article(name))):
                if key:
                    tried.setdefault((key, number))
    return tuple(tried)


class Words:
    """The words of one row, each looked up once."""

    __slots__ = ("_within", "country", "department", "iso2", "keys", "locality", "places", "postal", "served")

    def __init__(self, places: Places, iso2: str, postal: str, locality: str, department: str) -> None:
        self.places = places
        self.iso2 = iso2
        self.postal = postal
        self.locality = locality.strip()
        self.department = department.strip()
        self.served = places.postal.get(postal, ()) if postal and iso2 in ("", "FR") else ()
        self.keys = name_keys(self.locality) if self.locality else ()
        self.country = iso2 or ("FR" if self.served or self._french_department() else "")
        self._within: set[int] | None = None

    def country_has_towns(self) -> bool:
        """Whether the data holds any town of this country."""
        return self.iso2 in self.places.countries_with_towns

    def ways(self, code: str) -> Iterator[Callable[[], Finding]]:
        """The ways to a territory, the surest first; a name is looked for where it is told, then anywhere."""
        if code:
            yield lambda: self.by_code(code.strip())
        if self.served:
            yield self.by_postal_code
        if self.keys:
            if self._narrowed():
                yield lambda: self.by_name(strict=True)
                yield lambda: self.by_former_name(strict=True)
            yield self.by_name
            yield self.by_former_name
            yield self.by_subdivision

    def by_code(self, written: str) -> Finding:
        """The commune with this code today, or what followed it."""
        place = self._coded(written)
        if place is None:
            return Finding((), "")
        today = self.places.now(place.id)
        if place.ended:
            label = ", ".join(self.places.place(here).name for here in today) or "aucun successeur connu"
            words = f"Code {written}\u00a0: {place.name}, aujourd’hui {label}"
            return Finding(self._codes(today), words)
        refined = self._boroughs_of(place.id) if self.served else (place.id,)
        return Finding(self._codes(refined), f"Code {written}\u00a0: {place.name}")

    def _coded(self, written: str) -> Place | None:
        if "-" in written:
            public = self.places.by_code(written)
            return public if public and public.kind not in ("country", "region", "department") else None
        if self.iso2 not in ("", "FR"):
            return None
        here = self.places.national.get(("FR", normal_commune_code(written)))
        return None if here is None else self.places.place(here)

    def by_postal_code(self) -> Finding:
        """Of the communes the postal code serves, the one that is named; all of them without a name."""
        words = f"Code postal {self.postal}"
        if not self.keys:
            towns = self._whole_towns(self.served)
            return Finding(self._codes(self.places.by_size(towns)), f"{words}\u00a0: {self._names(towns)}")
        chosen = self._named_there(self.places.named) or self._named_there(self.places.formerly)
        if chosen:
            refined = self._boroughs_of(chosen[0]) if len(chosen) == 1 else chosen
            return Finding(self._codes(refined), f"{words} et nom\u00a0: {self._names(refined)}")
        towns = self._whole_towns(self.served)
        doubt = f"«\u00a0{self.locality}\u00a0» n’est pas un nom connu là où ce code postal mène"
        named = f"{words}\u00a0: {self._names(towns)}"
        return Finding(self._codes(self.places.by_size(towns)), named, doubt)

    def by_name(self, *, strict: bool = False) -> Finding:
        """The towns of this name in the country; strictly, in the department told."""
        found = self._lookup(self.places.named, strict=strict)
        return self._from_names(found, f"Nom «\u00a0{self.locality}\u00a0»")

    def by_former_name(self, *, strict: bool = False) -> Finding:
        """What followed the towns that had this name."""
        found = self._lookup(self.places.formerly, strict=strict)
        words = f"Ancien nom «\u00a0{self.locality}\u00a0»"
        return self._from_names(found, f"{words}\u00a0: {self._names(found)}" if found else words)

    def by_subdivision(self) -> Finding:
        """A town's own subdivisions of this name: other towns may have the like, so a person looks."""
        finding = self._from_names(
            self._lookup(self.places.subdivisions, strict=False),
            f"«\u00a0{self.locality}\u00a0», partie d’une ville",
        )
        return Finding(finding.codes, finding.words, "à confirmer") if finding.codes else finding

    def objections(self, finding: Finding) -> tuple[str, ...]:
        """What, among the words, speaks against the territory found."""
        place = self.places.by_code(finding.codes[0])
        if place is None or len(finding.codes) > 1:
            return ()
        found = (self._country_against(place), self._postal_against(place), self._name_against(place))
        return tuple(words for words in (*found, self._department_against(place)) if words)

    def _country_against(self, place: Place) -> str:
        if self.iso2 and place.country != self.iso2:
            return f"ce lieu n’est pas dans le pays indiqué ({country_name(self.iso2)})"
        return ""

    def _postal_against(self, place: Place) -> str:
        if not self.postal or place.country != "FR":
            return ""
        if place.id in self.served:
            return ""
        if self.served:
            kin = {place.id, place.parent, *self.places.boroughs(place.id)}
            return "" if kin & set(self.served) else f"le code postal {self.postal} mène ailleurs"
        told = department_of_postal_code(self.postal)
        if told and not department_fits(told, self.places.department(place.id)):
            return f"le code postal {self.postal} est d’un autre département"
        return ""

    def _name_against(self, place: Place) -> str:
        if not self.keys or place.id in self.places.named.get((place.country, self.keys[0][0]), ()):
            return ""
        kin = {place.id, place.parent, *self.places.boroughs(place.id)}
        anywhere = {*self._everywhere(self.places.named), *self._everywhere(self.places.formerly)}
        if not anywhere or kin & anywhere:
            return ""
        if any(place.id in self.places.now(here) for here in anywhere):
            return ""
        return f"«\u00a0{self.locality}\u00a0» est le nom d’un autre lieu"

    def _department_against(self, place: Place) -> str:
        within = self._told_containers()
        if within and not within & set(self.places.ancestors(place.id)):
            return f"ce lieu n’est pas dans «\u00a0{self.department}\u00a0»"
        return ""

    # --- Looking up -------------------------------------------------------------------------------

    def _everywhere(self, index: Index) -> tuple[int, ...]:
        """Places of this name in the country, whatever the department."""
        for key, number in self.keys:
            if self.country or index is not self.places.named:
                found = index.get((self.country, key))
            else:
                found = self.places.anywhere(key)
            if found:
                return tuple(self._numbered(here, number) for here in found)
        return ()

    def _lookup(self, index: Index, *, strict: bool) -> tuple[int, ...]:
        """The same; strictly, only within the department told or that the postal code begins with."""
        found = self._everywhere(index)
        if not strict:
            return found
        within, told = self._told_containers(), self._told_number()
        return tuple(
            here
            for here in found
            if (not within or within & set(self.places.ancestors(here)))
            and (not told or department_fits(told, self.places.department(here)))
        )

    def _told_number(self) -> str:
        """The department of a postal code that is in no table, as those of firms and « Cedex » are."""
        return department_of_postal_code(self.postal) if self.country == "FR" and not self.served else ""

    def _narrowed(self) -> bool:
        return bool(self._told_containers() or self._told_number())

    def _named_there(self, index: Index) -> tuple[int, ...]:
        """Those of this name that the postal code serves."""
        return tuple(here for here in self._everywhere(index) if here in self.served)

    def _numbered(self, identifier: int, number: int | None) -> int:
        """The town's borough of this number, or the town when it has none."""
        if number is None:
            return identifier
        return self.places.numbered_borough(identifier, number) or identifier

    def _boroughs_of(self, identifier: int) -> tuple[int, ...]:
        """The borough of the town that the postal code serves alone, or the town."""
        served = [here for here in self.places.boroughs(identifier) if here in self.served]
        return (served[0],) if len(served) == 1 else (identifier,)

    def _whole_towns(self, identifiers: Iterable[int]) -> list[int]:
        """Without the towns one of whose boroughs is there: the borough says more."""
        found = set(identifiers)
        return [here for here in identifiers if not found & set(self.places.boroughs(here))]

    def _told_containers(self) -> set[int]:
        """The regions or departments meant by what the row says of one, in a French or a local name."""
        if self._within is None:
            self._within = self._read_containers() if self.department and self.country else set()
        return self._within

    def _read_containers(self) -> set[int]:
        number = self.department.lower().zfill(2)
        coded = self.places.by_code(f"fr-dep-{number}") if self.country == "FR" else None
        coded = coded or self.places.by_code(f"{self.country.lower()}-adm1-{self.department.lower()}")
        if coded is not None:
            return {coded.id}
        return set(self.places.containers.get((self.country, fold_name(self.department)), ()))

    def _french_department(self) -> bool:
        told = self.department
        return bool(told) and self.places.by_code(f"fr-dep-{told.lower().zfill(2)}") is not None

    def _from_names(self, found: Iterable[int], words: str) -> Finding:
        codes = self._codes(found)
        doubt = "" if self.country or not codes else "le pays n’est pas indiqué"
        return Finding(codes, words, doubt)

    def _codes(self, identifiers: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.places.place(here).code for here in identifiers)

    def _names(self, identifiers: Iterable[int]) -> str:
        names = [self.places.place(here).name for here in identifiers]
        return ", ".join(names[:5]) + ("…" if len(names) > 5 else "")
