"""Who may bring lists in, and answer the questions they raise.

A command of the operator has no person: it stands for the machine's own hand (`at_console`).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.accounts.perms import can_import, can_review
from terreau.core.permissions import Rule, rule
from terreau.registers.models import ImportRun, StagedRow


@rule("")
def at_console(person: Any, _thing: Any) -> bool:
    """Whether it is the operator's own command that asks, which has no person."""
    return person is None


@rule(_("Cet import concerne un territoire qui ne vous est pas confié."))
def runs_import(person: Any, run: ImportRun) -> bool:
    """Whether the person may import in the territory of this import."""
    return bool(can_import(person, run.territory))


@rule(_("Cette ligne concerne un territoire qui ne vous est pas confié."))
def reviews_row(person: Any, row: StagedRow) -> bool:
    """Whether the person may answer for the territory of this row's import."""
    return bool(can_review(person, row.run.territory))


can_bring: Rule = at_console | can_import
can_lead_run: Rule = at_console | runs_import
can_decide: Rule = at_console | reviews_row
