"""A ranking, and the catalogue, as pages and files tell them."""

from __future__ import annotations

from typing import Any, Final

from terreau.core.numbers import french_number
from terreau.framework import needs, shelf
from terreau.framework.enums import BarrierCategory
from terreau.framework.library_models import LegalText
from terreau.framework.places import place_name
from terreau.levers.catalogue import Family, Lever, catalogue
from terreau.levers.wording import rung_name

# The others are folded.
MOST_OPEN: Final = 6


def told(content: dict[str, Any]) -> dict[str, Any]:
    """What the pages of a ranking show."""
    rows = [_row(one) for one in content["levers"]]
    return {
        "content": content,
        "first": rows[:MOST_OPEN],
        "others": rows[MOST_OPEN:],
        "sectors": [{**one, "rung": rung_name(one["rung"])} for one in content["sectors"]],
        "bought": ", ".join(content["thresholds"]["bought"]),
    }


def _row(one: dict[str, Any]) -> dict[str, Any]:
    family = catalogue().family(one["family"])
    return {
        **one,
        "family_label": family.label if family else "",
        "terms": [{**term, "sign": signed(term["points"])} for term in one["terms"]],
        "points": signed(one["score"]),
    }


def signed(points: int) -> str:
    """« +4 », « −2 », « 0 »."""
    return f"+{points}" if points > 0 else french_number(points)


def families(codes: list[Family] | None = None) -> list[dict[str, Any]]:
    """Families with their levers in words."""
    chosen = catalogue().families if codes is None else codes
    texts = _texts(chosen)
    return [{"family": one, "levers": [_in_words(lever, texts) for lever in one.levers]} for one in chosen]


def _texts(chosen: Any) -> dict[str, LegalText]:
    """The texts of the library that these levers name, as published."""
    codes = {text.text for one in chosen for lever in one.levers if lever.law for text in lever.law.texts}
    return {one.code: one for one in shelf.published().filter(code__in=codes)} if codes else {}


def _in_words(lever: Lever, texts: dict[str, LegalText]) -> dict[str, Any]:
    law = lever.law
    return {
        "lever": lever,
        "needs": needs.need_names(lever.needs),
        "barriers": [str(BarrierCategory(code).label) for code in lever.barriers],
        "rung": rung_name(lever.rung) if lever.rung else "",
        "law_needed": bool(law and law.needed),
        "laws": [
            {
                "code": one.text,
                "place": place_name(shelf.version_of(texts[one.text]).place),
                "label": shelf.version_of(texts[one.text]).short or shelf.version_of(texts[one.text]).title,
                "ref": one.ref,
                "says": one.says,
                "verified": shelf.version_of(texts[one.text]).reliability == "V",
            }
            for one in (law.texts if law else ())
            if one.text in texts
        ],
    }


CATALOGUE_COLUMNS: Final = (
    *("identifiant", "famille", "levier", "ce_que_c_est", "premier_pas", "besoins", "freins"),
    *("seuil", "demande_un_texte", "textes", "cout"),
)
RANKING_COLUMNS: Final = (
    *("territoire", "edition", "date", "rang", "rang_par_la_regle", "identifiant", "levier", "points"),
    *("raisons", "avis", "pourquoi", "cout", "delai", "donnees_simulees"),
)


def catalogue_rows() -> list[dict[str, Any]]:
    """The catalogue as files tell it."""
    return [
        {
            "identifiant": told["lever"].code,
            "famille": one["family"].label,
            "levier": told["lever"].label,
            "ce_que_c_est": told["lever"].what,
            "premier_pas": told["lever"].first,
            "besoins": told["needs"],
            "freins": told["barriers"],
            "seuil": told["rung"],
            "demande_un_texte": "oui" if told["law_needed"] else "non",
            "textes": [law["code"] for law in told["laws"]],
            "cout": told["lever"].cost,
        }
        for one in families()
        for told in one["levers"]
    ]


def ranking_rows(edition: Any) -> list[dict[str, Any]]:
    """A published ranking as files tell it."""
    return [
        {
            "territoire": edition.territory.code,
            "edition": edition.number,
            "date": edition.as_of.isoformat(),
            "rang": place,
            "rang_par_la_regle": one["place"],
            "identifiant": one["code"],
            "levier": one["label"],
            "points": one["score"],
            "raisons": [f"{signed(term['points'])} {term['text']}" for term in one["terms"]],
            "avis": one["stance_label"],
            "pourquoi": one["reason"],
            "cout": one["cost"],
            "delai": one["delay"],
            "donnees_simulees": "oui" if edition.content["simulated"] else "non",
        }
        for place, one in enumerate(edition.content["levers"], start=1)
    ]
