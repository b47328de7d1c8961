"""How a project was judged, as its own sheet tells it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.evaluation import perms
from terreau.evaluation.enums import EvaluationState
from terreau.evaluation.models import Evaluation


def links(project: Any, person: Any) -> list[tuple[str, str]]:
    """The evaluations of a project, the newest first: those that are published, for who works elsewhere."""
    found = Evaluation.objects.filter(candidates__project=project).select_related("territory", "decision")
    told = []
    for one in found.order_by("-opened_on", "-pk"):
        place = [one.territory.code, one.public_id]
        decision = one.decision if one.state == EvaluationState.DECIDED else None
        text = _("%(title)s, %(state)s") % {"title": one.title, "state": one.get_state_display()}
        if perms.can_read_work(person, one.territory):
            told.append((text, reverse("evaluation:decision" if decision else "evaluation:own", args=place)))
        elif decision and decision.is_public:
            told.append((text, reverse("evaluation:public", args=place)))
    return told
