"""The forms of this application."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from terreau.accounts.forms import PlainForm
from terreau.directory.fields import FIELDS
from terreau.directory.forms import SheetForm
from terreau.directory.rules import Chosen
from terreau.stewardship.enums import KeeperRole
from terreau.territories.models import Territory

# What is asked of somebody who proposes; the rest is said later, by those who keep the sheet.
ASKED = (
    *("name", "description", "website", "email", "telephone", "where", "address", "postal_code", "locality"),
    *("legal_form", "sectors", "issues", "offers", "seeks"),
)
_OF_THE_ORGANISATION: dict[str, tuple[Any, Any]] = {
    "name": (_("Nom de l’organisation"), ""),
    "description": (_("Ce qu’elle fait"), ""),
    "website": (_("Site de l’organisation"), ""),
    "email": (
        _("Adresse électronique de l’organisation"),
        _("Et non la vôtre. Elle n’est pas montrée tant que l’organisation ne le veut pas."),
    ),
    "telephone": (
        _("Téléphone de l’organisation"),
        _("Et non le vôtre. Il n’est pas montré tant que l’organisation ne le veut pas."),
    ),
    "offers": (_("Ce qu’elle propose"), _("Une chose par ligne.")),
    "seeks": (_("Ce qu’elle recherche"), _("Une chose par ligne.")),
}


def _lines(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class WordsForm(forms.Form):
    """A few words."""

    words = forms.CharField(required=False, max_length=4000, widget=_lines(), label=_("Votre message"))


class CodeForm(forms.Form):
    """A code received by mail."""

    code = forms.CharField(
        max_length=12,
        label=_("Code reçu"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class InviteForm(forms.Form):
    """A colleague's address."""

    address = forms.EmailField(label=_("Adresse électronique du collègue"))
    role = forms.ChoiceField(label=_("Rôle"), choices=KeeperRole.choices, initial=KeeperRole.EDITOR)


class ReportForm(forms.Form):
    """What is wrong in a sheet."""

    about = forms.ChoiceField(required=False, label=_("Ce qui est faux"))
    words = forms.CharField(
        max_length=4000, widget=_lines(), label=_("Ce qu’il faudrait lire, et d’où vous le savez")
    )
    reply_to = forms.EmailField(
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        label=_("Votre adresse électronique, si vous voulez une réponse"),
        help_text=_("Elle n’est montrée à personne, et effacée dès la réponse envoyée."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        hidden = {"visibility", "notes", "qualities", "email", "telephone", "contact"}
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = [("", _("autre chose, ou toute la fiche"))] + [
            (one.key, str(one.label)) for one in FIELDS if one.key not in hidden
        ]


class ThresholdForm(PlainForm):
    """When a proposal publishes itself."""

    needed = forms.IntegerField(
        min_value=0,
        max_value=50,
        label=_("Appuis nécessaires"),
        help_text=_("0 : aucune proposition ne se publie sans vous."),
    )
    hours = forms.IntegerField(
        min_value=0,
        max_value=24 * 60,
        label=_("Délai en heures"),
        help_text=_("Compté du moment où les appuis suffisent. 72 heures font trois jours."),
    )


class ProposalForm(SheetForm):
    """A short sheet, for one who proposes an organisation."""

    def __init__(
        self, data: Any = None, *, territory: Territory, values: dict[str, Any] | None = None
    ) -> None:
        chosen = Chosen(dict(values), {}, {}, {}, ()) if values else None
        super().__init__(data, territory=territory, chosen=chosen)
        # Who proposes is asked for an address of their own, lower on the page.
        for name, (label, help_text) in _OF_THE_ORGANISATION.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        # A tick box that is not shown would read as unticked.
        del self.fields["visibility"]

    def shown(self) -> list[dict[str, Any]]:
        """The fields that are asked, in their order."""
        return [self._shown(name) for name in ASKED if name in self.fields]

    def whole(self) -> dict[str, Any]:
        """All that the form says, what was proposed and left included."""
        place = self.place()
        return {**self.values, **self.said(), **({"place": place} if place else {})}
