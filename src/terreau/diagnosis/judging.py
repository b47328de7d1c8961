"""What a territory's people say of the lines of its strengths and weaknesses, while the draft is prepared."""

from __future__ import annotations

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
from terreau.directory.models import is_public_id
from terreau.directory.writing import known
from terreau.journal.services import record
from terreau.journal.words import clean_words, field_label
from terreau.territories.models import Territory

_OWN = "avis."


def judgements_of(territory: Territory) -> tuple[Judgement, ...]:
    """What was said of the lines of a territory, as plain data."""
    return tuple(
        Judgement(one.key, one.side, one.text, one.evidence, one.impact, one.certainty, one.reason)
        for one in LineJudgement.objects.filter(territory=territory)
    )


def marks_of(territory: Territory) -> dict[str, str]:
    """For each line judged, what tells this judgement from a later one."""
    found = LineJudgement.objects.filter(territory=territory)
    return {one.key: _mark(one) for one in found}


def _mark(held: LineJudgement) -> str:
    return held.changed_at.isoformat()


def rate_line(
    *, person: Any, draft: Draft, key: str, read: str, impact: int, certainty: int, reason: str
) -> Draft:
    """Rate a line of the draft otherwise than the rules do, saying why; a second time replaces the first.

    Args:
        person: an agent of the territory, or the secretariat.
        draft: the one in preparation.
        key: of the line.
        read: the mark of the judgement that was read; empty where there was none.
        impact: from 1 to 5.
        certainty: from 1 to 5.
        reason: published with the line.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: without a reason, for a line that is not there, when someone judged it in between, or
            when the draft is gone.
    """
    why = _checked(impact, certainty, reason)
    told = {"impact": impact, "certainty": certainty, "reason": why}

    def write(content: Content) -> bool:
        held = LineJudgement.objects.filter(territory=draft.territory, key=key).first()
        finding = next((one for one in content.findings if one.key == key and one.side), None)
        if held is None and finding is None:
            raise _no_such_line()
        if held and all(getattr(held, name) == value for name, value in told.items()):
            return False
        if held and _mark(held) != read:
            raise TerreauError(
                _("Quelqu’un d’autre a noté cette ligne pendant que vous l’écriviez."),
                remedy=_("Rien n’est perdu\u00a0: comparez votre avis au sien, puis enregistrez."),
            )
        LineJudgement.objects.update_or_create(
            territory=draft.territory,
            key=key,
            defaults={"evidence": held.evidence if held else key, **told, "author": known(person)},
        )
        return True

    return _judged(person, draft, "diagnosis.line_rated", key, write)


def add_line(
    *,
    person: Any,
    draft: Draft,
    once: str,
    side: str,
    text: str,
    evidence: str,
    impact: int,
    certainty: int,
    reason: str,
) -> Draft:
    """Add a line that the rules did not make; it points to a finding of the draft, never to nothing.

    Args:
        person: an agent of the territory, or the secretariat.
        draft: the one in preparation.
        once: drawn with the form: sent twice, there is one line.
        side: strength, weakness, opportunity or threat.
        text: what it says.
        evidence: the key of a finding.
        impact: from 1 to 5.
        certainty: from 1 to 5.
        reason: published with the line.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: without text, evidence or reason, or when the draft is gone.
    """
    if not is_public_id(once):
        raise TerreauError(_("Ce formulaire n’est pas complet."), remedy=_("Ouvrez-le de nouveau."))
    key = f"{_OWN}{once}"
    why = _checked(impact, certainty, reason)
    if side not in SIDES:
        raise TerreauError(_("Dites s’il est une force, une faiblesse…"), where=_("Côté"))
    said = clean_words(text, _("Constat"), longest=200, needed=_("Dites le constat."))

    def write(content: Content) -> bool:
        if evidence not in {one.key for one in content.findings}:
            raise TerreauError(
                _("Cette ligne ne repose sur rien\u00a0: choisissez ce qui la prouve."), where=_("Preuve")
            )
        _line, made = LineJudgement.objects.get_or_create(
            territory=draft.territory,
            key=key,
            defaults={
                "side": side,
                "text": said,
                "evidence": evidence,
                "impact": impact,
                "certainty": certainty,
                "reason": why,
                "author": known(person),
            },
        )
        return made

    return _judged(person, draft, "diagnosis.line_added", key, write)


def drop_judgement(*, person: Any, draft: Draft, key: str) -> Draft:
    """Come back to what the rules say of a line; a line of one's own goes."""

    def write(_content: Content) -> bool:
        return bool(LineJudgement.objects.filter(territory=draft.territory, key=key).delete()[0])

    return _judged(person, draft, "diagnosis.line_dropped", key, write)


def _checked(impact: int, certainty: int, reason: str) -> str:
    """The reason, as it may be kept."""
    if not (1 <= impact <= 5 and 1 <= certainty <= 5):
        raise TerreauError(_("L’impact et la certitude vont de 1 à 5."))
    return clean_words(
        reason,
        field_label(LineJudgement, "reason"),
        longest=500,
        needed=_("Dites pourquoi\u00a0: un avis sans raison ne se discute pas."),
    )


def _judged(person: Any, draft: Draft, verb: str, key: str, write: Callable[[Content], bool]) -> Draft:
    """Write what was said; if it changes anything, conclude the draft anew from its own findings."""
    perms.can_prepare.require(person, draft.territory)
    with transaction.atomic():
        held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
        if held is None:
            raise TerreauError(
                _("Ce brouillon n’existe plus\u00a0: il a été remplacé."),
                remedy=_("Relisez le brouillon présent, puis recommencez."),
            )
        content = from_text(held.content)
        if not write(content):
            return held
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
