"""« Équipe »: who keeps a territory, who reads it, who is invited; the answer to an invitation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.accounts import invitations, services
from terreau.accounts.care import looked_after_by
from terreau.accounts.enums import TERRITORY_ROLES, InvitationState, Role, Shared
from terreau.accounts.forms import BeNamedForm, InviteForm, SharingForm, WelcomeForm
from terreau.accounts.models import Invitation, Person, RoleGrant, Sharing
from terreau.accounts.perms import (
    INVITES,
    can_end_role,
    can_invite_readers,
    can_read_team,
    can_share,
    remember_roles,
)
from terreau.accounts.rate_limits import limit
from terreau.accounts.secret_links import kept_secret
from terreau.territories.enums import Kind
from terreau.territories.models import Territory


def _readable(request: HttpRequest, code: str) -> Territory:
    territory = get_object_or_404(Territory, code=code)
    remember_roles(request.user, territory)
    can_read_team.require(request.user, territory)
    return territory


@login_required
@require_safe
def team(request: HttpRequest, code: str) -> HttpResponse:
    """The people of a territory, and what those who keep it may change."""
    return _team_page(request, _readable(request, code))


def _team_page(
    request: HttpRequest, territory: Territory, *, inviting: InviteForm | None = None, status: int = 200
) -> HttpResponse:
    person: Any = request.user
    roles = roles_to_offer(person, territory)
    shared = list(Sharing.objects.filter(territory=territory).values_list("what", flat=True))
    context: dict[str, Any] = {
        "territory": territory,
        "groups": _groups(person, territory),
        "care": looked_after_by(territory),
        "manages": bool(can_invite_readers(person, territory)),
        "inviting": (inviting or InviteForm(roles=roles)) if roles else None,
        "waiting": _waiting(territory) if roles else [],
        "sharing": SharingForm(initial={"what": shared}) if can_share(person, territory) else None,
        "shared": [Shared(what) for what in shared],
    }
    return render(request, "accounts/team.html", context, status=status)


def roles_to_offer(person: Any, territory: Territory) -> list[Role]:
    """The roles to which this person may invite here."""
    return [
        role
        for role in TERRITORY_ROLES
        if (role == Role.STATE) <= (territory.kind == Kind.COUNTRY) and INVITES[role](person, territory)
    ]


def _groups(person: Any, territory: Territory) -> list[dict[str, Any]]:
    grants = list(
        RoleGrant.objects.filter(territory=territory)
        .select_related("person", "territory")
        .order_by("granted_at")
    )
    found = []
    for role in TERRITORY_ROLES:
        members = [
            {"grant": one, "is_me": one.person_id == person.pk, "can_end": bool(can_end_role(person, one))}
            for one in grants
            if one.role == role
        ]
        if members or role != Role.STATE:
            found.append({"role": role.value, "label": role.label, "members": members})
    return found


def _waiting(territory: Territory) -> list[Invitation]:
    return list(
        Invitation.objects.waiting(timezone.now())
        .filter(territory=territory)
        .select_related("invited_by")
        .order_by("-created_at")
    )


@login_required
@require_POST
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Offer a role by mail."""
    territory = _readable(request, code)
    person: Any = request.user
    form = InviteForm(request.POST, roles=roles_to_offer(person, territory))
    if not form.is_valid():
        return _team_page(request, territory, inviting=form, status=400)
    limit(request, "invite")
    invitations.invite_to_role(
        by=person,
        email=form.cleaned_data["email"],
        role=Role(form.cleaned_data["role"]),
        territory=territory,
    )
    messages.success(request, _("L’invitation part par courriel. Elle est valable quatorze jours."))
    return redirect("accounts_team", territory.code)


@login_required
@require_POST
def withdraw_invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation.objects.select_related("territory"), pk=key)
    person: Any = request.user
    invitations.withdraw(by=person, invitation=invitation)
    messages.success(request, _("L’invitation est retirée\u00a0: son lien n’ouvre plus rien."))
    if invitation.territory is None:
        return redirect("accounts_network")
    return redirect("accounts_team", invitation.territory.code)


@login_required
@require_POST
def share(request: HttpRequest, code: str) -> HttpResponse:
    """Choose what the partners of the territory read."""
    territory = _readable(request, code)
    person: Any = request.user
    form = SharingForm(request.POST)
    if form.is_valid():
        was, chosen = set(request.POST.getlist("was")), set(form.cleaned_data["what"])
        # A box that was not touched stays as another agent left it.
        for what in Shared:
            if what.value in was ^ chosen:
                invitations.share(by=person, territory=territory, what=what, shared=what.value in chosen)
        messages.success(request, _("Votre choix est enregistré."))
    return redirect("accounts_team", territory.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_role(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Leave a role, or take a reader's back: what follows is said before."""
    person: Any = request.user
    grant = RoleGrant.objects.select_related("territory", "person").filter(pk=grant_id).first()
    if grant is None:
        messages.info(request, _("Ce rôle est déjà terminé."))
        return redirect("accounts_mine")
    can_end_role.require(person, grant)
    if request.method != "POST":
        after = None
        if grant.role == Role.AGENT and grant.territory is not None:
            after = looked_after_by(grant.territory, without=grant)
        return render(
            request,
            "accounts/end_role.html",
            {"grant": grant, "mine": grant.person == person, "after": after},
        )
    services.revoke_role(by=person, grant=grant)
    messages.success(request, _("Le rôle est terminé."))
    if grant.territory is not None and can_read_team(_afresh(person), grant.territory):
        return redirect("accounts_team", grant.territory.code)
    return redirect("accounts_mine")


def _afresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


@login_required
@require_POST
def be_named(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Choose under what name one is shown as a partner."""
    person: Any = request.user
    grant = get_object_or_404(RoleGrant.objects.select_related("territory"), pk=grant_id, person=person)
    form = BeNamedForm(request.POST)
    if form.is_valid():
        invitations.be_named(person=person, grant=grant, shown_as=form.cleaned_data["shown_as"])
        messages.success(request, _("Votre choix est enregistré."))
    return redirect("accounts_mine")


@require_http_methods(["GET", "HEAD", "POST"])
@kept_secret
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Accept or refuse an invitation; reading the page changes nothing."""
    limit(request, "code")
    invitation = invitations.read(token)
    is_open = invitation.state == InvitationState.PENDING and invitation.expires_at > timezone.now()
    known = is_open and Person.objects.filter(email=invitation.email).exclude(display_name="").exists()
    form = WelcomeForm(request.POST or None)
    if request.method == "POST":
        if "refuse" in request.POST:
            invitations.refuse(invitation=invitation)
            return render(request, "accounts/invitation.html", {"invitation": invitation, "refused": True})
        if form.is_valid():
            grant = invitations.accept(invitation=invitation, display_name=form.cleaned_data["display_name"])
            is_in = request.user == grant.person
            told = {"invitation": invitation, "grant": grant, "is_in": is_in}
            return render(request, "accounts/invitation.html", told)
    context: dict[str, Any] = {"invitation": invitation, "open": is_open, "known": known, "form": form}
    return render(request, "accounts/invitation.html", context)
