"""« Nous la reprenons »: would it work in my town, what we adapt, what came of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from terreau.core.beginning import new_project
from terreau.core.errors import TerreauError
from terreau.practices import perms, prefilling, services
from terreau.practices.agent_views import practice_or_404
from terreau.practices.enums import Criterion, Finding, Term
from terreau.practices.forms import AdoptionForm, AssessForm, EndForm, ResultForm
from terreau.practices.models import Adoption, AdoptionResult, Assessment, Practice
from terreau.practices.rules import months_after
from terreau.practices.transfer import Answer, Conclusion, conclude
from terreau.practices.wording import questions
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])


def _both(code: str, public_id: str) -> tuple[Territory, Practice]:
    found = practice_or_404(public_id)
    if found.published is None or found.withdrawn_on is not None:
        raise Http404
    return get_object_or_404(Territory, code=code), found


@login_required
@_FORM
def assess(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """The ten questions for one town, and what they say together."""
    territory, found = _both(code, public_id)
    perms.can_read_own.require(request.user, territory)
    kept = Assessment.objects.filter(practice=found, territory=territory).first()
    own = prefilling.own_answers(kept)
    data = request.POST if request.method == "POST" else None
    form, problem = AssessForm(data, own=own), None
    if data is not None and form.is_valid():
        try:
            services.assess(
                person=request.user,
                practice=found,
                territory=territory,
                version=form.version,
                answers=form.answers(),
            )
        except TerreauError as error:
            problem = error
            kept = Assessment.objects.filter(practice=found, territory=territory).first()
            own = prefilling.own_answers(kept)
            form = form.gathered(kept.version if kept else 0, lambda sent: AssessForm(sent, own=own))
        else:
            messages.success(request, _("Vos réponses sont enregistrées."))
            return redirect("practices:assess", code, public_id)
    answers = prefilling.answers_for(found, territory, own)
    context = {
        "territory": territory,
        "practice": found,
        "title": found.published.title if found.published else "",
        "conclusion": _told(conclude(answers), answers),
        "questions": _questions(form, answers, own),
        "form": form,
        "problem": problem,
        "version": kept.version if kept else 0,
        "keeps": bool(perms.can_take_up(request.user, territory)),
        "is_own": found.territory_id == territory.pk,
    }
    return render(request, "practices/assess.html", context, status=400 if problem or form.errors else 200)


def _told(found: Conclusion, answers: dict[Criterion, Answer]) -> dict[str, Any]:
    """The conclusion with, beside each question it names, what allows to say so."""

    def named(criteria: tuple[Criterion, ...]) -> list[dict[str, Any]]:
        return [
            {"label": one.label, "evidence": answers[one].evidence if one in answers else ""}
            for one in criteria
        ]

    return {
        "finding": found.finding.label,
        "tone": {Finding.TRANSFERABLE: "good", Finding.NO: "warn"}.get(found.finding, ""),
        "comparable": named(found.comparable),
        "adapt": named(found.adapt),
        "blocking": named(found.blocking),
        "missing": named(found.missing),
    }


def _questions(
    form: AssessForm, answers: dict[Criterion, Answer], own: dict[Criterion, Answer]
) -> list[dict[str, Any]]:
    asked = questions()
    return [
        {
            "label": one.label,
            "question": asked[one],
            "answer": answers.get(one),
            "by_rule": one in answers and not (one in own and own[one].counts),
            "is_own": one in own,
            "open": form.is_bound or (one in own and not own[one].counts),
            "fields": form.pair(one),
        }
        for one in Criterion
    ]


@login_required
@_FORM
def adoption(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """A town takes a practice up, then says what came of it."""
    territory, found = _both(code, public_id)
    perms.can_take_up.require(request.user, territory)
    kept = Adoption.objects.filter(practice=found, territory=territory).select_related("source").first()
    others = list(found.adoptions.exclude(territory=territory).select_related("territory"))
    data = request.POST if request.method == "POST" else None
    asked = str(data.get("act", "")) if data is not None else ""
    main = AdoptionForm(data if asked == "save" else None, sources=others, adoption=kept)
    ending = EndForm(data if asked == "end" else None)
    results = _result_forms(kept, data, asked)
    problem = None
    if data is not None:
        try:
            told = _do(request, asked, found, territory, kept, others, main, ending, results)
        except TerreauError as error:
            problem = error
            kept = Adoption.objects.filter(practice=found, territory=territory).first()
            main, results = _read_again(main, results, others, kept)
        else:
            if told:
                messages.success(request, told)
                return redirect("practices:adoption", code, public_id)
    begin = new_project(request.user, territory) if kept and kept.ended_on is None else None
    context = {
        "territory": territory,
        "practice": found,
        "title": found.published.title if found.published else "",
        "adoption": kept,
        "begin": begin(practice=found.public_id) if begin else "",
        "version": kept.version if kept else 0,
        "form": main,
        "sent": next(
            (form for form in (main, ending, *(one["form"] for one in results)) if form.is_bound), main
        ),
        "ending": ending,
        "results": results,
        "problem": problem,
        "is_own": found.territory_id == territory.pk,
    }
    return render(request, "practices/adoption.html", context, status=200 if data is None else 400)


def _read_again(
    main: AdoptionForm, results: list[dict[str, Any]], others: list[Adoption], kept: Adoption | None
) -> tuple[AdoptionForm, list[dict[str, Any]]]:
    """The form that was sent, beside what somebody else wrote since it was read."""
    version = kept.version if kept else 0
    if main.is_bound:
        main = main.gathered(version, lambda sent: AdoptionForm(sent, sources=others, adoption=kept))
    again = _result_forms(kept, None, "")
    for one, now in zip(results, again, strict=False):
        if one["form"].is_bound:
            make = partial(_result_form, term=now["term"], said=now["told"])
            now["form"] = one["form"].gathered(version, make)
    return main, again


def _result_form(data: Any, *, term: Term, said: AdoptionResult | None) -> ResultForm:
    initial = {"words": said.words, "evidence": said.evidence} if said else {}
    return ResultForm(data, initial=initial, prefix=f"t{term.value}")


def _result_forms(kept: Adoption | None, data: Any, asked: str) -> list[dict[str, Any]]:
    """For each term: when it comes, what was said, the form to say it."""
    if kept is None:
        return []
    told = {one.term: one for one in kept.results.all()}
    found = []
    for term in Term:
        said = told.get(term.value)
        due = months_after(kept.declared_on, term.value)
        form = _result_form(data if asked == f"result-{term.value}" else None, term=term, said=said)
        found.append(
            {"term": term, "due": due, "is_due": due <= timezone.localdate(), "told": said, "form": form}
        )
    return found


def _do(
    request: HttpRequest,
    asked: str,
    found: Practice,
    territory: Territory,
    kept: Adoption | None,
    others: list[Adoption],
    main: AdoptionForm,
    ending: EndForm,
    results: list[dict[str, Any]],
) -> str:
    """What the form asks for; the words that say it is done, none when the form has a fault."""
    person = request.user
    if asked == "save" and main.is_valid():
        source = next((one for one in others if one.pk == main.cleaned_data["source"]), None)
        words = main.cleaned_data["adaptation"]
        if kept is None:
            services.take_up(
                person=person, practice=found, territory=territory, source=source, adaptation=words
            )
            return _("C’est déclaré. La ville d’origine est prévenue.")
        services.change(person=person, adoption=kept, version=main.version, source=source, adaptation=words)
        return _("C’est enregistré.")
    if asked == "end" and kept is not None and ending.is_valid():
        services.end(person=person, adoption=kept, why=ending.cleaned_data["why"])
        return _("C’est noté. La reprise reste dans l’arbre, avec votre raison.")
    if asked == "resume" and kept is not None:
        services.resume(person=person, adoption=kept)
        return _("C’est noté\u00a0: votre ville la reprend de nouveau.")
    for one in results:
        if asked == f"result-{one['term'].value}" and kept is not None and one["form"].is_valid():
            services.tell_result(
                person=person,
                adoption=kept,
                term=one["term"].value,
                version=one["form"].version,
                **one["form"].cleaned_data,
            )
            return _("Merci\u00a0: votre résultat est sur la fiche.")
    return ""
