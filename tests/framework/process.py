"""A driver: marks sent, a framework published, a barrier carried, answered, a text decided; killed."""

from __future__ import annotations

import json
import random
import sys

from tests.killing import Case, be_driver, kills

be_driver()

from django.utils import timezone  # noqa: E402

from terreau.accounts.models import RoleGrant  # noqa: E402
from terreau.directory.models import new_public_id  # noqa: E402
from terreau.framework import judging, services  # noqa: E402
from terreau.framework.enums import College  # noqa: E402
from terreau.framework.models import Advocacy, FrameworkEdition  # noqa: E402
from terreau.territories.models import Territory  # noqa: E402
from tests.directory import factories as make  # noqa: E402
from tests.framework import world  # noqa: E402

secretary, state = make.secretary(), make.person()


def sent() -> Case:
    place, agent = world.town()
    assessment = services.open_grid(person=agent, territory=place)
    token = services.invite(
        person=agent, assessment=assessment, college=College.ACTORS, count=1, once=new_public_id()
    )[0]
    world.rate(token, 5, sent=False)
    judge = judging.judge_of_link(token)
    return Case(lambda: services.send(judge=judge), lambda: judging.judge_of_link(token).sent_at is not None)


def published() -> Case:
    place, agent = world.town()
    assessment = world.judged(agent, place, {College.ACTORS: [5, 5, 5]})
    return Case(
        lambda: services.publish(person=agent, assessment=assessment),
        lambda: FrameworkEdition.objects.filter(territory=place).count() == 1,
    )


def carried() -> Case:
    place, agent = world.town()
    country = Territory.objects.get(code="xx")
    RoleGrant.objects.get_or_create(person=state, role="state", territory=country)
    barrier = world.barrier(agent, place)
    return Case(
        lambda: services.carry(person=agent, barrier=barrier),
        lambda: Advocacy.objects.filter(barrier=barrier).count() == 1,
    )


def answered() -> Case:
    place, agent = world.town()
    RoleGrant.objects.get_or_create(person=state, role="state", territory=Territory.objects.get(code="xx"))
    point = services.carry(person=agent, barrier=world.barrier(agent, place))
    day = timezone.localdate()
    return Case(
        lambda: services.answer(
            person=state, point=point, version=1, answer="done", words="Fait.", answered_on=day
        ),
        lambda: Advocacy.objects.get(pk=point.pk).answer == "done",
    )


def decided() -> Case:
    place, agent = world.town("sn")
    proposal = services.propose(
        person=agent, territory=place, text=None, once=new_public_id(), values=world.TEXT
    )

    def is_public() -> bool:
        text = type(proposal.text).objects.get(pk=proposal.text_id)
        return text.published_id == proposal.pk

    return Case(
        lambda: services.decide(person=secretary, proposal=proposal, accepted=True, read=0), is_public
    )


count = int(sys.argv[1])
chance = random.Random(5)
print(
    json.dumps(
        {one.__name__: kills(one, count, chance) for one in (sent, published, carried, answered, decided)}
    )
)
