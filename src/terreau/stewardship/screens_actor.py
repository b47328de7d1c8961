"""An actor's screens: claim a sheet, one's team, what one keeps and asked."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.accounts.rate_limits import limit
from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.directory.models import Organisation
from terreau.directory.perms import can_edit
from terreau.stewardship import belonging, claiming, perms, services, teaming
from terreau.stewardship.enums import Kind
from terreau.stewardship.forms import CodeForm, InviteForm, WordsForm
from terreau.stewardship.models import Belonging, Invitation, Item, Keeper
from terreau.stewardship.rules import masked
from terreau.stewardship.screens import attempted, introduce, named, person_of, sheet
from terreau.territories.models import Territory


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """« C’est votre organisation ? »: by a code, or by the agent."""
    organisation = sheet(public_id)
    if perms.keep_sheet(request.user, organisation):
        return redirect("stewardship:team", organisation.public_id)
    problem: TerreauError | None = None
    form = WordsForm(request.POST or None)
    if request.method == "POST":
        limit(request, "claim")
        if request.POST.get("by") == "code":
            _sent, problem = attempted(
                lambda: services.send_claim_code(person=request.user, organisation=organisation)
            )
            if problem is None:
                return redirect("stewardship:claim_code", organisation.public_id)
        elif form.is_valid():
            _asked, problem = attempted(
                lambda: services.ask_to_keep(
                    person=request.user, organisation=organisation, words=form.cleaned_data["words"]
                )
            )
            if problem is None:
                introduce(request)
                messages.success(request, _("Votre demande est transmise à l’agent du territoire."))
                return redirect("stewardship:mine")
    address = claiming.address_of(organisation)
    asked = Item.objects.waiting().filter(
        kind=Kind.CLAIM, organisation=organisation, person=person_of(request)
    )
    context = {
        "organisation": organisation,
        "masked": masked(address) if address else "",
        "is_kept": claiming.is_kept(organisation),
        "asked": asked.first(),
        "named": named(request),
        "form": form,
        "problem": problem,
    }
    return render(request, "stewardship/claim.html", context, status=400 if problem else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_code(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Where the code is typed; it is asked for on the page before, where who has none is sent."""
    organisation = sheet(public_id)
    waits = claiming.code_waits(person=request.user, organisation=organisation)
    if request.method != "POST" and not waits:
        return redirect("stewardship:claim", organisation.public_id)
    form = CodeForm(request.POST or None)
    problem: TerreauError | None = None
    if request.method == "POST" and form.is_valid():
        limit(request, "code")
        _keeper, problem = attempted(
            lambda: services.claim_by_code(
                person=request.user, organisation=organisation, code=form.cleaned_data["code"]
            )
        )
        if problem is None:
            introduce(request)
            messages.success(request, _("Vous tenez maintenant cette fiche."))
            return redirect("stewardship:team", organisation.public_id)
    context = {
        "organisation": organisation,
        "masked": masked(claiming.address_of(organisation)) if waits else "",
        "named": named(request),
        "form": form,
        "problem": problem,
    }
    return render(request, "stewardship/claim_code.html", context, status=400 if problem else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Those who keep the sheet; an owner invites."""
    organisation = sheet(public_id)
    can_edit.require(request.user, organisation)
    form = InviteForm(request.POST or None)
    problem: TerreauError | None = None
    if request.method == "POST" and form.is_valid():
        limit(request, "invite")
        _made, problem = attempted(
            lambda: services.invite_colleague(
                person=request.user,
                organisation=organisation,
                once=request.POST.get("once", "") or secrets.token_hex(8),
                **form.cleaned_data,
            )
        )
        if problem is None:
            messages.success(request, _("L’invitation est partie."))
            return redirect("stewardship:team", organisation.public_id)
    context = {
        "organisation": organisation,
        "keepers": Keeper.objects.current().filter(organisation=organisation).select_related("person"),
        "invitations": Invitation.objects.filter(organisation=organisation, used_at=None, revoked_at=None),
        "owns": bool(perms.own_sheet(request.user, organisation)),
        "keeps": bool(perms.keep_sheet(request.user, organisation)),
        "form": form,
        "once": secrets.token_hex(16),
        "problem": problem,
    }
    return render(request, "stewardship/team.html", context, status=400 if problem or form.errors else 200)


@login_required
@require_POST
def team_act(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Leave, hand over, take an invitation back."""
    organisation = sheet(public_id)
    keepers = Keeper.objects.current().filter(organisation=organisation).select_related("organisation")
    if request.POST.get("invitation"):
        invitations = Invitation.objects.filter(organisation=organisation)
        invitation = get_object_or_404(invitations, pk=whole_number(request.POST["invitation"]))
        services.revoke_invitation(person=request.user, invitation=invitation)
        return redirect("stewardship:team", organisation.public_id)
    keeper = get_object_or_404(keepers, pk=whole_number(request.POST.get("keeper", "")))
    if request.POST.get("act") == "hand":
        write = lambda: services.hand_over(person=request.user, keeper=keeper)  # noqa: E731
    else:
        write = lambda: services.end_keeping(person=request.user, keeper=keeper)  # noqa: E731
    _done, problem = attempted(write)
    if problem is not None:
        messages.error(request, str(problem))
    elif not can_edit(request.user, organisation):
        messages.success(request, _("Vous ne tenez plus cette fiche."))
        return redirect("stewardship:mine")
    return redirect("stewardship:team", organisation.public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page behind an invitation's link: reading it changes nothing."""
    found: Any = None
    found, problem = attempted(lambda: teaming.read_invitation(person=request.user, token=token))
    if problem is None and found.used_at is not None:
        return redirect("stewardship:team", found.organisation.public_id)
    if problem is None and request.method == "POST":
        limit(request, "claim")
        keeper, problem = attempted(lambda: services.accept_invitation(person=request.user, token=token))
        if problem is None:
            introduce(request)
            messages.success(request, _("Vous tenez maintenant cette fiche."))
            return redirect("stewardship:team", keeper.organisation.public_id)
    context = {"invitation": found, "named": named(request), "problem": problem}
    return render(request, "stewardship/invitation.html", context, status=400 if problem else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def belongings(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The umbrella bodies and poles of an organisation, and its members."""
    organisation = sheet(public_id)
    can_edit.require(request.user, organisation)
    problem: TerreauError | None = None
    likeness: list[Any] = []
    typed = request.POST.get("other", "").strip()[:200]
    if request.method == "POST":
        if not request.POST.get("end") and _sheet_at(typed) is None:
            likeness = belonging.named_like(typed, but=organisation)
        if not likeness:
            _said, problem = attempted(lambda: _belonging_act(request, organisation))
        if problem is None and not likeness:
            messages.success(request, _("C’est noté."))
            return redirect("stewardship:belongings", organisation.public_id)
    context = {
        "organisation": organisation,
        "rows": belonging.belongings_of(organisation),
        "problem": problem,
        "likeness": likeness,
        "typed": typed,
        "is_body": request.POST.get("side") == "body",
    }
    wrong = problem or likeness
    return render(request, "stewardship/belongings.html", context, status=400 if wrong else 200)


def _belonging_act(request: HttpRequest, organisation: Organisation) -> Any:
    if request.POST.get("end"):
        ended = Belonging.objects.select_related("member__territory", "body__territory")
        held = get_object_or_404(ended, pk=whole_number(request.POST["end"]))
        return services.end_belonging(person=request.user, belonging=held)
    other = _sheet_at(request.POST.get("other", ""))
    if other is None:
        raise TerreauError(
            _("Aucune fiche de l’annuaire ne porte ce nom."),
            where=_("L’autre organisation"),
            remedy=_("Écrivez un autre mot de son nom, ou recopiez l’adresse de sa fiche."),
        )
    is_member = request.POST.get("side") != "body"
    member, body = (organisation, other) if is_member else (other, organisation)
    return services.say_belonging(person=request.user, of=organisation, member=member, body=body)


def _sheet_at(typed: str) -> Organisation | None:
    """The sheet whose address or number was typed."""
    number = typed.strip().rstrip("/").rpartition("/")[2]
    return Organisation.objects.shown().filter(public_id=number, merged_into=None).first()


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The sheets one keeps, what one asked, the proposals of neighbours."""
    keepers = (
        Keeper.objects.current().filter(person=person_of(request)).select_related("organisation__territory")
    )
    above = Territory.objects.filter(
        descendant_links__descendant__organisations__keepers__in=[one.pk for one in keepers]
    )
    proposals = Item.objects.waiting().filter(kind=Kind.PROPOSAL, territory__in=above.values("pk"))
    context = {
        "keepers": keepers,
        "asked": Item.objects.filter(person=person_of(request))
        .select_related("organisation", "territory")
        .order_by("-created_at")[:50],
        "proposals": proposals.exclude(person=person_of(request)).select_related("territory").distinct()[:50],
    }
    return render(request, "stewardship/mine.html", context)
