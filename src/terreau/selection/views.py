"""What those who keep a territory do: projects, budgets, constraints, result, vote, decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.accounts.rate_limits import limit
from terreau.core.errors import TerreauError
from terreau.core.money import money_text
from terreau.directory.once import drawn_once
from terreau.directory.row_files import json_file
from terreau.documents.manual import read_chapters
from terreau.evaluation.presentation import value_words
from terreau.jobs.services import start
from terreau.selection import choosing, perms, services, voting
from terreau.selection.document import Prepared, document, prepare
from terreau.selection.enums import SelectionState, VoteState
from terreau.selection.forms import DecisionForm, InviteForm, LimitForm, MoneyForm, OpenForm, PairForm
from terreau.selection.jobs import CHOOSE
from terreau.selection.models import Choice, Selection
from terreau.selection.opening import may_be_chosen
from terreau.selection.presentation import shown_result, shown_vote
from terreau.territories.currencies import currency_at
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def every(request: HttpRequest, code: str) -> HttpResponse:
    """The choices of a territory, the newest first."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_read_work.require(request.user, territory)
    context = {
        "territory": territory,
        "selections": list(territory.selections.all()[:100]),
        "keeps": bool(perms.can_keep(request.user, territory)),
    }
    return render(request, "selection/every.html", context)


@login_required
@_FORM
def new(request: HttpRequest, code: str) -> HttpResponseBase:
    """Which projects, under which budgets."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_keep.require(request.user, territory)
    projects, currency = may_be_chosen(territory), currency_at(territory)
    data = request.POST if request.method == "POST" else None
    form, problem = OpenForm(data, projects=projects, currency=currency), None
    if data is not None and form.is_valid():
        try:
            made = services.open_selection(
                person=request.user,
                territory=territory,
                title=form.cleaned_data["title"],
                projects=form.cleaned_data["projects"],
                budgets=form.budgets(),
                once=str(data.get("once", "")),
            )
        except TerreauError as error:
            problem = error
        else:
            return redirect("selection:own", code, made.public_id)
    context = {
        "territory": territory,
        "form": form,
        "problem": problem,
        "count": len(projects),
        "drawn": drawn_once(request.POST),
    }
    return render(request, "selection/new.html", context, status=200 if data is None else 400)


# --- One choice -----------------------------------------------------------------------------------------


def _selection(request: HttpRequest, code: str, public_id: str, *, keeping: bool = False) -> Selection:
    found = get_object_or_404(
        Selection.objects.select_related("territory"), territory__code=code, public_id=public_id
    )
    (perms.can_keep if keeping else perms.can_read_work).require(request.user, found.territory)
    return found


@login_required
@require_safe
def own(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Where a choice stands: projects, constraints, what comes out, the vote."""
    selection = _selection(request, code, public_id)
    if selection.state == SelectionState.DECIDED:
        return redirect("selection:choice", code, public_id)
    prepared = prepare(selection)
    return render(request, "selection/own.html", _context(request, prepared))


def _context(request: HttpRequest, prepared: Prepared, **more: Any) -> dict[str, Any]:
    selection = prepared.selection
    content = choosing.kept(prepared)
    context: dict[str, Any] = {
        "selection": selection,
        "territory": selection.territory,
        "keeps": bool(perms.can_keep(request.user, selection.territory)),
        "budgets": _budgets(selection),
        "rows": [_row(prepared, one) for one in prepared.items],
        "waiting": len(prepared.waiting),
        "uncosted": len(prepared.uncosted),
        "rules": [{"once": one.once, "words": prepared.sentence(one)} for one in prepared.constraints],
        "content": content,
        "Vote": VoteState,
        "drawn": drawn_once(request.POST),
        "limit_form": LimitForm(prepared=prepared),
        "pair_form": PairForm(prepared=prepared),
    }
    if content is not None and content["result"] is not None:
        context["result"] = shown_result(content, prepared.titles, selection.currency)
    if selection.vote != VoteState.NONE:
        context["ballots"] = selection.ballots.count()
        context["cast"] = selection.ballots.filter(sent_at__isnull=False).count()
    if selection.vote == VoteState.CLOSED:
        context["vote"] = shown_vote(voting.result_of(prepared), prepared.titles, selection.currency)
    return context | more


def _row(prepared: Prepared, item: Any) -> dict[str, Any]:
    valued = prepared.valued.get(item.project.public_id)
    total = sum(item.costs.values())
    return {
        "project": item.project,
        "valued": valued,
        "value": value_words(100 * valued.value) if valued else None,
        "cost": money_text(total, prepared.selection.currency) if item.costs else "",
        "least": item.least_percent,
    }


@login_required
@_FORM
def money(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """The budgets, and what each project would cost them, by year."""
    selection = _selection(request, code, public_id, keeping=True)
    prepared = prepare(selection)
    data = request.POST if request.method == "POST" else None
    form, problem = MoneyForm(data, prepared=prepared), None
    if data is not None and form.is_valid():
        try:
            services.save_money(
                person=request.user,
                selection=selection,
                version=form.version,
                **form.values(),
            )
        except TerreauError as error:
            problem = error
            selection.refresh_from_db()
            now = prepare(selection)
            form = form.gathered(selection.version, lambda sent: MoneyForm(sent, prepared=now))
        else:
            messages.success(request, _("Les montants sont enregistrés."))
            return redirect("selection:own", code, public_id)
    context = {
        "selection": selection,
        "territory": selection.territory,
        "form": form,
        "problem": problem,
    }
    return render(request, "selection/money.html", context, status=200 if data is None else 400)


@login_required
@require_POST
def bind(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """One more constraint, of either form."""
    selection = _selection(request, code, public_id, keeping=True)
    prepared = prepare(selection)
    is_limit = str(request.POST.get("form")) == "limit"
    form: Any = (LimitForm if is_limit else PairForm)(request.POST, prepared=prepared)
    problem = None
    if form.is_valid():
        try:
            services.add_constraint(
                person=request.user,
                selection=selection,
                kind=form.cleaned_data["kind"],
                values=form.values() if is_limit else form.cleaned_data,
                once=str(request.POST.get("once", "")),
            )
        except TerreauError as error:
            problem = error
        else:
            return redirect(f"{reverse('selection:own', args=[code, public_id])}#contraintes")
    shown = {"limit_form" if is_limit else "pair_form": form, "problem": problem, "form": form}
    return render(request, "selection/own.html", _context(request, prepared, **shown), status=400)


@login_required
@require_POST
def act(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """Work the choice out, take a constraint away, close the vote."""
    selection = _selection(request, code, public_id, keeping=True)
    what = str(request.POST.get("act", ""))
    try:
        if what == "choose":
            return _choose(request, selection)
        if what == "unbind":
            services.remove_constraint(
                person=request.user, selection=selection, once=str(request.POST.get("once", ""))
            )
        elif what == "close":
            services.close_vote(person=request.user, selection=selection)
            messages.success(request, _("Le vote est clos."))
        else:
            raise Http404
    except TerreauError as error:
        messages.error(request, str(error))
    return redirect("selection:own", code, public_id)


def _choose(request: HttpRequest, selection: Selection) -> HttpResponseBase:
    address = reverse("selection:own", args=[selection.territory.code, selection.public_id])
    if not choosing.is_long(prepare(selection)):
        services.choose_again(person=request.user, selection=selection)
        return redirect(f"{address}#resultat")
    with transaction.atomic():
        job = start(
            kind=CHOOSE,
            title=_("Choisir des projets\u00a0: %(title)s") % {"title": selection.title},
            arguments={"selection": selection.public_id},
            person=request.user,
            territory_code=selection.territory.code,
            result_url=address,
        )
    return redirect("jobs:job", job.pk)


@login_required
@_FORM
def invite(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """Who votes, each with a link shown this once."""
    selection = _selection(request, code, public_id, keeping=True)
    data = request.POST if request.method == "POST" else None
    if data is None and selection.vote == VoteState.CLOSED:
        return redirect("selection:own", code, public_id)
    form, problem, links, unknown = InviteForm(data), None, [], []
    if data is not None and form.is_valid():
        try:
            given = services.invite(
                person=request.user,
                selection=selection,
                organisations=form.named(),
                once=str(data.get("once", "")),
            )
            links = [
                (one.name, request.build_absolute_uri(reverse("selection:ballot", args=[token])))
                for one, token in given
            ]
            unknown = form.unknown(voting.voters_of(selection))
        except TerreauError as error:
            problem = error
    context = {
        "selection": selection,
        "territory": selection.territory,
        "form": form,
        "problem": problem,
        "links": links,
        "unknown": unknown,
        "drawn": drawn_once(request.POST),
        "sent": data is not None and problem is None and form.is_valid(),
    }
    return render(request, "selection/invite.html", context, status=400 if problem or form.errors else 200)


@login_required
@require_safe
def file(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """The choice as the file that `terreau portfolio choose` reads."""
    limit(request, "export")
    prepared = prepare(_selection(request, code, public_id))
    return json_file(document(prepared), f"choix-{public_id}")


# --- Deciding -------------------------------------------------------------------------------------------


@login_required
@_FORM
def decide(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """Which of the portfolios is chosen."""
    selection = _selection(request, code, public_id, keeping=True)
    if selection.state == SelectionState.DECIDED:
        return redirect("selection:choice", code, public_id)
    prepared = prepare(selection)
    content = choosing.kept(prepared)
    if content is None or content["result"] is None:
        messages.error(request, _("Calculez d’abord le choix."))
        return redirect("selection:own", code, public_id)
    shown = shown_result(content, prepared.titles, selection.currency)
    data = request.POST if request.method == "POST" else None
    form, problem = DecisionForm(data, count=len(shown["portfolios"])), None
    if data is not None and form.is_valid():
        typed = form.cleaned_data
        try:
            services.decide(
                person=request.user,
                selection=selection,
                read=str(data.get("read", "")),
                portfolio=int(typed["portfolio"]),
                reason=typed["reason"],
                reference=typed["reference"],
                decided_on=typed["decided_on"],
                is_public=typed["is_public"],
                others=typed["others"],
            )
        except TerreauError as error:
            problem = error
        else:
            messages.success(request, _("Le choix est enregistré\u00a0: il ne change plus."))
            return redirect("selection:choice", code, public_id)
    context = {
        "selection": selection,
        "territory": selection.territory,
        "form": form,
        "problem": problem,
        "read": content["digest"],
        "rows": list(zip(shown["portfolios"], form["portfolio"], strict=True)),
    }
    return render(request, "selection/decide.html", context, status=200 if data is None else 400)


def _choice(request: HttpRequest, code: str, public_id: str) -> Choice:
    found = Choice.objects.select_related("selection", "territory")
    choice = get_object_or_404(found, territory__code=code, selection__public_id=public_id)
    perms.can_read_choice.require(request.user, choice)
    return choice


def _told(choice: Choice, *, public_only: bool) -> dict[str, Any]:
    content, titles = choice.content, choice.content["titles"]
    if public_only:
        titles = {key: title for key, title in titles.items() if key in public_keys(choice)}
    return {
        "choice": choice,
        "selection": choice.selection,
        "territory": choice.territory,
        "content": content,
        "projects": [(key, titles[key]) for key in content["selected"] if key in titles],
        "hidden": sum(key not in titles for key in content["selected"]),
    }


def public_keys(choice: Choice) -> set[str]:
    """The projects of a choice that are public in the portfolio now."""
    items = choice.selection.items.filter(project__is_public=True)
    return set(items.values_list("project__public_id", flat=True))


@login_required
@require_safe
def choice(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """What was chosen, with all that it rests on."""
    found = _choice(request, code, public_id)
    perms.can_read_work.require(request.user, found.territory)
    content = found.content
    context = _told(found, public_only=False) | {
        "keeps": bool(perms.can_keep(request.user, found.territory)),
        "result": shown_result(content["result"], content["titles"], content["currency"]),
        "vote": shown_vote(content["vote"], content["titles"], content["currency"])
        if content["vote"]
        else None,
    }
    return render(request, "selection/choice.html", context)


@login_required
@require_safe
def choice_file(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """The choice with its whole trace."""
    limit(request, "export")
    found = _choice(request, code, public_id)
    perms.can_read_work.require(request.user, found.territory)
    return json_file(found.content | {"digest": found.digest}, f"choix-decide-{public_id}")


@require_safe
def public(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """What everyone reads of a public choice: the public projects, the rules, the reason."""
    found = _choice(request, code, public_id)
    if not found.is_public:
        raise Http404
    content, shown = found.content, public_keys(found)
    hidden = [title for key, title in content["titles"].items() if key not in shown]
    context = _told(found, public_only=True) | {
        "budgets": _budgets(found.selection),
        "rules": [one for one in content["constraints"] if not any(title in one for title in hidden)],
    }
    return render(request, "selection/public.html", context)


def _budgets(selection: Selection) -> list[tuple[str, str]]:
    """Each year's budget, in words."""
    return [
        (year, money_text(amount, selection.currency)) for year, amount in sorted(selection.budgets.items())
    ]


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How projects are chosen under a budget: the documentation itself."""
    context = {
        "title": _("Comment des projets sont choisis sous un budget"),
        "lead": _(
            "Le calcul propose, la délibération choisit\u00a0; voici ce qu’il cherche, et ce qu’il dit."
        ),
        "parts": read_chapters("terreau.selection", "methods.md", ("La méthode",)),
    }
    return render(request, "documents/manual.html", context)
