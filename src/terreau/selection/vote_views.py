"""The page of one voter, opened by a link."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from terreau.accounts.rate_limits import limit
from terreau.accounts.secret_links import kept_secret
from terreau.core.errors import TerreauError
from terreau.core.money import money_text
from terreau.core.numbers import whole_number
from terreau.selection import services
from terreau.selection.document import prepare
from terreau.selection.enums import SelectionState, VoteState
from terreau.selection.models import Ballot, Choice
from terreau.selection.presentation import shown_vote
from terreau.selection.voting import ballot_of, result_of


@kept_secret
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, token: str) -> HttpResponseBase:
    """The projects, each with its cost; as many as wanted are approved."""
    if request.method == "POST":
        limit(request, "survey_page")
    try:
        found = ballot_of(token)
    except TerreauError as shut:
        return render(request, "framework/shut.html", {"problem": shut}, status=410)
    approved, problem = found.approved, None
    if request.method == "POST":
        approved = request.POST.getlist("approved")
        try:
            services.cast(
                ballot=found, approved=approved, version=whole_number(request.POST.get("version", ""))
            )
        except TerreauError as error:
            problem = error
            found.refresh_from_db(fields=["version"])
        else:
            if approved:
                told = _("Votre vote est enregistré. Il peut changer jusqu’à la clôture.")
            else:
                told = _(
                    "Votre vote est enregistré\u00a0: vous n’approuvez aucun projet. "
                    "Il peut changer jusqu’à la clôture."
                )
            messages.success(request, told)
            return redirect("selection:ballot", token)
    selection = found.selection
    is_open = selection.vote == VoteState.OPEN and selection.state != SelectionState.DECIDED
    context = {
        "ballot": found,
        "selection": found.selection,
        "territory": found.selection.territory,
        "is_open": is_open,
        **({} if is_open else _what_came_of_it(found)),
        "projects": _projects(found, approved),
        "budget": money_text(sum(found.selection.budgets.values()), found.selection.currency),
        "problem": problem,
    }
    return render(request, "selection/ballot.html", context, status=400 if problem else 200)


def _what_came_of_it(ballot: Ballot) -> dict[str, object]:
    """The sum of a vote that is closed, and what was chosen since, for who voted."""
    selection = ballot.selection
    choice = Choice.objects.filter(selection=selection).first()
    if choice is not None:
        sums, titles = choice.content["vote"], choice.content["titles"]
    else:
        prepared = prepare(selection)
        sums, titles = result_of(prepared), prepared.titles
    return {
        "vote": shown_vote(sums, titles, selection.currency) if sums else None,
        "choice": choice,
    }


def _projects(ballot: Ballot, approved: list[str]) -> list[dict[str, object]]:
    items = ballot.selection.items.select_related("project").order_by("project__title", "pk")
    return [
        {
            "key": one.project.public_id,
            "title": one.project.title,
            "summary": one.project.summary,
            "cost": money_text(sum(one.costs.values()), ballot.selection.currency),
            "approved": one.project.public_id in approved,
        }
        for one in items
        # Without a cost, it is not free: a vote for it would not count.
        if any(one.costs.values())
    ]
