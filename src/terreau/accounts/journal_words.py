"""How the journal tells the events of the accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.accounts.enums import Role
from terreau.journal.sentences import register


def _by_role(words: Mapping[str, Any], otherwise: Any) -> Callable[[Mapping[str, Any]], Any]:
    """The words for the role that the event's data names."""
    return lambda data: words.get(str(data.get("role", "")), otherwise)


def register_words() -> None:
    """Give the journal its sentences."""
    register("person.came", _("a ouvert le compte de"))
    register("person.invited", _("a fait entrer"))
    register("person.returned", _("a fait revenir"))
    register("person.left", _("a fermé l’accès de"))
    register("person.proofs_dropped", _("a retiré les secondes preuves de"))
    register("person.made_editor", _("a ouvert la rédaction du guide à"))
    register(
        "role.granted",
        _by_role(
            {
                Role.AGENT: _("a donné le rôle d’agent à"),
                Role.ELECTED: _("a donné le rôle de lecteur élu à"),
                Role.PARTNER: _("a donné le rôle de partenaire à"),
                Role.STATE: _("a donné le rôle «\u00a0État\u00a0» à"),
                Role.SECRETARIAT: _("a fait entrer au secrétariat"),
            },
            _("a donné un rôle à"),
        ),
    )
    register(
        "role.revoked",
        _by_role(
            {
                Role.AGENT: _("a retiré le rôle d’agent à"),
                Role.ELECTED: _("a retiré le rôle de lecteur élu à"),
                Role.PARTNER: _("a retiré le rôle de partenaire à"),
                Role.STATE: _("a retiré le rôle «\u00a0État\u00a0» à"),
                Role.SECRETARIAT: _("a retiré du secrétariat"),
            },
            _("a retiré un rôle à"),
        ),
    )
    register(
        "role.left",
        _by_role({Role.AGENT: _("a quitté le rôle d’agent\u00a0:")}, _("a quitté un rôle\u00a0:")),
    )
    register("invitation.sent", _("a envoyé l’invitation"))
    register("invitation.accepted", _("a accepté l’invitation"))
    register("invitation.refused", _("a vu refuser l’invitation"))
    register("invitation.withdrawn", _("a retiré l’invitation"))
    register("sharing.opened", _("a ouvert un partage aux partenaires de"))
    register("sharing.closed", _("a fermé un partage aux partenaires de"))
    register("person.erased", _("a fait effacer ses données"))
