"""The forms of the good practices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.accounts.fields import (
    AmountField,
    NumberField,
    choice_field,
    count_rows,
    line_field,
    several_field,
    text_field,
)
from terreau.accounts.forms import PlainForm
from terreau.core.money import amount_typed, to_units
from terreau.directory.nomenclatures import issues, sectors
from terreau.practices import content
from terreau.practices.enums import CostNature, Criterion, Indicator, Period, TownKind
from terreau.practices.models import Adoption, Profile
from terreau.practices.transfer import BEST, Answer
from terreau.survey.enums import Need

_AMOUNT_HELP = gettext_lazy("par exemple 1 500 000")
_ROWS = {
    "results": (
        (
            "what",
            gettext_lazy("Résultat"),
            gettext_lazy("un fait, avec son chiffre et son année s’il y en a"),
        ),
        ("evidence", gettext_lazy("Ce qui permet de le dire"), ""),
        ("url", gettext_lazy("Adresse de la preuve"), ""),
    ),
    "sources": (
        ("title", gettext_lazy("Source"), ""),
        ("url", gettext_lazy("Adresse"), ""),
        ("on", gettext_lazy("Date"), gettext_lazy("année, mois ou jour")),
    ),
}


def _not_told(label: Any, choices: Iterable[tuple[Any, Any]]) -> forms.ChoiceField:
    return choice_field(label, choices, empty=_("Non précisé"))


class PracticeForm(PlainForm):
    """The whole sheet."""

    lists = {"results": gettext_lazy("Résultats"), "sources": gettext_lazy("Sources")}

    def __init__(self, data: Any = None, *, currency: str, values: Mapping[str, Any] | None = None) -> None:
        self.currency = currency
        self.rows = {key: count_rows(data, key, (values or {}).get(key, ())) for key in _ROWS}
        super().__init__(data, initial=_initial(values or {}, self.currency))
        self.fields.update(self._plain_fields())
        for nature in CostNature.values:
            self.fields[f"cost-{nature}-amount"] = AmountField(
                label=_("Montant"), help_text=_AMOUNT_HELP, currency=self.currency
            )
            self.fields[f"cost-{nature}-period"] = forms.ChoiceField(
                label=_("Quand"), choices=Period.choices, required=False
            )
            self.fields[f"cost-{nature}-note"] = line_field(_("Précision"))
        for key, count in self.rows.items():
            for number in range(count):
                for name, label, help_text in _ROWS[key]:
                    self.fields[f"{key}-{number}-{name}"] = line_field(label, help_text)

    @staticmethod
    def _plain_fields() -> dict[str, forms.Field]:
        texts = {
            one.key: text_field(one.label, one.help, longest=content.LONGEST_TEXT) for one in content.TEXTS
        }
        lines = {one.key: text_field(one.label, one.help, rows=3, longest=8000) for one in content.LINES}
        return {
            "title": line_field(content.TITLE.label, needed=True),
            "summary": text_field(content.SUMMARY.label, rows=3, longest=1000),
            "actor": line_field(_("Portée par"), _("l’organisation, si ce n’est pas la mairie")),
            "needs": several_field(_("Besoins auxquels elle répond"), Need.choices),
            "issues": several_field(_("Enjeux territoriaux"), ((term.code, term.label) for term in issues())),
            "sectors": several_field(_("Secteurs"), ((term.code, term.label) for term in sectors())),
            "kind": _not_told(_("Sorte de ville"), TownKind.choices),
            "since": line_field(_("Depuis"), _("l’année, ou le mois et l’année\u00a0: 05/2024")),
            "months": forms.IntegerField(
                label=_("Durée, en mois"),
                help_text=_("de la décision aux premiers résultats"),
                required=False,
                min_value=0,
                max_value=1200,
            ),
            "staff": NumberField(
                label=_("Agents de la ville, en équivalent temps plein"),
                min_value=0,
                max_value=10_000,
                decimal_places=2,
            ),
            **texts,
            **lines,
        }

    def label_of(self, name: str) -> str:
        """The part of a cost, with its nature."""
        if not name.startswith("cost-"):
            return super().label_of(name)
        nature = str(CostNature(name.split("-")[1]).label)
        return f"{content.label_of('costs')}, {nature}, {str(self.fields[name].label).lower()}"

    def costs(self) -> list[dict[str, Any]]:
        """The fields of each nature of cost, for the template."""
        return [
            {
                "label": label,
                "fields": [self[f"cost-{nature}-{name}"] for name in ("amount", "period", "note")],
            }
            for nature, label in CostNature.choices
        ]

    def listed(self) -> dict[str, list[list[Any]]]:
        """The fields of each row of each list, for the template."""
        return {
            key: [[self[f"{key}-{number}-{name}"] for name, *_rest in _ROWS[key]] for number in range(count)]
            for key, count in self.rows.items()
        }

    def values(self) -> dict[str, Any]:
        """What was typed, as `content.clean` takes it."""
        typed = self.cleaned_data
        plain = {key: typed.get(key) for key in content.KEYS if key in typed}
        for field in content.LINES:
            plain[field.key] = typed.get(field.key, "").splitlines()
        plain["costs"] = [
            {
                "nature": nature,
                "amount": to_units(typed[f"cost-{nature}-amount"], self.currency),
                "period": typed.get(f"cost-{nature}-period") or Period.ONCE.value,
                "note": typed.get(f"cost-{nature}-note", ""),
            }
            for nature in CostNature.values
            if typed.get(f"cost-{nature}-amount") is not None
        ]
        for key, count in self.rows.items():
            plain[key] = [
                {name: typed.get(f"{key}-{number}-{name}", "") for name, *_rest in _ROWS[key]}
                for number in range(count)
            ]
        return plain


def _initial(values: Mapping[str, Any], currency: str) -> dict[str, Any]:
    initial: dict[str, Any] = {key: value for key, value in values.items() if key not in ("costs", *_ROWS)}
    initial["since"] = "/".join(reversed(str(values.get("since", "")).split("-")))
    for field in content.LINES:
        initial[field.key] = "\n".join(values.get(field.key, ()))
    for cost in values.get("costs", ()):
        initial[f"cost-{cost['nature']}-amount"] = amount_typed(cost["amount"], currency)
        initial[f"cost-{cost['nature']}-period"] = cost["period"]
        initial[f"cost-{cost['nature']}-note"] = cost.get("note", "")
    for key in _ROWS:
        for number, row in enumerate(values.get(key, ())):
            initial |= {f"{key}-{number}-{name}": text for name, text in row.items()}
    return initial


class CheckForm(PlainForm):
    """A reader's answer."""

    words = text_field(
        gettext_lazy("Ce qui est à revoir"), gettext_lazy("Nécessaire pour renvoyer la fiche à la ville.")
    )


class AssessForm(PlainForm):
    """The ten questions, each a mark and its evidence."""

    def __init__(self, data: Any = None, *, own: Mapping[Criterion, Answer]) -> None:
        initial: dict[str, Any] = {}
        for criterion, answer in own.items():
            initial |= {f"{criterion}-mark": answer.mark, f"{criterion}-evidence": answer.evidence}
        super().__init__(data, initial=initial)
        for criterion in Criterion:
            self.fields[f"{criterion}-mark"] = forms.TypedChoiceField(
                label=_("Votre note"),
                choices=[("", _("pas de note")), *((mark, str(mark)) for mark in range(BEST + 1))],
                coerce=int,
                empty_value=None,
                required=False,
            )
            self.fields[f"{criterion}-evidence"] = text_field(
                _("Ce qui permet de le dire"), rows=2, longest=2000
            )

    def label_of(self, name: str) -> str:
        """The field, with the question it answers."""
        return f"{Criterion(name.rpartition('-')[0]).label}, {str(self.fields[name].label).lower()}"

    def answers(self) -> dict[Criterion, Answer]:
        """What was answered."""
        return {
            one: Answer(self.cleaned_data[f"{one}-mark"], self.cleaned_data[f"{one}-evidence"])
            for one in Criterion
        }

    def pair(self, criterion: Criterion) -> list[Any]:
        """The two fields of one question."""
        return [self[f"{criterion}-mark"], self[f"{criterion}-evidence"]]


class AdoptionForm(PlainForm):
    """From whom a practice is taken up, and what is done otherwise."""

    adaptation = text_field(
        gettext_lazy("Ce que vous adaptez"),
        gettext_lazy(
            "Ce qui sera autre chez vous\u00a0: public, taille, partenaires, financement. Tous le liront."
        ),
        longest=4000,
    )

    def __init__(self, data: Any = None, *, sources: Iterable[Adoption], adoption: Adoption | None) -> None:
        initial = {"adaptation": adoption.adaptation, "source": adoption.source_id} if adoption else {}
        super().__init__(data, initial=initial)
        choices = [("", _("de la ville d’origine")), *((one.pk, one.territory.name) for one in sources)]
        source = forms.TypedChoiceField(
            label=_("Reprise de"), choices=choices, coerce=int, empty_value=None, required=False
        )
        self.fields = {"source": source, **self.fields}


class ResultForm(PlainForm):
    """What came of an adoption."""

    words = text_field(gettext_lazy("Ce que cela a donné"), longest=4000)
    evidence = text_field(gettext_lazy("Ce qui permet de le dire"), rows=2, longest=2000)


class EndForm(PlainForm):
    """Why a practice is given up."""

    why = text_field(gettext_lazy("Pourquoi vous l’abandonnez"), rows=3, longest=2000)


class PortraitForm(PlainForm):
    """What a town says of itself, and the figures it lets be compared."""

    def __init__(
        self, data: Any = None, *, currency: str, profile: Profile | None, given: Iterable[str]
    ) -> None:
        self.currency = currency
        initial: dict[str, Any] = {"indicators": list(given)}
        if profile is not None:
            coastal = {True: "yes", False: "no", None: ""}[profile.coastal]
            initial |= {"kind": profile.kind, "coastal": coastal}
            initial["budget"] = amount_typed(profile.yearly_budget, self.currency)
        super().__init__(data, initial=initial)
        self.fields["kind"] = _not_told(_("Sorte de ville"), TownKind.choices)
        self.fields["coastal"] = _not_told(_("Au bord de la mer"), (("yes", _("oui")), ("no", _("non"))))
        self.fields["budget"] = AmountField(
            currency=self.currency,
            label=_("Budget d’une année (%(currency)s)")
            % {"currency": self.currency or _("monnaie du pays")},
            help_text=_("Pour comparer le coût d’une pratique à vos moyens. Vous seuls le voyez."),
        )
        self.fields["indicators"] = several_field(_("Chiffres que vous laissez comparer"), Indicator.choices)

    def portrait(self) -> dict[str, Any]:
        """What was said, as `services.portray` takes it."""
        typed = self.cleaned_data
        budget = typed["budget"]
        return {
            "kind": typed["kind"],
            "coastal": {"yes": True, "no": False}.get(typed["coastal"]),
            "yearly_budget": None if budget is None else to_units(budget, self.currency),
            "indicators": typed["indicators"],
        }
