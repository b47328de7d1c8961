"""A driver: pages saved, answers sent and withdrawn on the site, killed anywhere."""

from __future__ import annotations

import json
import random
import sys

from tests.killing import Case, be_driver, kills

be_driver()

from terreau.survey import answering, answers  # noqa: E402
from terreau.survey.models import Submission  # noqa: E402
from tests.directory import factories as make  # noqa: E402
from tests.survey.world import NEEDED, survey_of  # noqa: E402

survey, _agent = survey_of(make.territory("xx-com-1", "Ville-Essai"))


def begun() -> Submission:
    made, _token = answering.begin(survey=survey, college="actors", language="fr", consent="essai")
    return made


def save(submission: Submission) -> None:
    block = answering.questionnaire_of(submission).blocks[0]
    seen = answering.fingerprint(block, submission.values)
    answering.save_block(submission=submission, block=block, typed=NEEDED, language="fr", seen=seen)


def facts(submission: Submission) -> object:
    held = Submission.objects.get(pk=submission.pk)
    line = Submission.objects.filter(replaces=held).values_list("state", flat=True)
    return [held.state, held.values, bool(held.link_digest), sorted(line)]


def saving() -> Case:
    one = begun()
    return Case(lambda: save(one), lambda: facts(one))


def sending() -> Case:
    one = begun()
    save(one)
    answering.send(submission=one, respondent={"name": "Personne d’essai"})
    copied = answering.correct(submission=one)
    return Case(
        lambda: answering.send(submission=copied, respondent={"name": "Personne d’essai"}), lambda: facts(one)
    )


def withdrawing() -> Case:
    one = begun()
    save(one)
    answering.send(submission=one, respondent={"name": "Personne d’essai"})
    return Case(lambda: answers.withdraw(submission=Submission.objects.get(pk=one.pk)), lambda: facts(one))


if __name__ == "__main__":
    count, chance = int(sys.argv[1]), random.Random(5)
    print(json.dumps({work.__name__: kills(work, count, chance) for work in (saving, sending, withdrawing)}))
