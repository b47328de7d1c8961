"""What the pages that write of an action share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from terreau.accounts.perms import remember_roles
from terreau.core.errors import TerreauError
from terreau.plans import perms, sheet
from terreau.plans.models import Action

FORM = require_http_methods(["GET", "HEAD", "POST"])


def action_to(request: HttpRequest, public_id: str, right: Any = perms.can_edit_action) -> Action:
    """The action, if the person may do this with it."""
    found = get_object_or_404(sheet.actions(), public_id=public_id)
    remember_roles(request.user, found.plan.territory)
    right.require(request.user, found)
    return found


def tried(write: Callable[[], Any]) -> TerreauError | None:
    """Write; what was refused for another reason than a right is given back, to be shown."""
    try:
        write()
    except TerreauError as error:
        return error
    return None


def status_of(problem: TerreauError | None, *forms: Any) -> int:
    """400 where something was refused, so that nobody takes the page for a success."""
    return 400 if problem or any(form.errors for form in forms) else 200
