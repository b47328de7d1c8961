"""The agent's screens: surveys of a territory, their questions, their opening and close, the answers."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.core.errors import TerreauError
from terreau.framework.enums import College
from terreau.survey import answering_pages as pages
from terreau.survey import answers, own_questions, perms, publishing
from terreau.survey.answering import college_invitation
from terreau.survey.definition import DefinitionError, Question, Questionnaire
from terreau.survey.enums import Channel, SubmissionState, SurveyState
from terreau.survey.field import texts
from terreau.survey.forms import QuestionForm, SurveyForm
from terreau.survey.models import Respondent, Submission, Survey
from terreau.survey.reading import given
from terreau.survey.telling import answer_in_words
from terreau.territories.models import Territory

PER_PAGE = 50
_SENT = Q(submissions__state=SubmissionState.COMPLETE)
_BEGUN = Q(submissions__state=SubmissionState.STARTED)


def _territory(request: HttpRequest, code: str) -> Territory:
    territory = get_object_or_404(Territory, code=code)
    perms.can_run.require(request.user, territory)
    return territory


def _survey(request: HttpRequest, code: str, slug: str) -> Survey:
    territory = _territory(request, code)
    survey = get_object_or_404(Survey, territory=territory, slug=slug)
    survey.territory = territory
    return survey


def _back(survey: Survey) -> HttpResponseBase:
    return redirect("survey:survey", survey.territory.code, survey.slug)


# --- Surveys ------------------------------------------------------------------------------------------


@login_required
@require_safe
def surveys(request: HttpRequest, code: str) -> HttpResponse:
    """All the surveys of a territory, the last first."""
    territory = _territory(request, code)
    found = Survey.objects.filter(territory=territory).annotate(
        sent=Count("submissions", filter=_SENT), begun=Count("submissions", filter=_BEGUN)
    )
    return render(request, "survey/surveys.html", {"territory": territory, "surveys": list(found)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponseBase:
    """Prepare a survey."""
    territory = _territory(request, code)
    last = Survey.objects.filter(territory=territory).order_by("-pk").first()
    form = SurveyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        like = last if "like" in request.POST else None
        made = publishing.create_survey(person=request.user, territory=territory, like=like, **form.told())
        messages.success(request, _("L’enquête est prête à être relue\u00a0: personne ne la voit encore."))
        return _back(made)
    context = {"territory": territory, "form": form, "survey": None, "last": last}
    return render(request, "survey/describe.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """Change what is told of a survey."""
    found = _survey(request, code, slug)
    form, problem = _survey_form(found, request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            publishing.describe_survey(person=request.user, survey=found, version=form.version, **form.told())
        except TerreauError as error:
            problem, found = error, _survey(request, code, slug)
            form = form.gathered(_version(found), lambda sent: _survey_form(found, sent))
        else:
            messages.success(request, _("C’est enregistré."))
            return _back(found)
    context = {
        "territory": found.territory,
        "form": form,
        "survey": found,
        "problem": problem,
        "version": _version(found),
    }
    return render(request, "survey/describe.html", context, status=400 if problem or form.errors else 200)


def _survey_form(found: Survey, data: Any = None) -> SurveyForm:
    told = {
        f"{name}_{language}": text
        for language, texts in found.translations.items()
        for name, text in texts.items()
    }
    was_opened = found.state != SurveyState.DRAFT
    return SurveyForm(data, initial=publishing.told_of(found) | told, was_opened=was_opened)


def _version(found: Survey) -> int:
    return publishing.version_of(publishing.told_of(found))


@login_required
@require_safe
def survey(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """Where a survey stands, and what can be done with it."""
    found = _survey(request, code, slug)
    questionnaire = publishing.current_form(found).questionnaire()
    titles = {block.key: block.title["fr"] for block in questionnaire.blocks}
    context = {
        "territory": found.territory,
        "survey": found,
        "is_open": publishing.is_open(found),
        "counts": _counts(found),
        "blocks": questionnaire.blocks,
        "question_count": sum(1 for _one in questionnaire.questions()),
        "own": [{"block": titles[key], "question": one} for key, one in own_questions.own_of(questionnaire)],
        "languages": ", ".join(pages.language_name(one) for one in questionnaire.languages()),
        "versions": found.versions.count(),
        "links": _links(request, found),
        "reads": bool(perms.can_read_answers(request.user, found.territory)),
    }
    return render(request, "survey/survey.html", context)


def _counts(found: Survey) -> list[dict[str, Any]]:
    """Answers by the way they came, those that count and those that were only begun."""
    rows = found.submissions.values("channel").annotate(
        sent=Count("pk", filter=Q(state=SubmissionState.COMPLETE)),
        begun=Count("pk", filter=Q(state=SubmissionState.STARTED)),
    )
    return [
        {"label": Channel(row["channel"]).label, "sent": row["sent"], "begun": row["begun"]}
        for row in rows.order_by("channel")
        if row["sent"] or row["begun"]
    ]


def _links(request: HttpRequest, found: Survey) -> list[dict[str, str]]:
    made = []
    for college in College:
        args = [found.slug] if college == College.ACTORS else [found.slug, college_invitation(found, college)]
        name = "survey:welcome" if college == College.ACTORS else "survey:welcome_college"
        made.append(
            {"label": str(college.label), "url": request.build_absolute_uri(reverse(name, args=args))}
        )
    return made


@login_required
@require_POST
def set_open(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """Open a survey, for the first time or again; or close it."""
    found = _survey(request, code, slug)
    try:
        if "close" in request.POST:
            publishing.close_survey(person=request.user, survey=found)
            messages.success(request, _("L’enquête est close. Vous pourrez la rouvrir."))
        else:
            publishing.open_survey(person=request.user, survey=found)
            messages.success(
                request, _("L’enquête est ouverte\u00a0: elle paraît sur la page du territoire.")
            )
    except TerreauError as problem:
        messages.error(request, f"{problem.message} {problem.remedy}")
    return _back(found)


# --- Questions of one's own ---------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_question(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """One more question at the end of a part."""
    return _question(request, _survey(request, code, slug), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_question(request: HttpRequest, code: str, slug: str, question_id: str) -> HttpResponseBase:
    """Other words for one of the territory's own questions."""
    found = _survey(request, code, slug)
    return _question(request, found, _own_or_404(found, question_id))


def _own_or_404(found: Survey, question_id: str) -> Question:
    own = own_questions.own_of(publishing.current_form(found).questionnaire())
    for _key, question in own:
        if question.id == question_id:
            return question
    raise Http404


def _question(request: HttpRequest, found: Survey, former: Question | None) -> HttpResponseBase:
    form, problem = _question_form(former, request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            publishing.keep_question(
                person=request.user,
                survey=found,
                typed=form.cleaned_data,
                question_id=former.id if former else "",
                version=form.version,
            )
        except DefinitionError as error:
            form.add_error(None, str(error))
        except TerreauError as error:
            problem = error
            if former:
                former = _own_or_404(found, former.id)
                now = former
                form = form.gathered(_version_of(now), lambda sent: _question_form(now, sent))
        else:
            messages.success(request, _("La question est enregistrée. Relisez-la dans l’aperçu."))
            return _back(found)
    context = {
        "territory": found.territory,
        "survey": found,
        "form": form,
        "question": former,
        "problem": problem,
        "version": _version_of(former),
    }
    status = 400 if problem or form.errors else 200
    return render(request, "survey/question_form.html", context, status=status)


def _question_form(former: Question | None, data: Any = None) -> QuestionForm:
    initial = own_questions.typed_of(former) if former else {}
    return QuestionForm(data, is_asked=former is not None, initial=initial)


def _version_of(former: Question | None) -> int:
    return publishing.version_of(own_questions.typed_of(former)) if former else 0


@login_required
@require_POST
def remove_question(request: HttpRequest, code: str, slug: str, question_id: str) -> HttpResponseBase:
    """Ask it no more; what was answered to it stays."""
    found = _survey(request, code, slug)
    question = _own_or_404(found, question_id)
    asked = own_questions.without_question(publishing.current_form(found).questionnaire(), question.id)
    publishing.publish_version(person=request.user, survey=found, questionnaire=asked)
    messages.success(request, _("La question n’est plus posée. Les réponses déjà données restent."))
    return _back(found)


@login_required
@require_safe
def preview(request: HttpRequest, code: str, slug: str, block_key: str) -> HttpResponse:
    """A page as respondents will see it; nothing typed there is kept."""
    found = _survey(request, code, slug)
    questionnaire = publishing.current_form(found).questionnaire()
    block = next((one for one in questionnaire.blocks if one.key == block_key), None)
    if block is None:
        raise Http404
    asked = request.GET.get("langue", "fr")
    language = asked if asked in questionnaire.languages() else "fr"
    context = {
        "territory": found.territory,
        "survey": found,
        "block": block,
        "blocks": questionnaire.blocks,
        "block_title": pages.say(block.title, language),
        "intro": pages.say(block.intro, language) if block.intro else None,
        "fields": pages.fields(block, {}, language, oral=found.oral),
        "language": language,
        "direction": pages.direction(language),
        "oral": found.oral,
        "languages": [(one, pages.language_name(one)) for one in questionnaire.languages()],
        "words": pages.words(language),
    }
    return render(request, "survey/preview.html", context)


# --- Answers ------------------------------------------------------------------------------------------


def _readable(request: HttpRequest, code: str, slug: str) -> Survey:
    found = get_object_or_404(Survey.objects.select_related("territory"), territory__code=code, slug=slug)
    perms.can_read_answers.require(request.user, found.territory)
    return found


@login_required
@require_safe
def submissions(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """The answers, the last first."""
    found = _readable(request, code, slug)
    kept = (
        found.submissions.exclude(state=SubmissionState.STARTED)
        .select_related("organisation", "form")
        .defer("values", "consent")
        .order_by("-completed_at", "pk")
    )
    page = Paginator(kept, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, _waits(one)) for one in page]
    context = {"territory": found.territory, "survey": found, "page": page, "rows": rows}
    return render(request, "survey/submissions.html", context)


def _waits(one: Submission) -> str:
    """What is left to do with an answer; nothing most often."""
    left = set(one.unread)
    if texts.SHEET in left and one.organisation is None:
        return _("fiche à trouver")
    return _("en partie non comprise") if left - {texts.SHEET} else ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission(request: HttpRequest, code: str, slug: str, submission_key: uuid.UUID) -> HttpResponseBase:
    """One answer, each question in the words in which it was put; tied to the sheet that it names, here."""
    found = _readable(request, code, slug)
    kept = found.submissions.exclude(state=SubmissionState.STARTED)
    one = get_object_or_404(kept.select_related("form", "organisation", "replaces"), pk=submission_key)
    if request.method == "POST":
        one.survey = found
        sheet = answers.sheet_named(found, request.POST.get("fiche", ""))
        answers.tie_as_told(person=request.user, submission=one, organisation=sheet)
        messages.success(
            request,
            _("La réponse est liée à la fiche «\u00a0%(name)s\u00a0».") % {"name": sheet.name}
            if sheet
            else _("La réponse n’est liée à aucune fiche."),
        )
        return redirect("survey:submission", code, slug, one.pk)
    asked = one.form.questionnaire().asked_of(one.college)
    latest = publishing.current_form(found)
    told = {each.question.id: each for each in given(asked, latest.questionnaire(), one.values)}
    blocks = [
        {
            "title": block.title["fr"],
            "answers": [
                {
                    "question": question,
                    "text": answer_in_words(question, told[question.id].value),
                    "is_comparable": told[question.id].is_comparable,
                }
                for question in block.questions
            ],
        }
        for block in asked.blocks
        if any(answer_in_words(question, told[question.id].value) for question in block.questions)
    ]
    context = {
        "territory": found.territory,
        "survey": found,
        "one": one,
        "blocks": blocks,
        "unread": _not_understood(one, asked),
        "naming": _naming(request, found, one),
        "is_former": one.form_id != latest.pk,
        "respondent": Respondent.objects.filter(submission_key=one.pk).first(),
        "replaced_by": Submission.objects.filter(replaces=one).first(),
        "media": list(one.media.order_by("name")),
    }
    return render(request, "survey/submission.html", context)


def _naming(request: HttpRequest, found: Survey, one: Submission) -> dict[str, Any] | None:
    """What the person wrote of their organisation, and the sheets that may be meant; None when nothing."""
    written = str(one.unread.get(texts.SHEET, ""))
    if not written or one.state != SubmissionState.COMPLETE:
        return None
    searched = request.GET.get("q", written).strip()[:120]
    return {"written": written, "searched": searched, "found": answers.sheets_like(found, searched)}


def _not_understood(one: Submission, asked: Questionnaire) -> list[dict[str, str]]:
    """What was received and could not be read, by the question it answers where there is one."""
    known = asked.by_id()
    return [
        {
            "key": key,
            "label": known[key].label["fr"] if key in known else "",
            "text": ", ".join(map(str, value)) if isinstance(value, list) else str(value),
        }
        for key, value in one.unread.items()
        if key != texts.SHEET
    ]
