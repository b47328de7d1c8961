"""The levers of a territory, or of one of its projects, ranked with their reasons, as plain data.

One function makes it for the page of those who prepare it and for the edition that all read.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from terreau.directory.nomenclatures import sectors
from terreau.directory.search import Query
from terreau.directory.simulated import any_among
from terreau.levers import wording
from terreau.levers.catalogue import catalogue
from terreau.levers.enums import CostOrder, Stance
from terreau.levers.gathering import Gathered, gather
from terreau.levers.models import LeverOpinion
from terreau.levers.rules import ProjectSubject, Ranked, Thresholds, by_stance, rank, rung_of
from terreau.territories.models import Territory

MOST_NAMED: Final = 3


def content_of(territory: Territory, day: date, project: ProjectSubject | None = None) -> dict[str, Any]:
    """Every lever with its reasons, the first first, and what the ranking rests on; as JSON."""
    found = gather(territory, day, project)
    ranked = rank(catalogue(), found.subject, found.thresholds)
    places = {one.lever.code: place for place, one in enumerate(ranked, start=1)}
    stances = {code: opinion.stance for code, opinion in found.opinions.items()}
    return {
        "version": catalogue().version,
        "levers": [_lever(one, places[one.lever.code], found) for one in by_stance(ranked, stances)],
        "thresholds": _thresholds(found),
        "sectors": [
            {
                "label": one.label,
                "count": one.count,
                "capable": one.capable,
                "untold": one.untold,
                "rung": rung_of(one, found.thresholds),
            }
            for one in sorted(found.subject.suppliers, key=lambda one: (-one.count, one.label))
        ],
        "known": found.known,
        "unsorted": found.unsorted,
        "diagnosis": _edition(found.diagnosis),
        "framework": {"number": found.framework.edition, "date": found.framework.date}
        if found.framework
        else None,
        "simulated": bool(
            settings.EXERCISE
            or (found.framework and found.framework.simulated)
            or any_among(Query(territories=(found.reach.code,)))
        ),
    }


def first_names(content: dict[str, Any]) -> list[str]:
    """What the first levers are called."""
    return [one["label"] for one in content["levers"] if one["stance"] != Stance.ASIDE][:MOST_NAMED]


def _edition(edition: Any) -> dict[str, Any] | None:
    return {"number": edition.number, "date": edition.as_of.isoformat()} if edition else None


def _lever(one: Ranked, place: int, found: Gathered) -> dict[str, Any]:
    lever = one.lever
    opinion = found.opinions.get(lever.code)
    terms = sorted(one.terms, key=lambda term: -term.points)
    return {
        "code": lever.code,
        "label": lever.label,
        "family": lever.family,
        "what": lever.what,
        "first": lever.first,
        "place": place,
        "score": one.score,
        "terms": [
            {
                "kind": term.kind,
                "points": term.points,
                "text": wording.reason(term, found.thresholds),
                "url": wording.url_of(term),
            }
            for term in terms
        ],
        "cost": _cost(opinion, lever.cost, lever.cost_source),
        "delay": wording.months(opinion.months) if opinion and opinion.months is not None else "",
        **_opinion(opinion),
    }


def _opinion(opinion: LeverOpinion | None) -> dict[str, str]:
    if opinion is None or not opinion.stance:
        return {"stance": "", "stance_label": "", "reason": opinion.reason if opinion else "", "said_on": ""}
    return {
        "stance": opinion.stance,
        "stance_label": str(Stance(opinion.stance).label),
        "reason": opinion.reason,
        "said_on": opinion.said_on.isoformat(),
    }


def _cost(opinion: LeverOpinion | None, words: str, source: str) -> str:
    """What the town says of the cost; else what a source says."""
    if opinion is not None and opinion.cost is not None:
        return _("%(cost)s, d’après la ville") % {"cost": CostOrder(opinion.cost).label}
    return f"{words} ({source})" if words else ""


def _thresholds(found: Gathered) -> dict[str, Any]:
    held, choice = found.thresholds, found.choice
    names = {one.code: one.label for one in sectors()}
    return {
        **{name: getattr(held, name) for name in Thresholds.__slots__},
        "bought": [
            names[code] for code in (choice.bought if choice else catalogue().bought) if code in names
        ],
        "reach": found.reach.name,
        "number": choice.number if choice else 0,
        "since": choice.since.isoformat() if choice else "",
        "reason": choice.reason if choice else "",
    }
