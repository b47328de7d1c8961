"""Forms of the agent's screens: what is told of a survey, and the territory's own questions."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terreau.accounts.forms import PlainForm
from terreau.survey.core_questionnaire import core
from terreau.survey.own_questions import SEPARATOR, other_languages

_KINDS = (
    ("one", _("un choix dans une liste")),
    ("many", _("plusieurs choix dans une liste")),
    ("importance", _("une échelle, de pas important à très important")),
    ("satisfaction", _("une échelle, de pas du tout à très satisfaisant")),
    ("integer", _("un nombre")),
    ("text", _("une ligne de texte")),
    ("long_text", _("quelques lignes de texte")),
)


def _in_french(language: str) -> str:
    """« arabe »."""
    return Locale(language).get_display_name("fr") or language


class SurveyForm(PlainForm):
    """What respondents read before they agree."""

    title = forms.CharField(
        label=_("Titre"), max_length=160, help_text=_("Par exemple\u00a0: Vos besoins, vos idées, 2027.")
    )
    purpose = forms.CharField(
        label=_("À quoi serviront les réponses"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Chaque personne donne son accord à ce texte\u00a0: dites qui lira, et pour faire quoi."),
    )
    contact = forms.CharField(
        label=_("À qui s’adresser"),
        max_length=200,
        help_text=_("Un service, une adresse, un téléphone\u00a0: affichés à qui répond."),
    )
    closes_on = forms.DateField(
        label=_("Dernier jour pour répondre"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Facultatif. Vous pouvez aussi clore l’enquête vous-même."),
    )
    oral = forms.BooleanField(
        label=_("Échelle à trois pictogrammes"),
        required=False,
        help_text=_("Pour une enquête menée de vive voix, ou auprès de personnes qui lisent peu."),
    )

    def __init__(self, *args: Any, was_opened: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if was_opened:
            self.fields["oral"].disabled = True
            self.fields["oral"].help_text = _("L’échelle ne change plus une fois l’enquête ouverte.")
        for code in other_languages():
            own = _in_french(code)
            more = {"lang": code, "dir": "auto"}
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Titre, en %(language)s") % {"language": own},
                required=False,
                max_length=160,
                widget=forms.TextInput(attrs=more),
            )
            self.fields[f"purpose_{code}"] = forms.CharField(
                label=_("À quoi serviront les réponses, en %(language)s") % {"language": own},
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 4, **more}),
                help_text=_("Facultatif\u00a0: le texte français est montré à la place."),
            )

    def clean_closes_on(self) -> Any:
        """A last day that is past would close the survey before it opens."""
        day = self.cleaned_data["closes_on"]
        if day is not None and day < timezone.localdate() and day != self.initial.get("closes_on"):
            raise forms.ValidationError(_("Ce jour est passé\u00a0: donnez un jour à venir, ou aucun."))
        return day

    def told(self) -> dict[str, Any]:
        """As `publishing` takes it."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("title", "purpose", "contact", "closes_on", "oral")}
        translations = {
            code: {name: data[f"{name}_{code}"] for name in ("title", "purpose") if data[f"{name}_{code}"]}
            for code in other_languages()
        }
        return kept | {"translations": {code: texts for code, texts in translations.items() if texts}}


class QuestionForm(PlainForm):
    """One of the territory's own questions."""

    label = forms.CharField(label=_("La question"), max_length=300)
    hint = forms.CharField(label=_("Une aide, sous la question"), required=False, max_length=300)
    kind = forms.ChoiceField(label=_("On y répond par"), choices=_KINDS)
    choices = forms.CharField(
        label=_("Les choix"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Pour une liste\u00a0: un choix par ligne. Les traductions se mettent après une barre, en arabe "
            "puis en anglais\u00a0: oui | نعم | yes."
        ),
    )
    required = forms.BooleanField(label=_("La réponse est nécessaire pour envoyer"), required=False)

    def __init__(self, *args: Any, is_asked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_asked:
            self.fields["block"] = forms.ChoiceField(
                label=_("À la fin de quelle partie"),
                choices=[(block.key, block.title["fr"]) for block in core().blocks],
            )
            self.order_fields(["block"])
        for code in other_languages():
            self.fields[f"label_{code}"] = forms.CharField(
                label=_("La question, en %(language)s") % {"language": _in_french(code)},
                required=False,
                max_length=300,
                widget=forms.TextInput(attrs={"lang": code, "dir": "auto"}),
                help_text=_("Sans elle, le questionnaire n’est plus proposé dans cette langue."),
            )
        if is_asked:
            self.fields["kind"].disabled = True
            self.fields["same_meaning"] = forms.BooleanField(
                label=_("La question demande la même chose qu’avant"),
                required=False,
                help_text=_(
                    "Cochez pour une faute corrigée, un mot plus clair\u00a0: les réponses d’avant et "
                    "d’après comptent ensemble. Sinon, elles sont lues à part."
                ),
            )

    def clean(self) -> dict[str, Any]:
        """A list needs at least two choices, each once."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") in ("one", "many"):
            lines = [
                line.partition(SEPARATOR)[0].strip()
                for line in data.get("choices", "").splitlines()
                if line.strip()
            ]
            if len(lines) < 2:
                self.add_error("choices", _("Donnez au moins deux choix, un par ligne."))
            elif len(set(lines)) < len(lines):
                self.add_error("choices", _("Un choix y est deux fois."))
            elif not all(lines):
                self.add_error("choices", _("Un choix n’a pas de texte français avant la barre."))
        return data
