"""The forms of the regulatory framework. A list has its filled rows and two more: no script adds any."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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

EMPTY_ROWS, MOST_ROWS = 2, 20
_ROW = re.compile(r"articles-(\d{1,2})-\w+")


def _text(label: Any, help_text: Any = "", *, rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


def _line(label: Any, help_text: Any = "", *, needed: bool = False, longest: int = 300) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=needed, max_length=longest)


def _url(label: Any) -> forms.URLField:
    return forms.URLField(
        label=label, required=False, max_length=500, assume_scheme="https", help_text=_("https://…")
    )


def _one(label: Any, choices: Iterable[tuple[Any, Any]], help_text: Any = "", *, needed: bool = True) -> Any:
    blank = [("", _("Choisissez"))] if needed else [("", _("Aucun"))]
    return forms.ChoiceField(label=label, choices=[*blank, *choices], required=needed, help_text=help_text)


def _several(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=list(choices), required=False, widget=forms.CheckboxSelectMultiple
    )


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
            verdict=_one(_("Constat"), Verdict.choices),
            words=_text(
                _("Explication"),
                _("pour une absence : ce qui a été cherché, et où"),
            ),
            law=LawField(country, _("Texte de la bibliothèque")),
            text_title=_line(_("Ou un autre texte"), _("délibération, règlement, loi…")),
            article=_line(_("Article"), longest=120),
            dated=_line(_("Date du texte"), _("l’année, ou 30/06/2020"), longest=10),
            url=_url(_("Adresse où le lire")),
            level=_one(_("Qui en décide"), Level.choices),
            lever=_one(_("Levier de la commune"), Lever.choices),
            lever_words=_text(_("Ce que la commune peut faire"), rows=3),
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
            title=_line(_("Frein, en une phrase"), needed=True),
            description=_text(_("Description")),
            category=_one(_("Catégorie"), BarrierCategory.choices),
            lifter=_one(_("Qui peut le lever"), Lifter.choices),
            **{name: _one(label_of(name).capitalize(), scale, told[name]) for name in SCALES},
            action=_text(_("Action"), rows=3),
            owner=_line(_("Qui s’en charge"), _("un service, une fonction ; pas un nom"), longest=200),
            due_on=forms.DateField(
                label=_("Échéance"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            ),
            state=_one(_("État"), BarrierState.choices),
            statement=_one(
                _("Affirmation de la grille"),
                [
                    (area.label, [(one.key, one.text[:90]) for one in area.statements])
                    for area in grid.current().areas
                ],
                needed=False,
            ),
            law=LawField(country, _("Texte en cause")),
            evidence=_text(_("Ce qui permet de le dire"), _("enquête, témoignages, chiffres"), rows=3),
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
    url = _url(_("Adresse où la lire"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"answered_on": timezone.localdate()})


class DecisionForm(PlainForm):
    """Why a proposal is refused."""

    words = _text(_("Pourquoi (nécessaire pour refuser)"), rows=3)


class TextForm(PlainForm):
    """A text of the library."""

    def __init__(self, data: Any = None, *, values: Mapping[str, Any] | None = None) -> None:
        initial = dict(values or {"reliability": Reliability.TO_VERIFY})
        articles = initial.pop("articles", [])
        for place, one in enumerate(articles):
            initial |= {f"articles-{place}-ref": one["ref"], f"articles-{place}-text": one["text"]}
        super().__init__(data, initial=initial)
        self.count = _count_rows(data, articles)
        self.fields.update(
            place=_one(_("Droit de"), place_choices()),
            kind=_one(_("Nature"), TextKind.choices),
            title=_line(_("Intitulé entier"), needed=True),
            short=_line(_("Nom court"), longest=120),
            dated=_line(_("Date"), _("l’année, ou 30/06/2020"), longest=10),
            summary=_text(_("Ce qu’il dit, en quelques phrases")),
            themes=_several(_("Thèmes"), Theme.choices),
            needs=_several(_("Besoins auxquels il répond"), needs.choices()),
            source=_line(_("Source lue")),
            url=_url(_("Adresse")),
            reliability=_one(_("Fiabilité"), Reliability.choices),
            notes=_text(_("À savoir"), _("ce qui reste à vérifier, ce qui l’a modifié"), rows=3),
        )
        for place in range(self.count):
            self.fields[f"articles-{place}-ref"] = _line(_("Article"), longest=120)
            self.fields[f"articles-{place}-text"] = _line(_("Ce qu’il dit"), longest=1000)

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


def _count_rows(data: Any, articles: list[Any]) -> int:
    if data is None:
        return min(len(articles) + EMPTY_ROWS, MOST_ROWS)
    sent = [int(found[1]) for name in data if (found := _ROW.fullmatch(name))]
    return min(max(sent, default=-1) + 1, MOST_ROWS) or EMPTY_ROWS


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
