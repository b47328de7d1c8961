"""Two sheets beside each other, and the word of the person who makes them one: pure functions.

A choice is about one field: the value of the kept sheet, that of the absorbed one, both where the field is a
list, or the rule's, which is no choice at all. What is chosen becomes a record of its own, that outranks the
others (`rules.CHOICE`): it leaves with the merge, and nothing of what the sources say is touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from terreau.directory.rules import UNITED, Chosen, RecordView, choose, delta, is_given

KEPT, ABSORBED, BOTH, RULE = "kept", "absorbed", "both", "rule"
CHOICES = (RULE, KEPT, ABSORBED, BOTH)


@dataclass(frozen=True, slots=True)
class Beside:
    """One field of two sheets: what each shows, and what the rule gives of the two together."""

    key: str
    kept: Any
    absorbed: Any
    rule: Any
    kept_from: RecordView | None
    absorbed_from: RecordView | None

    @property
    def same(self) -> bool:
        """Whether there is nothing to choose."""
        return bool(self.kept == self.absorbed)

    @property
    def may_have_both(self) -> bool:
        """Whether the field is a list of which both sheets have something."""
        return isinstance(self.kept, list) and isinstance(self.absorbed, list) and self.key not in UNITED


def beside(
    kept: Iterable[RecordView], absorbed: Iterable[RecordView], order: Iterable[str] = ()
) -> list[Beside]:
    """Each field of which one of two sheets says something, in this order of the keys, then the others."""
    one, other = list(kept), list(absorbed)
    first, second, together = choose(one), choose(other), choose([*one, *other])
    keys = dict.fromkeys((*order, *first.values, *second.values))
    return [
        Beside(
            key,
            first.values.get(key),
            second.values.get(key),
            together.values.get(key),
            first.provenance.get(key),
            second.provenance.get(key),
        )
        for key in keys
        if key in first.values or key in second.values
    ]


def wanted(field: Beside, choice: str) -> Any:
    """The value that a choice gives; that of the rule where both are united already."""
    if choice == KEPT:
        return field.kept
    if choice == ABSORBED:
        return field.absorbed
    if choice == BOTH and field.may_have_both:
        return [*field.kept, *(one for one in field.absorbed if one not in field.kept)]
    return field.rule


def word(
    kept: Iterable[RecordView], absorbed: Iterable[RecordView], choices: Mapping[str, str], on: date
) -> tuple[dict[str, Any], dict[str, str]]:
    """What the person's record says, and since when; nothing where the rule was left to choose.

    A choice that the rule would make today too is said all the same: it holds when the sources change.
    """
    values: dict[str, Any] = {}
    for field in beside(kept, absorbed):
        choice = choices.get(field.key, RULE)
        if choice == RULE or (choice == BOTH and not field.may_have_both):
            continue
        value = wanted(field, choice)
        if field.key in UNITED:
            own = delta(value, field.rule)
            if own:
                values[field.key] = own
        else:
            values[field.key] = value if is_given(value) else None
    return values, dict.fromkeys(values, on.isoformat())


def said_again(shown: Chosen, typed: Mapping[str, Any]) -> set[str]:
    """The fields of which a person who edits a sheet says something else than is shown."""
    return {
        key
        for key, value in typed.items()
        if value != shown.values.get(key) and (is_given(value) or key in shown.values)
    }
