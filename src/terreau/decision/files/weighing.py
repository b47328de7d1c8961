"""`terreau portfolio weights`: the card game of one person, or of all the members of a committee."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any, Final

from terreau.core.errors import TerreauError
from terreau.decision import cards
from terreau.decision.files.reading import as_list, as_name, as_number, as_object, as_ranks, as_whole

_MOST_MEMBERS: Final = 1_000
_HAND: Final = ("ranks", "blanks", "z")

Told = dict[str, Any]


def weigh(document: Any) -> Told:
    """The weights, in percent; with `members`, the weights of each college and how far they agree.

    Args:
        document: as `docs/methodes-par-fichier.md` describes it.

    Raises:
        TerreauError: the document does not hold.
    """
    given = as_object(document, "Le document", (*_HAND, "criteria", "members"))
    criteria = None
    if given.get("criteria") is not None:
        criteria = [as_name(one, "« criteria »") for one in as_list(given["criteria"], "« criteria »")]
    if given.get("members") is None:
        return {"weights": cards.weigh(_hand(given, "Le document"), criteria)}
    if any(given.get(key) is not None for key in _HAND):
        raise TerreauError("Donnez « members » ou les cartes d’une seule personne, pas les deux.")
    hands = []
    for at, item in enumerate(as_list(given["members"], "« members »", _MOST_MEMBERS), start=1):
        where = f"« members » n° {at}"
        member = as_object(item, where, (*_HAND, "college"))
        college = as_name(member.get("college", "-"), f"{where}, « college »")
        try:
            hands.append((college, cards.weigh(_hand(member, where), criteria)))
        except TerreauError as error:
            raise TerreauError(error.message, where=error.where or where, remedy=error.remedy) from error
    merged = cards.merge(hands)
    return {
        "weights": dict(merged.weights),
        "colleges": {college: dict(weights) for college, weights in merged.colleges.items()},
        "members": dict(merged.members),
        "dispersion": {key: asdict(spread) for key, spread in merged.spreads.items()},
    }


def _hand(given: Told, where: str) -> cards.Hand:
    ranks = as_ranks(given.get("ranks"), f"{where}, « ranks »")
    blanks = given.get("blanks")
    if blanks is not None and not isinstance(blanks, list):
        raise TerreauError("Il faut ici une liste de nombres.", where=f"{where}, « blanks »")
    counts = tuple(
        as_whole(one, f"{where}, « blanks » n° {at}", 0, cards.MOST_BLANKS)
        for at, one in enumerate(blanks or (), start=1)
    )
    if given.get("z") is None and len(ranks) > 1:
        raise TerreauError(
            "Il manque « z » : combien de fois le rang le plus important compte plus que le moins important.",
            where=where,
        )
    times = as_number(1 if given.get("z") is None else given["z"], f"{where}, « z »", 1, cards.MOST_TIMES)
    # The decimal that was written, not the binary number nearest to it.
    return cards.Hand(ranks, counts, Fraction(str(times)))


def as_rows(told: Told) -> list[Told]:
    """The weights as the rows of a spreadsheet, one a criterion."""
    return [
        {
            "criterion": key,
            "weight": weight,
            **{f"college_{name}": weights[key] for name, weights in told.get("colleges", {}).items()},
            **told.get("dispersion", {}).get(key, {}),
        }
        for key, weight in told["weights"].items()
    ]
