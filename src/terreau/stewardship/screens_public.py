"""Open to anybody: report an error, propose an organisation, follow and support a proposal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from terreau.accounts.perms import can_review
from terreau.accounts.rate_limits import limit, visitor_address
from terreau.accounts.secret_links import kept_secret
from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.editing import alike
from terreau.stewardship import guarding, perms, services
from terreau.stewardship.deciding import values_of
from terreau.stewardship.enums import Kind, State
from terreau.stewardship.forms import CodeForm, ProposalForm, ReportForm, WordsForm
from terreau.stewardship.models import Item
from terreau.stewardship.screens import (
    attempted,
    in_words,
    introduce,
    named,
    person_of,
    sheet,
)
from terreau.stewardship.vouching import threshold_of
from terreau.territories.models import Territory

PROPOSAL_SALT = "terreau.stewardship.proposal"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """« Signaler une erreur », without account."""
    organisation = sheet(public_id)
    form = ReportForm(request.POST or None)
    problem: TerreauError | None = None
    if request.method == "POST":
        limit(request, "report")
        if form.is_valid():
            _kept, problem = attempted(
                lambda: services.report(
                    person=request.user,
                    organisation=organisation,
                    once=guarding.checked(request.POST),
                    **form.cleaned_data,
                )
            )
            if problem is None:
                messages.success(request, _("Merci : l’agent du territoire lira votre remarque."))
                return redirect("directory:sheet", organisation.public_id)
    context = {
        "organisation": organisation,
        "form": form,
        "guard": guarding.fresh(),
        "trap": guarding.TRAP,
        "problem": problem,
    }
    return render(request, "stewardship/report.html", context, status=400 if problem or form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, code: str) -> HttpResponseBase:
    """Propose an organisation to the directory of a territory."""
    territory = get_object_or_404(Territory, code=code)
    form = ProposalForm(request.POST or None, territory=territory)
    problem: TerreauError | None = None
    likeness: list[Any] = []
    if request.method == "POST":
        limit(request, "report")
        if form.is_valid():
            likeness = alike(form.cleaned_data["name"], territory)
            if not likeness or request.POST.get("distinct"):
                item, problem = attempted(lambda: _propose(request, territory, form, bool(likeness)))
                if problem is None:
                    return _proposed(request, item)
    context = {
        "territory": territory,
        "form": form,
        "guard": guarding.fresh(),
        "trap": guarding.TRAP,
        "likeness": likeness,
        "typed": request.POST,
        "words": request.POST.get("words", ""),
        "address": request.POST.get("votre_adresse", ""),
        "named": named(request),
        "is_mine": bool(request.POST.get("mine")),
        "problem": problem,
    }
    wrong = problem or form.errors or likeness
    return render(request, "stewardship/propose.html", context, status=400 if wrong else 200)


def _propose(request: HttpRequest, territory: Territory, form: ProposalForm, likeness: bool) -> Item:
    address = ""
    if not request.user.is_authenticated:
        address = request.POST.get("votre_adresse", "").strip().lower()
        try:
            validate_email(address)
        except ValidationError:
            raise TerreauError(
                _("Donnez une adresse électronique, où un code vous sera envoyé."), where=_("Votre adresse")
            ) from None
    return services.propose(
        person=request.user,
        territory=territory,
        values=form.whole(),
        words=request.POST.get("words", ""),
        mine=bool(request.POST.get("mine")),
        once=guarding.checked(request.POST),
        alike=likeness,
        address=address,
    )


def _proposed(request: HttpRequest, item: Item) -> HttpResponseBase:
    if item.state == State.UNCONFIRMED:
        return redirect("stewardship:proposal_code", signing.dumps(item.pk, salt=PROPOSAL_SALT))
    introduce(request)
    messages.success(request, _("Votre proposition est gardée : l’agent du territoire la lira."))
    return redirect("stewardship:proposal", item.pk)


@kept_secret
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_code(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where one without account types the code received."""
    try:
        key = signing.loads(token, salt=PROPOSAL_SALT, max_age=7 * 86400)
    except signing.BadSignature:
        raise Http404 from None
    item = get_object_or_404(Item.objects.select_related("territory"), pk=key, kind=Kind.PROPOSAL)
    form = CodeForm(request.POST if request.POST.get("code") else None)
    problem: TerreauError | None = None
    if request.method == "POST":
        limit(request, "code")
        if request.POST.get("again"):
            _sent, problem = attempted(lambda: services.send_proposal_code(item))
        elif form.is_valid():
            _held, problem = attempted(
                lambda: services.confirm_proposal(item=item, code=form.cleaned_data["code"])
            )
            item.refresh_from_db()
    context = {"item": item, "name": item.values.get("name", ""), "form": form, "problem": problem}
    return render(request, "stewardship/proposal_code.html", context, status=400 if problem else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, key: int) -> HttpResponseBase:
    """A proposal, for its author, for neighbours and for the agent."""
    rows = Item.objects.filter(kind=Kind.PROPOSAL).exclude(state=State.UNCONFIRMED)
    item = get_object_or_404(rows.select_related("territory", "organisation", "person"), pk=key)
    neighbour = perms.can_vouch(request.user, item)
    is_author = item.person_id == request.user.pk
    if not (is_author or neighbour or can_review(request.user, item.territory)):
        raise NotAllowed(neighbour.reason)
    problem: TerreauError | None = None
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limit(request, "claim")
        _done, problem = attempted(lambda: _act(request, item, form.cleaned_data["words"]))
        if problem is None:
            messages.success(request, _("C’est noté."))
            return redirect("stewardship:proposal", item.pk)
    hidden = {"email", "telephone", "contact"}
    context = {
        "item": item,
        "name": item.values.get("name", ""),
        "rows": in_words({key: value for key, value in values_of(item).items() if key not in hidden}),
        "is_author": is_author,
        "neighbour": neighbour,
        "mine": item.vouches.filter(person=person_of(request)).first(),
        "vouches": item.vouches.select_related("person").order_by("at"),
        "threshold": threshold_of(item.territory),
        "form": form,
        "problem": problem,
    }
    return render(request, "stewardship/proposal.html", context, status=400 if problem else 200)


def _act(request: HttpRequest, item: Item, words: str) -> Any:
    if request.POST.get("act") == "withdraw":
        return services.withdraw(person=request.user, item=item)
    return services.vouch(
        person=request.user,
        item=item,
        supports=request.POST.get("act") == "support",
        words=words,
        connection=visitor_address(request),
    )
