"""The forms of the action plan. A list has its filled rows and two more: no script adds any."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.accounts.fields import AmountField, choice_field, count_rows, line_field, text_field, url_field
from terreau.accounts.forms import PlainForm
from terreau.core.money import to_units
from terreau.levers.catalogue import lever_choices
from terreau.plans import content
from terreau.plans.chain import recommendation_choices
from terreau.plans.editions import LONGEST_WORDS
from terreau.plans.enums import ActionState, EntryKind, Participation, Sense
from terreau.plans.models import Action, Axis, Indicator, Objective, Plan
from terreau.plans.rules import years_between
from terreau.plans.spending import YEARS_AFTER
from terreau.portfolio.models import Project
from terreau.practices.enums import CostNature
from terreau.survey.enums import Need
from terreau.survey.field.kept_files import TAKEN_TOLD

_NUMBERS = re.compile(r"[;,\s]+")


def _one(label: Any, choices: Iterable[tuple[Any, Any]], help_text: Any = "", *, needed: bool = False) -> Any:
    return choice_field(label, choices, help_text, needed=needed, empty=_("Non précisé"))


def day_field(label: Any, *, needed: bool = False, help_text: Any = "") -> forms.DateField:
    """A day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=needed, widget=widget, help_text=help_text)


class PlanForm(PlainForm):
    """What a plan says of itself."""

    title = line_field(gettext_lazy("Nom du plan"), needed=True, longest=200)
    words = text_field(
        gettext_lazy("Ce que le plan veut changer"),
        gettext_lazy("Quelques phrases, lues de tous en tête de la page publique."),
    )
    starts_on = day_field(gettext_lazy("Du"), needed=True)
    ends_on = day_field(gettext_lazy("Au"), needed=True)

    def __init__(self, data: Any = None, *, plan: Plan | None = None) -> None:
        names = ("title", "words", "starts_on", "ends_on")
        super().__init__(data, initial={name: getattr(plan, name) for name in names} if plan else {})


class EditionForm(PlainForm):
    """Why the plan is kept as it stands today, and for whom."""

    words = line_field(
        gettext_lazy("Pourquoi garder le plan à ce jour"),
        gettext_lazy("Par exemple\u00a0: présenté au conseil du 12 mars."),
        needed=True,
        longest=LONGEST_WORDS,
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Publique\u00a0: chacun en lira les actions visibles du public"), required=False
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if plan.published_on is None:
            del self.fields["is_public"]


class HeadingForm(PlainForm):
    """An axis or an objective."""

    title = line_field(gettext_lazy("Titre"), needed=True)
    words = text_field(gettext_lazy("En quelques mots"), rows=3)
    rank = forms.IntegerField(label=gettext_lazy("Rang"), min_value=0, max_value=9999)

    def __init__(self, data: Any = None, *, heading: Axis | Objective) -> None:
        super().__init__(data, initial={name: getattr(heading, name) for name in self.base_fields})


class StepRows(PlainForm):
    """What a form with the steps of an action shares."""

    steps: int
    lists = {"steps": gettext_lazy("Étapes")}

    def add_steps(self, data: Any, action: Action | None) -> None:
        """The fields of the steps; their values are in `initial` already."""
        self.steps = count_rows(data, "steps", action.steps.all() if action else ())
        for place in range(self.steps):
            self.fields[f"steps-{place}-title"] = line_field(_("Étape"))
            self.fields[f"steps-{place}-due_on"] = day_field(_("Pour le"))
            self.fields[f"steps-{place}-done_on"] = day_field(_("Faite le"))

    @property
    def step_rows(self) -> list[list[forms.BoundField]]:
        """The rows of steps."""
        parts = ("title", "due_on", "done_on")
        return [[self[f"steps-{place}-{part}"] for part in parts] for place in range(self.steps)]

    def typed_steps(self) -> list[dict[str, Any]]:
        """The steps as typed."""
        parts = ("title", "due_on", "done_on")
        return [
            {part: self.cleaned_data[f"steps-{place}-{part}"] for part in parts}
            for place in range(self.steps)
        ]


class FollowForm(StepRows):
    """Where an action stands, told by those who carry it."""

    def __init__(self, data: Any = None, *, action: Action) -> None:
        super().__init__(
            data, initial={"state": action.state, "cause": action.cause} | _steps_initial(action)
        )
        self.fields["state"] = forms.ChoiceField(label=_("État"), choices=_capital(ActionState.choices))
        self.fields["cause"] = text_field(
            _("Ce qui bloque ou retarde"), _("Nécessaire quand l’action est bloquée."), rows=3
        )
        self.add_steps(data, action)

    def values(self) -> dict[str, Any]:
        """The fields as typed."""
        typed = {name: self.cleaned_data[name] for name in ("state", "cause")}
        return typed | {"steps": self.typed_steps()}


class ActionForm(StepRows):
    """A whole action."""

    def __init__(
        self,
        data: Any = None,
        *,
        plan: Plan,
        action: Action | None = None,
        numbers: dict[str, str] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.action = action
        self.numbers = numbers or {}
        self.by_number = {number: public_id for public_id, number in self.numbers.items()}
        self.objectives = {str(one.pk): one for one in _objectives(plan)}
        self.projects = {one.public_id: one for one in Project.objects.of(plan.territory)}
        super().__init__(data, initial=_action_initial(action, self.numbers) if action else initial or {})
        self.fields.update(self._fields())
        self.add_steps(data, action)

    def _fields(self) -> dict[str, forms.Field]:
        return {
            "objective": _one(_("Objectif"), self._objective_choices(), needed=True),
            "reference": line_field(
                _("Numéro"), _("Vide\u00a0: sa place dans le plan, par exemple 2.1.3."), longest=20
            ),
            "title": line_field(_("Action"), _("Ce qui sera fait, en une phrase."), needed=True),
            "words": text_field(_("Description")),
            "state": forms.ChoiceField(
                label=_("État"), choices=_capital(ActionState.choices), required=False
            ),
            "cause": text_field(
                _("Ce qui bloque ou retarde"), _("Nécessaire quand l’action est bloquée."), rows=3
            ),
            "elected_pilot": line_field(
                _("Pilote élu"), _("Une fonction plutôt qu’un nom\u00a0: la page est publique."), longest=200
            ),
            "technical_pilot": line_field(
                _("Pilote technique"), _("Un service ou une fonction."), longest=200
            ),
            "partners": text_field(_("Partenaires"), _("Un par ligne."), rows=3),
            "starts_on": day_field(_("Commence le")),
            "ends_on": day_field(_("Finit le")),
            "waits_for": line_field(
                _("Attend"), _("Les numéros des actions à finir avant, séparés par des virgules.")
            ),
            "need": _one(_("Besoin auquel elle répond"), _capital(Need.choices)),
            "recommendation": _one(_("Recommandation du diagnostic"), recommendation_choices()),
            "project": _one(_("Projet"), [(key, one.title) for key, one in self.projects.items()]),
            "lever": _one(_("Levier"), lever_choices()),
            "participation": _one(_("Part des habitants"), _capital(Participation.choices)),
            "is_public": forms.BooleanField(label=_("Visible du public"), required=False, initial=True),
        }

    def _objective_choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, one in self.objectives.items():
            groups.setdefault(one.axis.title, []).append((key, one.title))
        return list(groups.items())

    def clean_waits_for(self) -> list[str]:
        """The actions of these numbers, which may have changed since they were read."""
        if self.action and self.is_untouched("waits_for"):
            return list(content.values_of(self.action, ["waits_for"])["waits_for"])
        typed = [one for one in _NUMBERS.split(self.cleaned_data["waits_for"].strip()) if one]
        if strange := [one for one in typed if one not in self.by_number]:
            raise forms.ValidationError(
                _("Aucune action ne porte le numéro «\u00a0%(number)s\u00a0».") % {"number": strange[0][:40]}
            )
        return [self.by_number[one] for one in typed]

    def values(self) -> dict[str, Any]:
        """The fields as typed, lists as lists."""
        typed = {name: self.cleaned_data[name] for name in content.FIELDS if name in self.cleaned_data}
        typed["objective"] = self.objectives.get(str(typed["objective"]))
        typed["project"] = self.projects.get(str(typed["project"]))
        typed["partners"] = str(typed["partners"]).splitlines()
        typed["state"] = typed["state"] or ActionState.TO_START
        return typed | {"steps": self.typed_steps()}


def _objectives(plan: Plan) -> Iterable[Objective]:
    found = Objective.objects.filter(axis__plan=plan).select_related("axis")
    return found.order_by("axis__rank", "axis", "rank", "pk")


def _capital(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(code, f"{str(label)[:1].upper()}{str(label)[1:]}") for code, label in choices]


def _action_initial(action: Action, numbers: dict[str, str]) -> dict[str, Any]:
    values = content.values_of(action)
    return {
        **values,
        "objective": str(action.objective_id),
        "project": action.project.public_id if action.project else "",
        "partners": "\n".join(values["partners"]),
        "waits_for": ", ".join(numbers.get(one, "") for one in values["waits_for"]),
        **_steps_initial(action),
    }


def _steps_initial(action: Action) -> dict[str, Any]:
    return {
        f"steps-{place}-{part}": getattr(step, part)
        for place, step in enumerate(action.steps.all())
        for part in ("title", "due_on", "done_on")
    }


class RowForm(PlainForm):
    """An action in the table of all of them: what is followed of it, saved by itself."""

    def __init__(self, data: Any = None, *, action: Action) -> None:
        names = ("state", "cause", "starts_on", "ends_on", "elected_pilot", "technical_pilot")
        initial = {name: getattr(action, name) for name in names}
        super().__init__(data, initial=initial, prefix=action.public_id, auto_id=False)
        self.fields.update(
            state=forms.ChoiceField(label=_("État"), choices=ActionState.choices, required=False),
            cause=text_field(_("Ce qui bloque ou retarde"), rows=2),
            starts_on=day_field(_("Commence le")),
            ends_on=day_field(_("Finit le")),
            elected_pilot=line_field(_("Pilote élu"), longest=200),
            technical_pilot=line_field(_("Pilote technique"), longest=200),
        )
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}\u00a0: {action.title}"

    def values(self) -> dict[str, Any]:
        """The fields as typed; one that was not sent stays as it is."""
        return {
            name: value for name, value in self.cleaned_data.items() if self.add_prefix(name) in self.data
        }


class EntryForm(PlainForm):
    """An amount to note."""

    def __init__(self, data: Any = None, *, plan: Plan, today: date) -> None:
        self.currency = plan.currency
        years = [*years_between(plan.starts_on, plan.ends_on)]
        years += [years[-1] + more for more in range(1, YEARS_AFTER + 1)]
        chosen = str(min(max(today.year, years[0]), years[-1]))
        super().__init__(data, initial={"year": chosen, "on": today})
        self.fields.update(
            kind=_one(_("Ce que dit le montant"), _capital(EntryKind.choices), needed=True),
            amount=AmountField(label=_("Montant"), help_text=self.currency, currency=self.currency),
            takes_back=forms.BooleanField(
                label=_("À retirer"), required=False, help_text=_("pour corriger un montant déjà noté")
            ),
            year=_one(_("Budget de l’année"), [(str(year), str(year)) for year in years], needed=True),
            nature=_one(_("Nature"), _capital(CostNature.choices), needed=True),
            source=line_field(_("D’où vient l’argent"), needed=True, longest=200),
            on=day_field(_("Le"), needed=True),
            note=line_field(_("Pièce ou raison"), _("délibération, convention, mandat…")),
        )
        self.fields["source"].widget.attrs["list"] = "sources"

    def values(self) -> dict[str, Any]:
        """The entry, its amount in smallest units."""
        typed = dict(self.cleaned_data)
        amount = typed.pop("amount") or Decimal(0)
        sign = -1 if typed.pop("takes_back") else 1
        return typed | {"year": int(typed["year"]), "amount": sign * to_units(amount, self.currency)}


def _decimal(label: Any) -> forms.CharField:
    attributes = {"inputmode": "decimal", "autocomplete": "off"}
    return forms.CharField(
        label=label, required=False, max_length=30, widget=forms.TextInput(attrs=attributes)
    )


_NUMBER = re.compile(r"-?[0-9]{1,14}([.,][0-9]{1,4})?")


def read_number(text: str) -> Decimal | None:
    """The number a person typed, with spaces between thousands and a comma.

    Raises:
        ValidationError: when it is none.
    """
    plain = "".join(text.split()).replace("\u2212", "-")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise forms.ValidationError(
            _("«\u00a0%(text)s\u00a0» n’est pas un nombre. Écrivez des chiffres.") % {"text": text[:40]}
        )
    return Decimal(plain.replace(",", "."))


class IndicatorForm(PlainForm):
    """What is measured, and what is aimed at."""

    title = line_field(
        gettext_lazy("Indicateur"), gettext_lazy("Ce qui est compté, en une phrase."), needed=True
    )
    unit = line_field(gettext_lazy("Unité"), longest=40)
    source = line_field(gettext_lazy("Source du chiffre"), gettext_lazy("Qui le compte, dans quel registre."))
    sense = forms.ChoiceField(label=gettext_lazy("Doit"), choices=Sense.choices, initial=Sense.UP)
    baseline = _decimal(gettext_lazy("Au départ"))
    target = _decimal(gettext_lazy("Cible"))
    target_on = day_field(gettext_lazy("Pour le"))

    def __init__(self, data: Any = None, *, indicator: Indicator | None = None, **kwargs: Any) -> None:
        names = ("title", "unit", "source", "sense", "baseline", "target", "target_on")
        initial = {name: getattr(indicator, name) for name in names} if indicator else {}
        for name in ("baseline", "target"):
            if initial.get(name) is not None:
                initial[name] = f"{initial[name].normalize():f}".replace(".", ",")
        super().__init__(data, initial=initial, **kwargs)

    def clean_baseline(self) -> Decimal | None:
        """The number at the start."""
        return read_number(self.cleaned_data["baseline"])

    def clean_target(self) -> Decimal | None:
        """The number aimed at."""
        return read_number(self.cleaned_data["target"])


class ValueForm(PlainForm):
    """What an indicator was on a day."""

    on = day_field(gettext_lazy("Le"), needed=True)
    value = _decimal(gettext_lazy("Valeur"))
    comment = text_field(gettext_lazy("Commentaire"), rows=2)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"on": timezone.localdate()}, **kwargs)

    def clean_value(self) -> Decimal:
        """The number."""
        number = read_number(self.cleaned_data["value"])
        if number is None:
            raise forms.ValidationError(_("Écrivez la valeur."))
        return number


class ResultForm(PlainForm):
    """What an action that ended gave."""

    result = text_field(
        gettext_lazy("Ce que l’action a donné"),
        gettext_lazy("Des faits, avec leurs chiffres. Aussi ce qui n’a pas été atteint."),
    )
    result_evidence = text_field(gettext_lazy("Ce qui permet de le dire"), rows=3)

    def __init__(self, data: Any = None, *, action: Action) -> None:
        super().__init__(data, initial={name: getattr(action, name) for name in self.base_fields})


class CoLeaderForm(PlainForm):
    """An organisation to ask."""

    organisation = line_field(
        gettext_lazy("Organisation"),
        gettext_lazy("Son nom exact, ou l’adresse de sa fiche dans l’annuaire."),
        needed=True,
    )
    words = text_field(gettext_lazy("Sa part"), rows=2)


class ShareForm(PlainForm):
    """Another territory to ask."""

    territory = line_field(
        gettext_lazy("Territoire"), gettext_lazy("Son nom exact, ou l’adresse de sa page."), needed=True
    )
    words = text_field(gettext_lazy("Sa part"), rows=2)
    percent = forms.IntegerField(
        label=gettext_lazy("Part du budget, en %"), required=False, min_value=0, max_value=100
    )


class EvidenceForm(PlainForm):
    """What shows that something was done: an address or a file, one of the two."""

    title = line_field(gettext_lazy("Pièce"), gettext_lazy("Compte rendu, photo, convention…"), needed=True)
    url = url_field(gettext_lazy("Adresse"))
    file = forms.FileField(
        label=gettext_lazy("Ou fichier"),
        required=False,
        help_text=format_lazy(gettext_lazy("{kinds}\u202f; 10\u00a0Mo au plus"), kinds=TAKEN_TOLD),
    )
    on = day_field(gettext_lazy("Du"))
    is_public = forms.BooleanField(
        label=gettext_lazy("Visible du public, quand l’action l’est"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """One of the two ways, and one only."""
        told = super().clean() or {}
        if not self.errors and bool(told.get("url")) == bool(told.get("file")):
            self.add_error("url", _("Donnez une adresse ou un fichier, l’un des deux."))
        return told
