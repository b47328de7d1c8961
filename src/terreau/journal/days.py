"""Days that people type: those of a plan, of a vote, of a payment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError

# « 26 » typed for a year is the year 26 to a browser.
_OLDEST: Final = date(1900, 1, 1)


def day_written(day: date, *, where: Any) -> date:
    """The day, if its year was written whole.

    Raises:
        TerreauError: when it is before the last century.
    """
    if day < _OLDEST:
        raise TerreauError(
            _("Cette date est trop ancienne."), where=where, remedy=_("L’année s’écrit avec quatre chiffres.")
        )
    return day


def day_past(day: date, *, where: Any) -> date:
    """The day of something that has happened.

    Args:
        day: what was typed.
        where: the field, for the message.

    Raises:
        TerreauError: when it has not come, or its year was not written whole.
    """
    # It is today where the instance is; elsewhere on Earth it may be tomorrow already.
    if day > timezone.localdate() + timedelta(days=1):
        raise TerreauError(_("Ce jour n’est pas encore venu."), where=where)
    return day_written(day, where=where)
