"""What the governance of a plan says: how its rows are cleaned and compared, what a new one begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from terreau.accounts.fields import MOST_ROWS
from terreau.core.errors import TerreauError
from terreau.core.text import squeeze
from terreau.directory.models import Organisation
from terreau.framework.enums import College
from terreau.journal.words import clean_words, field_label
from terreau.plans.governance_models import Decision, Governance, Power, Review, Seat
from terreau.plans.governance_rules import SLEEPS_AFTER
from terreau.plans.models import Action

LONGEST_LINE: Final = 200
MOST_MONTHS: Final = 24


def clean_governance(values: Mapping[str, Any]) -> dict[str, Any]:
    """The body, its seats and who decides what, as they are kept.

    Raises:
        TerreauError: when one cannot be kept.
    """
    name = _line(Governance, "name", values.get("name"))
    if not name:
        raise TerreauError(_("Donnez un nom à l’instance."), where=field_label(Governance, "name"))
    return {
        "name": name,
        "words": clean_words(values.get("words"), field_label(Governance, "words")),
        "meets_every": _months("meets_every", values.get("meets_every"), range(1, MOST_MONTHS + 1)),
        "sleeps_after": _months("sleeps_after", values.get("sleeps_after"), SLEEPS_AFTER),
        "seats": _rows(values.get("seats"), _seat),
        "powers": _rows(values.get("powers"), _power),
    }


def governance_values(governance: Governance | None) -> dict[str, Any]:
    """What is kept, as `clean_governance` gives it; nothing of none."""
    if governance is None:
        return {}
    told = {name: getattr(governance, name) for name in ("name", "words", "meets_every", "sleeps_after")}
    seats = governance.seats.select_related("organisation")
    return told | {
        "seats": [(one.function, one.college, one.organisation) for one in seats],
        "powers": [(one.kind, one.decides, one.asked, one.told) for one in governance.powers.all()],
    }


def clean_review(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What is told of a review, as it is kept.

    Raises:
        TerreauError: when it cannot be kept.
    """
    held_on = values.get("held_on")
    told = {
        "subject": _line(Review, "subject", values.get("subject"), longest=300),
        "held_on": held_on,
        "minutes": clean_words(values.get("minutes"), field_label(Review, "minutes"), longest=20_000),
        "decisions": _rows(values.get("decisions"), _decision),
    }
    if held_on is None and (told["minutes"] or told["decisions"]):
        raise TerreauError(_("Dites quel jour la revue s’est tenue."), where=field_label(Review, "held_on"))
    if held_on is not None and held_on > today:
        raise TerreauError(
            _("Ce jour n’est pas encore venu."),
            where=field_label(Review, "held_on"),
            remedy=_("Une revue à venir se reporte\u00a0; elle se raconte après."),
        )
    return told


def review_values(review: Review) -> dict[str, Any]:
    """What is kept of a review, as `clean_review` gives it."""
    decisions = review.decisions.select_related("action")
    return {
        "subject": review.subject,
        "held_on": review.held_on,
        "minutes": review.minutes,
        "decisions": [(one.text, one.who, one.action, one.is_public) for one in decisions],
    }


def usual_powers() -> list[tuple[str, str, str, str]]:
    """Who decides what in most towns: what a form begins with, for the officer to correct."""
    council, body, pilot = _("conseil municipal"), _("instance de pilotage"), _("pilote de l’action")
    return [
        (_("Adopter le plan, le réviser"), council, body, _("tous les acteurs")),
        (_("Voter le budget de l’année"), council, body, _("porteurs des actions")),
        (_("Ajouter, arrêter ou reporter une action"), body, pilot, council),
        (_("Changer une étape ou une date"), pilot, _("co-porteurs"), body),
        (_("Choisir les projets soutenus"), body, _("services et acteurs concernés"), council),
    ]


def _line(model: Any, name: str, text: Any, *, longest: int = LONGEST_LINE) -> str:
    return clean_words(squeeze(str(text or "")), field_label(model, name), longest=longest)


def _months(name: str, number: Any, allowed: Iterable[int]) -> int:
    if number not in allowed:
        raise TerreauError(
            _("Choisissez un nombre de mois dans la liste."), where=field_label(Governance, name)
        )
    return int(number)


def _rows(rows: Any, clean: Any) -> list[Any]:
    kept = [row for row in map(clean, rows or ()) if row is not None]
    if len(kept) > MOST_ROWS:
        raise TerreauError(_("%(most)d lignes au plus.") % {"most": MOST_ROWS})
    return kept


def _seat(row: Mapping[str, Any]) -> tuple[str, str, Organisation | None] | None:
    function, organisation = _line(Seat, "function", row.get("function")), row.get("organisation")
    if not function and organisation is None:
        return None
    if not function:
        raise TerreauError(
            _("Dites à quel titre l’organisation siège."),
            where=str(organisation),
            remedy=_("Une fonction suffit, par exemple «\u00a0présidence\u00a0»."),
        )
    college = str(row.get("college") or "")
    if college not in College.values:
        raise TerreauError(_("Choisissez un collège\u00a0: élus, services ou acteurs."), where=function)
    return function, college, organisation


def _power(row: Mapping[str, Any]) -> tuple[str, str, str, str] | None:
    told = tuple(_line(Power, name, row.get(name)) for name in ("kind", "decides", "asked", "told"))
    kind, decides, asked, informed = told
    if not any(told):
        return None
    if not kind or not decides:
        raise TerreauError(
            _("Une ligne dit quelle décision, et qui la prend."), where=kind or decides or asked or informed
        )
    return kind, decides, asked, informed


def _decision(row: Mapping[str, Any]) -> tuple[str, str, Action | None, bool] | None:
    text = clean_words(row.get("text"), field_label(Decision, "text"), longest=2000)
    who, action = _line(Decision, "who", row.get("who")), row.get("action")
    if not text:
        if who or action is not None:
            raise TerreauError(_("Écrivez la décision."), where=who or str(action))
        return None
    return text, who, action, bool(row.get("is_public"))
