"""A driver: decisions of moderation, and proposals that publish themselves, killed anywhere."""

from __future__ import annotations

import itertools
import json
import random
import sys
from datetime import timedelta

from tests.killing import Case, be_driver, kills

be_driver()

from django.utils import timezone  # noqa: E402

from terreau.directory.models import Organisation  # noqa: E402
from terreau.directory.services import edit_organisation  # noqa: E402
from terreau.notifications.models import Message  # noqa: E402
from terreau.stewardship import services  # noqa: E402
from terreau.stewardship.jobs import publish_due  # noqa: E402
from terreau.stewardship.models import Item, Keeper, Vouch  # noqa: E402
from tests.directory import factories as make  # noqa: E402

numbers = itertools.count(1)
town = make.territory("xx-com-1", "Ville-Essai")
agent = make.agent_of(town)
services.set_threshold(person=agent, territory=town, needed=1, hours=1, version=0)


def proposal() -> Item:
    number = next(numbers)
    values = {"name": f"Proposée {number}", "description": "Essai"}
    return services.propose(
        person=make.person(), territory=town, values=values, words="", mine=True, once=f"essai-{number}"
    )


def kept_sheet() -> tuple:
    sheet, keeper = make.organisation("", town), make.person()
    Keeper.objects.create(person=keeper, organisation=sheet, role="owner")
    return sheet, keeper


def claim() -> Item:
    return services.ask_to_keep(person=make.person(), organisation=make.organisation("", town), words="Moi")


def edit() -> Item:
    sheet, keeper = kept_sheet()
    edit_organisation(person=keeper, organisation=sheet, values={"name": "Autre nom"}, version=sheet.version)
    return Item.objects.get(organisation=sheet)


def voiced() -> Item:
    item = proposal()
    services.vouch(person=kept_sheet()[1], item=item, supports=True)
    Item.objects.filter(pk=item.pk).update(publishes_at=timezone.now() - timedelta(hours=1))
    return item


def case(item: Item, work) -> Case:
    sheet_before = item.organisation_id

    def facts() -> dict:
        now = Item.objects.get(pk=item.pk)
        sheet = now.organisation
        return {
            "state": now.state,
            "decided": (now.decided_at is not None, now.version, now.publishes_at is not None),
            "new": sheet is not None and sheet.pk != sheet_before,
            "shown": sheet is not None and (sheet.name.rstrip("0123456789 "), sheet.status, sheet.version),
            "named": Organisation.objects.filter(name=item.values.get("name", "—")).count(),
            "keepers": Keeper.objects.current().filter(organisation=sheet).count() if sheet else 0,
            "answers": Message.objects.filter(once__startswith=f"item:{item.pk}:answer").count(),
            "voices": Vouch.objects.filter(item=item).count(),
        }

    return Case(work, facts)


def decided(make_item, *, accepted: bool, **more):
    def prepare() -> Case:
        item = make_item()
        return case(
            item,
            lambda: services.decide(
                person=agent, item=item, accepted=accepted, words="Un mot", version=item.version, **more
            ),
        )

    return prepare


def voucher() -> Case:
    item, voice = proposal(), kept_sheet()[1]
    return case(item, lambda: services.vouch(person=voice, item=item, supports=True))


def publishing() -> Case:
    return case(voiced(), publish_due)


WORKS = {
    "accept proposal": decided(proposal, accepted=True),
    "amend proposal": decided(proposal, accepted=True, values={"name": "Amendée"}),
    "refuse proposal": decided(proposal, accepted=False),
    "accept claim": decided(claim, accepted=True),
    "refuse claim": decided(claim, accepted=False),
    "accept edit": decided(edit, accepted=True),
    "refuse edit": decided(edit, accepted=False),
    "vouch": voucher,
    "publish": publishing,
}
count, chance = int(sys.argv[1]), random.Random(3)
print(json.dumps({name: kills(prepare, count, chance) for name, prepare in WORKS.items()}))
