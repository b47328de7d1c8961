"""What a territory's published framework says, for whoever builds on it: from published editions only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from terreau.framework.enums import BarrierCategory, BarrierState, Level, Lever, Lifter, Reliability, Verdict
from terreau.framework.models import FrameworkEdition
from terreau.framework.telling import dated_words
from terreau.territories.models import Territory


@dataclass(frozen=True, slots=True)
class PublishedFinding:
    """A strength, a weakness or an absence, with the text that shows it; `score` is over 10, all judges."""

    statement: str
    area: str
    text: str
    verdict: str
    verdict_label: str
    level: str
    level_label: str
    lever: str
    lever_label: str
    lever_words: str
    words: str
    score: float | None
    # How many gave a mark; None where the average is held back.
    count: int | None
    # Colleges do not see it alike.
    is_disputed: bool
    needs: tuple[str, ...]
    evidence: str
    reliability: str


@dataclass(frozen=True, slots=True)
class PublishedObstacle:
    """A barrier that the territory chose to publish; probability and severity go from 1 to 5."""

    public_id: str
    title: str
    category: str
    category_label: str
    lifter: str
    lifter_label: str
    probability: int
    severity: int
    state: str
    state_label: str


@dataclass(frozen=True, slots=True)
class PublishedAssessment:
    """The last published edition of a territory's framework."""

    edition: int
    as_of: date
    simulated: bool
    findings: tuple[PublishedFinding, ...]
    barriers: tuple[PublishedObstacle, ...]
    url: str


def published_assessment(territory: Territory) -> PublishedAssessment | None:
    """What the last edition of a territory says; None where none was published."""
    edition = FrameworkEdition.objects.of(territory).first()
    if edition is None:
        return None
    content = edition.content
    gaps = frozenset(content["gaps"])
    return PublishedAssessment(
        edition=edition.number,
        as_of=edition.as_of,
        simulated=content["simulated"],
        findings=tuple(
            _finding(area["key"], one, is_disputed=one["key"] in gaps)
            for area in content["areas"]
            for one in area["statements"]
            if one["finding"]
        ),
        barriers=tuple(_barrier(one) for one in content["barriers"]),
        url=reverse("framework:edition", args=[territory.code, edition.number]),
    )


def _finding(area: str, one: dict[str, Any], *, is_disputed: bool) -> PublishedFinding:
    finding = one["finding"]
    parts = (finding["title"], finding["article"], dated_words(finding["dated"]))
    return PublishedFinding(
        statement=one["key"],
        area=area,
        text=one["text"],
        verdict=finding["verdict"],
        verdict_label=str(Verdict(finding["verdict"]).label),
        level=finding["level"],
        level_label=str(Level(finding["level"]).label),
        lever=finding["lever"],
        lever_label=str(Lever(finding["lever"]).label),
        lever_words=finding["lever_words"],
        words=finding["words"],
        score=one["value"],
        count=one["count"],
        is_disputed=is_disputed,
        needs=tuple(one["needs"]),
        evidence=", ".join(part for part in parts if part),
        reliability=str(Reliability(finding["reliability"]).label) if finding["reliability"] else "",
    )


def _barrier(one: dict[str, Any]) -> PublishedObstacle:
    return PublishedObstacle(
        public_id=one["id"],
        title=one["title"],
        category=one["category"],
        category_label=str(BarrierCategory(one["category"]).label),
        lifter=one["lifter"],
        lifter_label=str(Lifter(one["lifter"]).label),
        probability=one["probability"],
        severity=one["severity"],
        state=one["state"],
        state_label=str(BarrierState(one["state"]).label),
    )
