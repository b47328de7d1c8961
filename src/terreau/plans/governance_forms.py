"""The forms of the governance of a plan: its body and its lines, its calendar, what a review gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.accounts.fields import choice_field, count_rows, line_field, text_field
from terreau.accounts.forms import PlainForm
from terreau.core.errors import TerreauError
from terreau.directory.meant import organisation_of
from terreau.directory.models import Organisation
from terreau.framework.enums import College
from terreau.plans.forms import day_field
from terreau.plans.governance_content import LONGEST_LINE, MOST_MONTHS, governance_values, usual_powers
from terreau.plans.governance_models import Governance
from terreau.plans.governance_rules import MEETS_EVERY, SLEEPS_AFTER, SLEEPS_BY_DEFAULT, review_days
from terreau.plans.models import Plan

AGENDA_IS_READ = gettext_lazy("Chacun le lit, quand le plan est public.")
_SEAT = ("function", "college", "organisation")
_POWER = ("kind", "decides", "asked", "told")
_DECISION = ("text", "who", "action", "is_public")


def _months(count: int) -> str:
    return _("un mois") if count == 1 else _("%(count)d mois") % {"count": count}


def _line(label: Any, *, longest: int = LONGEST_LINE) -> forms.CharField:
    return line_field(label, longest=longest)


class RowsForm(PlainForm):
    """A form whose lists of rows are fields called `name-0-part`."""

    def rows_of(self, name: str, parts: Sequence[str]) -> list[list[forms.BoundField]]:
        """The rows of a list, to be drawn."""
        count = sum(1 for field in self.fields if field.startswith(f"{name}-")) // len(parts)
        return [[self[f"{name}-{place}-{part}"] for part in parts] for place in range(count)]

    def typed_rows(self, name: str, parts: Sequence[str]) -> list[dict[str, Any]]:
        """The rows of a list as typed."""
        return [
            {part: self.cleaned_data.get(field.name) for part, field in zip(parts, row, strict=True)}
            for row in self.rows_of(name, parts)
        ]


class GovernanceForm(RowsForm):
    """Who steers the plan, who decides what."""

    lists = {"seats": gettext_lazy("Sièges"), "powers": gettext_lazy("Qui décide de quoi")}

    def __init__(self, data: Any = None, *, governance: Governance | None, territory: Any) -> None:
        self.territory = territory
        told = governance_values(governance) or _beginning()
        self.seated = {one.name: one for _function, _college, one in told["seats"] if one is not None}
        super().__init__(data, initial=_initial(told))
        months = [(str(count), _months(count)) for count in range(1, MOST_MONTHS + 1)]
        silences = [(str(count), _months(count)) for count in SLEEPS_AFTER]
        self.fields.update(
            name=line_field(
                _("Instance de pilotage"), _("Comité de pilotage, commission…"), needed=True, longest=200
            ),
            words=text_field(_("Son rôle"), rows=2),
            meets_every=forms.ChoiceField(label=_("Se réunit tous les"), choices=months),
            sleeps_after=forms.ChoiceField(
                label=_("Une action dort quand rien n’en est dit depuis"), choices=silences
            ),
        )
        for place in range(count_rows(data, "seats", told["seats"])):
            self._add_seat(f"seats-{place}")
        for place in range(count_rows(data, "powers", told["powers"])):
            self._add_power(f"powers-{place}")

    def _add_seat(self, row: str) -> None:
        self.fields[f"{row}-function"] = _line(_("Fonction"))
        self.fields[f"{row}-college"] = choice_field(_("Collège"), College.choices, empty=_("Choisissez"))
        self.fields[f"{row}-organisation"] = _line(_("Organisation de l’annuaire"))

    def _add_power(self, row: str) -> None:
        self.fields[f"{row}-kind"] = _line(_("Décision"))
        self.fields[f"{row}-decides"] = _line(_("Qui décide"))
        self.fields[f"{row}-asked"] = _line(_("Qui est consulté"))
        self.fields[f"{row}-told"] = _line(_("Qui est informé"))

    @property
    def seat_rows(self) -> list[list[forms.BoundField]]:
        """The rows of seats."""
        return self.rows_of("seats", _SEAT)

    @property
    def power_rows(self) -> list[list[forms.BoundField]]:
        """The rows of who decides what."""
        return self.rows_of("powers", _POWER)

    def clean(self) -> dict[str, Any]:
        """Each organisation is a sheet of the directory."""
        for field in [name for name in self.fields if name.endswith("-organisation")]:
            text = str(self.cleaned_data.get(field) or "")
            try:
                self.cleaned_data[field] = self._organisation(text)
            except TerreauError as error:
                self.add_error(field, f"{error.message} {error.remedy}")
        return dict(self.cleaned_data)

    def _organisation(self, text: str) -> Organisation | None:
        if not text.strip():
            return None
        return self.seated.get(text.strip()) or organisation_of(text, self.territory)

    def values(self) -> dict[str, Any]:
        """The fields as typed, lists as lists."""
        typed = {name: self.cleaned_data[name] for name in ("name", "words")}
        months = {name: int(self.cleaned_data[name]) for name in ("meets_every", "sleeps_after")}
        seats, powers = self.typed_rows("seats", _SEAT), self.typed_rows("powers", _POWER)
        # A row of which only the college was left chosen says nothing.
        seats = [row for row in seats if row["function"] or row["organisation"]]
        return typed | months | {"seats": seats, "powers": powers}


def _beginning() -> dict[str, Any]:
    return {
        "name": _("Comité de pilotage"),
        "meets_every": MEETS_EVERY,
        "sleeps_after": SLEEPS_BY_DEFAULT,
        "seats": [("", college, None) for college in College.values],
        "powers": usual_powers(),
    }


def _initial(told: Mapping[str, Any]) -> dict[str, Any]:
    initial = {name: told.get(name, "") for name in ("name", "words", "meets_every", "sleeps_after")}
    for place, (function, college, organisation) in enumerate(told["seats"]):
        row = (function, college, organisation.name if organisation else "")
        initial |= {f"seats-{place}-{part}": value for part, value in zip(_SEAT, row, strict=True)}
    for place, row in enumerate(told["powers"]):
        initial |= {f"powers-{place}-{part}": value for part, value in zip(_POWER, row, strict=True)}
    return initial


class CalendarForm(PlainForm):
    """The days of the reviews, put at once."""

    first_on = day_field(gettext_lazy("Première revue"), needed=True)
    every = forms.IntegerField(label=gettext_lazy("Puis tous les … mois"), min_value=1, max_value=MOST_MONTHS)

    def __init__(self, data: Any = None, *, plan: Plan, every: int, today: date) -> None:
        first = next(iter(review_days(max(plan.starts_on, today), plan.ends_on, every)[1:]), plan.ends_on)
        super().__init__(data, initial={"first_on": first, "every": every}, auto_id="calendrier-%s")


class NewReviewForm(PlainForm):
    """One review more."""

    due_on = day_field(gettext_lazy("Jour"), needed=True)
    subject = line_field(gettext_lazy("Ordre du jour"), AGENDA_IS_READ)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="revue-%s")


class ReviewForm(RowsForm):
    """What a review gave."""

    lists = {"decisions": gettext_lazy("Décisions")}

    def __init__(self, data: Any = None, *, values: Mapping[str, Any], numbers: Mapping[Any, str]) -> None:
        self.by_number = {number: action for action, number in numbers.items()}
        self.decided = values["decisions"]
        initial = {name: values[name] for name in ("subject", "held_on", "minutes")}
        for place, (text, who, action, is_public) in enumerate(values["decisions"]):
            row = (text, who, numbers.get(action, "") if action else "", is_public)
            initial |= {f"decisions-{place}-{part}": one for part, one in zip(_DECISION, row, strict=True)}
        super().__init__(data, initial=initial)
        self.fields.update(
            subject=line_field(_("Ordre du jour"), AGENDA_IS_READ),
            held_on=day_field(_("Tenue le"), help_text=_("vide tant qu’elle est à venir")),
            minutes=text_field(
                _("Compte rendu"), _("Ce qui a été dit, en quelques phrases. Il n’est pas public."), rows=8
            ),
        )
        for place in range(count_rows(data, "decisions", values["decisions"])):
            name = f"decisions-{place}"
            self.fields[f"{name}-text"] = text_field(_("Décision"), rows=2)
            self.fields[f"{name}-who"] = _line(_("Qui s’en charge"))
            self.fields[f"{name}-action"] = line_field(_("Numéro de l’action"), longest=20)
            self.fields[f"{name}-is_public"] = forms.BooleanField(label=_("Publique"), required=False)

    @property
    def decision_rows(self) -> list[list[forms.BoundField]]:
        """The rows of decisions."""
        return self.rows_of("decisions", _DECISION)

    def clean(self) -> dict[str, Any]:
        """Each number is that of an action; it may have changed since it was read."""
        if self.is_untouched("decisions"):
            return dict(self.cleaned_data)
        for field in [name for name in self.fields if name.endswith("-action")]:
            number = str(self.cleaned_data.get(field) or "").strip()
            if number and number not in self.by_number:
                self.add_error(
                    field,
                    _("Aucune action ne porte le numéro «\u00a0%(number)s\u00a0».") % {"number": number[:40]},
                )
            self.cleaned_data[field] = self.by_number.get(number)
        return dict(self.cleaned_data)

    def values(self) -> dict[str, Any]:
        """The fields as typed, decisions as a list."""
        typed = {name: self.cleaned_data[name] for name in ("subject", "held_on", "minutes")}
        rows = self.typed_rows("decisions", _DECISION)
        if self.is_untouched("decisions"):
            rows = [dict(zip(_DECISION, row, strict=True)) for row in self.decided]
        return typed | {"decisions": [row for row in rows if row["text"] or row["who"] or row["action"]]}


class PostponeForm(PlainForm):
    """Another day for a review, and why."""

    to = day_field(gettext_lazy("Nouveau jour"), needed=True)
    reason = text_field(gettext_lazy("Pourquoi"), rows=2)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="report-%s")


class MissForm(PlainForm):
    """Why a review was not held."""

    reason = text_field(gettext_lazy("Pourquoi"), rows=2)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="absence-%s")
