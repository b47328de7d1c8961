"""What those who keep a territory use: its issues, its words, the texts that were voted, a revision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.core.permissions import Rule
from terreau.directory.models import new_public_id
from terreau.strategy import perms, services
from terreau.strategy.content import content_of, digest_of
from terreau.strategy.filing import texts_of
from terreau.strategy.forms import IssueForm, PublishForm, TextForm, WordsForm
from terreau.strategy.models import PriorityIssue, Revision, Strategy
from terreau.strategy.views import shown
from terreau.strategy.writing import choosable
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])


def _territory(request: HttpRequest, code: str, right: Rule = perms.can_write) -> Territory:
    territory = get_object_or_404(Territory, code=code)
    right.require(request.user, territory)
    return territory


def _strategy(territory: Territory) -> Strategy:
    """What is written, or what would be begun: a page that is only read begins nothing."""
    return Strategy.objects.filter(territory=territory).first() or Strategy(territory=territory)


def _tried(write: Callable[[], Any]) -> TerreauError | None:
    try:
        write()
    except TerreauError as error:
        return error
    return None


def _status(problem: TerreauError | None, form: Any) -> int:
    return 400 if problem or form.errors else 200


def _written(territory: Territory) -> dict[str, Any]:
    """The strategy as it is written now."""
    strategy = _strategy(territory)
    if strategy.pk is None:
        return {"territory": territory, "issues": [], "texts": [], "words": "", "simulated": False}
    return shown(content_of(strategy), territory, texts_of(strategy))


@login_required
@require_safe
def own(request: HttpRequest, code: str) -> HttpResponse:
    """The strategy as it is written, and what can be done with it."""
    territory = _territory(request, code, perms.can_read)
    strategy, last = _strategy(territory), Revision.objects.filter(territory=territory).first()
    digest = digest_of(content_of(strategy)) if strategy.pk else ""
    context = _written(territory) | {
        "keeps": bool(perms.can_write(request.user, territory)),
        "last": last,
        "is_published": last is not None and last.digest == digest,
    }
    return render(request, "strategy/own.html", context)


@login_required
@_FORM
def words(request: HttpRequest, code: str) -> HttpResponseBase:
    """What the territory says of its strategy."""
    territory = _territory(request, code)
    strategy, data = _strategy(territory), request.POST if request.method == "POST" else None
    form, problem = WordsForm(data, initial={"words": strategy.words}), None
    if data is not None and form.is_valid():
        typed, version = form.cleaned_data["words"], form.version
        problem = _tried(
            lambda: services.introduce(person=request.user, territory=territory, version=version, words=typed)
        )
        if problem is None:
            messages.success(request, _("C’est enregistré."))
            return redirect("strategy:own", code)
        strategy = _strategy(territory)
        now = {"words": strategy.words}
        form = form.gathered(strategy.version, lambda sent: WordsForm(sent, initial=now))
    context = {
        "territory": territory,
        "form": form,
        "problem": problem,
        "version": strategy.version,
        "title": _("Ce que veut le territoire"),
    }
    return render(request, "strategy/words.html", context, status=_status(problem, form))


@login_required
@_FORM
def new(request: HttpRequest, code: str) -> HttpResponseBase:
    """A new issue."""
    territory = _territory(request, code)
    data = request.POST if request.method == "POST" else None
    form, problem = IssueForm(data, findings=choosable(None, territory)), None
    drawn = str(request.POST.get("public_id", "")) or new_public_id()
    if data is not None and form.is_valid():
        problem = _tried(
            lambda: services.add_issue(
                person=request.user, territory=territory, public_id=drawn, values=form.cleaned_data
            )
        )
        if problem is None:
            messages.success(request, _("L’enjeu est enregistré."))
            return redirect("strategy:own", code)
    context = {"territory": territory, "form": form, "problem": problem, "public_id": drawn}
    return render(request, "strategy/issue.html", context, status=_status(problem, form))


@login_required
@_FORM
def edit(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """An issue to write again, or to take away."""
    territory = _territory(request, code)
    issue = _issue_or_404(territory, public_id)
    data = request.POST if request.method == "POST" else None
    if data is not None and data.get("act") == "remove":
        services.remove_issue(person=request.user, issue=issue)
        messages.success(request, _("L’enjeu est supprimé. Les révisions publiées le gardent."))
        return redirect("strategy:own", code)
    form, problem = IssueForm(data, findings=choosable(issue, territory), issue=issue), None
    if data is not None and form.is_valid():
        version, typed = form.version, form.cleaned_data
        problem = _tried(
            lambda: services.save_issue(person=request.user, issue=issue, version=version, values=typed)
        )
        if problem is None:
            messages.success(request, _("L’enjeu est enregistré."))
            return redirect("strategy:own", code)
        issue = _issue_or_404(territory, public_id)
        findings = choosable(issue, territory)
        form = form.gathered(issue.version, lambda sent: IssueForm(sent, findings=findings, issue=issue))
    context = {
        "territory": territory,
        "form": form,
        "problem": problem,
        "issue": issue,
        "version": issue.version,
    }
    return render(request, "strategy/issue.html", context, status=_status(problem, form))


def _issue_or_404(territory: Territory, public_id: str) -> PriorityIssue:
    found = PriorityIssue.objects.select_related("strategy__territory")
    return get_object_or_404(found, strategy__territory=territory, public_id=public_id)


@login_required
@_FORM
def texts(request: HttpRequest, code: str) -> HttpResponseBase:
    """The texts that were voted: one added, one taken away."""
    territory = _territory(request, code)
    strategy, data = _strategy(territory), request.POST if request.method == "POST" else None
    removes = data is not None and "remove" in data
    form, problem = TextForm(None if removes else data, None if removes else request.FILES or None), None
    if data is not None and removes:
        one = get_object_or_404(strategy.texts, pk=whole_number(data["remove"])) if strategy.pk else None
        if one is not None:
            services.detach(person=request.user, text=one)
        messages.success(request, _("Le texte est retiré."))
        return redirect("strategy:texts", code)
    if data is not None and form.is_valid():
        told = dict(form.cleaned_data)
        sent = told.pop("file")
        problem = _tried(
            lambda: services.attach(
                person=request.user, territory=territory, name=sent.name, content=sent.read(), **told
            )
        )
        if problem is None:
            messages.success(request, _("Le texte est ajouté."))
            return redirect("strategy:texts", code)
    context = {
        "territory": territory,
        "form": form,
        "problem": problem,
        "texts": strategy.texts.all() if strategy.pk else [],
    }
    return render(request, "strategy/texts.html", context, status=_status(problem, form))


@login_required
@_FORM
def publish(request: HttpRequest, code: str) -> HttpResponseBase:
    """The strategy read once more, then published."""
    territory = _territory(request, code)
    strategy, data = _strategy(territory), request.POST if request.method == "POST" else None
    form, problem = PublishForm(data), None
    if data is not None and form.is_valid():
        problem = _tried(
            lambda: services.publish(
                person=request.user,
                territory=territory,
                read=str(data.get("read", "")),
                reason=form.cleaned_data["reason"],
            )
        )
        if problem is None:
            messages.success(request, _("La stratégie est publiée."))
            return redirect("strategy:latest", code)
    context = _written(territory) | {
        "form": form,
        "problem": problem,
        "read": digest_of(content_of(strategy)) if strategy.pk else "",
        "last": Revision.objects.filter(territory=territory).first(),
    }
    return render(request, "strategy/publish.html", context, status=_status(problem, form))
