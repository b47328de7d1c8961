"""The strategy as it was published: its issues in words, and two revisions compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from terreau.strategy.content import differences, quantity
from terreau.survey.enums import Need
from terreau.territories.models import Territory


@dataclass(frozen=True)
class Found:
    """A finding that an issue rests on, as it was read in an edition of the diagnosis."""

    label: str
    proof: str
    edition: int
    url: str


@dataclass(frozen=True)
class Issue:
    """A priority issue as a revision tells it."""

    public_id: str
    title: str
    words: str
    horizon: int
    indicator: str
    source: str
    baseline: str
    target: str
    needs: tuple[str, ...] = ()
    findings: tuple[Found, ...] = ()

    @property
    def need_labels(self) -> list[str]:
        """The needs it answers, in words."""
        return [str(Need(code).label) for code in self.needs if code in Need.values]


def issues_in(content: Mapping[str, Any], territory: Territory) -> list[Issue]:
    """The issues that a content holds."""
    return [
        Issue(
            public_id=one["id"],
            title=one["title"],
            words=one["words"],
            horizon=one["horizon"],
            indicator=one["indicator"],
            source=one["source"],
            # « de 2 à 20 ateliers »: the unit is said once.
            baseline=quantity(one["baseline"], "" if one["target"] else one["unit"]),
            target=quantity(one["target"], one["unit"]),
            needs=tuple(one["needs"]),
            findings=tuple(
                Found(
                    found["label"],
                    found["proof"],
                    found["edition"],
                    # Where an edition lists its findings, each with the same words and proof.
                    reverse("diagnosis:edition", args=[territory.code, found["edition"]]) + "#p-swot",
                )
                for found in one["findings"]
            ),
        )
        for one in content["issues"]
    ]


@dataclass
class Comparison:
    """What became of the issues between two revisions."""

    added: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    same: int = 0


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Two contents side by side, issue by issue."""
    old = {one["id"]: one for one in before["issues"]}
    new = {one["id"]: one for one in after["issues"]}
    made = Comparison(
        added=[one["title"] for key, one in new.items() if key not in old],
        gone=[one["title"] for key, one in old.items() if key not in new],
    )
    for key, one in new.items():
        if key not in old:
            continue
        if told := differences(old[key], one):
            made.changed.append({"title": one["title"], "fields": told})
        else:
            made.same += 1
    return made
