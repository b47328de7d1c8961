"""Checking what a person types in a sheet, field by field, before it becomes a record's value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from terreau.core import identifiers
from terreau.core.errors import TerreauError
from terreau.core.geo import is_position
from terreau.core.text import squeeze
from terreau.directory.catalogue import CATALOGUE_KINDS
from terreau.directory.fields import BY_KEY, Field, FieldKind, Values
from terreau.directory.languages import LANGUAGES
from terreau.directory.nomenclatures import issues, sectors
from terreau.directory.rules import NO, PRECISION_ORDER, YES
from terreau.directory.visibility import HIDEABLE
from terreau.perimeters import rules as perimeters

LONGEST = {"name": 300, "short_name": 80, "description": 5000, "activity_code": 10, "postal_code": 12}
LONGEST_TEXT = 300
MOST_ENTRIES = 50
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def clean_values(values: Mapping[str, Any], *, filieres: frozenset[str] = frozenset()) -> Values:
    """The values in the shape that records keep; an emptied field gives None.

    Args:
        values: by key of `fields.FIELDS`, as read from a form.
        filieres: the codes of the filières that exist (the other nomenclatures are shipped).

    Raises:
        TerreauError: naming the field, when a value cannot be kept.
    """
    cleaned: Values = {}
    for key, value in values.items():
        field = BY_KEY.get(key)
        if field is None:
            raise TerreauError(_("Le champ « %(key)s » n’existe pas dans une fiche.") % {"key": key})
        given = value.strip() if isinstance(value, str) else value
        if given is None or given in ("", [], {}):
            cleaned[key] = None
            continue
        cleaned[key] = _CLEANERS[field.kind](field, given, filieres)
    return cleaned


def refuse(field: Field, message: str, remedy: str = "") -> TerreauError:
    """The error that names the field."""
    return TerreauError(message, where=f"{field.label}\u00a0:", remedy=remedy)


def _text(field: Field, value: Any, _filieres: frozenset[str]) -> str:
    text = str(value).strip() if field.key == "description" else squeeze(str(value))
    longest = LONGEST.get(field.key, LONGEST_TEXT)
    if len(text) > longest:
        raise refuse(
            field,
            _("%(length)d caractères, c’est trop long.") % {"length": len(text)},
            _("Gardez-en %(longest)d au plus.") % {"longest": longest},
        )
    return text


def _url(field: Field, value: Any, _filieres: frozenset[str]) -> str:
    text = squeeze(str(value))
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        sound = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and " " not in text
    except ValueError:
        sound = False
    if not sound or len(text) > 500:
        raise refuse(
            field,
            _("« %(value)s » n’est pas une adresse de site.") % {"value": value},
            _("Écrivez par exemple https://www.exemple.org."),
        )
    return text


def _day(field: Field, value: Any, _filieres: frozenset[str]) -> str:
    text = value.isoformat() if isinstance(value, date) else squeeze(str(value))
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        year, month, day = (int(part or 1) for part in match.groups())
        date(year, month, day)
    except ValueError:
        raise refuse(
            field,
            _("« %(value)s » n’est pas une date.") % {"value": value},
            _("Écrivez l’année (2017), le mois (2017-03) ou le jour (2017-03-21)."),
        ) from None
    return text


def _code(field: Field, value: Any, _filieres: frozenset[str]) -> str:
    known = {
        "family": perimeters.FAMILIES.keys(),
        "nature": perimeters.NATURES.keys(),
        "active": (YES, NO),
    }.get(field.key)
    if known is not None and value not in known:
        raise refuse(field, _("« %(value)s » n’est pas un choix possible.") % {"value": value})
    return str(value)


def _codes(field: Field, value: Any, filieres: frozenset[str]) -> list[str]:
    known = {
        "sectors": {term.code for term in sectors()},
        "issues": {term.code for term in issues()},
        "filieres": filieres,
    }[field.key]
    for code in value:
        if code not in known:
            raise refuse(field, _("« %(value)s » n’est pas un choix possible.") % {"value": code})
    return list(dict.fromkeys(value))


def _texts(field: Field, value: Any, _filieres: frozenset[str]) -> list[str]:
    lines = value.splitlines() if isinstance(value, str) else value
    texts = [squeeze(str(line)).lstrip("-•– ") for line in lines]
    kept = list(dict.fromkeys(text for text in texts if text))
    if len(kept) > MOST_ENTRIES or any(len(text) > LONGEST_TEXT for text in kept):
        raise refuse(
            field,
            _("Trop long pour une fiche."),
            _("Une ligne par élément, %(most)d lignes au plus.") % {"most": MOST_ENTRIES},
        )
    return kept


def _count(field: Field, value: Any, _filieres: frozenset[str]) -> dict[str, Any]:
    counted = dict(value)
    on = counted.get("on")
    if on:
        counted["on"] = _day(field, on, frozenset())
    numbers = [counted.get(key) for key in ("value", "low", "high")]
    given = [number for number in numbers if number is not None]
    if not given or any(not isinstance(number, int) or number < 0 for number in given):
        raise refuse(field, _("Il faut un nombre entier, zéro ou plus."))
    if counted.get("high") is not None and counted.get("low", 0) > counted["high"]:
        raise refuse(field, _("Le plus petit nombre dépasse le plus grand."))
    return {key: counted[key] for key in ("value", "low", "high", "on") if key in counted}


def _actions(field: Field, value: Any, _filieres: frozenset[str]) -> list[dict[str, str]]:
    kept = []
    for action in value:
        texts = {key: squeeze(str(action.get(key) or "")) for key in ("what", "for_whom", "source_note")}
        since = squeeze(str(action.get("since") or ""))
        if not any(texts.values()) and not since:
            continue
        if not texts["what"]:
            raise refuse(field, _("Dites en quoi consiste chaque action."))
        if max(map(len, texts.values())) > LONGEST_TEXT * 2:
            raise refuse(field, _("Trop long pour une fiche."), _("Résumez l’action en une phrase ou deux."))
        kept.append({**texts, "since": _day(field, since, frozenset()) if since else ""})
    return kept[:MOST_ENTRIES]


def _place(field: Field, value: Any, _filieres: frozenset[str]) -> dict[str, Any]:
    longitude, latitude = value.get("longitude"), value.get("latitude")
    if (longitude is None) != (latitude is None):
        raise refuse(field, _("Il faut la longitude et la latitude, ou ni l’une ni l’autre."))
    if longitude is not None and not is_position(longitude, latitude):
        raise refuse(
            field,
            _("Cette position n’existe pas."),
            _("La longitude va de −180 à 180, la latitude de −90 à 90, en degrés."),
        )
    precision = value.get("precision") or ("point" if longitude is not None else "none")
    if precision not in PRECISION_ORDER:
        raise refuse(field, _("« %(value)s » n’est pas un choix possible.") % {"value": precision})
    return {
        "country": str(value.get("country") or "").upper(),
        "territory": str(value.get("territory") or ""),
        "longitude": longitude,
        "latitude": latitude,
        "precision": precision,
    }


def _identifiers(field: Field, value: Any, _filieres: frozenset[str]) -> dict[str, str]:
    kept = {}
    for scheme, number in value.items():
        if not number:
            continue
        try:
            kept[scheme] = identifiers.normalise(scheme, str(number))
        except ValueError as error:
            raise refuse(field, str(error), _("Recopiez le numéro, ou laissez le champ vide.")) from error
    return kept


def _qualities(field: Field, value: Any, _filieres: frozenset[str]) -> dict[str, bool]:
    for key, met in value.items():
        if key not in perimeters.CONDITIONS or not isinstance(met, bool):
            raise refuse(field, _("« %(value)s » n’est pas un choix possible.") % {"value": key})
    return dict(value)


def _languages(field: Field, value: Any, _filieres: frozenset[str]) -> list[str]:
    for code in value:
        if code not in LANGUAGES:
            raise refuse(field, _("« %(value)s » n’est pas un choix possible.") % {"value": code})
    return list(dict.fromkeys(value))


def _email(field: Field, value: Any, _filieres: frozenset[str]) -> str:
    text = squeeze(str(value)).lower()
    try:
        validate_email(text)
    except ValidationError:
        raise refuse(
            field,
            _("« %(value)s » n’est pas une adresse électronique.") % {"value": text[:100]},
            _("Écrivez-la comme « contact@organisation.example »."),
        ) from None
    return text


def _catalogue(field: Field, value: Any, _filieres: frozenset[str]) -> list[dict[str, str]]:
    kept = []
    for entry in value:
        texts = {
            key: squeeze(str(entry.get(key) or "")) for key in ("what", "description", "price", "conditions")
        }
        until = squeeze(str(entry.get("until") or ""))
        if not any(texts.values()) and not until:
            continue
        if not texts["what"]:
            raise refuse(field, _("Dites ce qui est vendu, proposé ou recherché."))
        if entry.get("kind") not in CATALOGUE_KINDS:
            raise refuse(field, _("Dites si cela est vendu, proposé ou recherché."))
        if max(map(len, texts.values())) > LONGEST_TEXT * 2:
            raise refuse(field, _("Trop long pour une fiche."), _("Résumez en une phrase ou deux."))
        day = _day(field, until, frozenset()) if until else ""
        kept.append({"kind": entry["kind"], **texts, "until": day})
    return kept[:MOST_ENTRIES]


def _visibility(field: Field, value: Any, _filieres: frozenset[str]) -> dict[str, bool]:
    for key, seen in value.items():
        if key not in HIDEABLE or not isinstance(seen, bool):
            raise refuse(field, _("« %(value)s » n’est pas un choix possible.") % {"value": key})
    return dict(value)


_CLEANERS: dict[FieldKind, Callable[[Field, Any, frozenset[str]], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.URL: _url,
    FieldKind.DATE: _day,
    FieldKind.CODE: _code,
    FieldKind.CODES: _codes,
    FieldKind.TEXTS: _texts,
    FieldKind.COUNT: _count,
    FieldKind.ACTIONS: _actions,
    FieldKind.PLACE: _place,
    FieldKind.IDENTIFIERS: _identifiers,
    FieldKind.QUALITIES: _qualities,
    FieldKind.LANGUAGES: _languages,
    FieldKind.EMAIL: _email,
    FieldKind.CATALOGUE: _catalogue,
    FieldKind.VISIBILITY: _visibility,
}
