"""What an issue may hold, and the strategy as plain data: what is published, compared, put in a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.numbers import french_quantity
from terreau.core.text import squeeze
from terreau.diagnosis.models import Edition
from terreau.diagnosis.services import read
from terreau.journal.words import clean_words, field_label
from terreau.strategy.models import PriorityIssue, Strategy
from terreau.survey.enums import Need
from terreau.territories.models import Territory

FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST: Final = Decimal(10) ** 14
_LINES: Final = {"title": 200, "indicator": 300, "unit": 40, "source": 300}
FIELDS: Final = (
    "title", "words", "rank", "horizon", "indicator", "unit", "source", "baseline", "target",
    "needs", "findings",
)  # fmt: skip


def findings_of(territory: Territory) -> list[dict[str, Any]]:
    """The findings of the last published diagnosis, those that call for an answer first."""
    edition = Edition.objects.of(territory).first()
    if edition is None:
        return []
    found = sorted(
        read(edition).findings, key=lambda one: (not one.pressing, -one.impact * one.certainty, one.key)
    )
    return [
        {"key": one.key, "label": one.label, "proof": one.proof, "edition": edition.number} for one in found
    ]


def clean(values: Mapping[str, Any], known: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The values of an issue as they are kept.

    Args:
        values: its fields; `findings` by their keys.
        known: the findings that may be chosen.

    Raises:
        TerreauError: when one is missing, too long, or cannot be.
    """
    made: dict[str, Any] = {
        name: clean_words(squeeze(str(values.get(name) or "")), _label(name), longest=longest)
        for name, longest in _LINES.items()
    }
    if not made["title"]:
        raise TerreauError(_("Un enjeu a un nom."), where=_label("title"))
    made["words"] = clean_words(values.get("words"), _label("words"))
    made["rank"] = _whole(values.get("rank") or 0, "rank", 0, 999)
    made["horizon"] = _whole(values.get("horizon"), "horizon", FIRST_YEAR, LAST_YEAR)
    for name in ("baseline", "target"):
        made[name] = _number(values.get(name), name)
    if made["target"] is not None and not made["indicator"]:
        raise TerreauError(
            _("Une cible a besoin d’un indicateur\u00a0: dites ce qui est compté."), where=_label("target")
        )
    made["needs"] = _chosen("needs", values, Need.values)
    by_key = {one["key"]: dict(one) for one in known}
    made["findings"] = [by_key[key] for key in _chosen("findings", values, list(by_key))]
    return made


def _label(name: str) -> str:
    return field_label(PriorityIssue, name)


def _whole(value: Any, name: str, least: int, most: int) -> int:
    if not isinstance(value, int) or not least <= value <= most:
        raise TerreauError(
            _("Écrivez un nombre entre %(least)d et %(most)d.") % {"least": least, "most": most},
            where=_label(name),
        )
    return value


def _number(value: Any, name: str) -> Decimal | None:
    if value is None or value == "":
        return None
    number = Decimal(value)
    if not number.is_finite() or abs(number) >= LARGEST:
        raise TerreauError(_("Ce nombre ne peut pas être juste."), where=_label(name))
    return number.quantize(Decimal("0.0001"))


def _chosen(name: str, values: Mapping[str, Any], allowed: list[str]) -> list[str]:
    given = set(values.get(name) or ())
    if given - set(allowed):
        raise TerreauError(
            _("Ce choix n’existe pas, ou plus."), where=_label(name), remedy=_("Choisissez dans la liste.")
        )
    return [code for code in allowed if code in given]


def values_of(issue: PriorityIssue) -> dict[str, Any]:
    """The fields of an issue, as `clean` gives them."""
    return {name: getattr(issue, name) for name in FIELDS}


# --- The whole as data ----------------------------------------------------------------------------------


def content_of(strategy: Strategy) -> dict[str, Any]:
    """The strategy as it is written now."""
    return {
        "words": strategy.words,
        "simulated": strategy.is_simulated or bool(settings.EXERCISE),
        "issues": [
            {
                **{name: value for name, value in values_of(one).items() if name != "rank"},
                "id": one.public_id,
                "baseline": _text(one.baseline),
                "target": _text(one.target),
            }
            for one in strategy.issues.all()
        ],
        "texts": [
            {
                "title": one.title,
                "reference": one.reference,
                "voted_on": one.voted_on.isoformat(),
                "digest": one.digest,
            }
            for one in strategy.texts.all()
        ],
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def digest_of(content: Mapping[str, Any]) -> str:
    """By which the same strategy is known again."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def quantity(number: Any, unit: str) -> str:
    """A number of an issue with its unit; empty where there is none."""
    return "" if number in (None, "") else french_quantity(float(number), unit)


def in_words(name: str, value: Any) -> str:
    """The value of a field as two versions of it are compared."""
    if value in (None, "", []):
        return "—"
    if name == "needs":
        return ", ".join(str(Need(code).label) for code in value if code in Need.values)
    if name == "findings":
        return "\u00a0; ".join(one["label"] for one in value)
    if name in ("baseline", "target"):
        return quantity(value, "")
    return str(value)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """The fields of an issue that are not the same, in words."""
    told = [(name, in_words(name, before.get(name)), in_words(name, after.get(name))) for name in FIELDS]
    return [{"label": _label(name), "typed": one, "now": other} for name, one, other in told if one != other]
