"""A driver: sendings of telephones taken in, killed anywhere."""

from __future__ import annotations

import json
import random
import sys

from tests.killing import Case, be_driver, kills

be_driver()

from django.conf import settings  # noqa: E402

from terreau.survey.field.arrivals import take_in  # noqa: E402
from terreau.survey.field.media import Sent  # noqa: E402
from terreau.survey.field_models import SetAside  # noqa: E402
from terreau.survey.models import Media, Submission  # noqa: E402
from tests.directory import factories as make  # noqa: E402
from tests.survey.field_world import SOUND, filled, new_instance, open_new  # noqa: E402

town = make.territory("xx-com-1", "Ville-Essai")
survey = open_new(town, make.agent_of(town))
chance = random.Random(5)


def case(content: bytes, instance: str) -> Case:
    sound = SOUND + chance.randbytes(8)

    def facts() -> dict:
        media = Media.objects.filter(submission__instance_id=instance)
        return {
            "answers": Submission.objects.filter(instance_id=instance, state="complete").count(),
            # A row never names a file that is not there, whole.
            "files": [(settings.HOME.files / one.path).read_bytes() == sound for one in media],
            "aside": SetAside.objects.filter(content=content).count(),
        }

    return Case(
        lambda: take_in(survey=survey, account=None, content=content, sent=[Sent("n.amr", sound)]), facts
    )


def answer() -> Case:
    instance = new_instance()
    return case(filled(survey.slug, instance=instance, open_change_voice="n.amr", NAME="Awa"), instance)


def edit() -> Case:
    first, second = new_instance(), new_instance()
    take_in(survey=survey, account=None, content=filled(survey.slug, instance=first), sent=[])
    content = filled(survey.slug, instance=second, replaces=first, open_change_voice="n.amr")
    return case(content, second)


def aside() -> Case:
    instance = new_instance()
    return case(filled(survey.slug, "9", instance=instance, open_change_voice="n.amr"), instance)


WORKS = {"answer": answer, "edit": edit, "aside": aside}
count = int(sys.argv[1])
print(json.dumps({name: kills(prepare, count, chance) for name, prepare in WORKS.items()}))
