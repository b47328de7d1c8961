"""A survey from its preparation to its close, and the versions of its questionnaire."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from terreau.core import stamp
from terreau.core.errors import TerreauError
from terreau.journal.services import record
from terreau.survey import perms
from terreau.survey.core_questionnaire import core
from terreau.survey.definition import DefinitionError, Question, Questionnaire, as_data, checked
from terreau.survey.enums import SurveyState
from terreau.survey.models import FormVersion, Survey
from terreau.survey.own_questions import on_core, own_of, question_from, typed_of, with_question
from terreau.territories.models import Territory

LONGEST_SLUG = 50
TOLD = ("title", "purpose", "contact", "closes_on", "oral", "translations")


@transaction.atomic
def create_survey(
    *,
    person: Any,
    territory: Territory,
    title: str,
    purpose: str,
    contact: str,
    like: Survey | None = None,
    **more: Any,
) -> Survey:
    """Prepare a survey with the questionnaire that all territories share, as its first version.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: whose actors are asked.
        title: what respondents see first.
        purpose: what the answers will serve, told before the agreement is asked.
        contact: whom to write to or call.
        like: a former survey of the territory, whose own questions are asked again, to be compared.
        more: `closes_on`, `oral`, `simulated`, `translations`.

    Raises:
        NotAllowed: when the person may not.
    """
    perms.can_run.require(person, territory)
    survey = Survey.objects.create(
        territory=territory,
        slug=_free_slug(territory, title),
        title=title,
        purpose=purpose,
        contact=contact,
        created_by=person if getattr(person, "pk", None) else None,
        **more,
    )
    _add_version(survey, on_core(own_of(current_form(like).questionnaire())) if like else core())
    _tell("survey.created", person, survey)
    return survey


def _free_slug(territory: Territory, title: str) -> str:
    base = slugify(f"{territory.name} {title}")[:LONGEST_SLUG].strip("-") or "enquete"
    slug, number = base, 1
    while Survey.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def describe_survey(*, person: Any, survey: Survey, version: int | None = None, **texts: Any) -> Survey:
    """Change what is told of a survey: `TOLD`.

    The purpose to which each respondent agreed stays written with their answer.

    Args:
        person: an agent of the territory, or the secretariat.
        survey: the survey.
        version: the `version_of` what was read; None for what is there now.
        texts: what changes.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone wrote in between, or another scale would be shown than the one already
            answered, or printed.
    """
    perms.can_run.require(person, survey.territory)
    held = _held(survey)
    if all(getattr(held, name) == value for name, value in texts.items()):
        return held
    if version not in (None, version_of(told_of(held))):
        raise _someone_else(held.title)
    if held.state != SurveyState.DRAFT and texts.get("oral", held.oral) != held.oral:
        raise TerreauError(_("L’échelle ne change plus une fois l’enquête ouverte."), where=held.title)
    for name, value in texts.items():
        setattr(held, name, value)
    held.save(update_fields=list(texts))
    _tell("survey.described", person, held)
    return held


def told_of(survey: Survey) -> dict[str, Any]:
    """What is told of a survey, as it is written now."""
    return {name: getattr(survey, name) for name in TOLD}


def version_of(told: Mapping[str, Any]) -> int:
    """A number that changes with what is told: by it, who writes anew knows that nobody did meanwhile."""
    text = json.dumps(told, sort_keys=True, default=str)
    return int(hashlib.sha256(text.encode()).hexdigest()[:7], 16)


def _someone_else(where: str) -> TerreauError:
    return TerreauError(
        _("Quelqu’un d’autre a enregistré pendant que vous écriviez."),
        where=where,
        remedy=_("Rien n’est perdu\u00a0: comparez votre saisie au texte actuel, puis enregistrez."),
    )


# --- Versions of the questionnaire ------------------------------------------------------------------


def current_form(survey: Survey) -> FormVersion:
    """The version that is asked now."""
    found = survey.versions.order_by("-number").first()
    if found is None:
        raise TerreauError(_("Cette enquête n’a pas de questionnaire."), where=survey.title)
    return found


def all_questionnaires(survey: Survey) -> dict[int, Questionnaire]:
    """Every version by the key of its `FormVersion`, the oldest first."""
    return {form.pk: form.questionnaire() for form in survey.versions.order_by("number")}


@transaction.atomic
def publish_version(
    *, person: Any, survey: Survey, questionnaire: Questionnaire, same_meaning: Iterable[str] = ()
) -> FormVersion:
    """Ask this questionnaire from now on; answers given to former versions stay with theirs.

    The version of each question is worked out here: it rises when what the question says differs from what it
    said when it was last asked. A version that no answer and no sheet of paper names is changed in place.

    Args:
        person: an agent of the territory, or the secretariat.
        survey: the survey.
        questionnaire: what to ask; the versions of its questions do not matter.
        same_meaning: the questions whose new words ask the same thing, so that answers count together.

    Raises:
        NotAllowed: when the person may not.
        DefinitionError: when it cannot be used, or a question changed its kind.
    """
    perms.can_run.require(person, survey.territory)
    held = _held(survey)
    former = {form: form.questionnaire() for form in held.versions.order_by("number")}
    latest = max(former, key=lambda form: form.number)
    is_out = (
        held.state != SurveyState.DRAFT
        or latest.submissions.exists()
        or held.paper_batches.filter(form=latest).exists()
    )
    _require_core_untouched(questionnaire, former.values())
    settled = [asked for form, asked in former.items() if is_out or form != latest]
    numbered = number_questions(questionnaire, settled, frozenset(same_meaning))
    digest = _digest(numbered)
    if digest == latest.digest:
        return latest
    if is_out:
        made = _add_version(held, numbered)
    else:
        made = latest
        made.definition, made.digest = as_data(numbered), digest
        made.save(update_fields=["definition", "digest"])
    _tell("survey.versioned", person, held, number=made.number)
    return made


def _require_core_untouched(questionnaire: Questionnaire, former: Iterable[Questionnaire]) -> None:
    """What all territories ask is asked by all in the same words."""
    allowed = [asked.by_id() for asked in (core(), *former)]
    for question in questionnaire.questions():
        if not question.added and all(asked.get(question.id) != question for asked in allowed):
            raise DefinitionError(
                f"La question «\u00a0{question.id}\u00a0» est posée par tous les territoires\u00a0: "
                "elle ne se change pas ici. Ajoutez la vôtre à la fin d’une partie."
            )


def number_questions(
    questionnaire: Questionnaire, former: Iterable[Questionnaire], same_meaning: frozenset[str]
) -> Questionnaire:
    """The questionnaire, each question with its version: pure.

    Raises:
        DefinitionError: when a question has another kind than before.
    """
    last: dict[str, Question] = {}
    for asked in former:
        last |= asked.by_id()
    blocks = tuple(
        replace(
            block,
            questions=tuple(_numbered(one, last.get(one.id), same_meaning) for one in block.questions),
        )
        for block in questionnaire.blocks
    )
    return checked(Questionnaire(blocks))


def _numbered(question: Question, before: Question | None, same_meaning: frozenset[str]) -> Question:
    if before is None:
        return question
    if question.kind != before.kind or question.measure != before.measure:
        raise DefinitionError(
            f"Question «\u00a0{question.id}\u00a0»\u00a0: sa sorte ne change plus une fois posée. "
            "Posez une nouvelle question, sous un autre identifiant."
        )
    same = replace(question, version=before.version, comparable_since=before.comparable_since)
    if same == before:
        return before
    version = max(before.version + 1, question.version)
    # Without one of its former choices, the answers are no longer spread over the same ones.
    keeps = question.id in same_meaning and set(before.codes()) <= set(question.codes())
    return replace(question, version=version, comparable_since=before.comparable_since if keeps else version)


def _add_version(survey: Survey, questionnaire: Questionnaire) -> FormVersion:
    last = survey.versions.aggregate(last=Max("number"))["last"] or 0
    return FormVersion.objects.create(
        survey=survey,
        number=last + 1,
        definition=as_data(questionnaire),
        digest=_digest(questionnaire),
    )


def _digest(questionnaire: Questionnaire) -> str:
    text = json.dumps(as_data(questionnaire), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


# --- Opening and closing ----------------------------------------------------------------------------


@transaction.atomic
def open_survey(*, person: Any, survey: Survey, today: date | None = None) -> Survey:
    """Let answers come; a survey that was closed opens again, on the same questionnaire.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when its day of close is past.
    """
    perms.can_run.require(person, survey.territory)
    held = _held(survey)
    day = today or timezone.localdate()
    if held.state != SurveyState.CLOSED and held.closes_on is not None and held.closes_on < day:
        raise TerreauError(
            _("Le dernier jour pour répondre est passé."),
            where=held.title,
            remedy=_("Donnez un jour à venir, ou aucun, puis ouvrez l’enquête."),
        )
    if is_open(held, day):
        return held
    verb = "survey.opened" if held.state == SurveyState.DRAFT else "survey.reopened"
    if held.state == SurveyState.CLOSED and held.closes_on is not None and held.closes_on <= day:
        # The day on which it was closed is no longer the last one.
        held.closes_on = None
    held.state, held.opened_on = SurveyState.OPEN, held.opened_on or day
    held.save(update_fields=["state", "opened_on", "closes_on"])
    _tell(verb, person, held)
    _public_content_changed()
    return held


@transaction.atomic
def close_survey(*, person: Any, survey: Survey) -> Survey:
    """Take no more answers from the site; those that telephones still hold are taken when they come."""
    perms.can_run.require(person, survey.territory)
    held = _held(survey)
    if held.state == SurveyState.OPEN:
        today = timezone.localdate()
        held.state, held.closes_on = SurveyState.CLOSED, min(held.closes_on or today, today)
        held.save(update_fields=["state", "closes_on"])
        _tell("survey.closed", person, held)
        _public_content_changed()
    return held


def is_open(survey: Survey, today: date | None = None) -> bool:
    """Whether the site takes answers."""
    day = today or timezone.localdate()
    return survey.state == SurveyState.OPEN and (survey.closes_on is None or day <= survey.closes_on)


@transaction.atomic
def keep_question(
    *,
    person: Any,
    survey: Survey,
    typed: Mapping[str, Any],
    question_id: str = "",
    version: int | None = None,
) -> FormVersion:
    """Ask one of the territory's own questions from now on: a new one, or other words for one that is there.

    Args:
        person: an agent of the territory, or the secretariat.
        survey: the survey.
        typed: what `question_from` reads; `block`, where a new one goes; `same_meaning`, for other words.
        question_id: the one that changes; empty for a new one.
        version: the `version_of` the words that were read; None for those that are there now.

    Raises:
        NotAllowed: when the person may not.
        DefinitionError: when it cannot be used, or changed its kind.
        TerreauError: when someone wrote in between, or took the question away.
    """
    held = _held(survey)
    now = current_form(held).questionnaire()
    former = next((one for _block, one in own_of(now) if one.id == question_id), None)
    if question_id and former is None:
        raise TerreauError(_("Cette question n’est plus posée."), where=held.title)
    taken = frozenset(one for asked in all_questionnaires(held).values() for one in asked.by_id())
    made = question_from(typed, taken, former)
    if former and version not in (None, version_of(typed_of(former))) and typed_of(made) != typed_of(former):
        raise _someone_else(former.label["fr"])
    return publish_version(
        person=person,
        survey=held,
        questionnaire=with_question(now, str(typed.get("block", "")), made, question_id),
        same_meaning=[made.id] if typed.get("same_meaning") else [],
    )


def _held(survey: Survey) -> Survey:
    return Survey.objects.select_for_update(of=("self",)).select_related("territory").get(pk=survey.pk)


def _public_content_changed() -> None:
    transaction.on_commit(lambda: stamp.touch(settings.HOME.content_stamp))


def _tell(verb: str, person: Any, survey: Survey, **data: Any) -> None:
    record(
        verb=verb,
        subject=f"survey:{survey.slug}",
        actor=person,
        territory_code=survey.territory.code,
        **data,
    )
