"""What the page of a practice shows, made ready for its template."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from terreau.core.countries import country_name
from terreau.core.money import from_units, money_text
from terreau.core.numbers import french_number
from terreau.directory.labels import day_text
from terreau.directory.models import PUBLIC_ID, Organisation, marked
from terreau.framework import shelf
from terreau.practices import content, listing
from terreau.practices.enums import CostNature, Period, Term, TownKind, TownSize
from terreau.practices.models import Adoption, Practice, Version
from terreau.practices.rules import Confirmed, confirmed, flattened, size_of
from terreau.territories.currencies import currency_at
from terreau.territories.models import Territory


def _sheets(codes: set[str]) -> Iterable[tuple[str, str]]:
    return Organisation.objects.shown().filter(public_id__in=codes).values_list("public_id", "name")


def _places(codes: set[str]) -> Iterable[tuple[str, str]]:
    return Territory.objects.filter(code__in=codes).values_list("code", "name")


def _laws(codes: set[str]) -> Iterable[tuple[str, str]]:
    return shelf.published().filter(code__in=codes).values_list("code", "published__title")


# The page that an address shows, how it is written, and the names of those that are there.
_PAGES: tuple[tuple[str, re.Pattern[str], Callable[[set[str]], Iterable[tuple[str, str]]]], ...] = (
    ("directory:sheet", re.compile(rf"/annuaire/({PUBLIC_ID})/?$"), _sheets),
    ("portal:territory", re.compile(r"/territoires/([\w-]+)/?$"), _places),
    ("framework:text", re.compile(r"/textes/([\w-]+)/?$"), _laws),
)
_ADDRESS = re.compile(r"https?://\S+$")

_BEFORE_RESULTS = ("context", "problem", "done")
_AFTER_RESULTS = ("failed", "legal", "contact")


@dataclass(frozen=True)
class Named:
    """A partner or a text of law: its name, and its page when it has one."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class Status:
    """What is said of whose word the sheet is, and how to show it."""

    text: str
    tone: str


def status_of(practice: Practice) -> Status:
    """« Confirmée par la ville le… », « Non confirmée depuis… », « Non confirmée par la ville »."""
    found = confirmed(practice.confirmed_on, timezone.localdate())
    if practice.confirmed_on is None:
        return Status(_("Non confirmée par la ville"), "warn")
    words = {
        Confirmed.FRESH: _("Confirmée par la ville le %(day)s"),
        Confirmed.OLD: _("Non confirmée depuis le %(day)s"),
    }[found]
    told = words % {"day": day_text(practice.confirmed_on.isoformat())}
    return Status(told, "good" if found == Confirmed.FRESH else "warn")


def context_of(practice: Practice, version: Version) -> dict[str, Any]:
    """All that the page says of one version of a practice."""
    values, place = version.values, practice.territory
    return {
        "practice": practice,
        "version": version,
        "place": place,
        "country": country_name(place.country_code),
        "status": status_of(practice),
        "values": values,
        "first_texts": _texts(values, _BEFORE_RESULTS),
        "last_texts": _texts(values, _AFTER_RESULTS),
        "untold": _untold(values),
        "needs": list(listing.names_of("needs", version.needs).values()),
        "issues": list(listing.names_of("issues", version.issues).values()),
        "sectors": list(listing.names_of("sectors", version.sectors).values()),
        "kind": TownKind(version.kind).label if version.kind else "",
        "size": _size(place),
        "costs": costs_in_words(values.get("costs", ()), currency_at(place)),
        "staff": french_number(values["staff"]) if "staff" in values else "",
        "since": day_text(values["since"]) if "since" in values else "",
        "partners": named(values.get("partners", ())),
        "legal_texts": named(values.get("legal_texts", ())),
    }


def _texts(values: Mapping[str, Any], keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """The texts that are told; a text of law alone is reason enough for its place."""
    return [
        {"key": key, "label": content.label_of(key), "text": values.get(key, "")}
        for key in keys
        if values.get(key) or (key == "legal" and values.get("legal_texts"))
    ]


def _untold(values: Mapping[str, Any]) -> list[str]:
    """What is still to be asked of the town."""
    told = {one["key"] for one in _texts(values, (*_BEFORE_RESULTS, *_AFTER_RESULTS))}
    told |= {"results"} if values.get("results") else set()
    return [
        content.label_of(key) for key in (*_BEFORE_RESULTS, "results", *_AFTER_RESULTS) if key not in told
    ]


def _size(place: Territory) -> str:
    size = size_of(place.population) if place.kind != "country" else ""
    return str(TownSize(size).label) if size else ""


def costs_in_words(costs: Iterable[Mapping[str, Any]], currency: str) -> list[dict[str, str]]:
    """Each cost with its nature, in the money of the town."""
    language = get_language() or settings.LANGUAGE_CODE
    return [
        {
            "nature": str(CostNature(cost["nature"]).label),
            "amount": money_text(cost["amount"], currency, language),
            "period": str(Period(cost["period"]).label),
            "note": cost.get("note", ""),
        }
        for cost in costs
    ]


def named(lines: Iterable[str]) -> list[Named]:
    """Each line, led to the sheet, the territory or the text of law whose address it is; a query for each."""
    given = list(lines)
    known: dict[tuple[str, str], str] = {}
    for page, pattern, names in _PAGES:
        if met := {match[1] for line in given if (match := pattern.search(line))}:
            known |= {(page, code): name for code, name in names(met)}
    return [_named(line, known) for line in given]


def _named(line: str, known: Mapping[tuple[str, str], str]) -> Named:
    for page, pattern, _names in _PAGES:
        match = pattern.search(line)
        if match and (page, match[1]) in known:
            return Named(known[page, match[1]], reverse(page, args=[match[1]]))
    if address := _ADDRESS.search(line):
        name = line[: address.start()].strip(" :,–-")
        return Named(name or address[0], address[0])
    return Named(line)


def tree_of(practice: Practice) -> list[dict[str, Any]]:
    """Who took up the practice, from whom, as the rows of nested lists; two queries."""
    adoptions = {
        one.pk: one
        for one in practice.adoptions.select_related("territory").prefetch_related("results").all()
    }
    parents: dict[int, int | None] = {key: one.source_id for key, one in adoptions.items()}
    return [
        {
            "adoption": adoptions[branch.key],
            "country": country_name(adoptions[branch.key].territory.country_code),
            "results": [
                {
                    "term": Term(one.term).label,
                    "words": one.words,
                    "evidence": one.evidence,
                    "on": one.told_on,
                }
                for one in adoptions[branch.key].results.all()
            ],
            "opens": branch.opens,
            "closes": range(branch.closes),
            "depth": branch.depth,
        }
        for branch in flattened(parents)
    ]


def json_ld(practice: Practice, version: Version) -> str:
    """The sheet in the words of schema.org, safe inside a page."""
    address = f"{settings.PUBLIC_URL}{reverse('practices:sheet', args=[practice.public_id])}"
    place = practice.territory
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": address,
        "url": address,
        "name": marked(version.title, practice.simulated),
        "abstract": version.summary,
        "inLanguage": settings.LANGUAGE_CODE,
        "spatialCoverage": {
            "@type": "Place",
            "name": place.name,
            "address": {"@type": "PostalAddress", "addressCountry": place.country_code},
        },
        "keywords": [
            *listing.names_of("needs", version.needs).values(),
            *listing.names_of("issues", version.issues).values(),
        ],
        "datePublished": practice.published_on.isoformat() if practice.published_on else None,
        "citation": [source.get("url") or source["title"] for source in version.content.get("sources", ())],
    }
    kept = {key: value for key, value in told.items() if value}
    return json.dumps(kept, ensure_ascii=False).replace("<", "\\u003c")


def as_data(practice: Practice, version: Version, adoptions: Iterable[Adoption] = ()) -> dict[str, Any]:
    """The sheet as a file: every field by its key, the currency of its amounts, who took it up."""
    place = practice.territory
    return {
        "identifiant": practice.public_id,
        "adresse": f"{settings.PUBLIC_URL}{reverse('practices:sheet', args=[practice.public_id])}",
        "territoire": {"code": place.code, "nom": place.name, "pays": place.country_code},
        "publiee_le": practice.published_on.isoformat() if practice.published_on else None,
        "confirmee_le": practice.confirmed_on.isoformat() if practice.confirmed_on else None,
        "donnees_simulees": practice.simulated,
        "monnaie": currency_at(place),
        "version": version.number,
        "champs": version.values | _amounts(version, currency_at(place)),
        "reprises": [
            {
                "territoire": one.territory.code,
                "nom": one.territory.name,
                "depuis": one.declared_on.isoformat(),
                "reprise_de": one.source.territory.code if one.source else place.code,
                "adaptation": one.adaptation,
                "resultats": [
                    {"mois": result.term, "resultat": result.words, "preuve": result.evidence}
                    for result in one.results.all()
                ],
            }
            for one in adoptions
        ],
    }


def _amounts(version: Version, currency: str) -> dict[str, Any]:
    """The costs as amounts of money: the smallest units in which they are kept are nobody's habit."""
    costs = version.content.get("costs", ())
    told = [cost | {"amount": float(from_units(cost["amount"], currency))} for cost in costs]
    return {"costs": told} if told else {}
