"""A driver: a whole edition published, a line judged, a line added; killed at a step drawn by chance."""

from __future__ import annotations

import json
import random
import sys

from tests.killing import Case, be_driver, kills

be_driver()

from django.conf import settings  # noqa: E402

from terreau.diagnosis import judging, services  # noqa: E402
from terreau.diagnosis.models import Edition, LineJudgement  # noqa: E402
from terreau.diagnosis.reading import everything  # noqa: E402
from terreau.directory.models import new_public_id  # noqa: E402
from tests.diagnosis.evidence import whole  # noqa: E402
from tests.diagnosis.world import filled, make_world  # noqa: E402
from tests.directory.factories import agent_of  # noqa: E402

# What the survey, the framework and the practices published: each of them has its own kills.
everything.read_evidence = lambda territory, as_of: whole()
world = filled(make_world())
agent = agent_of(world.town)


def published() -> Case:
    draft = services.create_draft(person=agent, territory=world.town)

    def facts() -> dict[str, bool]:
        edition = Edition.objects.filter(draft_key=draft.pk).first()
        return {
            "told": edition is not None and bool(services.read(edition).sections),
            "printed": edition is not None and services.pdf_of(edition).startswith(b"%PDF"),
            # A file may be written before the row that names it, never the other way round.
            "named": edition is None or (settings.HOME.files / edition.pdf).is_file(),
        }

    return Case(lambda: services.publish(person=agent, territory=world.town, draft_key=draft.pk), facts)


def judged() -> Case:
    LineJudgement.objects.all().delete()
    draft = services.create_draft(person=agent, territory=world.town)
    return Case(
        lambda: judging.rate_line(
            person=agent,
            draft=draft,
            key="besoin.microcredit",
            read="",
            impact=5,
            certainty=1,
            reason="Vu en conseil.",
        ),
        lambda: judged_as_told(),
    )


def added() -> Case:
    LineJudgement.objects.all().delete()
    draft, once = services.create_draft(person=agent, territory=world.town), new_public_id()
    return Case(
        lambda: judging.add_line(
            person=agent,
            draft=draft,
            once=once,
            side="threat",
            text="Un départ annoncé",
            evidence="besoin.microcredit",
            impact=5,
            certainty=1,
            reason="Vu en conseil.",
        ),
        lambda: judged_as_told(),
    )


def judged_as_told() -> int:
    """How many judgements the draft took up; all of them, or the base and the draft part ways."""
    held = services.Draft.objects.get(territory=world.town)
    taken_up = held.content.count("Vu en conseil.")
    assert bool(taken_up) == LineJudgement.objects.exists()
    return LineJudgement.objects.count()


count = int(sys.argv[1])
chance = random.Random(7)
print(json.dumps({one.__name__: kills(one, count, chance) for one in (published, judged, added)}))
