"""The criteria on which projects are judged: five factors (methods D.1), and those that a territory adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.journal.words import clean_words

# More would not be compared by anyone.
MOST_CRITERIA: Final = 10
ANCHORED: Final = (0, 2, 4)
VETO_KEY, VETO_FLOOR = "risk", 1.0
_LONGEST_LABEL, _LONGEST_ANCHOR = 120, 300


@dataclass(frozen=True)
class Criterion:
    """What is judged, with what can be seen at 0, 2 and 4; below `floor`, a project is to be reworked."""

    key: str
    label: str
    anchors: tuple[str, str, str]
    floor: float | None = None
    own: bool = False


def factors() -> tuple[Criterion, ...]:
    """The five key factors of success, in the order of the note that gives them."""
    return (
        Criterion(
            "strategy",
            _("En phase avec la stratégie territoriale"),
            (
                _("aucun lien avec la stratégie"),
                _("appuie un axe de la stratégie"),
                _("objectif explicite de la stratégie, avec un indicateur"),
            ),
        ),
        Criterion(
            "people",
            _("Mobilisation des élus et des techniciens"),
            (
                _("personne n’est mobilisé"),
                _("un référent est nommé"),
                _("élu référent, temps de technicien et délibération"),
            ),
        ),
        Criterion(
            "private",
            _("Intégration des acteurs privés"),
            (
                _("aucun acteur privé"),
                _("lettres de soutien"),
                _("cofinancement, ou siège dans la gouvernance"),
            ),
        ),
        Criterion(
            VETO_KEY,
            _("Maîtrise du risque financier et économique"),
            (
                _("pas de plan de financement"),
                _("un plan, assuré pour moitié au plus"),
                _("assuré à 80 % au moins, seuil de rentabilité connu, résiste à 20 % de recettes en moins"),
            ),
            floor=VETO_FLOOR,
        ),
        Criterion(
            "enterprise",
            _("Dimension entrepreneuriale"),
            (
                _("aucune activité économique"),
                _("le marché est testé"),
                _("modèle de revenus, porté par une entreprise ou un entrepreneur chef de file"),
            ),
        ),
    )


def read(kept: Sequence[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """The criteria of an evaluation: the five factors, then its own."""
    own = (Criterion(one["key"], one["label"], tuple(one["anchors"]), own=True) for one in kept)
    return (*factors(), *own)


def clean(typed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The criteria that a territory adds, as they are kept; rows left empty are none.

    Args:
        typed: rows of `label` and `anchors`, three texts.

    Raises:
        TerreauError: when one has no name or lacks an anchor, or there are too many, or two of one name.
    """
    kept: list[dict[str, Any]] = []
    names = {one.label.casefold() for one in factors()}
    for row in typed:
        anchors = [
            clean_words(text, _("Ce qui se voit à %(mark)d") % {"mark": mark}, longest=_LONGEST_ANCHOR)
            for mark, text in zip(ANCHORED, row["anchors"], strict=True)
        ]
        label = clean_words(row["label"], _("Critère"), longest=_LONGEST_LABEL)
        if not label and not any(anchors):
            continue
        if not label or not all(anchors):
            raise TerreauError(
                _("Un critère a besoin d’un nom et de ce qui se voit à 0, à 2 et à 4."),
                where=label or _("critère sans nom"),
                remedy=_("Complétez-le, ou videz sa ligne."),
            )
        if label.casefold() in names:
            raise TerreauError(_("Deux critères ont le même nom."), where=label, remedy=_("Renommez-en un."))
        names.add(label.casefold())
        kept.append({"key": f"own{len(kept) + 1}", "label": label, "anchors": anchors})
    if len(kept) > MOST_CRITERIA - len(factors()):
        raise TerreauError(
            _("Une évaluation a dix critères au plus."), remedy=_("Gardez ceux qui décideront vraiment.")
        )
    return kept


def as_json(criteria: Sequence[Criterion]) -> list[dict[str, Any]]:
    """The criteria with their words, for the trace of a decision."""
    return [asdict(one) | {"anchors": list(one.anchors)} for one in criteria]
