"""How often for each kind of news."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from terreau.core.registry import message_kinds
from terreau.notifications.enums import Frequency
from terreau.notifications.services import frequencies_of


class FrequenciesForm(forms.Form):
    """One choice for each kind that can be refused; the language too, where there are several."""

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        now = frequencies_of(person)
        for kind in message_kinds:
            if not kind.essential:
                self.fields[f"kind-{kind.key}"] = forms.ChoiceField(
                    label=kind.label, choices=Frequency.choices, initial=now[kind.key]
                )
        if len(settings.LANGUAGES) > 1:
            self.fields["language"] = forms.ChoiceField(
                label=_("Langue des messages"),
                choices=settings.LANGUAGES,
                initial=person.language or settings.LANGUAGE_CODE,
            )

    def frequencies(self) -> dict[str, str]:
        """What was chosen, by key of kind."""
        return {
            name.removeprefix("kind-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("kind-")
        }
