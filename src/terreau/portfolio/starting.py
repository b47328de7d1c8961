"""What a new project is filled with when it comes from a recommendation, a practice, an action under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from terreau.core.beginning import Address
from terreau.diagnosis.models import Edition
from terreau.diagnosis.recommending import rule_book
from terreau.diagnosis.services import read
from terreau.directory.models import Organisation
from terreau.levers.catalogue import catalogue
from terreau.portfolio import perms
from terreau.portfolio.enums import Origin
from terreau.portfolio.writing import Seed
from terreau.practices.models import Adoption, Practice
from terreau.survey.enums import Need
from terreau.territories.models import Territory

# How each thing that a project may come from is named in the address of its form.
_NAMES: Final = {
    "recommendation": "recommandation",
    "finding": "constat",
    "practice": "pratique",
    "sheet": "fiche",
    "action": "action",
    "lever": "levier",
    "need": "besoin",
}


@dataclass(frozen=True)
class Start:
    """What a form begins with, what is kept of where it came from, and that origin in words."""

    seed: Seed = field(default_factory=Seed)
    initial: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    told: str = ""


def offered(territory: Territory) -> list[dict[str, str]]:
    """What a project may begin from: what the last diagnosis recommends, the practices taken up."""
    edition = Edition.objects.of(territory).first()
    part = read(edition).part("recommandations") if edition else None
    found = [
        {
            "origin": str(Origin.RECOMMENDATION.label),
            "title": one.title,
            "query": _query(recommendation=one.key, finding=one.marks[0].key if one.marks else ""),
        }
        for one in (part.entries if part else ())
    ]
    taken = Adoption.objects.filter(territory=territory, ended_on=None, practice__published__isnull=False)
    return found + [
        {
            "origin": str(Origin.PRACTICE.label),
            "title": one.practice.published.title,
            "query": _query(practice=one.practice.public_id),
        }
        for one in taken.select_related("practice__published")
        if one.practice.published is not None
    ]


def offer(person: Any, territory: Territory) -> Address | None:
    """How the pages below begin a project in a territory, for those who may."""
    if not perms.can_run(person, territory):
        return None
    page = reverse("portfolio:new", args=[territory.code])
    return lambda **origin: f"{page}?{_query(**origin)}"


def _query(**origin: str) -> str:
    return urlencode({_NAMES[name]: key for name, key in origin.items() if key})


def start_from(territory: Territory, query: Mapping[str, Any]) -> Start:
    """Of an address: `recommandation` and `constat`, `pratique`, `fiche` and `action`; `besoin`, `levier`."""
    if asked := str(query.get("recommandation", "")):
        return _recommendation(asked, str(query.get("constat", ""))[:120])
    if asked := str(query.get("pratique", "")):
        return _practice(asked)
    if asked := str(query.get("fiche", "")):
        return _action(territory, asked, str(query.get("action", ""))[:200])
    need, lever = str(query.get("besoin", "")), catalogue().lever(str(query.get("levier", "")))
    if lever is not None:
        return Start(
            values={"lever": lever.code},
            told=_("du levier «\u00a0%(name)s\u00a0»") % {"name": lever.label},
        )
    if need in Need.values:
        told = _("du besoin «\u00a0%(name)s\u00a0»") % {"name": Need(need).label}
        return Start(values={"need": need}, told=told)
    return Start()


def _recommendation(key: str, finding: str) -> Start:
    rule = next((one for one in rule_book().rules if one.id == key), None)
    if rule is None:
        return Start()
    needs = [one.code for one in rule.conditions if one.asks == "need" and one.code in Need.values]
    return Start(
        Seed(Origin.RECOMMENDATION, rule.id, finding),
        {"title": rule.title, "summary": rule.text},
        {"need": needs[0] if needs else ""},
        _("de la recommandation «\u00a0%(title)s\u00a0»") % {"title": rule.title},
    )


def _practice(public_id: str) -> Start:
    practice = Practice.objects.public().select_related("published").filter(public_id=public_id).first()
    if practice is None or practice.published is None:
        return Start()
    version = practice.published
    needs = [code for code in version.needs if code in Need.values]
    return Start(
        Seed(Origin.PRACTICE, practice.public_id),
        {"title": version.title[:200], "summary": version.summary},
        {"need": needs[0] if needs else ""},
        _("de la bonne pratique «\u00a0%(title)s\u00a0»") % {"title": version.title},
    )


def _action(territory: Territory, public_id: str, action: str) -> Start:
    shown = Organisation.objects.in_territory(territory).shown()
    organisation = shown.filter(public_id=public_id).first()
    if organisation is None:
        return Start()
    return Start(
        Seed(Origin.ACTION, organisation.public_id),
        {"title": action},
        {"bearer": organisation.public_id},
        _("d’une action de «\u00a0%(name)s\u00a0»") % {"name": organisation.name},
    )
