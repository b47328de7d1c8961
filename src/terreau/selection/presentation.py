"""What came out of a choice, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.money import money_text, to_units
from terreau.core.numbers import french_number
from terreau.evaluation.presentation import value_words

_SURE: Final = 1 - 1e-9
_NEVER: Final = 1e-9
# French says « 1,5 point », and « points » from two on.
_PLURAL: Final = 2


def shown_result(content: Mapping[str, Any], titles: Mapping[str, str], currency: str) -> dict[str, Any]:
    """The portfolios, what differs between them, how firmly each project stands, what each rule costs.

    Args:
        content: the result that is kept, not refused.
        titles: project → its title.
        currency: of the amounts.
    """
    result = content["result"]
    best = result["selected"]
    considered = content["document"]["projects"]
    keys = {one["id"] for one in considered}
    portfolios = [
        _portfolio(rank, one, best, titles, currency)
        for rank, one in enumerate([result, *result["alternatives"]], start=1)
    ]
    return {
        "portfolios": portfolios,
        "best": portfolios[0],
        "others": portfolios[1:],
        "core": _core(content, titles),
        "core_refusal": content["core_refusal"],
        "prices": [_price(one, titles) for one in sorted(result["prices"], key=lambda one: -one["gain"])],
        "left": [title for key, title in titles.items() if key in keys and key not in best],
        "all_vetoed": all(one.get("veto") for one in considered),
    }


def _portfolio(
    rank: int, one: Mapping[str, Any], best: Sequence[str], titles: Mapping[str, str], currency: str
) -> dict[str, Any]:
    shares = one.get("shares", {})
    return {
        "rank": rank,
        "value": value_words(one["value"]),
        "cost": _money(one["cost"], currency),
        "costs": [(year, _money(amount, currency)) for year, amount in one.get("costs", {}).items()],
        "projects": [
            {"title": titles[key], "share": round(100 * shares[key]) if key in shares else None}
            for key in one["selected"]
        ],
        "more": [titles[key] for key in one["selected"] if key not in best],
        "less": [titles[key] for key in best if key not in one["selected"]],
    }


def _money(amount: float, currency: str) -> str:
    return money_text(to_units(Decimal(str(amount)), currency), currency)


def _core(content: Mapping[str, Any], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    index = content["core"] or {}
    rows = [
        {"title": titles[key], "percent": round(100 * value), "words": core_words(value), "index": value}
        for key, value in index.items()
    ]
    return sorted(rows, key=lambda one: -one["index"])


def core_words(index: float) -> str:
    """What a core index says to who decides."""
    if index >= _SURE:
        return _("à financer quoi qu’il arrive")
    return _("à écarter") if index <= _NEVER else _("à débattre")


def _price(one: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    gain = round(one["gain"], 1)
    return {
        "rule": one["constraint"],
        "words": ngettext(
            "coûte %(gain)s point de valeur.", "coûte %(gain)s points de valeur.", 1 if gain < _PLURAL else 2
        )
        % {"gain": french_number(gain)},
        "is_free": gain == 0,
        "projects": [titles[key] for key in one["selected"]],
    }


def shown_vote(vote: Mapping[str, Any], titles: Mapping[str, str], currency: str) -> dict[str, Any]:
    """What the vote selects, and how many approved each project."""
    won = [*vote["bought"], *vote["completed"]]
    rows = sorted(vote["votes"].items(), key=lambda one: (-one[1], titles[one[0]]))
    return {
        "voters": vote["voters"],
        "cost": money_text(vote["cost"], currency),
        "rows": [
            {
                "title": titles[key],
                "votes": count,
                "won": key in won,
                "completed": key in vote["completed"],
            }
            for key, count in rows
        ],
    }
