"""The names of codes as people read them, kept in memory so that a list needs no query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import formats
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from terreau.core.countries import country_name
from terreau.directory import index_store
from terreau.directory.enums import Nomenclature, Precision, Status
from terreau.directory.models import Source, Term
from terreau.directory.nomenclatures import issues, sectors
from terreau.perimeters.vocabulary import FAMILIES, NATURES
from terreau.territories.models import Territory

_MOST_KEPT = 20_000
_SIMULATED = ("", "simulated")
_PLACES = frozenset({"territory", "region", "department", "commune"})


def day_text(iso: str) -> str:
    """An ISO date as fine as it is known, in words: « 1999 », « avril 1999 », « 1er avril 1999 »."""
    try:
        if len(iso) < len("1999-04-12"):
            return iso if len(iso) < len("1999-04") else formats.date_format(_first_of(iso), "F Y")
        day = date.fromisoformat(iso[:10])
    except ValueError:  # what a source wrote long ago is shown rather than lost
        return iso
    written = formats.date_format(day, "j F Y")
    # French says « 1er », of the first day alone.
    return f"1er{written[1:]}" if day.day == 1 and (get_language() or "").startswith("fr") else written


def _first_of(month: str) -> date:
    return date.fromisoformat(f"{month[:7]}-01")


class _Kept:
    """Labels read from the base, forgotten when the index or public content changes."""

    def __init__(self) -> None:
        self.mark: Any = None
        self.names: dict[tuple[str, str], str] = {}

    def now(self) -> dict[tuple[str, str], str]:
        opened = index_store.reader.open()
        if opened is None:
            return {}
        try:
            stamp = settings.HOME.content_stamp.stat().st_mtime_ns
        except FileNotFoundError:
            stamp = 0
        mark = (opened[1], stamp)
        if mark != self.mark or len(self.names) > _MOST_KEPT:
            self.mark, self.names = mark, {}
        return self.names


_kept = _Kept()


def family_label(code: str, *, plural: bool = False) -> str:
    """« Mutuelle », « Mutuelles »; an empty code is a family that is not known."""
    word = FAMILIES.get(code)
    if word is None:
        return code or _("Famille non connue")
    return str(capfirst(word.plural if plural else word.label))


def nature_label(code: str) -> str:
    """« Groupement sans personnalité morale »."""
    word = NATURES.get(code)
    return str(capfirst(word.label)) if word else code


def label(facet: str, code: str) -> str:
    """The name of one code of a facet; the code itself when it has none."""
    return labels(facet, [code])[code]


def labels(facet: str, codes: Iterable[str]) -> dict[str, str]:
    """The names of codes of one facet: at most one query, none when they were read before."""
    wanted = list(codes)
    if facet == "family":
        return {code: family_label(code, plural=True) for code in wanted}
    if facet in {"sector", "issue"}:
        terms = {term.code: term.label for term in (sectors() if facet == "sector" else issues())}
        return {code: terms.get(code, code) for code in wanted}
    if facet == "country":
        return {code: country_name(code.upper()) for code in wanted}
    if facet in {"precision", "status", "confirmed"}:
        fixed = _fixed(facet)
        return {code: str(fixed.get(code, code)) for code in wanted}
    return _from_base("territory" if facet in _PLACES else facet, wanted)


def _fixed(facet: str) -> dict[str, str | Promise]:
    if facet == "precision":
        return {
            Precision.POINT: _("Point précis"),
            Precision.COMMUNE: _("Commune"),
            Precision.COUNTRY: _("Pays seulement"),
            Precision.NONE: _("Sans lieu"),
        }
    if facet == "confirmed":
        return {"yes": _("Confirmée"), "no": _("Jamais confirmée")}
    return {Status.ACTIVE: _("En activité"), Status.CEASED: _("Activité cessée")}


def _from_base(facet: str, codes: list[str]) -> dict[str, str]:
    kept = _kept.now()
    missing = [code for code in codes if (facet, code) not in kept]
    found: dict[str, str] = {}
    if missing:
        found = {code: code for code in missing}
        found.update(_read(facet, missing))
        kept.update({(facet, code): name for code, name in found.items()})
    return {code: kept.get((facet, code)) or found.get(code, code) for code in codes}


def _read(facet: str, codes: list[str]) -> dict[str, str]:
    if facet == "territory":
        return {
            code: country_name(code.upper()) if len(code) == 2 else name
            for code, name in Territory.objects.filter(code__in=codes).values_list("code", "name")
        }
    if facet == "filiere":
        terms = Term.objects.filter(nomenclature=Nomenclature.FILIERE, code__in=codes)
        return dict(terms.values_list("code", "label"))
    return {one.code: one.told_name for one in Source.objects.filter(code__in=codes)}


def simulated_sources() -> frozenset[str]:
    """The codes of the sources that are simulated, kept in memory like the labels."""
    kept = _kept.now()
    if _SIMULATED not in kept:
        found = Source.objects.filter(simulated=True).values_list("code", flat=True)
        kept[_SIMULATED] = " ".join(found)
    return frozenset(kept[_SIMULATED].split())
