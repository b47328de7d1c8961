"""The forms of the portfolio. A list has its filled rows and two more: no script adds any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from terreau.accounts.fields import (
    AmountField,
    choice_field,
    count_rows,
    line_field,
    several_field,
    text_field,
)
from terreau.accounts.forms import PlainForm
from terreau.core.errors import TerreauError
from terreau.core.money import amount_typed, currency_code, to_units
from terreau.core.numbers import whole_number
from terreau.directory.meant import organisation_of, territory_of, written
from terreau.directory.nomenclatures import issues, sectors
from terreau.journal.words import field_label
from terreau.levers.catalogue import catalogue
from terreau.portfolio.enums import FundingState, ProjectState, Stage
from terreau.portfolio.models import Project
from terreau.portfolio.writing import LONGEST_TITLE, NUMBERS, YEARLY
from terreau.practices.enums import CostNature
from terreau.survey.enums import Need
from terreau.territories.models import Territory

# So many places of the territory are offered as one types; any other is typed in full.
_MOST_OFFERED: Final = 300
_ONE_TO_FIVE: Final = [(str(step), str(step)) for step in range(1, 6)]
CELLS: Final = {
    "budget": ("year", "nature", "amount"),
    "fundings": ("funder", "year", "amount", "currency", "state"),
    "risks": ("text", "probability", "severity", "control"),
    "shares": ("territory", "percent", "part"),
}
_WORDY: Final = frozenset({"funder", "text", "control", "territory", "part"})
_CHOICES: Final[Mapping[str, Any]] = {
    "nature": CostNature.choices,
    "state": FundingState.choices,
    "probability": _ONE_TO_FIVE,
    "severity": _ONE_TO_FIVE,
}
LISTS: Final = {
    "budget": _("Budget"),
    "fundings": _("Plan de financement"),
    "risks": _("Risques"),
    "shares": _("Territoires associés"),
}
_LABELS: Final = {
    "year": _("Année"),
    "nature": _("Nature"),
    "amount": _("Montant"),
    "funder": _("Financeur"),
    "currency": _("Monnaie, si c’est une autre"),
    "state": _("État"),
    "text": _("Risque"),
    "probability": _("Probabilité"),
    "severity": _("Gravité"),
    "control": _("Ce qui le maîtrise"),
    "territory": _("Territoire, par son nom ou son code"),
    "percent": _("Part du budget, en %"),
    "part": _("Ce qu’il fait"),
}


class BeginForm(PlainForm):
    """A project that begins."""

    title = line_field(_("Nom du projet"), needed=True, longest=LONGEST_TITLE)
    summary = text_field(
        _("En quelques phrases"), _("facultatif\u00a0: le reste de la fiche s’écrit ensuite")
    )


class ProjectForm(PlainForm):
    """The whole sheet."""

    lists = LISTS

    def __init__(self, data: Any = None, *, project: Project) -> None:
        self.project = project
        values = _values_of(project)
        self.counts = {name: count_rows(data, name, values[name]) for name in CELLS}
        super().__init__(data, initial=_initial(project, values))
        self._add_words()
        self._add_people_and_money()
        for name, cells in CELLS.items():
            for at in range(self.counts[name]):
                # A funder pays in its own currency where the row says one.
                typed = str((data or {}).get(f"{name}-{at}-currency") or "")
                currency = currency_code(typed) or project.currency
                for cell in cells:
                    self.fields[f"{name}-{at}-{cell}"] = _cell(cell, currency)

    def _add_words(self) -> None:
        levers = [
            (family.label, [(one.code, one.label) for one in family.levers])
            for family in catalogue().families
        ]
        self.fields.update(
            title=line_field(_("Nom"), needed=True, longest=LONGEST_TITLE),
            summary=text_field(_("En quelques phrases")),
            need=choice_field(_("Besoin auquel il répond"), Need.choices),
            lever=choice_field(_("Levier"), levers),
            sector=choice_field(_("Secteur"), [(one.code, one.label) for one in sectors()]),
            issues=several_field(_("Enjeux territoriaux"), [(one.code, one.label) for one in issues()]),
            zone=line_field(_("Lieu"), _("un lieu du territoire, par son nom ou son code")),
            place=line_field(_("Précision sur le lieu"), longest=200),
            stage=choice_field(_("Avancement"), Stage.choices),
            bearer=line_field(_("Porteur"), _("son nom exact, ou l’adresse de sa fiche dans l’annuaire")),
            partners=text_field(
                _("Partenaires"), _("un par ligne\u00a0: son nom exact, ou l’adresse de sa fiche")
            ),
            results=text_field(_("Résultats attendus")),
            is_public=forms.BooleanField(
                label=_("Public\u00a0: la fiche est sur la page du territoire"), required=False
            ),
        )

        self.fields["zone"].widget.attrs["list"] = "lieux"

    def _add_people_and_money(self) -> None:
        for name in NUMBERS:
            label = field_label(Project, name).capitalize()
            self.fields[name] = (
                AmountField(label=label, help_text=self.project.currency, currency=self.project.currency)
                if name in YEARLY
                else forms.IntegerField(label=label, min_value=0, required=False)
            )

    def rows(self, name: str) -> list[list[tuple[forms.BoundField, bool]]]:
        """The rows of a list: their fields, and which need room for words."""
        return [
            [(self[f"{name}-{at}-{cell}"], cell in _WORDY) for cell in CELLS[name]]
            for at in range(self.counts[name])
        ]

    @property
    def budget_rows(self) -> list[list[tuple[forms.BoundField, bool]]]:
        """What it costs."""
        return self.rows("budget")

    @property
    def funding_rows(self) -> list[list[tuple[forms.BoundField, bool]]]:
        """Who pays."""
        return self.rows("fundings")

    @property
    def risk_rows(self) -> list[list[tuple[forms.BoundField, bool]]]:
        """What may go wrong."""
        return self.rows("risks")

    @property
    def share_rows(self) -> list[list[tuple[forms.BoundField, bool]]]:
        """Who shares it."""
        return self.rows("shares")

    @property
    def places(self) -> list[str]:
        """The places that are offered as one types, as they are read back."""
        known = Territory.objects.within(self.project.territory).current().by_name()
        return [written(one) for one in known.only("name", "code")[:_MOST_OFFERED]]

    def clean(self) -> dict[str, Any]:
        """What was named by hand becomes the key of what is meant."""
        typed = super().clean() or {}
        town = self.project.territory
        self._find("zone", lambda text: territory_of(text, town, within=True).code)
        self._find("bearer", lambda text: organisation_of(text, town).public_id)
        self._find("partners", lambda text: [organisation_of(one, town).public_id for one in _lines(text)])
        for at in range(self.counts["shares"]):
            self._find(f"shares-{at}-territory", lambda text: territory_of(text, town).code)
        return typed

    def _find(self, name: str, meant: Callable[[str], Any]) -> None:
        text = self.cleaned_data.get(name)
        if text:
            try:
                self.cleaned_data[name] = meant(text)
            except TerreauError as problem:
                self.add_error(name, str(problem))

    def values(self) -> dict[str, Any]:
        """What was typed, rows as lists, amounts in the smallest units."""
        typed = self.cleaned_data
        currency = self.project.currency
        plain = {name: value for name, value in typed.items() if "-" not in name and name != "title"}
        for name in YEARLY:
            plain[name] = None if plain[name] is None else to_units(plain[name], currency)
        plain["partners"] = plain["partners"] or []
        for name, cells in CELLS.items():
            rows = [{cell: typed[f"{name}-{at}-{cell}"] for cell in cells} for at in range(self.counts[name])]
            plain[name] = [_row(row, currency) for row in rows if _says_something(row)]
        return plain


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _says_something(row: Mapping[str, Any]) -> bool:
    return any(value not in (None, "") for value in row.values())


def _row(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    found = dict(row)
    if "currency" in found:
        found["currency"] = currency_code(found["currency"])
    if "amount" in found:
        money = found.get("currency") or currency
        found["amount"] = None if found["amount"] is None else to_units(found["amount"], money)
    for name in ("probability", "severity"):
        if name in found:
            found[name] = whole_number(found[name] or "")
    return found


def _cell(name: str, currency: str) -> forms.Field:
    label = _LABELS[name]
    if name in _CHOICES:
        return choice_field(label, _CHOICES[name], empty="")
    if name == "amount":
        return AmountField(label=label, currency=currency)
    if name in ("year", "percent"):
        return forms.IntegerField(label=label, min_value=0, max_value=9999, required=False)
    return line_field(label, longest=500)


def _values_of(project: Project) -> dict[str, list[dict[str, Any]]]:
    """The rows of a project, as they are typed."""
    currency = project.currency
    return {
        "budget": [
            {"year": one.year, "nature": one.nature, "amount": amount_typed(one.amount, currency)}
            for one in project.budget_lines.all()
        ],
        "fundings": [
            {
                "funder": one.funder,
                "year": one.year,
                "amount": amount_typed(one.amount, one.currency),
                "currency": one.currency if one.currency != currency else "",
                "state": one.state,
            }
            for one in project.fundings.all()
        ],
        "risks": [{name: getattr(one, name) for name in CELLS["risks"]} for one in project.risks.all()],
        "shares": [
            {"territory": written(one.territory), "percent": one.percent, "part": one.part}
            for one in project.shares.select_related("territory")
        ],
    }


def _initial(project: Project, rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    names = (
        "title",
        "summary",
        "need",
        "lever",
        "sector",
        "issues",
        "place",
        "stage",
        "results",
        "is_public",
    )
    initial: dict[str, Any] = {name: getattr(project, name) for name in (*names, *NUMBERS)}
    for name in YEARLY:
        initial[name] = amount_typed(initial[name], project.currency)
    initial["zone"] = written(project.zone) if project.zone else ""
    initial["bearer"] = written(project.bearer) if project.bearer else ""
    initial["partners"] = "\n".join(written(one) for one in project.partners.order_by("name"))
    for name, listed in rows.items():
        for at, row in enumerate(listed):
            initial |= {f"{name}-{at}-{cell}": value for cell, value in row.items()}
    return initial


class MoveForm(PlainForm):
    """Where a project goes now."""

    def __init__(self, data: Any = None, *, states: list[str]) -> None:
        super().__init__(data)
        names = dict(ProjectState.choices)
        self.fields["after"] = choice_field(
            _("Passer à"),
            [(state, str(names[ProjectState(state)]).capitalize()) for state in states],
            needed=True,
        )
        self.fields["reason"] = text_field(
            _("Raison"), _("nécessaire pour reprendre, écarter ou abandonner"), rows=2, longest=1000
        )


class DocumentForm(PlainForm):
    """A file to keep."""

    file = forms.FileField(
        label=_("Fichier"), help_text=_("PDF, DOCX, ODT, XLSX, ODS, PNG ou JPEG, 10\u00a0Mo au plus")
    )
    is_public = forms.BooleanField(label=_("Public, avec la fiche"), required=False)


class ProposalForm(PlainForm):
    """What an actor proposes."""

    title = line_field(_("Nom de votre projet"), needed=True, longest=LONGEST_TITLE)
    text = forms.CharField(
        label=_("En quoi consiste-t-il\u00a0?"),
        help_text=_("quelques phrases\u00a0: pour qui, où, avec qui"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    need = choice_field(_("À quel besoin répond-il\u00a0?"), Need.choices, empty=_("Je ne sais pas"))
    who = line_field(
        _("Qui le porterait\u00a0?"), _("une association, un groupe, une coopérative…"), longest=200
    )
    name = line_field(_("Votre nom"), longest=160)
    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_("pour vous envoyer le récépissé, puis la réponse"),
        required=False,
        max_length=254,
    )
    phone = line_field(_("Votre téléphone"), longest=40)
    name.widget.attrs["autocomplete"] = "name"
    email.widget.attrs["autocomplete"] = "email"
    phone.widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}


class AnswerForm(PlainForm):
    """What is answered to a proposal."""

    words = text_field(_("Votre réponse"), _("la personne la lit avec son récépissé"), rows=3)


class SiftForm(PlainForm):
    """What narrows the list."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["etat"] = choice_field(_("État"), ProjectState.choices, empty=_("Tous"))
        self.fields["avancement"] = choice_field(_("Avancement"), Stage.choices, empty=_("Tous"))
        self.fields["besoin"] = choice_field(_("Besoin"), Need.choices, empty=_("Tous"))
        families = [(one.code, one.label) for one in catalogue().families]
        self.fields["levier"] = choice_field(_("Levier"), families, empty=_("Tous"))
