"""What a territory concludes of each statement once judged, with the text that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.writing import known
from terreau.framework import grid, perms
from terreau.framework.enums import AssessmentState, Level, Lever, Verdict
from terreau.framework.models import Assessment, Finding, LegalText
from terreau.framework.telling import clean_dated, tell
from terreau.journal.words import clean_words, field_label

FIELDS = (
    "verdict",
    "level",
    "lever",
    "lever_words",
    "law",
    "text_title",
    "article",
    "dated",
    "url",
    "words",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The text that shows a finding; what the form leaves empty comes from the library."""

    title: str
    article: str
    dated: str
    url: str
    law: str
    reliability: str


def evidence_of(finding: Finding) -> Evidence:
    """What shows a finding."""
    version = finding.law.published if finding.law else None
    return Evidence(
        title=finding.text_title or (version.title if version else ""),
        article=finding.article,
        dated=finding.dated or (version.dated if version else ""),
        url=finding.url or (version.url if version else ""),
        law=finding.law.code if finding.law and version else "",
        reliability=version.reliability if version else "",
    )


def lacking(finding: Finding) -> list[str]:
    """What is missing before a finding may be published; nothing when its evidence is whole.

    An absence has no article to show: it is shown by what was looked through, when, and where.
    """
    evidence = evidence_of(finding)
    asked = {
        _("la date"): evidence.dated,
        _("l’adresse"): evidence.url,
    }
    if finding.verdict == Verdict.ABSENT:
        asked = {_("ce qui a été cherché, dans l’explication"): finding.words, **asked}
    else:
        asked = {_("le texte"): evidence.title, _("l’article"): evidence.article, **asked}
    return [name for name, value in asked.items() if not value]


def save_finding(
    *, person: Any, assessment: Assessment, statement: str, version: int, values: Mapping[str, Any]
) -> Finding:
    """Write what is concluded of a statement.

    Args:
        person: an agent of the territory, or the secretariat.
        assessment: the grid, its judging over, not yet published.
        statement: of the grid.
        version: of the finding that was read; 0 where there was none.
        values: `FIELDS`, as typed.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone wrote in between, or a value cannot be kept.
    """
    perms.can_keep_grid.require(person, assessment.territory)
    known_statement = grid.current().statement(statement)
    if known_statement is None:
        raise TerreauError(_("Cette affirmation n’est pas dans la grille."))
    clean = _clean(values)
    with transaction.atomic():
        held = (
            Assessment.objects.select_for_update(of=("self",))
            .select_related("territory")
            .get(pk=assessment.pk)
        )
        if held.state != AssessmentState.CLOSED:
            raise TerreauError(
                _("Les constats s’écrivent entre la clôture de la notation et la publication."),
                where=held.territory.name,
            )
        found = held.findings.filter(statement=statement).first()
        if found is not None and all(getattr(found, name) == value for name, value in clean.items()):
            return found
        if (found.version if found else 0) != version:
            raise TerreauError(
                _("Quelqu’un d’autre a modifié ce constat pendant que vous l’écriviez."),
                where=known_statement.text,
                remedy=_("Rien n’est perdu\u00a0: comparez votre saisie au texte actuel, puis enregistrez."),
            )
        before = {name: _plain(getattr(found, name)) for name in clean} if found else {}
        found = found or Finding(assessment=held, statement=statement, version=0)
        for name, value in clean.items():
            setattr(found, name, value)
        found.version += 1
        found.written_by = known(person)
        found.save()
        tell(
            "framework.found",
            person,
            held.territory,
            statement=statement,
            verdict=found.verdict,
            before={name: value for name, value in before.items() if value != _plain(clean[name])},
        )
    return found


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, each as it may be kept."""
    clean: dict[str, Any] = {}
    for name, allowed in (("verdict", Verdict.values), ("level", Level.values), ("lever", Lever.values)):
        if values.get(name) not in allowed:
            raise TerreauError(_("Il manque un choix."), where=field_label(Finding, name))
        clean[name] = str(values[name])
    law = values.get("law")
    clean["law"] = law if isinstance(law, LegalText) else None
    for name in ("lever_words", "words"):
        clean[name] = clean_words(values.get(name), field_label(Finding, name))
    for name, longest in (("text_title", 300), ("article", 120)):
        label = field_label(Finding, name)
        clean[name] = clean_words(values.get(name), label, longest=longest)
    clean["dated"] = clean_dated(values.get("dated"), field_label(Finding, "dated"))
    clean["url"] = str(values.get("url") or "")
    return clean


def _plain(value: Any) -> str:
    return value.code if isinstance(value, LegalText) else str(value or "")
