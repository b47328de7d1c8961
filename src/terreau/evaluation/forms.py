"""The forms of the evaluation of projects; marks and cards are plain fields of their pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from terreau.accounts.fields import count_rows, line_field, text_field
from terreau.accounts.forms import PlainForm
from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.evaluation.criteria import ANCHORED, MOST_CRITERIA, Criterion
from terreau.evaluation.deciding import LONGEST_REASON, Said
from terreau.evaluation.enums import Outcome
from terreau.evaluation.headline import Line
from terreau.evaluation.marking import UNKNOWN
from terreau.evaluation.models import Evaluation, MarkSheet
from terreau.evaluation.opening import LONGEST_TITLE
from terreau.evaluation.rules import HIGHEST, LOWEST
from terreau.evaluation.weighing import Laid
from terreau.portfolio.models import Project

_RATIO: Final = re.compile(r"[0-9]{1,2}([.,][0-9]{1,2})?")
TOGETHER, ALONE = "together", "alone"


class OpenForm(PlainForm):
    """Which projects, and how they are judged."""

    projects = forms.MultipleChoiceField(
        label=_("Projets à évaluer"), widget=forms.CheckboxSelectMultiple, required=False
    )
    way = forms.ChoiceField(
        label=_("Qui note"),
        choices=[
            (
                TOGETHER,
                _("ensemble\u00a0: une seule note par critère, donnée en réunion ou par une personne"),
            ),
            (ALONE, _("chacun de son côté, à l’aveugle, puis discussion et second tour")),
        ],
        widget=forms.RadioSelect,
        initial=TOGETHER,
    )
    title = line_field(
        _("Intitulé"), _("facultatif\u00a0: par exemple «\u00a0Comité de mars\u00a0»"), longest=LONGEST_TITLE
    )

    def __init__(self, data: Any = None, *, projects: Sequence[Project], chosen: Sequence[str] = ()) -> None:
        super().__init__(data, initial={"projects": list(chosen), "way": TOGETHER})
        self.fields["projects"].choices = [(one.public_id, one.title) for one in projects]  # type: ignore[attr-defined]


class CriteriaForm(PlainForm):
    """The title, the thresholds, and the criteria added to the five factors."""

    lists = {"own": _("Vos critères")}

    def __init__(self, data: Any = None, *, evaluation: Evaluation) -> None:
        own = evaluation.own_criteria
        initial = {
            "title": evaluation.title,
            "keep_from": evaluation.keep_from,
            "leave_under": evaluation.leave_under,
        }
        for place, one in enumerate(own):
            initial |= {f"own-{place}-label": one["label"]}
            initial |= {
                f"own-{place}-at{at}": text for at, text in zip(ANCHORED, one["anchors"], strict=True)
            }
        super().__init__(data, initial=initial)
        self.count = min(count_rows(data, "own", own), MOST_CRITERIA)
        self.fields.update(
            title=line_field(_("Intitulé"), needed=True, longest=LONGEST_TITLE),
            keep_from=forms.IntegerField(label=_("Retenu à partir de (sur 100)"), min_value=0, max_value=100),
            leave_under=forms.IntegerField(label=_("Écarté sous (sur 100)"), min_value=0, max_value=100),
        )
        for place in range(self.count):
            self.fields[f"own-{place}-label"] = line_field(_("Critère"), longest=120)
            for at in ANCHORED:
                label = _("Ce qui se voit à %(mark)d") % {"mark": at}
                self.fields[f"own-{place}-at{at}"] = line_field(label)

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The criteria added, each with its name and three anchors."""
        return [
            [self[f"own-{place}-label"], *(self[f"own-{place}-at{at}"] for at in ANCHORED)]
            for place in range(self.count)
        ]

    def values(self) -> dict[str, Any]:
        """What was typed, the criteria as one list."""
        typed = self.cleaned_data
        return {
            "title": typed["title"],
            "keep_from": typed["keep_from"],
            "leave_under": typed["leave_under"],
            "own": [
                {
                    "label": typed[f"own-{place}-label"],
                    "anchors": [typed[f"own-{place}-at{at}"] for at in ANCHORED],
                }
                for place in range(self.count)
            ],
        }


class DecisionForm(PlainForm):
    """What is decided of each project; the marks propose, the deliberation decides."""

    def __init__(self, data: Any = None, *, lines: Sequence[Line]) -> None:
        initial: dict[str, Any] = {"decided_on": timezone.localdate()}
        for one in lines:
            initial[f"outcome-{one.candidate.project.public_id}"] = one.proposal.outcome
        super().__init__(data, initial=initial)
        self.lines = lines
        for one in lines:
            key, title = one.candidate.project.public_id, one.candidate.project.title
            self.fields[f"outcome-{key}"] = forms.ChoiceField(
                label=title, choices=Outcome.choices, widget=forms.RadioSelect, required=False
            )
            self.fields[f"reason-{key}"] = text_field(
                _("Raison"),
                _("nécessaire quand la décision n’est pas celle que les notes proposent"),
                rows=2,
                longest=LONGEST_REASON,
            )
        self.fields["decided_on"] = forms.DateField(
            label=_("Décidé le"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )
        self.fields["reference"] = line_field(
            _("Délibération"), _("numéro ou référence, s’il y en a une"), longest=200
        )
        self.fields["is_public"] = forms.BooleanField(
            label=_("Publier la décision"),
            required=False,
            help_text=_("Tous la liront, pour les projets qui sont publics dans le portefeuille."),
        )

    def fields_of(self, line: Line) -> tuple[forms.BoundField, forms.BoundField]:
        """The two fields of a project."""
        key = line.candidate.project.public_id
        return self[f"outcome-{key}"], self[f"reason-{key}"]

    def outcomes(self) -> dict[str, Said]:
        """Project → what is decided, and why."""
        keys = [one.candidate.project.public_id for one in self.lines]
        typed = self.cleaned_data
        return {key: Said(typed[f"outcome-{key}"], typed[f"reason-{key}"]) for key in keys}


class MarksForm(PlainForm):
    """The marks of one project: each from 0 to 4, or unknown, and what it rests on."""

    def __init__(self, data: Any = None, *, asked: Sequence[Criterion], sheet: MarkSheet) -> None:
        super().__init__(data)
        self.asked = asked
        steps = [(str(mark), str(mark)) for mark in range(LOWEST, HIGHEST + 1)]
        for one in asked:
            kept = sheet.marks.get(one.key, {})
            mark = UNKNOWN if kept.get("mark") is None else str(kept["mark"])
            self.fields[f"mark-{one.key}"] = forms.ChoiceField(
                label=one.label, choices=[*steps, (UNKNOWN, _("je ne sais pas"))], required=False
            )
            self.fields[f"why-{one.key}"] = line_field(
                format_lazy(_("{criterion}, sur quoi cela repose"), criterion=one.label)
            )
            self.initial[f"mark-{one.key}"] = mark if kept.get("said") else ""
            self.initial[f"why-{one.key}"] = kept.get("evidence", "")

    def given(self) -> dict[str, tuple[str, str]]:
        """Criterion → the mark and the evidence, as they are sent."""
        return {
            one.key: (self[f"mark-{one.key}"].value() or "", self[f"why-{one.key}"].value() or "")
            for one in self.asked
        }


def read_cards(data: Mapping[str, Any], criteria: Sequence[Criterion]) -> Laid:
    """The cards that a page sends: ranks, white cards, ratio.

    Raises:
        TerreauError: when a rank, a number of white cards or the ratio is no number.
    """
    ranks: dict[str, int] = {}
    for one in criteria:
        if text := str(data.get(f"rank-{one.key}", "")).strip():
            ranks[one.key] = _counted(text, 1, len(criteria), one.label)
    blanks = {}
    for rank in range(1, len(criteria)):
        text = str(data.get(f"blank-{rank}", "")).strip() or "0"
        blanks[rank] = _counted(
            text, 0, 99, str(_("Cartes blanches après le rang %(rank)d") % {"rank": rank})
        )
    return Laid(ranks, blanks, _ratio(str(data.get("z", "")).strip()))


def _counted(text: str, least: int, most: int, where: str) -> int:
    number = whole_number(text, least - 1)
    if not least <= number <= most:
        raise TerreauError(
            str(_("«\u00a0%(text)s\u00a0» n’est pas un nombre de %(least)d à %(most)d."))
            % {"text": text[:20], "least": least, "most": most},
            where=where,
        )
    return number


def _ratio(text: str) -> Decimal:
    try:
        if not _RATIO.fullmatch(text):
            raise InvalidOperation
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise TerreauError(
            str(_("«\u00a0%(text)s\u00a0» n’est pas un nombre.")) % {"text": text[:20]},
            where=str(_("Combien de fois plus")),
            remedy=str(_("Écrivez par exemple 5 ou 6,5.")),
        ) from None
