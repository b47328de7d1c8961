"""The vote of the actors: one ballot an organisation, by a link; shown apart from what the marks say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.secret_links import digest, draw
from terreau.core.errors import TerreauError
from terreau.decision.equal_shares import share_out
from terreau.directory.models import Organisation, is_public_id
from terreau.selection import perms
from terreau.selection.document import Prepared
from terreau.selection.enums import SelectionState, VoteState
from terreau.selection.models import Ballot, Selection
from terreau.selection.telling import held, held_open, tell

LINK: Final = "terreau.selection.ballot"
MOST_BALLOTS: Final = 500
# Fewer would tell how each of them voted.
LEAST_TOLD: Final = 5


def invite(
    *, person: Any, selection: Selection, organisations: Sequence[str], once: str
) -> list[tuple[Organisation, str]]:
    """Open the vote, and give each organisation its link; the same form sent again gives the same ones.

    An organisation invited again by another form gets a new link, unless it has voted: the former opens no
    more.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the vote is over, or no sheet of the territory is named.
    """
    perms.can_keep.require(person, selection.territory)
    if not is_public_id(once):
        raise TerreauError(
            _("Ce formulaire n’est pas complet."), remedy=_("Rouvrez la page, puis recommencez.")
        )
    with transaction.atomic():
        found = held_open(selection)
        if found.vote == VoteState.CLOSED:
            raise TerreauError(_("Le vote est clos\u00a0: il ne se rouvre pas."), where=found.title)
        shown = Organisation.objects.in_territory(found.territory).shown().filter(public_id__in=organisations)
        named = list(shown.order_by("name", "pk"))
        if not named:
            raise TerreauError(
                _("Aucune de ces organisations n’est dans l’annuaire du territoire."),
                remedy=_("Donnez les identifiants ou les adresses de leurs fiches, une par ligne."),
            )
        if found.ballots.exclude(organisation__in=named).count() + len(named) > MOST_BALLOTS:
            raise TerreauError(_("Un vote compte %(most)d organisations au plus.") % {"most": MOST_BALLOTS})
        links = [(one, draw(LINK, found.pk, one.pk, once)) for one in named]
        voted = set(found.ballots.filter(sent_at__isnull=False).values_list("organisation", flat=True))
        given = [(one, token) for one, token in links if one.pk not in voted]
        for one, token in given:
            found.ballots.update_or_create(organisation=one, defaults={"link_digest": digest(LINK, token)})
        if found.vote == VoteState.NONE:
            found.vote = VoteState.OPEN
            found.save(update_fields=["vote"])
        if given:
            tell("invited", person, found, count=len(given))
    return given


def voters_of(selection: Selection) -> set[str]:
    """The identifiers of the organisations that were given a ballot."""
    return set(selection.ballots.values_list("organisation__public_id", flat=True))


def ballot_of(token: str) -> Ballot:
    """The ballot that a link opens.

    Raises:
        TerreauError: when it opens none.
    """
    ballots = Ballot.objects.select_related("selection__territory", "organisation")
    found = ballots.filter(link_digest=digest(LINK, token)).first()
    if found is None:
        raise TerreauError(
            _("Ce lien n’ouvre aucun vote\u00a0: il est incomplet, ou un autre l’a remplacé."),
            remedy=_("Recopiez-le en entier, ou demandez-en un autre à la mairie."),
        )
    return found


def cast(*, ballot: Ballot, approved: Sequence[str], version: int) -> Ballot:
    """Vote: the projects approved, as many as wanted; it can be changed until the vote is closed.

    Raises:
        TerreauError: when the vote is closed, a project is not voted on, or the ballot changed in between.
    """
    with transaction.atomic():
        selection = held(ballot.selection)
        found = Ballot.objects.select_for_update(of=("self",)).get(pk=ballot.pk)
        if selection.vote != VoteState.OPEN or selection.state == SelectionState.DECIDED:
            raise TerreauError(_("Le vote est clos\u00a0: les bulletins ne changent plus."))
        known = set(selection.items.values_list("project__public_id", flat=True))
        chosen = sorted(set(approved))
        if not known.issuperset(chosen):
            raise TerreauError(
                _("Un de ces projets n’est plus proposé au vote."), remedy=_("Rouvrez la page, puis votez.")
            )
        if found.sent_at is not None and found.approved == chosen:
            return found
        if found.version != version:
            raise TerreauError(
                _("Ce bulletin a été changé ailleurs pendant que vous votiez."),
                remedy=_("Vérifiez vos choix, puis votez de nouveau."),
            )
        found.approved, found.sent_at, found.version = chosen, timezone.now(), found.version + 1
        found.save(update_fields=["approved", "sent_at", "version"])
    return found


def close_vote(*, person: Any, selection: Selection) -> Selection:
    """End the vote; done again, it was done once.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when there is no vote, or too few voted for their votes to be told.
    """
    perms.can_keep.require(person, selection.territory)
    with transaction.atomic():
        found = held_open(selection)
        if found.vote == VoteState.CLOSED:
            return found
        count = found.ballots.filter(sent_at__isnull=False).count()
        if found.vote == VoteState.NONE or count < LEAST_TOLD:
            raise TerreauError(
                _("Il faut %(least)d votes pour que leur somme ne dise celui de personne (ici %(count)d).")
                % {"least": LEAST_TOLD, "count": count},
                where=found.title,
            )
        found.vote = VoteState.CLOSED
        found.save(update_fields=["vote"])
        tell("vote_closed", person, found, count=count)
    return found


def result_of(prepared: Prepared) -> dict[str, Any]:
    """What the vote selects under the same budget: method of equal shares. No ballot is in it, only sums."""
    selection = prepared.selection
    costs = {
        one.project.public_id: sum(one.costs.values()) for one in prepared.items if sum(one.costs.values())
    }
    ballots = (
        selection.ballots.filter(sent_at__isnull=False).order_by("pk").values_list("approved", flat=True)
    )
    approvals = {str(rank): frozenset(one) & set(costs) for rank, one in enumerate(ballots)}
    outcome = share_out(costs, approvals, sum(selection.budgets.values()))
    votes = {key: sum(key in one for one in approvals.values()) for key in costs}
    return {
        "voters": len(approvals),
        "votes": votes,
        "bought": list(outcome.bought),
        "completed": list(outcome.completed),
        "cost": outcome.cost,
    }
