"""From a need to a result, and back: what an action answers, by which way, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core.money import money_text
from terreau.core.text import shorten
from terreau.diagnosis.models import Edition
from terreau.diagnosis.recommending import Rule, rule_book
from terreau.diagnosis.services import read
from terreau.plans.models import Action, Entry
from terreau.plans.rules import Sums
from terreau.practices.enums import CostNature
from terreau.survey.enums import Need
from terreau.territories.models import Territory


@dataclass(frozen=True)
class ChainLink:
    """One link of the chain: what it is, what it says, where it is read; `text` is empty where it lacks."""

    key: str
    label: str
    text: str = ""
    url: str = ""


@lru_cache(maxsize=1)
def _recommendations() -> dict[str, Rule]:
    return {one.id: one for one in rule_book().rules}


def recommendation_of(key: str) -> Rule | None:
    """The recommendation of this key, if it is one that is still known."""
    return _recommendations().get(key)


@dataclass(frozen=True)
class Told:
    """What of the plan's surroundings a reader is shown: names, and where they lead."""

    project: str = ""
    project_url: str = ""
    practice: str = ""
    practice_url: str = ""
    lever: str = ""
    lever_url: str = ""


def links_of(
    action: Action, sums: Sums, currency: str, *, diagnosis: Mapping[str, str], told: Told
) -> list[ChainLink]:
    """The chain of an action, from the need it answers to the practice that is born of it.

    Args:
        action: with its objective and its project.
        sums: its money.
        currency: of the plan.
        diagnosis: where each part of the diagnosis is read, by its key.
        told: what the reader may see of its project and its practice.
    """
    found = recommendation_of(action.recommendation)
    paid = money_text(sums.paid, currency) if sums.paid else ""
    return [
        ChainLink("need", _("Besoin"), _capital(need_label(action)), diagnosis.get("besoins", "")),
        ChainLink(
            "recommendation",
            _("Recommandation"),
            found.title if found else action.recommendation,
            diagnosis.get("recommandations", ""),
        ),
        ChainLink("project", _("Projet"), told.project, told.project_url),
        ChainLink("lever", _("Levier"), told.lever or action.lever, told.lever_url),
        ChainLink("action", _("Action"), action.title, reverse("plans:action", args=[action.public_id])),
        ChainLink("paid", _("Payé"), paid, f"{reverse('plans:action', args=[action.public_id])}#argent"),
        ChainLink("result", _("Résultat"), shorten(action.result, 200)),
        ChainLink("practice", _("Bonne pratique"), told.practice, told.practice_url),
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def payment_back(entry: Entry, links: Iterable[ChainLink]) -> list[ChainLink]:
    """The way back: from an amount to the need, the links that are known only."""
    line = entry.line
    currency = line.action.plan.currency
    amount = f"{money_text(entry.amount, currency)} ({entry.get_kind_display()}, {entry.on:%d/%m/%Y})"
    nature = f"{CostNature(line.nature).label}, {line.source}, {line.year}"
    before = [
        one
        for one in links
        if one.key in ("need", "recommendation", "project", "lever", "action") and one.text
    ]
    order = ("action", "lever", "project", "recommendation", "need")
    before.sort(key=lambda one: order.index(one.key))
    return [
        ChainLink("entry", _("Écriture"), amount),
        ChainLink("line", _("Ligne de budget"), _capital(nature)),
        *before,
    ]


def recommendation_choices() -> list[tuple[str, str]]:
    """The recommendations that an action may answer."""
    return [(one.id, one.title) for one in rule_book().rules]


@dataclass
class NeedChain:
    """A need, the actions that answer it, and what they come to together."""

    code: str
    label: str
    rows: list[Any]
    sums: Sums
    currency: str

    @property
    def paid(self) -> str:
        """What was paid for it."""
        return money_text(self.sums.paid, self.currency)

    @property
    def planned(self) -> str:
        """What is foreseen for it."""
        return money_text(self.sums.planned, self.currency)

    @property
    def told(self) -> list[dict[str, str]]:
        """Each action as a line: where it comes from, where it stands, what was paid, what it gave."""
        return [
            {
                "title": row.action.title,
                "url": row.url,
                "origin": origin_of(row.action),
                "tone": row.tone,
                "label": row.label,
                "paid": money_text(row.sums.paid, self.currency) if row.sums.paid else "",
                "result": shorten(row.action.result, 200),
            }
            for row in self.rows
        ]

    @property
    def done(self) -> int:
        """How many of its actions are done."""
        return sum(row.action.state == "done" for row in self.rows)


def need_label(action: Action) -> str:
    """The need that an action answers, in words; empty where it answers none."""
    code = need_of(action)
    return str(Need(code).label) if code in Need.values else ""


def need_of(action: Action) -> str:
    """The need that an action answers: its own, else that of its project."""
    return action.need or (action.project.need if action.project else "")


def origin_of(action: Action) -> str:
    """Where an action comes from: a project, a recommendation."""
    found = recommendation_of(action.recommendation)
    parts = []
    if action.project:
        parts.append(_("projet «\u00a0%(title)s\u00a0»") % {"title": action.project.title})
    if found:
        parts.append(_("recommandation «\u00a0%(title)s\u00a0»") % {"title": found.title})
    return _capital(", ".join(parts))


def by_need(rows: Iterable[Any], currency: str) -> list[NeedChain]:
    """The actions under the needs they answer, in the order of the needs; then those that answer none."""
    found: dict[str, NeedChain] = {}
    for row in rows:
        code = need_of(row.action)
        label = str(Need(code).label) if code in Need.values else _("Sans besoin désigné")
        one = found.setdefault(code, NeedChain(code, _capital(label), [], Sums(), currency))
        one.rows.append(row)
        one.sums = one.sums + row.sums
    order = [*Need.values, ""]
    return sorted(found.values(), key=lambda one: order.index(one.code) if one.code in order else len(order))


def unanswered(territory: Territory, chains: Iterable[NeedChain]) -> list[str]:
    """The needs that the last published diagnosis calls pressing and that no action answers, in words."""
    edition = Edition.objects.of(territory).first()
    if edition is None:
        return []
    answered = {one.code for one in chains}
    pressing = [one.code for one in read(edition).findings if one.kind == "need" and one.pressing]
    return [str(Need(code).label) for code in pressing if code in Need.values and code not in answered]
