"""Every write on the levers of a territory: thresholds, opinions, editions. Rows are only ever added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.nomenclatures import sectors
from terreau.directory.writing import known, public_changed
from terreau.journal.frozen import Frozen
from terreau.journal.services import record
from terreau.journal.words import clean_words, field_label
from terreau.levers import perms
from terreau.levers.catalogue import catalogue
from terreau.levers.enums import CostOrder, Stance
from terreau.levers.gathering import last_opinions, reaches, thresholds_row
from terreau.levers.models import LeverOpinion, LeversEdition, ThresholdChoice
from terreau.levers.projects import give_lever
from terreau.levers.reading import content_of, first_names
from terreau.territories.models import Territory

COUNTS: Final = ("reserve", "lot", "clause", "capable", "jobs")
MOST_SUPPLIERS: Final = 9999
MOST_MONTHS: Final = 240
LONGEST_REASON: Final = 1000
Row = TypeVar("Row", bound=Frozen)


def set_thresholds(
    *, person: Any, territory: Territory, read: int, values: Mapping[str, Any], today: date | None = None
) -> ThresholdChoice:
    """Set the thresholds of a territory, from today on; those before stay in its history.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: whose purchases they rule.
        read: number of the thresholds that were read; 0 for those of the platform.
        values: the five counts, `bought`, `reach`, `reason`.
        today: the day from which they hold.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when a value cannot be kept, or someone set them in between.
    """
    perms.can_keep_levers.require(person, territory)
    clean = _clean_thresholds(territory, values)
    with transaction.atomic():
        made, new = _add(
            ThresholdChoice,
            {"territory": territory},
            clean,
            thresholds_row(territory),
            read,
            since=today or timezone.localdate(),
            author=known(person),
        )
        if new:
            _tell("levers.thresholds", person, territory, number=made.number)
    return made


def give_opinion(
    *,
    person: Any,
    territory: Territory,
    lever: str,
    read: int,
    values: Mapping[str, Any],
    project: str = "",
    today: date | None = None,
) -> LeverOpinion:
    """Say of a lever otherwise than the rule does, with the reason; the last opinion holds.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: the town.
        lever: its code.
        read: number of the opinion that was read; 0 where there was none.
        values: `stance` (empty: left to the rule), `cost`, `months`, `reason`.
        project: public identifier of one of its projects; empty for the territory.
        today: the day it is said.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: without a reason, for an unknown lever, or when someone said otherwise in between.
    """
    perms.can_keep_levers.require(person, territory)
    if catalogue().lever(lever) is None:
        raise TerreauError(_("Ce levier n’est pas dans le catalogue."), where=lever[:60])
    clean = _clean_opinion(values)
    key = {"territory": territory, "project": project, "lever": lever}
    with transaction.atomic():
        made, new = _add(
            LeverOpinion,
            key,
            clean,
            last_opinions(territory, project).get(lever),
            read,
            said_on=today or timezone.localdate(),
            author=known(person),
        )
        if new:
            more = {"project": project} if project else {}
            _tell("levers.opinion", person, territory, lever=lever, stance=made.stance, **more)
            if project and made.stance == Stance.CHOSEN:
                give_lever(person, territory, project, lever)
    return made


def publish(*, person: Any, territory: Territory, today: date | None = None) -> LeversEdition:
    """Publish the ranking as it is; where nothing changed since the last edition, that one is given back.

    Raises:
        NotAllowed: when the person may not.
    """
    perms.can_keep_levers.require(person, territory)
    day = today or timezone.localdate()
    with transaction.atomic():
        content = content_of(territory, day)
        told = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        last = LeversEdition.objects.filter(territory=territory).first()
        if last is not None and last.digest == told:
            return last
        made, new = _add(
            LeversEdition,
            {"territory": territory},
            {"content": content, "digest": told},
            last,
            last.number if last else 0,
            first=first_names(content),
            as_of=day,
            published_by=known(person),
        )
        if new:
            _tell("levers.published", person, territory, number=made.number)
            public_changed()
    return made


def _add(
    model: type[Row],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    last: Row | None,
    read: int,
    **more: Any,
) -> tuple[Row, bool]:
    """The next row of a series, or the last one when it says the same (a form sent twice).

    Raises:
        TerreauError: when someone added one since the page was read.
    """
    if last is not None and _says(last, values):
        return last, False
    number = int(getattr(last, "number", 0))
    if number != read:
        raise _changed()
    try:
        with transaction.atomic():
            return model.objects.create(**key, **values, **more, number=number + 1), True  # type: ignore[attr-defined]
    except IntegrityError:
        # Someone added it at this very instant: the same thing, or another.
        first = model.objects.filter(**key, number=number + 1).first()  # type: ignore[attr-defined]
        if first is None or not _says(first, values):
            raise _changed() from None
        return first, False


def _says(row: Frozen, values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _changed() -> TerreauError:
    return TerreauError(
        _("Quelqu’un d’autre a enregistré pendant que vous écriviez."),
        remedy=_("Rien n’est perdu\u00a0: comparez votre saisie à la sienne, puis enregistrez."),
    )


def _clean_thresholds(territory: Territory, values: Mapping[str, Any]) -> dict[str, Any]:
    clean: dict[str, Any] = {}
    for name in COUNTS:
        value = values.get(name)
        if not isinstance(value, int) or not 0 <= value <= MOST_SUPPLIERS:
            raise TerreauError(
                _("Écrivez un nombre entre 0 et %(most)d.") % {"most": MOST_SUPPLIERS},
                where=field_label(ThresholdChoice, name),
            )
        clean[name] = value
    if not 1 <= clean["clause"] <= clean["lot"] <= clean["reserve"]:
        raise TerreauError(
            _(
                "Les seuils ne se suivent pas\u00a0: une clause demande au moins un fournisseur, "
                "un lot autant ou plus, un marché réservé autant ou plus encore."
            ),
            remedy=_("Corrigez les trois premiers nombres."),
        )
    asked = values.get("bought") or ()
    clean["bought"] = [one.code for one in sectors() if one.code in asked]
    if not clean["bought"]:
        raise TerreauError(_("Choisissez au moins un secteur."), where=field_label(ThresholdChoice, "bought"))
    reach = str(values.get("reach") or "")
    if reach and reach not in dict(reaches(territory)):
        raise TerreauError(
            _("Ce territoire ne contient pas le vôtre."), where=field_label(ThresholdChoice, "reach")
        )
    clean["reach"] = reach
    clean["reason"] = _clean_reason(values)
    return clean


def _clean_opinion(values: Mapping[str, Any]) -> dict[str, Any]:
    stance, cost, months = values.get("stance") or "", values.get("cost"), values.get("months")
    if stance and stance not in Stance.values:
        raise TerreauError(_("Il manque un choix."), where=field_label(LeverOpinion, "stance"))
    if cost is not None and cost not in CostOrder.values:
        raise TerreauError(_("Il manque un choix."), where=field_label(LeverOpinion, "cost"))
    if months is not None and not (isinstance(months, int) and 0 <= months <= MOST_MONTHS):
        raise TerreauError(
            _("Écrivez un nombre de mois entre 0 et %(most)d.") % {"most": MOST_MONTHS},
            where=field_label(LeverOpinion, "months"),
        )
    return {"stance": stance, "cost": cost, "months": months, "reason": _clean_reason(values)}


def _clean_reason(values: Mapping[str, Any]) -> str:
    return clean_words(
        values.get("reason"),
        field_label(LeverOpinion, "reason"),
        longest=LONGEST_REASON,
        needed=_("Dites pourquoi\u00a0: votre raison est publiée avec le classement."),
    )


def _tell(verb: str, person: Any, territory: Territory, **data: Any) -> None:
    record(
        verb=verb,
        subject=f"territory:{territory.code}",
        actor=person,
        territory_code=territory.code,
        name=territory.name,
        **data,
    )
