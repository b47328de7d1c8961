"""Forms of the accounts."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmEmailVerificationCodeForm, ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms
from django.utils.translation import gettext_lazy as _

from terreau.accounts.enums import Role, Shared
from terreau.accounts.gathering import SharedForm
from terreau.accounts.models import Person
from terreau.territories.models import Territory

EMAIL_HINT = _("par exemple prenom.nom@ville.example")


class PlainForm(SharedForm):
    """A form whose labels bear no colon, as everywhere on the pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class _BackToField(forms.Form):
    """A form of one field, where one is again when it was wrong."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Remember what is wrong; a page opens on its field, also without script."""
        super().add_error(field, error)
        if field in self.fields:
            self.fields[field].widget.attrs["autofocus"] = True


class RequestCodeForm(_BackToField, RequestLoginCodeForm):  # type: ignore[misc]
    """The address to which the code is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["email"] = forms.EmailField(
            label=_("Adresse électronique"),
            help_text=EMAIL_HINT,
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        )


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("Code reçu"),
        max_length=20,
        help_text=_("huit caractères, avec ou sans tiret, en majuscules ou en minuscules"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class ConfirmCodeForm(_BackToField, ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code received by e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["code"] = _code_field()


class ConfirmAddressForm(_BackToField, ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    """The code that proves an address not yet proven."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["code"] = _code_field()


class FindTerritoryForm(PlainForm):
    """A territory looked for by its name, postal code or public code."""

    q = forms.CharField(label=_("Territoire"), max_length=100, help_text=_("nom, code postal ou code public"))


class OpenTerritoryForm(PlainForm):
    """A territory among those found, and its agent."""

    territory = forms.ModelChoiceField(
        label=_("Territoire"),
        queryset=Territory.objects.none(),
        to_field_name="code",
        widget=forms.HiddenInput,
    )
    email = forms.EmailField(
        label=_("Adresse électronique de l’agent"),
        help_text=EMAIL_HINT,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    display_name = forms.CharField(label=_("Nom affiché"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["territory"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Territory.objects.current()


class NameSecretariatForm(PlainForm):
    """A person who joins the secretariat."""

    email = forms.EmailField(label=_("Adresse électronique"), help_text=EMAIL_HINT)
    display_name = forms.CharField(label=_("Nom affiché"), max_length=120, required=False)


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    """The name under which a person is shown to others."""

    class Meta:
        model = Person
        fields = ("display_name",)
        help_texts = {
            "display_name": _("montré aux autres, au journal par exemple\u202f; jamais votre adresse")
        }


class InviteForm(PlainForm):
    """An address and the role offered to it."""

    email = forms.EmailField(
        label=_("Adresse électronique"),
        help_text=EMAIL_HINT,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Rôle proposé"))

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(role.value, str(role.label).capitalize()) for role in roles]


class SharingForm(PlainForm):
    """What the partners of a territory read."""

    what = forms.MultipleChoiceField(
        label=_("Vos partenaires lisent"),
        choices=Shared.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class BeNamedForm(PlainForm):
    """The name under which a partner is shown; empty is not shown."""

    shown_as = forms.CharField(label=_("Nom montré"), max_length=120, required=False)


class WelcomeForm(PlainForm):
    """What a person who accepts an invitation may say of themselves."""

    display_name = forms.CharField(
        label=_("Votre nom, tel que l’équipe le verra"), max_length=120, required=False
    )


class EraseForm(PlainForm):
    """One's own address, written again: erasing is not to happen by a slip of the finger."""

    email = forms.CharField(
        label=_("Écrivez votre adresse électronique pour confirmer"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_email(self) -> str:
        """The person's own address, and no other.

        Raises:
            ValidationError: when it is another.
        """
        text: str = self.cleaned_data["email"].strip().lower()
        if text != self._person.email:
            raise forms.ValidationError(_("Ce n’est pas l’adresse de votre compte. Rien n’a été effacé."))
        return text
