"""The forms of the levers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from terreau.accounts.fields import choice_field, several_field, text_field
from terreau.accounts.forms import PlainForm
from terreau.directory.nomenclatures import sectors
from terreau.journal.words import field_label
from terreau.levers.catalogue import catalogue
from terreau.levers.enums import CostOrder, Stance
from terreau.levers.gathering import reaches
from terreau.levers.models import LeverOpinion, ThresholdChoice
from terreau.levers.rules import Thresholds
from terreau.levers.services import COUNTS, LONGEST_REASON, MOST_MONTHS, MOST_SUPPLIERS
from terreau.territories.models import Territory


class ThresholdsForm(PlainForm):
    """The thresholds of a territory, what it buys, how far it looks."""

    def __init__(self, data: Any = None, *, territory: Territory, choice: ThresholdChoice | None) -> None:
        held: Any = choice or Thresholds()
        initial = {name: getattr(held, name) for name in COUNTS}
        initial["bought"] = choice.bought if choice else list(catalogue().bought)
        initial["reach"] = choice.reach if choice else ""
        super().__init__(data, initial=initial)
        for name in COUNTS:
            self.fields[name] = forms.IntegerField(
                label=field_label(ThresholdChoice, name).capitalize(), min_value=0, max_value=MOST_SUPPLIERS
            )
        self.fields["bought"] = several_field(
            field_label(ThresholdChoice, "bought").capitalize(), [(one.code, one.label) for one in sectors()]
        )
        self.fields["reach"] = choice_field(
            field_label(ThresholdChoice, "reach").capitalize(), reaches(territory), empty=territory.name
        )
        self.fields["reason"] = text_field(
            _("Pourquoi"), _("publié avec les seuils"), rows=3, longest=LONGEST_REASON
        )


class OpinionForm(PlainForm):
    """What a town says of a lever."""

    def __init__(self, data: Any = None, *, opinion: LeverOpinion | None) -> None:
        names = ("stance", "cost", "months", "reason")
        super().__init__(data, initial={name: getattr(opinion, name) for name in names} if opinion else None)
        self.fields["stance"] = choice_field(_("Avis"), Stance.choices, empty=_("Laisser à la règle"))
        self.fields["cost"] = forms.TypedChoiceField(
            label=_("Ce que cela vous coûterait"),
            choices=[("", _("Non chiffré")), *CostOrder.choices],
            coerce=int,
            empty_value=None,
            required=False,
        )
        self.fields["months"] = forms.IntegerField(
            label=_("Délai, en mois"),
            min_value=0,
            max_value=MOST_MONTHS,
            required=False,
            help_text=_("vide\u00a0: non chiffré"),
        )
        self.fields["reason"] = text_field(
            _("Pourquoi"), _("publié avec le classement"), rows=3, longest=LONGEST_REASON
        )
