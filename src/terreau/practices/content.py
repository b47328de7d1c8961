"""What a sheet says: its fields, how they are cleaned, what is needed before others read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.core.errors import TerreauError
from terreau.core.text import squeeze
from terreau.directory.nomenclatures import issues, sectors
from terreau.practices.enums import CostNature, Period, TownKind
from terreau.survey.enums import Need

LONGEST_LINE, LONGEST_TEXT, MOST_LINES = 300, 6000, 40
_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
# As people write it; it is kept the other way round.
_TYPED_DATE: Final = re.compile(r"(?:\d{2}/)?\d{2}/\d{4}")
_URL: Final = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Field:
    """One field of a sheet."""

    key: str
    label: Any
    help: Any = ""


TITLE = Field("title", gettext_lazy("Nom de la pratique"))
SUMMARY = Field("summary", gettext_lazy("Activité, en deux phrases"))
# In the order in which they are read.
TEXTS: Final = (
    Field(
        "context", gettext_lazy("Contexte"), gettext_lazy("La ville, ses habitants, ce qui existait avant.")
    ),
    Field("problem", gettext_lazy("Problème"), gettext_lazy("Ce qui n’allait pas, et pour qui.")),
    Field("done", gettext_lazy("Ce qui a été fait"), gettext_lazy("Les étapes, dans l’ordre.")),
    Field(
        "legal",
        gettext_lazy("Conditions juridiques"),
        gettext_lazy("Ce que le droit demande\u00a0: compétence, délibération, statut, convention."),
    ),
    Field(
        "failed",
        gettext_lazy("Ce qui n’a pas marché"),
        gettext_lazy("Ce que vous feriez autrement. C’est souvent le plus utile à une autre ville."),
    ),
    Field(
        "contact",
        gettext_lazy("Contact"),
        gettext_lazy("Un service ou un site, pas une personne\u00a0: la fiche est publique."),
    ),
)
LINES: Final = (
    Field(
        "partners",
        gettext_lazy("Partenaires"),
        gettext_lazy(
            "Un par ligne\u00a0: un nom, ou l’adresse de sa fiche dans l’annuaire ou de son territoire."
        ),
    ),
    Field(
        "legal_texts",
        gettext_lazy("Textes de droit"),
        gettext_lazy("Un par ligne\u00a0: son titre et son article, ou son adresse dans la bibliothèque."),
    ),
)
_LABELS: Final = {field.key: field.label for field in (TITLE, SUMMARY, *TEXTS, *LINES)} | {
    "actor": gettext_lazy("Portée par"),
    "needs": gettext_lazy("Besoins auxquels elle répond"),
    "issues": gettext_lazy("Enjeux territoriaux"),
    "sectors": gettext_lazy("Secteurs"),
    "kind": gettext_lazy("Sorte de ville"),
    "costs": gettext_lazy("Coût"),
    "staff": gettext_lazy("Agents, en équivalent temps plein"),
    "months": gettext_lazy("Durée en mois"),
    "since": gettext_lazy("Depuis"),
    "results": gettext_lazy("Résultats"),
    "sources": gettext_lazy("Sources"),
}
COLUMNS: Final = ("title", "summary", "needs", "issues", "sectors", "kind")
KEYS: Final = tuple(_LABELS)
# What a town must have told before its peers are asked to read.
NEEDED: Final = ("title", "summary", "problem", "done", "needs", "results", "contact")


def label_of(key: str) -> str:
    """What a field is called."""
    return str(_LABELS[key])


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept, without what is empty.

    Raises:
        TerreauError: when one is too long, or is not what its field holds.
    """
    made: dict[str, Any] = {}
    for key in (TITLE.key, "actor"):
        made[key] = _short(key, values.get(key))
    for key in (SUMMARY.key, *(field.key for field in TEXTS)):
        made[key] = _long(key, values.get(key))
    for key in (field.key for field in LINES):
        made[key] = [_short(key, line) for line in values.get(key) or () if squeeze(line)][:MOST_LINES]
    made |= {"needs": _codes("needs", values, Need.values), "kind": _code("kind", values, TownKind.values)}
    made["issues"] = _codes("issues", values, [term.code for term in issues()])
    made["sectors"] = _codes("sectors", values, [term.code for term in sectors()])
    made |= {"since": _day("since", values.get("since")), "costs": _costs(values.get("costs") or ())}
    made["staff"] = _number("staff", values.get("staff"), most=10_000)
    months = _number("months", values.get("months"), most=1200)
    made["months"] = int(months) if months is not None else None
    made["results"] = _rows("results", values, ("what", "evidence", "url"), needed="what")
    made["sources"] = _rows("sources", values, ("title", "url", "on"), needed="title")
    if not made["title"]:
        raise TerreauError(_("Une pratique a un nom."), where=label_of("title"))
    return {key: value for key, value in made.items() if value not in ("", None, [], {})}


def missing(values: Mapping[str, Any]) -> list[str]:
    """The names of the fields that others need in order to read a sheet, and that are empty."""
    return [label_of(key) for key in NEEDED if not values.get(key)]


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The fields whose values are not the same."""
    return [key for key in KEYS if one.get(key) != other.get(key)]


def _short(key: str, value: Any) -> str:
    text = squeeze(str(value or ""))
    if len(text) > LONGEST_LINE:
        raise _too_long(key, len(text), LONGEST_LINE)
    return text


def _long(key: str, value: Any) -> str:
    text = "\n".join(line.rstrip() for line in str(value or "").strip().splitlines())
    if len(text) > LONGEST_TEXT:
        raise _too_long(key, len(text), LONGEST_TEXT)
    return text


def _too_long(key: str, count: int, limit: int) -> TerreauError:
    return TerreauError(
        _("Ce texte est trop long\u00a0: %(count)d signes, pour %(limit)d au plus.")
        % {"count": count, "limit": limit},
        where=label_of(key),
        remedy=_("Raccourcissez-le."),
    )


def _code(key: str, values: Mapping[str, Any], known: list[str]) -> str:
    code = str(values.get(key) or "")
    if code and code not in known:
        raise _unknown(key, code)
    return code


def _codes(key: str, values: Mapping[str, Any], known: list[str]) -> list[str]:
    given = set(values.get(key) or ())
    if strange := given - set(known):
        raise _unknown(key, min(strange))
    return [code for code in known if code in given]


def _unknown(key: str, code: str) -> TerreauError:
    return TerreauError(
        _("«\u00a0%(code)s\u00a0» n’est pas un choix possible.") % {"code": code},
        where=label_of(key),
        remedy=_("Choisissez dans la liste."),
    )


def _day(key: str, value: Any) -> str:
    text = squeeze(str(value or ""))
    if _TYPED_DATE.fullmatch(text):
        text = "-".join(reversed(text.split("/")))
    if text and not _DATE.fullmatch(text):
        raise TerreauError(
            _("«\u00a0%(text)s\u00a0» n’est pas une date.") % {"text": text},
            where=label_of(key),
            remedy=_("Écrivez l’année, le mois et l’année (05/2024), ou le jour (31/05/2024)."),
        )
    return text


def _number(key: str, value: Any, *, most: float) -> float | None:
    if value in (None, ""):
        return None
    number = float(value)
    if not 0 <= number <= most:
        raise TerreauError(
            _("Ce nombre ne peut pas être juste\u00a0: %(value)s.") % {"value": value}, where=label_of(key)
        )
    return number


def _costs(given: Any) -> list[dict[str, Any]]:
    found = []
    for cost in given:
        if cost["nature"] not in CostNature.values or cost["period"] not in Period.values:
            raise _unknown("costs", f"{cost['nature']}, {cost['period']}")
        line = {"nature": cost["nature"], "amount": int(cost["amount"]), "period": cost["period"]}
        note = _short("costs", cost.get("note"))
        found.append(line | ({"note": note} if note else {}))
    return found


def _rows(
    key: str, values: Mapping[str, Any], names: tuple[str, ...], *, needed: str
) -> list[dict[str, str]]:
    found = []
    for row in list(values.get(key) or ())[:MOST_LINES]:
        clean_row = {
            name: _day(key, row.get(name)) if name == "on" else _long(key, row.get(name)) for name in names
        }
        if not any(clean_row.values()):
            continue
        if not clean_row[needed]:
            raise TerreauError(_("Une ligne n’a pas son premier champ."), where=label_of(key))
        address = clean_row.get("url", "")
        if address and not _URL.fullmatch(address):
            raise TerreauError(
                _("«\u00a0%(address)s\u00a0» n’est pas une adresse.") % {"address": address},
                where=label_of(key),
                remedy=_("Une adresse commence par https://."),
            )
        found.append({name: text for name, text in clean_row.items() if text})
    return found
