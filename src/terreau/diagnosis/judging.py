"""What a territory's people say of the lines of its strengths and weaknesses, while the draft is prepared."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.diagnosis import perms
from terreau.diagnosis.conclusions import concluded
from terreau.diagnosis.content import Content, from_text, to_text
from terreau.diagnosis.findings import SIDES
from terreau.diagnosis.models import Draft, LineJudgement
from terreau.diagnosis.swot import Judgement
from terreau.journal.services import record
from terreau.territories.models import Territory

_OWN = "avis."


def judgements_of(territory: Territory) -> tuple[Judgement, ...]:
    """What was said of the lines of a territory, as plain data."""
    return tuple(
        Judgement(one.key, one.side, one.text, one.evidence, one.impact, one.certainty, one.reason)
        for one in LineJudgement.objects.filter(territory=territory)
    )


def rate_line(*, person: Any, draft: Draft, key: str, impact: int, certainty: int, reason: str) -> Draft:
    """Rate a line of the draft otherwise than the rules do, saying why; a second time replaces the first.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: without a reason, for a line that is not there, or when the draft is gone.
    """

    def write(content: Content) -> None:
        held = LineJudgement.objects.filter(territory=draft.territory, key=key).first()
        finding = next((one for one in content.findings if one.key == key and one.side), None)
        if held is None and finding is None:
            raise _no_such_line()
        about = {"evidence": held.evidence if held else key, "impact": impact, "certainty": certainty}
        LineJudgement.objects.update_or_create(
            territory=draft.territory, key=key, defaults={**about, "reason": reason.strip(), "author": person}
        )

    _check(impact, certainty, reason)
    return _judged(person, draft, "diagnosis.line_rated", key, write)


def add_line(
    *,
    person: Any,
    draft: Draft,
    side: str,
    text: str,
    evidence: str,
    impact: int,
    certainty: int,
    reason: str,
) -> Draft:
    """Add a line that the rules did not make; it points to a finding of the draft, never to nothing.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: without text, evidence or reason, or when the draft is gone.
    """
    key = f"{_OWN}{uuid.uuid4().hex[:12]}"

    def write(content: Content) -> None:
        if evidence not in {one.key for one in content.findings}:
            raise TerreauError(
                _("Cette ligne ne repose sur rien\u00a0: choisissez ce qui la prouve."), where=_("Preuve")
            )
        LineJudgement.objects.create(
            territory=draft.territory,
            key=key,
            side=side,
            text=text.strip(),
            evidence=evidence,
            impact=impact,
            certainty=certainty,
            reason=reason.strip(),
            author=person,
        )

    _check(impact, certainty, reason)
    if side not in SIDES or not text.strip():
        raise TerreauError(_("Dites le constat, et s’il est une force, une faiblesse…"), where=_("Constat"))
    return _judged(person, draft, "diagnosis.line_added", key, write)


def drop_judgement(*, person: Any, draft: Draft, key: str) -> Draft:
    """Come back to what the rules say of a line; a line of one's own goes."""

    def write(_content: Content) -> None:
        LineJudgement.objects.filter(territory=draft.territory, key=key).delete()

    return _judged(person, draft, "diagnosis.line_dropped", key, write)


def _check(impact: int, certainty: int, reason: str) -> None:
    if not (1 <= impact <= 5 and 1 <= certainty <= 5):
        raise TerreauError(_("L’impact et la certitude vont de 1 à 5."))
    if not reason.strip():
        raise TerreauError(
            _("Dites pourquoi\u00a0: un avis sans raison ne se discute pas."), where=_("Raison")
        )


def _judged(person: Any, draft: Draft, verb: str, key: str, write: Callable[[Content], None]) -> Draft:
    """Write what was said, and conclude the draft anew from its own findings."""
    perms.can_prepare.require(person, draft.territory)
    with transaction.atomic():
        held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
        if held is None:
            raise TerreauError(
                _("Ce brouillon n’existe plus\u00a0: il a été remplacé."),
                remedy=_("Relisez le brouillon présent, puis recommencez."),
            )
        content = from_text(held.content)
        write(content)
        held.content = to_text(concluded(content, judgements_of(held.territory)))
        held.save(update_fields=["content", "prepared_at"])
        record(
            verb=verb,
            subject=f"territory:{held.territory.code}",
            actor=person,
            territory_code=held.territory.code,
            line=key,
        )
    return held


def _no_such_line() -> TerreauError:
    return TerreauError(
        _("Cette ligne n’est plus dans le brouillon."), remedy=_("Rechargez la page, puis recommencez.")
    )
