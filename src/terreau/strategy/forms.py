"""The forms of the strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.accounts.fields import NumberField, line_field, several_field, text_field
from terreau.accounts.forms import PlainForm
from terreau.strategy.content import FIRST_YEAR, LAST_YEAR, values_of
from terreau.strategy.models import PriorityIssue
from terreau.survey.enums import Need


def _decimal(label: Any) -> NumberField:
    return NumberField(label=label, max_digits=18, decimal_places=4)


class WordsForm(PlainForm):
    """What the territory says of its strategy."""

    words = text_field(
        gettext_lazy("Ce que veut le territoire"),
        gettext_lazy("Quelques phrases, lues de tous en tête de la page publique."),
        rows=6,
    )


class IssueForm(PlainForm):
    """A priority issue."""

    title = line_field(
        gettext_lazy("Enjeu"),
        gettext_lazy("Ce qui doit avoir changé, en une phrase."),
        needed=True,
        longest=200,
    )
    words = text_field(gettext_lazy("En quelques phrases"))
    horizon = forms.IntegerField(
        label=gettext_lazy("Horizon"),
        help_text=gettext_lazy("l’année où cela doit être fait"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
    )
    indicator = line_field(
        gettext_lazy("Indicateur"), gettext_lazy("Ce qui est compté, pour savoir si cela a changé.")
    )
    unit = line_field(gettext_lazy("Unité"), longest=40)
    source = line_field(gettext_lazy("Source du chiffre"), gettext_lazy("Qui le compte, dans quel registre."))
    baseline = _decimal(gettext_lazy("Au départ"))
    target = _decimal(gettext_lazy("Cible"))
    rank = forms.IntegerField(
        label=gettext_lazy("Rang"),
        help_text=gettext_lazy("1 pour le premier\u00a0; vide, à la suite"),
        min_value=0,
        max_value=999,
        required=False,
    )

    def __init__(
        self, data: Any = None, *, findings: Sequence[Mapping[str, Any]], issue: PriorityIssue | None = None
    ) -> None:
        super().__init__(data, initial=_initial(issue) if issue else {})
        self.fields["needs"] = several_field(
            _("Besoins auxquels il répond"),
            [(code, f"{str(label)[:1].upper()}{str(label)[1:]}") for code, label in Need.choices],
        )
        self.fields["findings"] = several_field(
            _("Constats du diagnostic qui le fondent"), [(one["key"], _told(one)) for one in findings]
        )


def _told(finding: Mapping[str, Any]) -> str:
    told = f"{finding['label']} ({finding['proof']})" if finding["proof"] else str(finding["label"])
    return _("%(finding)s, édition n° %(edition)s") % {"finding": told, "edition": finding["edition"]}


def _initial(issue: PriorityIssue) -> dict[str, Any]:
    values = values_of(issue)
    for name in ("baseline", "target"):
        if values[name] is not None:
            values[name] = f"{values[name].normalize():f}".replace(".", ",")
    return values | {"findings": [one["key"] for one in issue.findings]}


class TextForm(PlainForm):
    """A text that was voted."""

    title = line_field(
        gettext_lazy("Texte"), gettext_lazy("délibération, plan, charte…"), needed=True, longest=200
    )
    reference = line_field(gettext_lazy("Référence"), longest=120)
    voted_on = forms.DateField(
        label=gettext_lazy("Voté le"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    file = forms.FileField(
        label=gettext_lazy("Fichier"), help_text=gettext_lazy("PDF, DOCX ou ODT, 10\u00a0Mo au plus")
    )


class PublishForm(PlainForm):
    """Why the strategy is published again."""

    reason = text_field(
        gettext_lazy("Ce qui change"), gettext_lazy("Lu de tous, avec la révision."), rows=3, longest=1000
    )
