"""The indicators of an action: what is measured, from where, the values as they come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import squeeze
from terreau.directory.writing import known
from terreau.journal.days import day_past, day_written
from terreau.journal.words import clean_words, field_label
from terreau.plans import perms
from terreau.plans.acting import held_action
from terreau.plans.enums import Sense
from terreau.plans.models import Action, Indicator, IndicatorValue
from terreau.plans.telling import require_running, someone_else, tell_action

LARGEST = Decimal(10) ** 14


def add_indicator(*, person: Any, action: Action, values: Mapping[str, Any]) -> Indicator:
    """A new indicator of an action; the same sent twice is added once.

    Args:
        person: an agent of the territory, or the secretariat.
        action: of a plan that runs.
        values: `title`, `unit`, `source`, `sense`, `baseline`, `target`, `target_on`.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, a value cannot be kept, or another has that name.
    """
    clean = _clean(values)
    with transaction.atomic():
        held = _held(person, action)
        rank = held.indicators.aggregate(last=Max("rank"))["last"] or 0
        indicator, made = Indicator.objects.get_or_create(
            action=held, title=clean["title"], defaults={**clean, "rank": rank + 1}
        )
        if made:
            tell_action("action.indicator_added", person, held, indicator=indicator.title)
        elif any(getattr(indicator, name) != value for name, value in clean.items()):
            raise TerreauError(
                _("Cette action a déjà un indicateur de ce nom."),
                where=indicator.title,
                remedy=_("Donnez-lui un autre nom, ou modifiez celui qui existe."),
            )
    return indicator


def save_indicator(
    *, person: Any, indicator: Indicator, version: int, values: Mapping[str, Any]
) -> Indicator:
    """Change what is measured or aimed at; the values stay.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone changed it in between, the plan is closed, or a value cannot be kept.
    """
    clean = _clean(values)
    with transaction.atomic():
        action = _held(person, indicator.action)
        held = Indicator.objects.select_for_update().get(pk=indicator.pk)
        changed = [name for name, value in clean.items() if getattr(held, name) != value]
        if not changed:
            return held
        if held.version != version:
            raise someone_else(held.title)
        for name in changed:
            setattr(held, name, clean[name])
        held.version += 1
        held.save()
        tell_action("action.indicator_changed", person, action, indicator=held.title, fields=changed)
    return held


def add_value(
    *, person: Any, indicator: Indicator, on: date, value: Decimal, comment: str = ""
) -> IndicatorValue:
    """What the indicator was on a day; the same said twice is one, another value takes its place.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, or a value cannot be kept.
    """
    day_past(on, where=_("date"))
    told = {"value": _number(value, _("valeur")), "comment": clean_words(comment, _("commentaire"))}
    if told["value"] is None:
        raise TerreauError(_("Écrivez la valeur."), where=indicator.title)
    with transaction.atomic():
        action = _held(person, indicator.action)
        last = indicator.values.filter(on=on).order_by("-pk").first()
        if last is not None and last.value == told["value"] and last.comment == told["comment"]:
            return last
        made = IndicatorValue.objects.create(indicator=indicator, on=on, told_by=known(person), **told)
        tell_action("action.measured", person, action, indicator=indicator.title, value=str(made.value))
    return made


def remove_indicator(*, person: Any, indicator: Indicator) -> None:
    """Take away an indicator of which no value was ever told.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when values are known.
    """
    with transaction.atomic():
        action = _held(person, indicator.action)
        held = Indicator.objects.filter(pk=indicator.pk).first()
        if held is None:
            return
        if held.values.exists():
            raise TerreauError(
                _("Cet indicateur a des valeurs\u00a0: il ne se supprime pas."), where=held.title
            )
        tell_action("action.indicator_removed", person, action, indicator=held.title)
        held.delete()


def _held(person: Any, action: Action) -> Action:
    held = held_action(action)
    perms.can_edit_action.require(person, held)
    require_running(held.plan)
    return held


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, longest in (("title", 300), ("unit", 40), ("source", 300)):
        text = squeeze(str(values.get(name) or ""))
        made[name] = clean_words(text, field_label(Indicator, name), longest=longest)
    if not made["title"]:
        raise TerreauError(_("Dites ce qui est mesuré."), where=field_label(Indicator, "title"))
    for name in ("baseline", "target"):
        made[name] = _number(values.get(name), field_label(Indicator, name))
    made["sense"] = values.get("sense") or sense_of(made["baseline"], made["target"]) or Sense.UP.value
    if made["sense"] not in Sense.values:
        raise TerreauError(_("Il manque un choix."), where=field_label(Indicator, "sense"))
    _check_sense(made["sense"], made["baseline"], made["target"])
    target_on = values.get("target_on")
    made["target_on"] = target_on if isinstance(target_on, date) else None
    if made["target_on"] is not None:
        day_written(made["target_on"], where=field_label(Indicator, "target_on"))
    return made


def sense_of(baseline: Decimal | None, target: Decimal | None) -> str:
    """Where the target lies from the start; empty where one is not known, or both are the same."""
    if baseline is None or target is None or baseline == target:
        return ""
    return Sense.UP.value if target > baseline else Sense.DOWN.value


def _check_sense(sense: str, baseline: Decimal | None, target: Decimal | None) -> None:
    """A target behind the start would be told as reached from the first day."""
    if (sense_of(baseline, target) or sense) != sense:
        raise TerreauError(
            _("La cible est sous le départ\u00a0: dites que l’indicateur doit baisser.")
            if sense == Sense.UP
            else _("La cible est au-dessus du départ\u00a0: dites que l’indicateur doit monter."),
            where=field_label(Indicator, "target"),
        )


def _number(value: Any, label: str) -> Decimal | None:
    if value is None or value == "":
        return None
    number = Decimal(value)
    if not number.is_finite() or abs(number) >= LARGEST:
        raise TerreauError(_("Ce nombre ne peut pas être juste."), where=label)
    return number.quantize(Decimal("0.0001"))
