"""What the survey, the framework and the practices published on a territory, for its diagnosis."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone

from terreau.diagnosis.evidence import (
    Barrier,
    Compared,
    Evidence,
    Framework,
    Likeness,
    Need,
    Obstacle,
    Practice,
    Statement,
    Survey,
)
from terreau.diagnosis.findings import STRONGEST, is_pressing
from terreau.framework.figures import PublishedAssessment, PublishedFinding, published_assessment
from terreau.practices.enums import Variable
from terreau.practices.figures import answering
from terreau.practices.neighbours import alike, is_compared
from terreau.survey.figures import PublishedResults, published_results
from terreau.territories.models import Territory


def read_evidence(territory: Territory, as_of: date) -> Evidence:
    """What was published by the day; what is published later than a past day does not describe it."""
    survey = _survey(published_results(territory), as_of)
    return Evidence(
        survey=survey,
        framework=framework_of(territory, as_of),
        practices=_practices(territory, survey),
        likeness=_likeness(territory) if as_of >= timezone.localdate() else None,
    )


def _survey(found: PublishedResults | None, as_of: date) -> Survey | None:
    if found is None or found.as_of > as_of:
        return None
    return Survey(
        edition=found.edition,
        title=found.title,
        date=found.as_of.isoformat(),
        answers=found.answers,
        population=found.population,
        margin=None if found.margin is None else 100 * found.margin,
        weighted=found.weighted,
        simulated=found.simulated,
        url=found.url,
        needs=tuple(
            Need(
                code=one.need,
                label=one.label,
                score=one.score,
                low=one.low,
                high=one.high,
                importance=one.importance,
                satisfaction=one.satisfaction,
                quadrant=one.quadrant,
                rank=one.rank,
                best=one.best,
                worst=one.worst,
                answers=one.answers,
            )
            for one in found.needs
        ),
        obstacles=tuple(Obstacle(one.category, one.label, one.count, one.answers) for one in found.barriers),
    )


def framework_of(territory: Territory, as_of: date) -> Framework | None:
    """The framework of a territory as published by the day."""
    return _framework(published_assessment(territory), as_of)


def _framework(found: PublishedAssessment | None, as_of: date) -> Framework | None:
    if found is None or found.as_of > as_of:
        return None
    return Framework(
        edition=found.edition,
        date=found.as_of.isoformat(),
        simulated=found.simulated,
        url=found.url,
        statements=tuple(
            Statement(
                code=one.statement,
                area=one.area,
                label=one.text,
                verdict=one.verdict,
                verdict_label=one.verdict_label,
                level=one.level,
                level_label=one.level_label,
                score=one.score,
                judges=one.count,
                disputed=one.is_disputed,
                proof=_proof(one),
                lever=one.lever_words or one.lever_label,
                url=found.url,
                needs=one.needs,
            )
            for one in found.findings
        ),
        barriers=tuple(
            Barrier(
                key=one.public_id,
                category=one.category,
                category_label=one.category_label,
                label=one.title,
                lifter=one.lifter,
                lifter_label=one.lifter_label,
                state=one.state,
                state_label=one.state_label,
                severity=one.severity,
                probability=one.probability,
                url=found.url,
            )
            for one in found.barriers
        ),
    )


def _proof(one: PublishedFinding) -> str:
    """What the territory writes, then the text that shows it and how far that text is trusted."""
    evidence = ", ".join(part for part in (one.evidence, one.reliability) if part)
    return f"{one.words} ({evidence})" if one.words and evidence else one.words or evidence


def _practices(territory: Territory, survey: Survey | None) -> tuple[Practice, ...]:
    """Those that answer the needs that press most."""
    pressing = [need for need in survey.needs if is_pressing(need)][:STRONGEST] if survey else []
    return tuple(
        Practice(
            key=one.public_id,
            need=need.code,
            need_label=need.label,
            title=one.title,
            place=one.place,
            reason=one.reason,
            confirmed=one.confirmed,
            simulated=one.simulated,
            url=one.url,
        )
        for need in pressing
        for one in answering(need.code, territory)
    )


def _likeness(territory: Territory) -> Likeness | None:
    """The nearest towns that let visitors compare something; None where there is none."""
    if not is_compared(territory):
        return None
    towns, figures, _ = alike(territory, dict.fromkeys(Variable.values, 1.0), public=True)
    told = tuple(
        Compared(
            key=one.indicator.value,
            label=str(one.indicator.label),
            unit=one.unit,
            mine=one.mine,
            towns=one.spread.towns,
            median=one.spread.median,
            low=one.spread.low,
            high=one.spread.high,
        )
        for one in figures
        if one.spread.median is not None
    )
    if not told:
        return None
    return Likeness(
        towns=tuple((one.territory.name, one.country, ", ".join(one.shared)) for one in towns),
        compared=told,
        url=reverse("practices:alike", args=[territory.code]),
    )
