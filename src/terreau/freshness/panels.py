"""Where freshness appears elsewhere: a person's workspace, a territory's doors, the journal."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.care import waiting_by_territory
from terreau.core.registry import Waiting
from terreau.directory.enums import Status
from terreau.directory.models import Organisation
from terreau.freshness.calling import count_to_correct
from terreau.freshness.enums import Outcome
from terreau.freshness.models import Call, PaperCode
from terreau.freshness.perms import can_give_code
from terreau.territories.models import Territory


def calls_door(territory: Territory) -> str:
    """The call list of a territory."""
    return reverse("freshness:calls", args=[territory.code])


def tasks(person: Any) -> list[dict[str, Any]]:
    """For each territory that comes to the person, the sheets that a call found wrong, not yet corrected."""
    text = _("%(territory)s\u00a0: fiches à corriger après un appel")
    return waiting_by_territory(person, count_to_correct, text, calls_door)


def call_told(data: dict[str, Any]) -> str:
    """« a appelé (injoignable) », for the journal."""
    outcome = data.get("outcome", "")
    label = Outcome(outcome).label if outcome in Outcome.values else ""
    return _("a appelé (%(outcome)s) l’organisation de la fiche") % {"outcome": label}


def tell_wrong_sheets(territory: Territory, count: int) -> Waiting:
    """« fiches à corriger après un appel »."""
    why = _("Au téléphone, ces organisations ont dit que leur fiche est inexacte.")
    return Waiting(
        ngettext("fiche à corriger après un appel", "fiches à corriger après un appel", count),
        calls_door(territory),
        count,
        why,
    )


def paper_action(organisation: Organisation, person: Any) -> str | None:
    """From a sheet: the code on paper, for the agent."""
    if not person.is_authenticated or organisation.status == Status.HIDDEN:
        return None
    if not can_give_code(person, organisation):
        return None
    return reverse("freshness:paper", args=[organisation.public_id])


def code_action(_organisation: Organisation, person: Any) -> str | None:
    """From a sheet: where a code is typed, for those who have no account."""
    return None if person.is_authenticated else reverse("freshness:code")


def export(person: Any) -> dict[str, Any]:
    """What is kept here of a person: the calls they noted, the codes they gave."""
    calls = Call.objects.filter(person=person).select_related("organisation").order_by("pk")
    codes = PaperCode.objects.filter(given_by=person).select_related("organisation").order_by("pk")
    return {
        "calls": [
            {
                "at": call.at.isoformat(),
                "sheet": call.organisation.public_id,
                "outcome": call.outcome,
                "note": call.note,
            }
            for call in calls
        ],
        "paper_codes": [
            {"at": code.given_at.isoformat(), "sheet": code.organisation.public_id} for code in codes
        ],
    }


def erase(person: Any) -> None:
    """Take the person's name off the calls and the codes; what they gave stays."""
    Call.objects.filter(person=person).update(person=None)
    PaperCode.objects.filter(given_by=person).update(given_by=None)
