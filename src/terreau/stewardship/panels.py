"""What this application adds to the pages of others."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from terreau.directory.enums import Status
from terreau.directory.models import Organisation
from terreau.stewardship import perms
from terreau.stewardship.belonging import belongings_of
from terreau.stewardship.models import Keeper
from terreau.territories.models import Territory


def claim_action(organisation: Organisation, person: Any) -> str | None:
    """« C’est votre organisation ? », for all but those who keep it; not of a sheet that is withdrawn."""
    if organisation.status == Status.HIDDEN:
        return None
    if person.is_authenticated and perms.keep_sheet(person, organisation):
        return None
    return reverse("stewardship:claim", args=[organisation.public_id])


def report_action(organisation: Organisation, _person: Any) -> str | None:
    """« Signaler une erreur », on a sheet that is shown."""
    if organisation.status == Status.HIDDEN:
        return None
    return reverse("stewardship:report", args=[organisation.public_id])


def team_action(organisation: Organisation, person: Any) -> str | None:
    """For those who keep it: colleagues."""
    if person.is_authenticated and perms.keep_sheet(person, organisation):
        return reverse("stewardship:team", args=[organisation.public_id])
    return None


def belongings_action(organisation: Organisation, person: Any) -> str | None:
    """For those who keep it: umbrella bodies and poles."""
    if person.is_authenticated and perms.keep_sheet(person, organisation):
        return reverse("stewardship:belongings", args=[organisation.public_id])
    return None


def belongings_panel(organisation: Organisation, _person: Any) -> dict[str, Any] | None:
    """Belongings, confirmed or only declared; what the other side never said is not shown on its sheet."""
    rows = belongings_of(organisation)
    bodies = [
        one for one in rows if one.member_id == organisation.pk and (one.is_confirmed or one.member_said)
    ]
    members = [one for one in rows if one.body_id == organisation.pk and (one.is_confirmed or one.body_said)]
    if not bodies and not members:
        return None
    return {"bodies": bodies, "members": members}


def moderation_door(territory: Territory) -> str:
    """The queue."""
    return reverse("stewardship:moderation", args=[territory.code])


def sheets_door(_person: Any) -> str:
    """One's own sheets."""
    return reverse("stewardship:mine")


def propose_panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """« Proposer une organisation », on the page of a territory."""
    return {"url": reverse("stewardship:propose", args=[territory.code])}


def export(person: Any) -> dict[str, Any]:
    """What is held about a person."""
    return {
        "fiches tenues": [
            {
                "fiche": keeper.organisation.name,
                "rôle": keeper.get_role_display(),
                "depuis": timezone.localdate(keeper.since).isoformat(),
                "jusqu’au": timezone.localdate(keeper.ended).isoformat() if keeper.ended else "",
            }
            for keeper in Keeper.objects.filter(person=person).select_related("organisation")
        ],
        "demandes": [
            {
                "quoi": item.get_kind_display(),
                "état": item.get_state_display(),
                "le": timezone.localdate(item.created_at).isoformat(),
                "en mots": item.words,
            }
            for item in person.asked_items.order_by("pk")
        ],
    }


def erase(person: Any) -> None:
    """The sheets stay; who kept them is forgotten, and what was asked is no longer anyone's."""
    from terreau.stewardship.models import Code, Vouch

    Keeper.objects.filter(person=person).delete()
    Vouch.objects.filter(person=person).delete()
    Code.objects.filter(person=person).delete()
    person.asked_items.update(person=None, words="")
