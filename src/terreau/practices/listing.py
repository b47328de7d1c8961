"""The public list: what is asked, what answers, and how many for each other choice.

Practices are counted by the hundred, so they are read in one query and sifted here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.fields.json import KeyTextTransform
from django.http import QueryDict
from django.utils.translation import gettext as _

from terreau.core.countries import country_name
from terreau.core.numbers import whole_number
from terreau.core.text import fold
from terreau.directory import labels
from terreau.practices.enums import TownKind, TownSize
from terreau.practices.models import Practice
from terreau.practices.rules import size_of
from terreau.survey.enums import Need

PER_PAGE = 20
LONGEST_SEARCH = 200
# Facet → the name of its parameter, in the order in which they are offered.
PARAMETERS: Final = {
    "needs": "besoin",
    "issues": "enjeu",
    "sectors": "secteur",
    "sizes": "taille",
    "kinds": "sorte",
    "countries": "pays",
}


@dataclass(frozen=True)
class Line:
    """One practice as the list shows it."""

    public_id: str
    title: str
    summary: str
    place: str
    country: str
    actor: str
    needs: tuple[str, ...]
    issues: tuple[str, ...]
    sectors: tuple[str, ...]
    size: str
    kind: str
    published_on: date | None
    confirmed_on: date | None
    taken_up: int
    simulated: bool

    def codes(self, facet: str) -> tuple[str, ...]:
        """What it has of one facet."""
        alone = {"sizes": self.size, "kinds": self.kind, "countries": self.country}
        if facet in alone:
            return (alone[facet],) if alone[facet] else ()
        found: tuple[str, ...] = getattr(self, facet)
        return found


@dataclass(frozen=True)
class Asking:
    """What is asked of the list; one of several codes of a facet is enough."""

    text: str = ""
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    page: int = 1

    def address(self, **changes: Any) -> str:
        """The query string of this question, on another page if one is given."""
        pairs = [("q", self.text)] if self.text else []
        for facet, name in PARAMETERS.items():
            pairs += [(name, code) for code in sorted(self.codes.get(facet, ()))]
        pairs += [(name, str(value)) for name, value in changes.items()]
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True)
class Option:
    """One choice of a facet, and how many practices it would give."""

    code: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Group:
    """One facet with its choices."""

    parameter: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Found:
    """What answers: one page of it, how many in all, the facets."""

    lines: Sequence[Line]
    total: int
    pages: int
    groups: tuple[Group, ...]


def read(query: QueryDict) -> Asking:
    """The question that an address asks; what makes no sense is left out."""
    return Asking(
        text=query.get("q", "").strip()[:LONGEST_SEARCH],
        codes={
            facet: frozenset(query.getlist(name)) - {""}
            for facet, name in PARAMETERS.items()
            if any(query.getlist(name))
        },
        page=max(1, whole_number(query.get("page", ""), 1)),
    )


def every_line() -> list[Line]:
    """All the public practices, the last published first."""
    rows = (
        Practice.objects.public()
        .select_related("published", "territory")
        .annotate(
            taken_up=Count("adoptions", filter=Q(adoptions__ended_on__isnull=True)),
            actor=KeyTextTransform("actor", "published__content"),
        )
        .defer("published__content")
        .order_by("-published_on", "-pk")
    )
    return [_line(practice) for practice in rows]


def _line(practice: Any) -> Line:
    version, place = practice.published, practice.territory
    return Line(
        public_id=practice.public_id,
        title=version.title,
        summary=version.summary,
        place=place.name,
        country=place.country_code,
        actor=practice.actor or "",
        needs=tuple(version.needs),
        issues=tuple(version.issues),
        sectors=tuple(version.sectors),
        size=size_of(place.population) if place.kind != "country" else "",
        kind=version.kind,
        published_on=practice.published_on,
        confirmed_on=practice.confirmed_on,
        taken_up=practice.taken_up,
        simulated=practice.simulated,
    )


def sift(lines: Iterable[Line], asking: Asking, *, without: str = "") -> list[Line]:
    """The practices that answer, but for one facet that is not looked at."""
    words = fold(asking.text).split()
    found = []
    for line in lines:
        told = fold(_words_of(line)) if words else ""
        if all(word in told for word in words) and all(
            facet == without or not codes or codes & set(line.codes(facet))
            for facet, codes in asking.codes.items()
        ):
            found.append(line)
    return found


def _words_of(line: Line) -> str:
    return " ".join([line.title, line.summary, line.actor, line.place, country_name(line.country)])


def run(asking: Asking, lines: Sequence[Line] | None = None) -> Found:
    """What answers a question, with the number that each other choice would give."""
    every = every_line() if lines is None else lines
    answer = sift(every, asking)
    pages = max(1, math.ceil(len(answer) / PER_PAGE))
    page = min(asking.page, pages)
    groups = (_group(facet, every, asking) for facet in PARAMETERS)
    return Found(
        lines=answer[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(answer),
        pages=pages,
        groups=tuple(group for group in groups if len(group.options) > 1 or any_checked(group)),
    )


def any_checked(group: Group) -> bool:
    """Whether one of its choices is made."""
    return any(option.checked for option in group.options)


def _group(facet: str, lines: Sequence[Line], asking: Asking) -> Group:
    chosen = asking.codes.get(facet, frozenset())
    counts = Counter(code for line in sift(lines, asking, without=facet) for code in line.codes(facet))
    names = names_of(facet, {code for line in lines for code in line.codes(facet)} | chosen)
    options = (
        Option(code, label, counts[code], code in chosen)
        for code, label in names.items()
        if counts[code] or code in chosen
    )
    return Group(PARAMETERS[facet], titles()[facet], tuple(options))


def titles() -> dict[str, str]:
    """What each facet is called."""
    return {
        "needs": _("Besoin"),
        "issues": _("Enjeu territorial"),
        "sectors": _("Secteur"),
        "sizes": _("Taille"),
        "kinds": _("Sorte de ville"),
        "countries": _("Pays"),
    }


def names_of(facet: str, codes: Iterable[str]) -> dict[str, str]:
    """The names of codes, in the order of their list, or of the alphabet for countries."""
    wanted = set(codes)
    fixed: dict[str, Any] = {"needs": Need, "sizes": TownSize, "kinds": TownKind}
    if facet in fixed:
        return {code: str(label) for code, label in fixed[facet].choices if code in wanted}
    if facet == "countries":
        named = {code: country_name(code) for code in wanted}
        return dict(sorted(named.items(), key=lambda pair: fold(pair[1])))
    return labels.labels("issue" if facet == "issues" else "sector", sorted(wanted))
