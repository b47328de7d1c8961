"""What the diagnosis holds of a person, for « Mes données »."""

from __future__ import annotations

from typing import Any

from terreau.diagnosis.models import CoverageStatement, Draft, Edition, LineJudgement


def export(person: Any) -> dict[str, Any]:
    """What they said of lines, which sources they declared complete, which editions they published."""
    lines = LineJudgement.objects.filter(author=person).select_related("territory")
    sources = CoverageStatement.objects.filter(stated_by=person).select_related("territory", "source")
    editions = Edition.objects.filter(published_by=person).brief().select_related("territory")
    return {
        "lines": [
            {"territory": one.territory.code, "line": one.key, "text": one.text, "reason": one.reason}
            for one in lines
        ],
        "sources": [
            {"on": one.stated_on.isoformat(), "territory": one.territory.code, "source": one.source.code}
            for one in sources.order_by("pk")
        ],
        "editions": [
            {"at": one.published_at.isoformat(), "territory": one.territory.code, "number": one.number}
            for one in editions.order_by("pk")
        ],
    }


def erase(person: Any) -> None:
    """Take the person's name off; editions never change, and name an account that is nobody's any more."""
    LineJudgement.objects.filter(author=person).update(author=None)
    CoverageStatement.objects.filter(stated_by=person).update(stated_by=None)
    CoverageStatement.objects.filter(withdrawn_by=person).update(withdrawn_by=None)
    Draft.objects.filter(author=person).update(author=None)
