"""What a territory's published framework says, for whoever builds on it: from published editions only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from terreau.framework.enums import BarrierCategory, BarrierState, Level, Lever, Lifter, Reliability, Verdict
from terreau.framework.models import FrameworkEdition
from terreau.framework.rules import criticality
from terreau.framework.telling import dated_words
from terreau.territories.models import Territory


@dataclass(frozen=True, slots=True)
class PublishedFinding:
    """A strength, a weakness or an absence, with the text that shows it; `score` is over 10, all judges."""

    statement: str
    area: str
    area_label: str
    text: str
    verdict: str
    level: str
    level_label: str
    lever: str
    lever_label: str
    lever_words: str
    words: str
    score: float | None
    # How many gave a mark; None where the average is held back.
    count: int | None
    needs: tuple[str, ...]
    evidence: str
    dated: str
    url: str
    reliability: str


@dataclass(frozen=True, slots=True)
class PublishedDisagreement:
    """A statement that colleges do not see alike: college → average."""

    statement: str
    text: str
    gap: float
    colleges: dict[str, float]


@dataclass(frozen=True, slots=True)
class PublishedObstacle:
    """A barrier that the territory chose to publish; criticality, from 1 to 25, is their product."""

    public_id: str
    title: str
    description: str
    category: str
    category_label: str
    lifter: str
    lifter_label: str
    probability: int
    severity: int
    criticality: int
    state: str
    state_label: str
    action: str
    due_on: date | None
    statement: str


@dataclass(frozen=True, slots=True)
class PublishedAssessment:
    """The last published edition of a territory's framework."""

    edition: int
    as_of: date
    simulated: bool
    judges: dict[str, int]
    overall: float | None
    kendall_w: float | None
    fleiss_kappa: float | None
    findings: tuple[PublishedFinding, ...]
    disagreements: tuple[PublishedDisagreement, ...]
    barriers: tuple[PublishedObstacle, ...]
    url: str
    method_url: str

    @property
    def strengths(self) -> tuple[PublishedFinding, ...]:
        """What helps."""
        return self._of(Verdict.STRENGTH)

    @property
    def weaknesses(self) -> tuple[PublishedFinding, ...]:
        """What hinders."""
        return self._of(Verdict.WEAKNESS)

    @property
    def absents(self) -> tuple[PublishedFinding, ...]:
        """What there is not."""
        return self._of(Verdict.ABSENT)

    def _of(self, verdict: str) -> tuple[PublishedFinding, ...]:
        return tuple(one for one in self.findings if one.verdict == verdict)

    def barriers_by_category(self) -> dict[str, tuple[PublishedObstacle, ...]]:
        """The barriers not yet lifted, by category; a category without any is not here."""
        found: dict[str, tuple[PublishedObstacle, ...]] = {}
        for category in BarrierCategory.values:
            ones = tuple(
                one for one in self.barriers if one.category == category and one.state != BarrierState.LIFTED
            )
            if ones:
                found[category] = ones
        return found


def published_assessment(territory: Territory) -> PublishedAssessment | None:
    """What the last edition of a territory says; None where none was published."""
    edition = FrameworkEdition.objects.of(territory).first()
    return read_edition(territory, edition) if edition else None


def read_edition(territory: Territory, edition: FrameworkEdition) -> PublishedAssessment:
    """What one edition says."""
    content = edition.content
    statements = {one["key"]: (area, one) for area in content["areas"] for one in area["statements"]}
    return PublishedAssessment(
        edition=edition.number,
        as_of=edition.as_of,
        simulated=content["simulated"],
        judges=content["judges"],
        overall=content["overall"],
        kendall_w=content["agreement"]["w"],
        fleiss_kappa=content["agreement"]["kappa"],
        findings=tuple(_finding(area, one) for area, one in statements.values() if one["finding"]),
        disagreements=tuple(
            PublishedDisagreement(key, one["text"], one["gap"], one["colleges"])
            for key in content["gaps"]
            for _area, one in [statements[key]]
        ),
        barriers=tuple(_barrier(one) for one in content["barriers"]),
        url=reverse("framework:edition", args=[territory.code, edition.number]),
        method_url=reverse("framework:method"),
    )


def _finding(area: dict[str, Any], one: dict[str, Any]) -> PublishedFinding:
    finding = one["finding"]
    parts = (finding["title"], finding["article"], dated_words(finding["dated"]))
    return PublishedFinding(
        statement=one["key"],
        area=area["key"],
        area_label=area["label"],
        text=one["text"],
        verdict=finding["verdict"],
        level=finding["level"],
        level_label=str(Level(finding["level"]).label),
        lever=finding["lever"],
        lever_label=str(Lever(finding["lever"]).label),
        lever_words=finding["lever_words"],
        words=finding["words"],
        score=one["value"],
        count=one["count"],
        needs=tuple(one["needs"]),
        evidence=", ".join(part for part in parts if part),
        dated=finding["dated"],
        url=finding["url"],
        reliability=str(Reliability(finding["reliability"]).label) if finding["reliability"] else "",
    )


def _barrier(one: dict[str, Any]) -> PublishedObstacle:
    return PublishedObstacle(
        public_id=one["id"],
        title=one["title"],
        description=one["description"],
        category=one["category"],
        category_label=str(BarrierCategory(one["category"]).label),
        lifter=one["lifter"],
        lifter_label=str(Lifter(one["lifter"]).label),
        probability=one["probability"],
        severity=one["severity"],
        criticality=criticality(one["probability"], one["severity"]),
        state=one["state"],
        state_label=str(BarrierState(one["state"]).label),
        action=one["action"],
        due_on=date.fromisoformat(one["due_on"]) if one["due_on"] else None,
        statement=one["statement"],
    )
