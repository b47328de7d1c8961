"""How the pages of one assessor are addressed: by the territory, by a link, or for the committee together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from terreau.evaluation.models import Assessor, Candidate, Evaluation


@dataclass(frozen=True)
class Way:
    """The addresses of an assessor's pages, and who holds the pen."""

    person: Any
    assessor: Assessor
    home: str
    prefix: str
    args: tuple[Any, ...]

    @property
    def evaluation(self) -> Evaluation:
        """What is judged."""
        return self.assessor.evaluation

    @property
    def cards(self) -> str:
        """Where the cards are laid."""
        return reverse(f"evaluation:{self.prefix}_cards", args=self.args)

    def sheet(self, candidate: Candidate) -> str:
        """Where one project is marked."""
        return reverse(f"evaluation:{self.prefix}_sheet", args=[*self.args, candidate.project.public_id])


def own_way(person: Any, assessor: Assessor) -> Way:
    """Of somebody who holds a role on the territory."""
    args = (assessor.evaluation.territory.code, assessor.evaluation.public_id)
    return Way(person, assessor, reverse("evaluation:judge", args=args), "judge", args)


def committee_way(person: Any, assessor: Assessor) -> Way:
    """Of a keeper who fills the sheets of all in the room."""
    args = (assessor.evaluation.territory.code, assessor.evaluation.public_id)
    return Way(person, assessor, reverse("evaluation:own", args=args), "together", args)


def link_way(assessor: Assessor, token: str) -> Way:
    """Of who has no account."""
    return Way(None, assessor, reverse("evaluation:link", args=[token]), "link", (token,))
