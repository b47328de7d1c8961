"""What a judged grid says, as a page shows it and as an edition keeps it: marks of nobody, averages of many.

One function makes it for the draft and for the edition, so that what may not be told is told nowhere.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings

from terreau.framework import agreement, grid
from terreau.framework.enums import College
from terreau.framework.finding import evidence_of, lacking
from terreau.framework.models import Assessment, Barrier, Finding
from terreau.framework.rules import LEAST_JUDGES, Mark, Score, average, score, wide_gaps

# Below that many statements marked by all, a common order means nothing.
FEWEST_RANKED = 5


def content_of(assessment: Assessment) -> dict[str, Any]:
    """All that may be told of an assessment, as JSON; findings without their whole evidence are left out."""
    judges = list(assessment.judges.filter(sent_at__isnull=False).values_list("college", "marks"))
    scores = scores_of(judges)
    findings = {one.statement: one for one in assessment.findings.select_related("law__published")}
    used = grid.current()
    return {
        "grid": {"version": used.version, "source": used.source, "url": used.url},
        "simulated": bool(settings.EXERCISE),
        "opened_on": assessment.opened_on.isoformat(),
        "closed_on": assessment.closed_on.isoformat() if assessment.closed_on else "",
        "judges": _judges([college for college, _marks in judges]),
        "areas": [_area(area, scores, findings) for area in used.areas],
        "overall": _rounded(average(scores[one.key].value for one in used.statements)),
        "gaps": wide_gaps(scores),
        "agreement": _agreement([marks for _college, marks in judges]),
        "barriers": [_barrier(one) for one in public_barriers(assessment)],
    }


def scores_of(judges: list[tuple[str, dict[str, Mark]]]) -> dict[str, Score]:
    """Statement → what may be told of it."""
    return {
        one.key: score(
            {
                college: [marks.get(one.key) for of, marks in judges if of == college]
                for college in College.values
            }
        )
        for one in grid.current().statements
    }


def public_barriers(assessment: Assessment) -> list[Barrier]:
    """The barriers that the territory chose to publish, the worst first."""
    found = Barrier.objects.filter(territory=assessment.territory_id, is_public=True).select_related(
        "law__published"
    )
    return sorted(found, key=lambda one: (-one.criticality, one.title))


def _judges(colleges: list[str]) -> dict[str, int]:
    counts = Counter(colleges)
    return {college: counts[college] for college in College.values}


def _area(area: grid.Area, scores: dict[str, Score], findings: dict[str, Finding]) -> dict[str, Any]:
    own = [scores[one.key] for one in area.statements]
    return {
        "key": area.key,
        "label": area.label,
        "value": _rounded(average(one.value for one in own)),
        "colleges": {
            college: _rounded(of_college)
            for college in College.values
            if (of_college := average(one.colleges.get(college) for one in own)) is not None
        },
        "statements": [_statement(one, scores[one.key], findings.get(one.key)) for one in area.statements],
    }


def _statement(one: grid.Statement, told: Score, finding: Finding | None) -> dict[str, Any]:
    return {
        "key": one.key,
        "text": one.text,
        "level": one.level,
        "lever": one.lever,
        "needs": list(one.needs),
        "value": _rounded(told.value),
        "count": told.count if told.value is not None else None,
        "colleges": {college: _rounded(value) for college, value in told.colleges.items()},
        "gap": _rounded(told.gap),
        "finding": _finding(finding) if finding and not lacking(finding) else None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    evidence = evidence_of(finding)
    return {
        "verdict": finding.verdict,
        "level": finding.level,
        "lever": finding.lever,
        "lever_words": finding.lever_words,
        "words": finding.words,
        "title": evidence.title,
        "article": evidence.article,
        "dated": evidence.dated,
        "url": evidence.url,
        "law": evidence.law,
        "reliability": evidence.reliability,
    }


def _barrier(one: Barrier) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "title": one.title,
        "description": one.description,
        "category": one.category,
        "lifter": one.lifter,
        "probability": one.probability,
        "severity": one.severity,
        "controllability": one.controllability,
        "action": one.action,
        "owner": one.owner,
        "due_on": one.due_on.isoformat() if one.due_on else "",
        "state": one.state,
        "statement": one.statement,
        "law": one.law.code if one.law and one.law.published else "",
        "evidence": one.evidence,
    }


def _agreement(judges: list[dict[str, Mark]]) -> dict[str, Any]:
    """Agreement of all judges; told of no fewer than an average is."""
    if len(judges) < LEAST_JUDGES:
        return {"judges": len(judges), "w": None, "ranked": 0, "kappa": None}
    ranked = agreement.marked_by_all(judges)
    statements = len(ranked[0])
    return {
        "judges": len(judges),
        "w": _rounded(agreement.kendall_w(ranked), 4) if statements >= FEWEST_RANKED else None,
        "ranked": statements,
        "kappa": _rounded(agreement.fleiss_kappa(agreement.class_counts(judges)), 4),
    }


def _rounded(value: float | None, decimals: int = 1) -> float | None:
    return None if value is None else round(value, decimals)
