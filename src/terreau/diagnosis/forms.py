"""Forms of the diagnosis, all on the agent's screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terreau.accounts.forms import PlainForm
from terreau.diagnosis.findings import Finding
from terreau.diagnosis.services import INTRODUCTION_LIMIT
from terreau.diagnosis.swot import SIDE_LABELS
from terreau.directory.models import Source
from terreau.territories.models import Territory


class PrepareForm(PlainForm):
    """The day a new draft is to describe."""

    as_of = forms.DateField(
        label=_("Situation au"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Aujourd’hui, ou une date passée : l’édition dit ce que l’on connaissait alors."),
    )


class IntroductionForm(PlainForm):
    """The town's own words, at the head of the edition."""

    introduction = forms.CharField(
        label=_("Le mot du territoire"),
        required=False,
        max_length=INTRODUCTION_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Facultatif. Texte simple ; une ligne vide sépare deux paragraphes."),
    )


class CoverageForm(PlainForm):
    """What makes a coverage known."""

    source = forms.ModelChoiceField(
        label=_("Source"), queryset=Source.objects.none(), empty_label=_("Choisissez une source")
    )
    field = forms.CharField(
        label=_("Complète pour"),
        max_length=200,
        help_text=_("Par exemple : coopératives immatriculées dans la commune."),
    )
    evidence = forms.CharField(
        label=_("Ce qui permet de le dire"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Par exemple : registre tenu par le ministère, où l’inscription est obligatoire."),
    )

    def __init__(self, *args: Any, territory: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = Q(territory__in=Territory.objects.containing(territory).values("pk")) | Q(
            territory__in=Territory.objects.within(territory).values("pk")
        )
        chooser = self.fields["source"]
        assert isinstance(chooser, forms.ModelChoiceField)
        chooser.queryset = Source.objects.filter(near).order_by("name")


_FROM_ONE_TO_FIVE = [(number, str(number)) for number in range(1, 6)]


class RatingForm(PlainForm):
    """Another rating of a line, and why."""

    impact = forms.TypedChoiceField(label=_("Impact, de 1 à 5"), choices=_FROM_ONE_TO_FIVE, coerce=int)
    certainty = forms.TypedChoiceField(label=_("Certitude, de 1 à 5"), choices=_FROM_ONE_TO_FIVE, coerce=int)
    reason = forms.CharField(
        label=_("Pourquoi"), max_length=500, help_text=_("Une phrase, publiée avec la ligne.")
    )


class LineForm(RatingForm):
    """A line that the rules did not make, and what it rests on."""

    side = forms.ChoiceField(label=_("Côté"), choices=list(SIDE_LABELS.items()))
    text = forms.CharField(label=_("Constat"), max_length=200)
    evidence = forms.ChoiceField(label=_("Preuve, dans ce diagnostic"))
    field_order = ("side", "text", "evidence", "impact", "certainty", "reason")

    def __init__(self, *args: Any, findings: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["evidence"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [("", _("Choisissez la preuve")), *((one.key, one.label) for one in findings)]
