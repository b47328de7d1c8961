"""Reading the library: what is asked, what answers. Texts are counted by the hundred: sifted here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import DateField, QuerySet, Value
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core.text import fold
from terreau.framework import needs
from terreau.framework.enums import Reliability, TextKind, Theme
from terreau.framework.library_models import LegalText, TextVersion
from terreau.framework.places import communities, laws_of, place_name

LONGEST_SEARCH: Final = 200
PER_PAGE: Final = 20
PARAMETERS: Final = {
    "place": "pays",
    "theme": "theme",
    "need": "besoin",
    "kind": "nature",
    "grade": "fiabilite",
}


@dataclass(frozen=True)
class Asking:
    """What a reader looks for; an empty field asks nothing."""

    text: str = ""
    place: str = ""
    theme: str = ""
    need: str = ""
    kind: str = ""
    grade: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether something besides words is asked."""
        return any(getattr(self, field) for field in PARAMETERS)

    @property
    def query(self) -> str:
        """The same question in an address."""
        pairs = [("q", self.text)] + [(name, getattr(self, field)) for field, name in PARAMETERS.items()]
        return urlencode([pair for pair in pairs if pair[1]])


def read(data: QueryDict) -> Asking:
    """The question that an address asks."""
    asked = {field: str(data.get(name, ""))[:20] for field, name in PARAMETERS.items()}
    return Asking(text=" ".join(str(data.get("q", "")).split())[:LONGEST_SEARCH], **asked)


def published() -> QuerySet[LegalText]:
    """The texts that all read."""
    return LegalText.objects.filter(published__isnull=False).select_related("published")


def listed() -> QuerySet[LegalText, tuple[str, None]]:
    """The same, for search engines."""
    return published().order_by("pk").values_list("code", Value(None, DateField()))


def every() -> list[LegalText]:
    """The texts that all read: countries by their names, communities last, the newest text first."""
    order = {one.key: place for place, one in enumerate(communities(), start=1)}

    def rank(text: LegalText) -> tuple[int, str]:
        version = version_of(text)
        return order.get(version.place, 0), fold(place_name(version.place))

    newest_first = sorted(published(), key=lambda text: version_of(text).dated, reverse=True)
    return sorted(newest_first, key=rank)


def version_of(text: LegalText) -> TextVersion:
    """The published version of a text that has one."""
    assert text.published is not None
    return text.published


def sift(texts: Iterable[LegalText], asking: Asking) -> list[LegalText]:
    """The texts that answer."""
    words = fold(asking.text).split()
    return [text for text in texts if _answers(version_of(text), asking, words)]


def _answers(version: TextVersion, asking: Asking, words: list[str]) -> bool:
    told = fold(
        f"{version.title} {version.short} {version.summary} {place_name(version.place)} {version.notes} "
        + " ".join(f"{one['ref']} {one['text']}" for one in version.articles)
    )
    return (
        all(word in told for word in words)
        and (not asking.place or version.place in laws_of(asking.place) or version.place == asking.place)
        and (not asking.theme or asking.theme in version.themes)
        and (not asking.need or asking.need in version.needs)
        and (not asking.kind or asking.kind == version.kind)
        and (not asking.grade or asking.grade == version.reliability)
    )


def of_country(country: str) -> list[LegalText]:
    """The texts that hold in a country, its own first."""
    places = laws_of(country)
    found = [text for text in every() if version_of(text).place in places]
    return sorted(found, key=lambda text: places.index(version_of(text).place))


def choices(texts: Iterable[LegalText]) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen in each list: only what there is."""
    versions = [version_of(text) for text in texts]
    places = dict.fromkeys(version.place for version in versions)
    themes = {theme for version in versions for theme in version.themes}
    answered = {need for version in versions for need in version.needs}
    kinds = {version.kind for version in versions}
    return {
        "place": [(place, place_name(place)) for place in places],
        "theme": [(code, str(label)) for code, label in Theme.choices if code in themes],
        "need": [(code, str(label)) for code, label in needs.choices() if code in answered],
        "kind": [(code, str(label)) for code, label in TextKind.choices if code in kinds],
        "grade": [(code, str(label)) for code, label in Reliability.choices],
    }


def titles() -> dict[str, str]:
    """What each list is called."""
    return {
        "place": _("Droit de"),
        "theme": _("Thème"),
        "need": _("Besoin"),
        "kind": _("Nature"),
        "grade": _("Fiabilité"),
    }


def shown(text: LegalText, version: TextVersion | None = None) -> dict[str, Any]:
    """A text in words, for a page: its published version, or another."""
    one = version or version_of(text)
    return {
        "code": text.code,
        "version": one,
        "place": place_name(one.place),
        "kind": TextKind(one.kind).label,
        "themes": [Theme(theme).label for theme in one.themes if theme in Theme.values],
        "needs": needs.need_names(one.needs),
        "reliability": Reliability(one.reliability).label,
        "verified": one.reliability == Reliability.VERIFIED,
    }


COLUMNS: Final = (
    *(
        "identifiant",
        "droit_de",
        "nature",
        "intitule",
        "date",
        "ce_qu_il_dit",
        "articles",
        "themes",
        "besoins",
    ),
    *("source", "adresse_source", "fiabilite", "a_savoir", "version", "donnees_simulees", "adresse"),
)


def record_of(text: LegalText) -> dict[str, Any]:
    """A text as files tell it."""
    told = shown(text)
    one = told["version"]
    return {
        "identifiant": text.code,
        "droit_de": told["place"],
        "nature": str(told["kind"]),
        "intitule": one.title,
        "date": one.dated,
        "ce_qu_il_dit": one.summary,
        "articles": [f"{article['ref']}\u00a0: {article['text']}" for article in one.articles],
        "themes": [str(theme) for theme in told["themes"]],
        "besoins": told["needs"],
        "source": one.source,
        "adresse_source": one.url,
        "fiabilite": str(told["reliability"]),
        "a_savoir": one.notes,
        "version": one.number,
        "donnees_simulees": "oui" if settings.EXERCISE else "non",
        "adresse": f"{settings.PUBLIC_URL}{reverse('framework:text', args=[text.code])}",
    }
