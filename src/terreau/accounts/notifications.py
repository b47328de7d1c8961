"""Messages written to people about their account; `notifications` sends them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from terreau.accounts.models import RoleGrant
from terreau.core.posting import post_to_person
from terreau.core.text import of_place


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
