"""Proposals: the public form, the receipt, the agent's answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from terreau.accounts.care import looked_after_by
from terreau.accounts.rate_limits import limit
from terreau.accounts.secret_links import kept_secret
from terreau.core.errors import TerreauError, TooManyError
from terreau.directory.once import drawn_once
from terreau.notifications.services import hash_of
from terreau.portfolio import perms, services
from terreau.portfolio.forms import AnswerForm, ProposalForm
from terreau.portfolio.models import Proposal, Proposer
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@_FORM
def propose(request: HttpRequest, code: str) -> HttpResponseBase:
    """Propose a project to a territory, without account."""
    territory = get_object_or_404(Territory, code=code)
    if not looked_after_by(territory).people:
        raise Http404(_("Personne ne lit encore les propositions faites à ce territoire."))
    data = request.POST if request.method == "POST" else None
    if data is not None:
        limit(request, "proposal")
    form, problem = ProposalForm(data), None
    if data is not None and form.is_valid():
        typed = form.cleaned_data
        try:
            made = services.propose(
                territory=territory,
                once=str(data.get("once", "")),
                title=typed["title"],
                text=typed["text"],
                need=typed["need"],
                who=typed["who"],
                contact={name: typed[name] for name in ("name", "email", "phone")},
                by_mail=_may_write_to(request, typed["email"]),
            )
        except TerreauError as error:
            problem = error
        else:
            return redirect("portfolio:receipt", made.receipt)
    context = {"territory": territory, "form": form, "problem": problem, "drawn": drawn_once(request.POST)}
    return render(request, "portfolio/propose.html", context, status=200 if data is None else 400)


def _may_write_to(request: HttpRequest, address: str) -> bool:
    """Whether a receipt may go to a mailbox that anyone may have typed; the proposal is received anyway."""
    if not address:
        return False
    try:
        limit(request, "proposal_link", key=hash_of(address))
    except TooManyError:
        return False
    return True


@kept_secret
@require_safe
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """Where a proposal stands, for who holds its receipt."""
    found = get_object_or_404(Proposal.objects.select_related("territory", "project"), receipt=receipt)
    return render(request, "portfolio/receipt.html", {"proposal": found, "territory": found.territory})


@login_required
@require_safe
def proposals(request: HttpRequest, code: str) -> HttpResponse:
    """The proposals made to a territory, those that wait first."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_run.require(request.user, territory)
    found = Proposal.objects.filter(territory=territory).order_by("-answer", "-sent_at")[:200]
    return render(request, "portfolio/proposals.html", {"territory": territory, "proposals": list(found)})


@login_required
@_FORM
def proposal(request: HttpRequest, code: str, receipt: str) -> HttpResponseBase:
    """One proposal, how to reach who made it, and the answer."""
    found = get_object_or_404(
        Proposal.objects.select_related("territory", "project"), territory__code=code, receipt=receipt
    )
    perms.can_run.require(request.user, found.territory)
    data = request.POST if request.method == "POST" else None
    form, problem = AnswerForm(data), None
    if data is not None and form.is_valid():
        words = form.cleaned_data["words"]
        try:
            if "accept" in data:
                made = services.accept(person=request.user, proposal=found, words=words)
                messages.success(request, _("La proposition est devenue un projet."))
                return redirect("portfolio:edit", made.public_id)
            services.refuse(person=request.user, proposal=found, words=words)
        except TerreauError as error:
            problem = error
        else:
            messages.success(request, _("La réponse est enregistrée."))
            return redirect("portfolio:proposals", code)
    context = {
        "territory": found.territory,
        "proposal": found,
        "proposer": Proposer.objects.filter(proposal=found).first(),
        "form": form,
        "problem": problem,
    }
    return render(request, "portfolio/proposal.html", context, status=200 if data is None else 400)
