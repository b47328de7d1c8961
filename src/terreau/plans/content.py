"""What an action says: its fields, how they are cleaned, how they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.accounts.fields import MOST_ROWS as MOST_FORM_ROWS
from terreau.core.errors import TerreauError
from terreau.core.text import squeeze
from terreau.journal.days import day_past, day_written
from terreau.journal.words import clean_words, field_label
from terreau.journal.words import in_words as words_of_value
from terreau.plans.enums import ActionState, Participation
from terreau.plans.models import Action, Objective
from terreau.portfolio.models import Project
from terreau.survey.enums import Need

LINES: Final = ("reference", "title", "elected_pilot", "technical_pilot", "recommendation", "lever")
TEXTS: Final = ("words", "cause")
DATES: Final = ("starts_on", "ends_on")
CHOICES: Final = {
    "state": ActionState.values,
    "participation": ["", *Participation.values],
    "need": ["", *Need.values],
}
# Kept in rows of their own.
LISTS: Final = ("steps", "partners", "waits_for")
FIELDS: Final = (*LINES, *TEXTS, *DATES, *CHOICES, "objective", "project", "is_public", *LISTS)
# What those who carry an action with the town tell of it.
FOLLOWED: Final = ("state", "cause", "steps")
MOST_STEPS, MOST_ROWS = MOST_FORM_ROWS, 60
_LABELS: Final = {
    "steps": gettext_lazy("étapes"),
    "partners": gettext_lazy("partenaires"),
    "waits_for": gettext_lazy("attend"),
}


def label_of(name: str) -> str:
    """What a field is called."""
    return str(_LABELS.get(name) or field_label(Action, name))


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept; fields that are not told stay as they are.

    Raises:
        TerreauError: when one cannot be kept.
    """
    made: dict[str, Any] = {}
    for name in values:
        if name not in FIELDS:
            raise TerreauError(_("Ce champ n’existe pas."), where=str(name)[:40])
        made[name] = _clean_one(name, values[name])
    if "title" in made and not made["title"]:
        raise TerreauError(_("Une action a un nom."), where=label_of("title"))
    check_dates(made.get("starts_on"), made.get("ends_on"))
    return made


def check_dates(starts_on: date | None, ends_on: date | None) -> None:
    """Do nothing when the end is not before the start.

    Raises:
        TerreauError: when it is.
    """
    if starts_on and ends_on and ends_on < starts_on:
        raise TerreauError(
            _("La fin (%(end)s) est avant le début (%(start)s).")
            % {"end": f"{ends_on:%d/%m/%Y}", "start": f"{starts_on:%d/%m/%Y}"},
            where=label_of("ends_on"),
            remedy=_("Corrigez l’une des deux dates."),
        )


def _clean_one(name: str, value: Any) -> Any:
    if name in LINES:
        longest = Action._meta.get_field(name).max_length or 300  # type: ignore[union-attr]
        return clean_words(squeeze(str(value or "")), label_of(name), longest=longest)
    if name in TEXTS:
        return clean_words(value, label_of(name))
    if name in DATES:
        return day_written(value, where=label_of(name)) if isinstance(value, date) else None
    if name in CHOICES:
        if str(value or "") not in CHOICES[name]:
            raise TerreauError(
                _("«\u00a0%(code)s\u00a0» n’est pas un choix possible.") % {"code": str(value)[:40]},
                where=label_of(name),
                remedy=_("Choisissez dans la liste."),
            )
        return str(value or "")
    return _clean_tie(name, value)


def _clean_tie(name: str, value: Any) -> Any:
    if name == "is_public":
        return bool(value)
    if name == "objective":
        if not isinstance(value, Objective):
            raise TerreauError(_("Rangez l’action sous un objectif."), where=label_of(name))
        return value
    if name == "project":
        return value if isinstance(value, Project) else None
    rows = [row for row in value or () if row]
    if name == "steps":
        rows = [step for step in map(_step, rows) if step is not None]
    # A form shows so many steps: one more would be lost when it is saved.
    most = MOST_STEPS if name == "steps" else MOST_ROWS
    if len(rows) > most:
        raise TerreauError(
            _("Il y a %(count)d lignes, pour %(limit)d au plus.") % {"count": len(rows), "limit": most},
            where=label_of(name),
        )
    if name == "steps":
        return rows
    if name == "partners":
        return list(
            dict.fromkeys(clean_words(squeeze(str(row)), label_of(name), longest=200) for row in rows)
        )
    return list(dict.fromkeys(str(row) for row in rows))


def _step(row: Mapping[str, Any]) -> tuple[str, date | None, date | None] | None:
    title = clean_words(squeeze(str(row.get("title") or "")), label_of("steps"), longest=300)
    due, done = row.get("due_on"), row.get("done_on")
    if not title:
        if due or done:
            raise TerreauError(_("Une étape datée n’a pas de nom."), where=label_of("steps"))
        return None
    return (
        title,
        day_written(due, where=title) if isinstance(due, date) else None,
        day_past(done, where=title) if isinstance(done, date) else None,
    )


def values_of(action: Action, names: Iterable[str] = FIELDS) -> dict[str, Any]:
    """What an action says now, as `clean` gives it."""
    return {name: _value(action, name) for name in names}


def _value(action: Action, name: str) -> Any:
    if name == "steps":
        return [(one.title, one.due_on, one.done_on) for one in action.steps.all()]
    if name == "partners":
        return [one.name for one in action.partners.all()]
    if name == "waits_for":
        return [one.other.public_id for one in action.waits_for.select_related("other").order_by("pk")]
    return getattr(action, name)


def in_words(name: str, value: Any) -> str:
    """A value as it is compared with another: a dash when there is none."""
    if name == "is_public":
        return _("oui") if value else _("non")
    if name == "steps":
        return "\u202f; ".join(step_in_words(*one) for one in value) or "—"
    if name == "waits_for":
        known = dict(Action.objects.filter(public_id__in=value).values_list("public_id", "title"))
        return "\u202f; ".join(known.get(one, one) for one in value) or "—"
    if name == "partners":
        return "\u202f; ".join(value) or "—"
    return words_of_value(Action, name, value)


def step_in_words(title: str, due_on: date | None, done_on: date | None) -> str:
    """« Choisir le local (pour le 01/03/2026), faite le 15/03/2026 »."""
    due = _(" (pour le %(day)s)") % {"day": f"{due_on:%d/%m/%Y}"} if due_on else ""
    done = _(", faite le %(day)s") % {"day": f"{done_on:%d/%m/%Y}"} if done_on else ""
    return f"{title}{due}{done}"
