"""Where a survey is answered on the site: no account, no script, one page saved after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.accounts.rate_limits import limit
from terreau.accounts.secret_links import kept_secret
from terreau.core.errors import TerreauError
from terreau.framework.enums import College
from terreau.notifications.services import hash_of
from terreau.survey import answering, answers
from terreau.survey import answering_pages as pages
from terreau.survey.answers import sheet_named, sheets_like
from terreau.survey.definition import Block, Questionnaire
from terreau.survey.enums import SubmissionState, SurveyState
from terreau.survey.field import media, screening
from terreau.survey.models import Submission, Survey
from terreau.survey.publishing import current_form, is_open
from terreau.survey.surprising import surprises
from terreau.survey.wording import LANGUAGES, day_in, word
from terreau.territories.models import Territory

# A list that opens, on a telephone; beyond, the place is written.
MOST_PLACES = 300
_WHO = ("name", "email", "phone")
# Signs of the digest by which two recordings of one answer have two names.
_TOLD_APART = 12
# The buttons of a page that do not go on to the next.
_AWAY = frozenset({"later", "previous", "stay"})
# How networks name the language of what is shared.
_LOCALES = {"fr": "fr_FR", "ar": "ar_AR", "en": "en_US"}
View = Callable[..., HttpResponseBase]


def _with_the_link(view: View) -> View:
    """A page whose address is a secret; a link that opens nothing any more is told on a page of its own."""

    @kept_secret
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except TerreauError as problem:
            return render(request, "survey/shut.html", {"problem": problem}, status=410)

    return shown


# --- The first page -----------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, slug: str, invitation: str = "") -> HttpResponseBase:
    """What the survey is for, and the agreement without which nothing is kept."""
    survey = get_object_or_404(
        Survey.objects.select_related("territory").exclude(state=SurveyState.DRAFT), slug=slug
    )
    try:
        college = answering.invited_college(survey, invitation) if invitation else College.ACTORS
    except TerreauError as problem:
        return render(request, "survey/shut.html", {"problem": problem}, status=410)
    questionnaire = current_form(survey).questionnaire().asked_of(college)
    language = _language(request.POST.get("language") or request.GET.get("langue"), questionnaire.languages())
    context = {
        **_words(survey, language),
        "college": college,
        "languages": _languages(questionnaire, language),
        "is_open": is_open(survey),
        "sheet": request.GET.get("fiche", "")[:40],
        "page_locale": _LOCALES.get(language, language),
    }
    if request.method != "POST" or not is_open(survey):
        return render(request, "survey/welcome.html", context)
    if request.POST.get("agree") != "yes":
        return render(request, "survey/welcome.html", context | {"has_not_agreed": True}, status=400)
    limit(request, "survey")
    named = sheet_named(survey, request.POST.get("fiche", ""))
    _begun, token = answering.begin(
        survey=survey,
        college=college,
        language=language,
        consent=_consent(survey, language),
        organisation=named if college == College.ACTORS else None,
    )
    return redirect("survey:link", token)


def _consent(survey: Survey, language: str) -> str:
    """What is agreed to, as it is read."""
    told = (survey.text("purpose", language), word("consent_terms", language), word("agree", language))
    return "\n\n".join(told)


def _language(asked: str | None, languages: tuple[str, ...]) -> str:
    return asked if asked in languages else "fr"


def _languages(questionnaire: Questionnaire, current: str) -> list[dict[str, Any]]:
    """The languages to choose from, each named in itself; none when there is but one."""
    codes = questionnaire.languages()
    if len(codes) < 2:
        return []
    return [
        {"code": code, "name": LANGUAGES.get(code, code), "is_current": code == current} for code in codes
    ]


def _words(survey: Survey, language: str) -> dict[str, Any]:
    """What every page of the questionnaire shows."""
    return {
        "survey": survey,
        "language": language,
        "direction": pages.direction(language),
        "words": pages.words(language),
        "title": survey.text("title", language),
        "purpose": survey.text("purpose", language),
        # What is not translated is read in French, and said to be.
        "french": [name for name in ("title", "purpose") if not survey.is_told(name, language)],
        "last_day": day_in(survey.closes_on, language) if survey.closes_on else "",
    }


# --- The pages of a person's answer ---------------------------------------------------------------------


@_with_the_link
@require_safe
def resume(request: HttpRequest, token: str) -> HttpResponseBase:
    """What the link opens: how far one is, or what can be done with what was sent."""
    submission = answering.submission_of(token)
    context = _mine(submission, token)
    if submission.state == SubmissionState.STARTED:
        return render(request, "survey/resume.html", context | _progress(submission, context["language"]))
    return render(request, "survey/sent.html", context)


def _mine(submission: Submission, token: str) -> dict[str, Any]:
    questionnaire = answering.questionnaire_of(submission)
    language = _language(submission.language, questionnaire.languages())
    return {
        **_words(submission.survey, language),
        "questionnaire": questionnaire,
        "languages": _languages(questionnaire, language),
        "submission": submission,
        "token": token,
        "is_open": is_open(submission.survey),
        "asks_sheet": submission.college == College.ACTORS,
    }


def _progress(submission: Submission, language: str) -> dict[str, Any]:
    parts = pages.parts(answering.questionnaire_of(submission), submission.values, language)
    following = next((part for part in parts if not part.is_full), parts[-1])
    return {"parts": parts, "following": following}


@_with_the_link
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The personal link, shown once the answer is begun; sent by mail to who asks for it."""
    submission = answering.submission_of(token)
    context = _mine(submission, token) | {
        "address": request.build_absolute_uri(reverse("survey:resume", args=[token])),
        "first": answering.questionnaire_of(submission).blocks[0].key,
        "email": "",
    }
    if request.method != "POST":
        return render(request, "survey/link.html", context)
    email = request.POST.get("email", "").strip()
    try:
        validate_email(email)
    except ValidationError:
        context |= {"email": email, "problem": word("bad_mail", context["language"])}
        return render(request, "survey/link.html", context, status=400)
    limit(request, "survey")
    limit(request, "survey_link", key=hash_of(email))
    answering.send_link(submission=submission, token=token, address=email)
    return render(request, "survey/link.html", context | {"was_sent": True})


@_with_the_link
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, token: str, block_key: str) -> HttpResponseBase:
    """One page of questions: saved whenever it is left by one of its buttons."""
    submission = answering.submission_of(token)
    answering.require_begun(submission)
    context = _mine(submission, token)
    blocks = pages.asked_blocks(context["questionnaire"], submission.values)
    place = next((number for number, block in enumerate(blocks) if block.key == block_key), None)
    if place is None:
        raise Http404
    if request.method != "POST":
        return _page(request, context, blocks, place)
    return _save(request, context, blocks, place)


def _page(
    request: HttpRequest, context: dict[str, Any], blocks: list[Block], place: int, **more: Any
) -> HttpResponse:
    submission, block, language = context["submission"], blocks[place], context["language"]
    values = more.pop("values", submission.values)
    status = more.pop("status", 200)
    asks_place = any(question.kind == "place" for question in block.questions)
    shown = pages.fields(
        block,
        values,
        language,
        oral=submission.survey.oral,
        places=_places(submission.survey.territory) if asks_place else (),
        problems=more.get("problems"),
        typed=more.get("typed"),
    )
    context |= {
        "block": block,
        "block_title": pages.say(block.title, language),
        "intro": pages.say(block.intro, language) if block.intro else None,
        "fields": shown,
        "number": place + 1,
        "count": len(blocks),
        "part_of": word("part", language) % {"number": place + 1, "count": len(blocks)},
        "seen": answering.fingerprint(block, submission.values),
        "oral": submission.survey.oral,
        "with_files": any(question.kind == "media" for question in block.questions),
        **more,
    }
    return render(request, "survey/part.html", context, status=status)


def _places(territory: Territory) -> list[tuple[str, str]]:
    found = Territory.objects.within(territory).current().by_name().values_list("code", "name")
    listed = list(found[: MOST_PLACES + 1])
    return listed if len(listed) <= MOST_PLACES else []


def _save(request: HttpRequest, context: dict[str, Any], blocks: list[Block], place: int) -> HttpResponseBase:
    submission, block = context["submission"], blocks[place]
    language = _language(request.POST.get("stay", submission.language), context["questionnaire"].languages())
    limit(request, "survey_page")
    raw, refused = _posted(request, submission, block)
    typed, unread = answering.read_block(block, raw)
    problems = {
        question.id: refused.get(question.id) or pages.problem_of(question, language)
        for question in block.questions
        if question.id in unread or question.id in refused
    }
    known = submission.values
    saved = answering.save_block(
        submission=submission,
        block=block,
        typed=typed,
        language=language,
        seen=request.POST.get("seen", ""),
    )
    if not saved:
        both = submission.values | typed
        more = {"values": both, "problems": problems, "typed": unread, "was_changed": True}
        return _page(request, context, blocks, place, **more, status=409)
    if problems:
        return _page(request, context, blocks, place, problems=problems, typed=unread, status=400)
    surprising = _surprising(known, known | typed, block, language)
    if surprising and not _AWAY.intersection(request.POST) and is_open(submission.survey):
        return _page(request, context, blocks, place, problems=surprising, is_surprising=True)
    token = context["token"]
    if not is_open(submission.survey) or "later" in request.POST:
        return redirect("survey:resume", token)
    return redirect(_next_address(request, submission, token, block))


def _surprising(before: Any, after: Any, block: Block, language: str) -> dict[str, str]:
    """What nobody expects in the answers of a page, once: answered again by the same, it is meant."""
    year = timezone.localdate().year
    told = set(surprises(before, year).items())
    keys = {question.id for question in block.questions}
    return {
        key: word(reason, language)
        for key, reason in surprises(after, year).items()
        if key in keys and ((key, reason) not in told or before[key] != after[key])
    }


def _next_address(request: HttpRequest, submission: Submission, token: str, block: Block) -> str:
    """Where the button leads; what was just answered may have opened a page or closed one."""
    blocks = pages.asked_blocks(answering.questionnaire_of(submission), submission.values)
    keys = [one.key for one in blocks]
    place = keys.index(block.key) + (-1 if "previous" in request.POST else 1)
    if "stay" in request.POST:
        return reverse("survey:part", args=[token, block.key])
    if place < 0:
        return reverse("survey:resume", args=[token])
    if place < len(keys):
        return reverse("survey:part", args=[token, keys[place]])
    last = "survey:sheet" if submission.college == College.ACTORS else "survey:send"
    return reverse(last, args=[token])


def _posted(
    request: HttpRequest, submission: Submission, block: Block
) -> tuple[dict[str, Any], dict[str, str]]:
    """What was typed, by question; and why a voice note was not kept."""
    raw: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for question in block.questions:
        if question.kind == "many":
            raw[question.id] = request.POST.getlist(question.id)
        elif question.kind == "media":
            raw[question.id], reason = _voice(request, submission, question.id)
            if reason:
                refused[question.id] = reason
        else:
            raw[question.id] = request.POST.get(question.id, "")
    return raw, refused


def _voice(request: HttpRequest, submission: Submission, key: str) -> tuple[Any, str]:
    """The name of the voice note kept for a question, and why a new one was refused."""
    former = submission.values.get(key)
    sent = request.FILES.get(key)
    if sent is None:
        return (None if f"{key}-drop" in request.POST else former), ""
    limit(request, "survey_voice")
    content = sent.read() if (sent.size or 0) <= screening.MOST_BYTES else None
    # Telephones call every recording the same: the second is not the first for all that.
    drawn = hashlib.sha256(content or b"").hexdigest()[:_TOLD_APART]
    name = f"{key}-{drawn}{PurePosixPath(sent.name or '').suffix}"
    kept, refused = media.keep(submission.survey, [media.Sent(name, content)], {name})
    if not kept:
        return former, next(iter(refused.values()))
    media.attach(submission, kept)
    return kept[0].name, ""


# --- The last pages -------------------------------------------------------------------------------------


@_with_the_link
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, token: str) -> HttpResponseBase:
    """The sheet that the answer is tied to, if the person wants it."""
    submission = answering.submission_of(token)
    answering.require_begun(submission)
    if request.method == "POST":
        answering.tie(
            submission=submission, organisation=sheet_named(submission.survey, request.POST.get("fiche", ""))
        )
        return redirect("survey:send", token)
    searched = request.GET.get("q", "").strip()[:80]
    if searched:
        limit(request, "search")
    context = _mine(submission, token) | {
        "searched": searched,
        "found": sheets_like(submission.survey, searched),
        "blocks": pages.asked_blocks(answering.questionnaire_of(submission), submission.values),
    }
    return render(request, "survey/sheet.html", context)


@_with_the_link
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, token: str) -> HttpResponseBase:
    """Who answers, if they want to say it; and the button that sends."""
    submission = answering.submission_of(token)
    context = _mine(submission, token)
    if request.method == "POST":
        return _send(request, context)
    answering.require_begun(submission)
    return _last_page(request, context, dict.fromkeys(_WHO, ""))


def _send(request: HttpRequest, context: dict[str, Any]) -> HttpResponseBase:
    who = {name: request.POST.get(name, "").strip() for name in _WHO}
    if who["email"]:
        try:
            validate_email(who["email"])
        except ValidationError:
            problem = word("bad_mail", context["language"])
            return _last_page(request, context, who, problem=problem, status=400)
    limit(request, "survey")
    if not is_open(context["survey"]):
        return _last_page(request, context, who, status=409)
    if not answering.send(submission=context["submission"], respondent=who):
        return _last_page(request, context, who, status=400)
    return redirect("survey:resume", context["token"])


def _last_page(
    request: HttpRequest, context: dict[str, Any], who: dict[str, str], problem: str = "", status: int = 200
) -> HttpResponse:
    submission, language = context["submission"], context["language"]
    questionnaire = context["questionnaire"]
    lacking = {question.id for question in answers.missing(questionnaire, submission.values)}
    missing = [
        {"key": block.key, "id": question.id, "label": pages.say(question.label, language)}
        for block in questionnaire.blocks
        for question in block.questions
        if question.id in lacking
    ]
    context |= {"who": who, "problem": problem, "missing": missing} | _progress(submission, language)
    return render(request, "survey/send.html", context, status=status)


@_with_the_link
@require_POST
def correct(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take up again what was sent."""
    limit(request, "survey")
    answering.correct(submission=answering.submission_of(token))
    return redirect("survey:resume", token)


@_with_the_link
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take the agreement back: all is erased."""
    submission = answering.submission_of(token)
    context = _mine(submission, token)
    if request.method == "POST":
        answers.withdraw(submission=submission)
        return render(request, "survey/withdrawn.html", context)
    return render(request, "survey/withdraw.html", context)
