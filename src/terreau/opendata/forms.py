"""What people choose of what leaves the platform."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from terreau.directory.nomenclatures import issues, sectors
from terreau.opendata import colours
from terreau.opendata.embedding import COLOURS, HEIGHT, HEIGHTS, Frame, Pairs
from terreau.opendata.enums import View
from terreau.opendata.models import EmbeddingChoice
from terreau.perimeters.vocabulary import FAMILIES
from terreau.territories.models import Territory

_NOT_A_COLOUR = _("Écrivez une couleur en six chiffres hexadécimaux, par exemple #2e6b3e.")


class ColourField(forms.CharField):
    """A colour, as `#rrggbb`; empty for the house's own."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, max_length=7)
        self.widget.attrs |= {"placeholder": "#2e6b3e", "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        """The colour.

        Raises:
            ValidationError: when it is none.
        """
        written = super().clean(value)
        found = colours.parse(written) if written else ""
        if written and not found:
            raise forms.ValidationError(_NOT_A_COLOUR)
        return found


class FrameForm(forms.Form):
    """What the frame in another site shows, and how."""

    vue = forms.ChoiceField(label=_("Ce que le cadre montre"), choices=View.choices, required=False)
    fond = ColourField(_("Couleur du fond"))
    texte = ColourField(_("Couleur du texte"))
    accent = ColourField(_("Couleur des titres, des liens et des boutons"))
    hauteur = forms.IntegerField(
        label=_("Hauteur au départ, en pixels"), required=False, min_value=HEIGHTS[0], max_value=HEIGHTS[1]
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, label_suffix="")

    def frame(self, territory: Territory, filters: Pairs) -> Frame:
        """The frame asked for; what is wrong is left out of it."""
        said = self.cleaned_data
        given: Pairs = tuple((name, said[name].removeprefix("#")) for name in COLOURS if said.get(name))
        return Frame(
            code=territory.code,
            name=territory.name,
            view=View(said.get("vue") or View.DIRECTORY),
            filters=filters,
            colours=given,
            height=said.get("hauteur") or HEIGHT,
        )


class NarrowForm(forms.Form):
    """One more filter of each kind, beside those in force."""

    famille = forms.ChoiceField(label=_("Seulement une famille"), required=False)
    secteur = forms.ChoiceField(label=_("Seulement un secteur d’activité"), required=False)
    enjeu = forms.ChoiceField(label=_("Seulement un enjeu du territoire"), required=False)

    def __init__(self) -> None:
        super().__init__(label_suffix="")
        lists = {
            "famille": [(code, word.plural) for code, word in FAMILIES.items()],
            "secteur": [(term.code, term.label) for term in sectors()],
            "enjeu": [(term.code, term.label) for term in issues()],
        }
        for name, choices in lists.items():
            self.fields[name].choices = [("", ""), *choices]  # type: ignore[attr-defined]


class SitesForm(forms.Form):
    """Which sites may show the directory."""

    restricted = forms.ChoiceField(
        label=_("Qui peut montrer l’annuaire dans son site"),
        choices=[("", _("tout site")), ("1", _("seulement les sites nommés ici"))],
        required=False,
        widget=forms.RadioSelect,
    )
    sites = forms.CharField(
        label=_("Sites"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Une adresse par ligne : https://www.ville.fr, ou *.ville.fr pour tous ses sous-domaines."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def said(self) -> dict[str, Any]:
        """What was chosen."""
        return {**self.cleaned_data, "restricted": self.cleaned_data["restricted"] == "1"}

    @classmethod
    def of(cls, choice: EmbeddingChoice) -> SitesForm:
        """The form as the territory last chose."""
        initial = {"restricted": "1" if choice.restricted else "", "version": choice.version}
        return cls(initial={**initial, "sites": "\n".join(choice.sites)}, label_suffix="")
