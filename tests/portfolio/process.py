"""A driver: a project begun, written, moved, given a lever, documents, proposals; each of them killed."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from tests.killing import Case, be_driver, kills

be_driver()

from django.conf import settings  # noqa: E402

from terreau.directory.models import new_public_id  # noqa: E402
from terreau.portfolio import services  # noqa: E402
from terreau.portfolio.models import Project, Proposal, Proposer  # noqa: E402
from terreau.portfolio.writing import give_lever  # noqa: E402
from tests.portfolio.world import PDF, VALUES, begun, town  # noqa: E402

LEVER = "premises.lend"


def created() -> Case:
    place, agent = town()
    once = new_public_id()
    return Case(
        lambda: services.create(person=agent, territory=place, title="Halle", once=once, values=VALUES),
        lambda: _is_whole(Project.objects.filter(public_id=once)),
    )


def saved() -> Case:
    place, agent = town()
    other, _its_agent = town()
    made = begun(agent, place)
    values = VALUES | {"shares": [{"territory": other.code, "percent": 40, "part": "Le terrain."}]}
    return Case(
        lambda: services.save(person=agent, project=made, version=1, title="Halle neuve", values=values),
        lambda: _is_whole(Project.objects.filter(pk=made.pk, version=2, title="Halle neuve"), shares=1),
    )


def _is_whole(found, shares: int = 0) -> bool:
    rows = ("budget_lines", "fundings", "risks")
    return all(
        [getattr(one, name).count() for name in rows] == [1, 1, 1] and one.shares.count() == shares
        for one in found
    ) and bool(found)


def moved() -> Case:
    place, agent = town()
    made = begun(agent, place, is_public=True)
    return Case(
        lambda: services.move(person=agent, project=made, after="aside", reason="Pas de lieu."),
        lambda: made.steps.count() == 1 and Project.objects.filter(pk=made.pk, state="aside").exists(),
    )


def given() -> Case:
    place, agent = town()
    made = begun(agent, place)
    return Case(
        lambda: give_lever(agent, place, made.public_id, LEVER),
        lambda: Project.objects.filter(pk=made.pk, lever=LEVER, version=2).exists(),
    )


def left() -> Case:
    place, agent = town()
    other, its_agent = town()
    made = begun(agent, place, shares=[{"territory": other.code, "percent": 40, "part": "Le terrain."}])
    return Case(
        lambda: services.leave(person=its_agent, project=made, territory=other),
        lambda: not made.shares.exists() and Project.objects.filter(pk=made.pk, version=2).exists(),
    )


def documented() -> Case:
    place, agent = town()
    made = begun(agent, place)

    def is_kept() -> bool:
        rows = made.documents.all()
        return [(Path(settings.HOME.files) / one.path).read_bytes() for one in rows] == [PDF]

    return Case(
        lambda: services.add_document(
            person=agent, project=made, name="essai.pdf", content=PDF, is_public=False
        ),
        is_kept,
    )


def undocumented() -> Case:
    place, agent = town()
    made = begun(agent, place)
    kept = services.add_document(person=agent, project=made, name="essai.pdf", content=PDF, is_public=False)
    return Case(
        lambda: services.remove_document(person=agent, document=kept),
        lambda: not made.documents.exists(),
    )


def proposed() -> Case:
    place, _agent = town()
    once = new_public_id()
    return Case(
        lambda: services.propose(
            territory=place, once=once, title="Jardin", text="Un jardin.", contact={"name": "Une voisine"}
        ),
        lambda: Proposer.objects.filter(proposal__receipt=once).count() == 1,
    )


def accepted() -> Case:
    place, agent = town()
    made = services.propose(territory=place, once=new_public_id(), title="Jardin", text="Un jardin.")
    return Case(
        lambda: services.accept(person=agent, proposal=made),
        lambda: Project.objects.filter(proposal=made, origin_key=made.receipt).count() == 1,
    )


def refused() -> Case:
    place, agent = town()
    made = services.propose(territory=place, once=new_public_id(), title="Jardin", text="Un jardin.")
    return Case(
        lambda: services.refuse(person=agent, proposal=made, words="Le terrain est vendu."),
        lambda: Proposal.objects.filter(pk=made.pk, answer="refused", answered_at__isnull=False).exists(),
    )


count = int(sys.argv[1])
chance = random.Random(11)
works = (created, saved, moved, given, left, documented, undocumented, proposed, accepted, refused)
print(json.dumps({one.__name__: kills(one, count, chance) for one in works}))
