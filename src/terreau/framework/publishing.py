"""The regulatory framework of a territory, published: what is told on a day, and never changes after."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.writing import known, public_changed
from terreau.framework import perms
from terreau.framework.content import content_of
from terreau.framework.enums import AssessmentState
from terreau.framework.models import Assessment, FrameworkEdition
from terreau.framework.telling import tell


def publish(*, person: Any, assessment: Assessment, today: date | None = None) -> FrameworkEdition:
    """Publish what the judges and the findings say; pressed twice, it is published once.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the judging is still open, or nothing may be told yet.
    """
    perms.can_keep_grid.require(person, assessment.territory)
    with transaction.atomic():
        held = (
            Assessment.objects.select_for_update(of=("self",))
            .select_related("territory")
            .get(pk=assessment.pk)
        )
        if held.state == AssessmentState.PUBLISHED:
            return held.edition
        if held.state == AssessmentState.OPEN:
            raise TerreauError(
                _("La notation est encore ouverte."),
                where=held.territory.name,
                remedy=_("Commencez par la clore."),
            )
        content = content_of(held)
        if not says_something(content):
            raise TerreauError(
                _("Il n’y a encore rien à publier\u00a0: trop peu de juges, et aucun constat prouvé."),
                where=held.territory.name,
                remedy=_("Écrivez au moins un constat avec son texte, son article, sa date et son adresse."),
            )
        made = FrameworkEdition.objects.create(
            territory=held.territory,
            assessment=held,
            number=held.number,
            as_of=today or timezone.localdate(),
            content=content,
            digest=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
            published_at=timezone.now(),
            published_by=known(person),
        )
        held.state = AssessmentState.PUBLISHED
        held.save(update_fields=["state"])
        # No link is needed any more, and nobody's marks are tied to them from here on.
        held.judges.update(link_digest="", person=None)
        tell("framework.published", person, held.territory, number=made.number)
        public_changed()
    return made


def says_something(content: dict[str, Any]) -> bool:
    """Whether there is one score or one finding to tell."""
    return any(
        one["value"] is not None or one["finding"] for area in content["areas"] for one in area["statements"]
    )
