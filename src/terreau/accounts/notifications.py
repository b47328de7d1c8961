"""Messages written to people about their account; `notifications` sends them."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from terreau.accounts.models import RoleGrant
from terreau.core.posting import post_to_person
from terreau.core.text import of_place

# What changed in the proofs of a person, under the name that allauth gives to the message about it.
PROOFS_CHANGED: Final[dict[str, Any]] = {
    "mfa/email/webauthn_added": _("Une clé d’accès a été ajoutée à votre compte Terreau"),
    "mfa/email/webauthn_removed": _("Une clé d’accès a été retirée de votre compte Terreau"),
    "mfa/email/totp_activated": _("Une application de codes protège désormais votre compte Terreau"),
    "mfa/email/totp_deactivated": _("L’application de codes ne protège plus votre compte Terreau"),
    "mfa/email/recovery_codes_generated": _(
        "De nouveaux codes de secours ont été faits pour votre compte Terreau"
    ),
    "dropped": _("Les secondes preuves de votre compte Terreau ont été retirées"),
}


def tell_proofs(person: Any, change: str) -> None:
    """Tell a person that what protects their account changed: somebody else may have done it."""
    subject = PROOFS_CHANGED[change]
    post_to_person(
        person=person,
        kind="accounts.proofs",
        once=f"proofs:{change}:{person.pk}:{timezone.now().isoformat()}",
        subject=subject,
        lines=[
            format_lazy("{subject}.", subject=subject),
            _(
                "Si cela ne vient pas de vous, ouvrez cette page\u00a0: déconnectez vos autres appareils, "
                "voyez «\u00a0Sécurité\u00a0», et prévenez le secrétariat du réseau."
            ),
        ],
        url=reverse("accounts_mine"),
    )


def tell_role(grant: RoleGrant) -> None:
    """Tell a person the role they were given and how to sign in, in the transaction that gives it."""
    if grant.territory:
        of = of_place(grant.territory.name)
        subject = format_lazy(_("Vous êtes agent {of} sur Terreau"), of=of)
        line = format_lazy(
            _(
                "Le secrétariat du réseau vous a nommé agent {of} sur Terreau. Vous pouvez y "
                "apporter vos listes d’acteurs, relire les fiches et publier le diagnostic de votre "
                "territoire."
            ),
            of=of,
        )
    else:
        subject = _("Vous êtes du secrétariat du réseau sur Terreau")
        line = _(
            "Vous faites désormais partie du secrétariat du réseau sur Terreau. Vous pouvez y ouvrir des "
            "territoires et nommer leurs agents."
        )
    post_to_person(
        person=grant.person,
        kind="accounts.role",
        once=f"role-given:{grant.pk}",
        subject=subject,
        lines=[
            line,
            format_lazy(
                _(
                    "Pour vous connecter, ouvrez cette page et donnez l’adresse {email}\u00a0: vous recevrez "
                    "un code. Il n’y a pas de mot de passe."
                ),
                email=grant.person.email,
            ),
        ],
        url=reverse("account_login"),
        territory_code=grant.territory.code if grant.territory else "",
    )
