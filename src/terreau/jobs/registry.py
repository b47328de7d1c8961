"""The kinds of long work: each application registers its own in its `jobs.py`.

A job may be cut anywhere by a crash and is then run again from its beginning with the same
arguments: what it runs must be idempotent, or must find by itself where it had come to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError

if TYPE_CHECKING:
    from terreau.jobs.handle import JobHandle

Run = Callable[["JobHandle"], None]
_kinds: dict[str, Run] = {}


def job_kind(key: str) -> Callable[[Run], Run]:
    """Register the decorated function as what runs jobs of this kind.

    Args:
        key: stable name, such as `registers.import`; it is stored with each job.
    """

    def wrap(run: Run) -> Run:
        _kinds[key] = run
        return run

    return wrap


def runner(key: str) -> Run:
    """What runs jobs of this kind.

    Raises:
        TerreauError: when no installed application knows this kind.
    """
    try:
        return _kinds[key]
    except KeyError:
        raise TerreauError(
            _("Cette instance ne connaît pas le travail «\u00a0%(kind)s\u00a0».") % {"kind": key},
            remedy=_("Mettez Terreau à jour, puis relancez le travail."),
        ) from None
