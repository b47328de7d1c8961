"""The forms of the regulatory framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terreau.accounts.fields import choice_field, count_rows, line_field, several_field, text_field, url_field
from terreau.accounts.forms import PlainForm
from terreau.framework import grid, needs
from terreau.framework.barring import SCALES, label_of
from terreau.framework.enums import (
    BarrierCategory,
    BarrierState,
    College,
    Level,
    Lever,
    Lifter,
    Reliability,
    StateAnswer,
    TextKind,
    Theme,
    Verdict,
)
from terreau.framework.judging import MOST_LINKS
from terreau.framework.library_models import LegalText
from terreau.framework.models import Barrier, Finding
from terreau.framework.places import communities, place_name
from terreau.framework.shelf import of_country, version_of
from terreau.perimeters.forms import countries_covered


def law_choices(country: str) -> list[tuple[str, str]]:
    """The texts that hold in a country."""
    return [
        (
            text.code,
            f"{place_name(version_of(text).place)}\u00a0: {version_of(text).short or version_of(text).title}"[
                :90
            ],
        )
        for text in of_country(country)
    ]


class LawField(forms.ChoiceField):
    """A text of the library, by its code."""

    def __init__(self, country: str, label: Any) -> None:
        super().__init__(label=label, choices=[("", _("Aucun")), *law_choices(country)], required=False)

    def clean(self, value: Any) -> Any:
        """The text, or nothing."""
        code = super().clean(value)
        return LegalText.objects.filter(code=code).first() if code else None


class InviteForm(PlainForm):
    """How many links, for which college."""

    college = forms.ChoiceField(label=_("Collège"), choices=College.choices)
    count = forms.IntegerField(
        label=_("Combien de liens"),
        min_value=1,
        max_value=MOST_LINKS,
        initial=5,
        help_text=_("un par personne"),
    )


class FindingForm(PlainForm):
    """What is concluded of a statement."""

    def __init__(
        self, data: Any = None, *, country: str, statement: grid.Statement, found: Finding | None
    ) -> None:
        initial = {"level": statement.level, "lever": statement.lever, "lever_words": statement.help}
        if found is not None:
            names = (
                "verdict",
                "level",
                "lever",
                "lever_words",
                "text_title",
                "article",
                "dated",
                "url",
                "words",
            )
            initial = {name: getattr(found, name) for name in names}
            initial["law"] = found.law.code if found.law else ""
        super().__init__(data, initial=initial)
        self.fields.update(
            verdict=choice_field(_("Constat"), Verdict.choices, needed=True),
            words=text_field(
                _("Explication"),
                _("pour une absence : ce qui a été cherché, et où"),
            ),
            law=LawField(country, _("Texte de la bibliothèque")),
            text_title=line_field(_("Ou un autre texte"), _("délibération, règlement, loi…")),
            article=line_field(_("Article"), longest=120),
            dated=line_field(_("Date du texte"), _("l’année, ou 30/06/2020"), longest=10),
            url=url_field(_("Adresse où le lire")),
            level=choice_field(_("Qui en décide"), Level.choices, needed=True),
            lever=choice_field(_("Levier de la commune"), Lever.choices, needed=True),
            lever_words=text_field(_("Ce que la commune peut faire"), rows=3),
        )


class BarrierForm(PlainForm):
    """A barrier."""

    def __init__(self, data: Any = None, *, country: str, barrier: Barrier | None = None) -> None:
        super().__init__(data, initial=_barrier_values(barrier))
        scale = [(str(step), str(step)) for step in range(1, 6)]
        told = {
            "probability": _("1 : rare ; 5 : presque toujours rencontré"),
            "severity": _("1 : gêne ; 5 : bloque tout"),
            "controllability": _("1 : la commune n’y peut rien ; 5 : elle peut tout"),
        }
        self.fields.update(
            title=line_field(_("Frein, en une phrase"), needed=True),
            description=text_field(_("Description")),
            category=choice_field(_("Catégorie"), BarrierCategory.choices, needed=True),
            lifter=choice_field(_("Qui peut le lever"), Lifter.choices, needed=True),
            **{
                name: choice_field(label_of(name).capitalize(), scale, told[name], needed=True)
                for name in SCALES
            },
            action=text_field(_("Action"), rows=3),
            owner=line_field(_("Qui s’en charge"), _("un service, une fonction ; pas un nom"), longest=200),
            due_on=forms.DateField(
                label=_("Échéance"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            ),
            state=choice_field(_("État"), BarrierState.choices, needed=True),
            statement=choice_field(
                _("Affirmation de la grille"),
                [
                    (area.label, [(one.key, one.text[:90]) for one in area.statements])
                    for area in grid.current().areas
                ],
            ),
            law=LawField(country, _("Texte en cause")),
            evidence=text_field(_("Ce qui permet de le dire"), _("enquête, témoignages, chiffres"), rows=3),
            is_public=forms.BooleanField(label=_("Paraît dans la prochaine édition publiée"), required=False),
        )


def _barrier_values(barrier: Barrier | None) -> dict[str, Any]:
    if barrier is None:
        return {"state": BarrierState.OPEN}
    values = {
        name: getattr(barrier, name)
        for name in (
            *("title", "description", "category", "lifter", *SCALES, "action", "owner", "due_on", "state"),
            *("statement", "evidence", "is_public"),
        )
    }
    return values | {"law": barrier.law.code if barrier.law else ""}


class AnswerForm(PlainForm):
    """What a State answers."""

    answer = forms.ChoiceField(
        label=_("Réponse"),
        choices=[(code, label) for code, label in StateAnswer.choices if code != StateAnswer.WAITING],
    )
    words = forms.CharField(label=_("Texte de la réponse"), widget=forms.Textarea(attrs={"rows": 4}))
    answered_on = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    url = url_field(_("Adresse où la lire"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"answered_on": timezone.localdate()})


class DecisionForm(PlainForm):
    """Why a proposal is refused."""

    words = text_field(_("Pourquoi (nécessaire pour refuser)"), rows=3)


class TextForm(PlainForm):
    """A text of the library."""

    lists = {"articles": _("Articles")}

    def __init__(self, data: Any = None, *, values: Mapping[str, Any] | None = None) -> None:
        initial = dict(values or {"reliability": Reliability.TO_VERIFY})
        articles = initial.pop("articles", [])
        for place, one in enumerate(articles):
            initial |= {f"articles-{place}-ref": one["ref"], f"articles-{place}-text": one["text"]}
        super().__init__(data, initial=initial)
        self.count = count_rows(data, "articles", articles)
        self.fields.update(
            place=choice_field(_("Droit de"), place_choices(), needed=True),
            kind=choice_field(_("Nature"), TextKind.choices, needed=True),
            title=line_field(_("Intitulé entier"), needed=True),
            short=line_field(_("Nom court"), longest=120),
            dated=line_field(_("Date"), _("l’année, ou 30/06/2020"), longest=10),
            summary=text_field(_("Ce qu’il dit, en quelques phrases")),
            themes=several_field(_("Thèmes"), Theme.choices),
            needs=several_field(_("Besoins auxquels il répond"), needs.choices()),
            source=line_field(_("Source lue")),
            url=url_field(_("Adresse")),
            reliability=choice_field(_("Fiabilité"), Reliability.choices, needed=True),
            notes=text_field(_("À savoir"), _("ce qui reste à vérifier, ce qui l’a modifié"), rows=3),
        )
        for place in range(self.count):
            self.fields[f"articles-{place}-ref"] = line_field(_("Article"), longest=120)
            self.fields[f"articles-{place}-text"] = line_field(_("Ce qu’il dit"), longest=1000)

    @property
    def articles(self) -> list[list[forms.BoundField]]:
        """The rows of articles."""
        return [
            [self[f"articles-{place}-ref"], self[f"articles-{place}-text"]] for place in range(self.count)
        ]

    def values(self) -> dict[str, Any]:
        """The fields as typed, articles as one list."""
        typed = {name: value for name, value in self.cleaned_data.items() if not name.startswith("articles-")}
        typed["articles"] = [
            {
                "ref": self.cleaned_data[f"articles-{place}-ref"],
                "text": self.cleaned_data[f"articles-{place}-text"],
            }
            for place in range(self.count)
        ]
        return typed


def place_choices() -> list[Any]:
    """The places whose law may be described: common laws first, then countries by their names."""
    shared = [(one.key, place_name(one.key)) for one in communities()]
    known = {
        "-".join(part for part in (one.country.lower(), one.region) if part): one.name
        for one in countries_covered()
    }
    return [
        (_("Droit commun à plusieurs pays"), shared),
        (_("Pays"), sorted(known.items(), key=lambda pair: pair[1])),
    ]
