"""The issues of a territory, and what it says of its strategy, as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.models import is_public_id
from terreau.directory.writing import known
from terreau.journal.words import clean_words, field_label
from terreau.strategy import perms
from terreau.strategy.content import clean, findings_of
from terreau.strategy.models import PriorityIssue, Strategy
from terreau.strategy.telling import held, someone_else, tell
from terreau.territories.models import Territory

MOST_ISSUES: Final = 40


def introduce(*, person: Any, territory: Territory, version: int, words: str) -> Strategy:
    """Say what the territory wants, in its own words.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: whose strategy it is.
        version: of the words that were read; 1 for those never written.
        words: the new ones.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone wrote in between, or they cannot be kept.
    """
    perms.can_write.require(person, territory)
    said = clean_words(words, field_label(Strategy, "words"))
    with transaction.atomic():
        strategy = held(territory)
        if strategy.words == said:
            return strategy
        if strategy.version != version:
            raise someone_else(field_label(Strategy, "words"))
        strategy.words, strategy.version = said, version + 1
        strategy.save(update_fields=["words", "version"])
        tell("introduced", person, territory)
    return strategy


def add_issue(
    *, person: Any, territory: Territory, public_id: str, values: Mapping[str, Any]
) -> PriorityIssue:
    """A new priority issue; the same form sent again adds none.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: whose issue it is.
        public_id: drawn with the form.
        values: the fields of the issue, `findings` by their keys.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when a value cannot be kept, or there are too many issues.
    """
    perms.can_write.require(person, territory)
    if not is_public_id(public_id):
        raise _incomplete()
    made = clean(values, findings_of(territory))
    with transaction.atomic():
        strategy = held(territory)
        begun = PriorityIssue.objects.filter(public_id=public_id).first()
        if begun is not None:
            if begun.strategy_id != strategy.pk:
                raise _incomplete()
            return begun
        if strategy.issues.count() >= MOST_ISSUES:
            raise TerreauError(_("%(most)d enjeux au plus\u00a0: regroupez-les.") % {"most": MOST_ISSUES})
        last = strategy.issues.aggregate(last=Max("rank"))["last"] or 0
        made["rank"] = made["rank"] or last + 1
        issue = PriorityIssue.objects.create(
            strategy=strategy, public_id=public_id, changed_by=known(person), **made
        )
        tell("issue_added", person, territory, issue=issue.title)
    return issue


def save_issue(
    *, person: Any, issue: PriorityIssue, version: int, values: Mapping[str, Any]
) -> PriorityIssue:
    """Write a whole issue again; the findings it rested on may stay, though a later diagnosis has others.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone wrote in between, or a value cannot be kept.
    """
    territory = issue.strategy.territory
    perms.can_write.require(person, territory)
    with transaction.atomic():
        held(territory)
        found = PriorityIssue.objects.filter(pk=issue.pk).first()
        if found is None:
            raise TerreauError(_("Cet enjeu a été supprimé."), where=issue.title)
        made = clean(values, choosable(found, territory))
        changed = [name for name, value in made.items() if getattr(found, name) != value]
        if not changed:
            return found
        if found.version != version:
            raise someone_else(found.title)
        for name in changed:
            setattr(found, name, made[name])
        found.version, found.changed_by = version + 1, known(person)
        found.save()
        tell("issue_changed", person, territory, issue=found.title)
    return found


def choosable(issue: PriorityIssue | None, territory: Territory) -> list[dict[str, Any]]:
    """The findings that an issue may rest on: those it has, as they were read, then the others."""
    kept = list(issue.findings) if issue else []
    keys = {one["key"] for one in kept}
    return kept + [one for one in findings_of(territory) if one["key"] not in keys]


def remove_issue(*, person: Any, issue: PriorityIssue) -> None:
    """Take an issue away; the revisions that hold it keep it.

    Raises:
        NotAllowed: when the person may not.
    """
    territory = issue.strategy.territory
    perms.can_write.require(person, territory)
    with transaction.atomic():
        held(territory)
        if PriorityIssue.objects.filter(pk=issue.pk).delete()[0]:
            tell("issue_removed", person, territory, issue=issue.title)


def _incomplete() -> TerreauError:
    return TerreauError(_("Ce formulaire n’est pas complet."), remedy=_("Rouvrez la page, puis recommencez."))
