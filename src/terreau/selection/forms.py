"""The forms of the choice of projects; amounts are typed in the country's currency."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from terreau.accounts.fields import AmountField, choice_field, line_field, text_field
from terreau.accounts.forms import PlainForm
from terreau.core.money import amount_typed, fits, read_amount, to_units
from terreau.core.numbers import whole_number
from terreau.core.text import fold
from terreau.levers.catalogue import catalogue
from terreau.portfolio.models import Project
from terreau.selection.deciding import LONGEST_REASON
from terreau.selection.document import Prepared
from terreau.selection.enums import LIMITS, Label, Others, Public, RuleKind
from terreau.selection.opening import LONGEST_TITLE

YEARS_OFFERED: Final = 4
_SEPARATOR = re.compile(r"[\s,;]+")
_ID = re.compile(r"([a-z0-9]{11})/?$")


def _units(amount: Decimal | None, currency: str) -> int:
    """The smallest units of what was typed; nothing typed is nothing."""
    return 0 if amount is None else to_units(amount, currency)


def years_from(first: int) -> list[str]:
    """The years that are offered."""
    return [str(first + later) for later in range(YEARS_OFFERED)]


class OpenForm(PlainForm):
    """Which projects, under which budgets."""

    def __init__(self, data: Any = None, *, projects: Sequence[Project], currency: str) -> None:
        super().__init__(data, initial={"projects": [one.public_id for one in projects]})
        self.years, self.currency = years_from(timezone.localdate().year), currency
        self.fields["title"] = line_field(
            _("Intitulé"), _("par exemple «\u00a0Budget 2027\u00a0»"), needed=True, longest=LONGEST_TITLE
        )
        for year in self.years:
            label = _("Budget %(year)s (%(currency)s)") % {"year": year, "currency": currency}
            self.fields[f"budget-{year}"] = AmountField(label=label, currency=currency)
        self.fields["projects"] = forms.MultipleChoiceField(
            label=_("Projets considérés"),
            choices=[(one.public_id, one.title) for one in projects],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )

    def budgets(self) -> dict[str, int]:
        """Year → amount."""
        return {year: _units(self.cleaned_data[f"budget-{year}"], self.currency) for year in self.years}


class MoneyForm(PlainForm):
    """The budgets, and what each project would cost them."""

    def __init__(self, data: Any = None, *, prepared: Prepared) -> None:
        selection = prepared.selection
        currency = self.currency = selection.currency
        known = {*selection.budgets, *(year for one in prepared.items for year in one.costs)}
        first = min([int(year) for year in known], default=timezone.localdate().year)
        self.years = sorted(known | set(years_from(first)))
        initial: dict[str, Any] = {"title": selection.title}
        for year, amount in selection.budgets.items():
            initial[f"budget-{year}"] = amount_typed(amount, currency)
        for item in prepared.items:
            key = item.project.public_id
            initial[f"keep-{key}"], initial[f"least-{key}"] = True, item.least_percent
            for year, amount in item.costs.items():
                initial[f"cost-{key}-{year}"] = amount_typed(amount, currency)
        super().__init__(data, initial=initial)
        self.items = prepared.items
        self.titles = {one.project.public_id: one.project.title for one in prepared.items}
        self.fields["title"] = line_field(_("Intitulé"), needed=True, longest=LONGEST_TITLE)
        for year in self.years:
            self.fields[f"budget-{year}"] = AmountField(
                label=_("Budget %(year)s") % {"year": year}, currency=currency
            )
        for item in prepared.items:
            # The title of the project is that of the group of its fields.
            key = item.project.public_id
            self.fields[f"keep-{key}"] = forms.BooleanField(label=_("Considérer ce projet"), required=False)
            for year in self.years:
                self.fields[f"cost-{key}-{year}"] = AmountField(
                    label=_("Coût %(year)s") % {"year": year}, currency=currency
                )
            self.fields[f"least-{key}"] = forms.IntegerField(
                label=_("Part minimale en %"), min_value=1, max_value=100
            )

    def label_of(self, name: str) -> str:
        """The field, with the project it is of."""
        title = self.titles.get(name.split("-")[1]) if "-" in name else None
        label = str(self.fields[name].label)
        return f"{title}, {label.lower()}" if title else label

    @property
    def budget_fields(self) -> list[forms.BoundField]:
        """A budget a year."""
        return [self[f"budget-{year}"] for year in self.years]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row a project."""
        return [
            {
                "project": item.project,
                "keep": self[f"keep-{item.project.public_id}"],
                "costs": [self[f"cost-{item.project.public_id}-{year}"] for year in self.years],
                "least": self[f"least-{item.project.public_id}"],
            }
            for item in self.items
        ]

    def _units(self, name: str) -> int:
        return _units(self.cleaned_data[name], self.currency)

    def _costs(self, key: str) -> dict[str, int]:
        """Year → what a project costs then, for the years that were written."""
        names = {year: f"cost-{key}-{year}" for year in self.years}
        return {
            year: self._units(name) for year, name in names.items() if self.cleaned_data[name] is not None
        }

    def values(self) -> dict[str, Any]:
        """What was typed; projects left out are not named."""
        typed = self.cleaned_data
        kept = [one.project.public_id for one in self.items if typed[f"keep-{one.project.public_id}"]]
        return {
            "title": typed["title"],
            "budgets": {year: self._units(f"budget-{year}") for year in self.years},
            "costs": {key: self._costs(key) for key in kept},
            "least_percents": {key: typed[f"least-{key}"] for key in kept},
        }


class LimitForm(PlainForm):
    """At least, at most: projects, money or share of the budget, for a lever, a place or a public."""

    def __init__(self, data: Any = None, *, prepared: Prepared) -> None:
        super().__init__(data)
        self.currency = prepared.selection.currency
        kinds = [(kind.value, kind.label) for kind in LIMITS]
        self.fields["kind"] = choice_field(_("Ce qui est compté"), kinds, needed=True)
        self.fields["about"] = choice_field(_("Pour"), _about(prepared), empty=Label.ALL.label)
        self.fields["least"] = line_field(_("Au moins"), longest=30)
        self.fields["most"] = line_field(
            _("Au plus"), _("un nombre de projets, un montant ou un pourcentage"), longest=30
        )

    def clean(self) -> dict[str, Any]:
        """Bounds in the unit of what is counted."""
        typed = super().clean() or {}
        for name in ("least", "most"):
            text = typed.get(name) or ""
            typed[name] = None
            if text:
                typed[name] = self._bound(typed.get("kind", ""), text)
                if typed[name] is None:
                    self.add_error(name, _now("Écrivez un nombre."))
        return typed

    def _bound(self, kind: str, text: str) -> int | None:
        if kind == RuleKind.COST:
            amount = read_amount(text)
            return (
                to_units(amount, self.currency)
                if amount is not None and fits(amount, self.currency)
                else None
            )
        number = whole_number(text.replace("%", "").strip(), -1)
        return None if number < 0 else number

    def values(self) -> dict[str, Any]:
        """What is counted, for what, between which bounds."""
        label, _colon, name = self.cleaned_data["about"].partition(":")
        return {
            "label": label,
            "name": name,
            "least": self.cleaned_data["least"],
            "most": self.cleaned_data["most"],
        }


def _about(prepared: Prepared) -> list[tuple[str, Any]]:
    """What the projects considered bear: levers and families, places, publics."""
    levers = {code for one in prepared.items if one.project.lever for code in _with_family(one.project.lever)}
    zones = {one.project.zone.code: one.project.zone.name for one in prepared.items if one.project.zone}
    known = catalogue()
    found: list[tuple[str, Any]] = []
    for code in sorted(levers):
        lever = known.lever(code) or known.family(code)
        if lever is not None:
            found.append((f"{Label.LEVER}:{code}", _("Levier\u00a0: %(name)s") % {"name": lever.label}))
    for code, name in sorted(zones.items(), key=lambda one: fold(one[1])):
        found.append((f"{Label.ZONE}:{code}", _("Lieu\u00a0: %(name)s") % {"name": name}))
    for public in Public:
        found.append((f"{Label.PUBLIC}:{public.value}", _("Public\u00a0: %(name)s") % {"name": public.label}))
    return found


def _with_family(code: str) -> tuple[str, str]:
    return code, code.partition(".")[0]


class PairForm(PlainForm):
    """A constraint on one project, or on two."""

    def __init__(self, data: Any = None, *, prepared: Prepared) -> None:
        super().__init__(data)
        projects = [(one.project.public_id, one.project.title) for one in prepared.items]
        kinds = [(kind.value, kind.label) for kind in RuleKind if kind not in LIMITS]
        self.fields["kind"] = choice_field(_("Contrainte"), kinds, needed=True)
        self.fields["project"] = choice_field(_("Projet"), projects, needed=True)
        self.fields["other"] = choice_field(_("Autre projet, s’il y en a un"), projects)


class InviteForm(PlainForm):
    """Who votes."""

    organisations = text_field(
        _("Organisations qui votent"), _("l’adresse ou l’identifiant de leur fiche, une par ligne"), rows=5
    )

    def named(self) -> list[str]:
        """The identifiers typed, whatever came before them."""
        return _ids_in(self.cleaned_data["organisations"])

    def unknown(self, known: Collection[str]) -> list[str]:
        """The lines typed that name none of these organisations."""
        lines = (line.strip() for line in self.cleaned_data["organisations"].splitlines())
        return [line for line in lines if line and not set(_ids_in(line)).intersection(known)]


def _ids_in(text: str) -> list[str]:
    return [found[1] for part in _SEPARATOR.split(text.lower()) if (found := _ID.search(part))]


class DecisionForm(PlainForm):
    """Which of the portfolios is chosen."""

    reason = text_field(
        _("Raison"),
        _("nécessaire quand le choix retenu n’est pas le premier"),
        rows=3,
        longest=LONGEST_REASON,
    )
    decided_on = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reference = line_field(_("Délibération"), _("son numéro ou sa date, s’il y en a une"), longest=200)
    is_public = forms.BooleanField(
        label=_("Public\u00a0: chacun lit les projets publics retenus"), required=False
    )

    def __init__(self, data: Any = None, *, count: int) -> None:
        super().__init__(
            data, initial={"decided_on": timezone.localdate(), "portfolio": "1", "others": Others.WAIT}
        )
        choices = [(str(rank), _("Choix %(rank)d") % {"rank": rank}) for rank in range(1, count + 1)]
        self.fields["portfolio"] = forms.ChoiceField(
            label=_("Choix retenu"), choices=choices, widget=forms.RadioSelect
        )
        self.fields["others"] = forms.ChoiceField(
            label=_("Les projets non retenus"), choices=Others.choices, widget=forms.RadioSelect
        )
