"""Messages sent to people about their account."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.accounts.models import RoleGrant

logger = logging.getLogger("terreau.accounts")


def tell_role(grant: RoleGrant) -> bool:
    """Tell a person the role they were given and how to sign in.

    Returns:
        Whether the message left; the role is given all the same, and the caller says so.
    """
    context = {
        "grant": grant,
        "email": grant.person.email,
        "sign_in_url": settings.PUBLIC_URL + reverse("account_login"),
    }
    subject = (
        _("Vous êtes agent de %(territory)s sur Terreau") % {"territory": grant.territory.name}
        if grant.territory
        else _("Vous êtes du secrétariat du réseau sur Terreau")
    )
    try:
        send_mail(subject, render_to_string("accounts/role_message.txt", context), None, [grant.person.email])
    except (SMTPException, OSError):
        logger.exception("the message about role %s could not be sent", grant.pk)
        return False
    return True
