"""The money of an action: entries that are only ever added, line by line."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.money import money_text
from terreau.core.text import squeeze
from terreau.directory.models import is_public_id
from terreau.directory.writing import known
from terreau.journal.days import day_past
from terreau.journal.words import clean_words, field_label
from terreau.plans import perms
from terreau.plans.acting import held_action
from terreau.plans.enums import EntryKind
from terreau.plans.models import Action, BudgetLine, Entry, Plan
from terreau.plans.telling import incomplete, require_running, tell_action
from terreau.practices.enums import CostNature

# Bills are still paid some years after the last action.
YEARS_AFTER = 5


def add_entry(
    *,
    person: Any,
    action: Action,
    public_id: str,
    year: int,
    nature: str,
    source: str,
    kind: str,
    amount: int,
    on: date,
    note: str = "",
) -> Entry:
    """Note an amount; sent twice, it is noted once. A mistake is mended by a negative amount.

    Args:
        person: an agent of the territory, or the secretariat.
        action: of a plan that runs.
        public_id: drawn with the form.
        year: of the budget.
        nature: one of `CostNature`.
        source: where the money comes from.
        kind: one of `EntryKind`.
        amount: in the smallest units of the plan's currency, not zero.
        on: the day of the vote, the order, the payment.
        note: what proves it, or why it is taken back.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, or a value cannot be kept.
    """
    day_past(on, where=_("date"))
    told = _clean(nature=nature, source=source, kind=kind, amount=amount, note=note)
    if not is_public_id(public_id):
        raise incomplete()
    with transaction.atomic():
        held = held_action(action)
        perms.can_edit_action.require(person, held)
        require_running(held.plan)
        _check_year(held.plan, year)
        before = Entry.objects.filter(public_id=public_id).first()
        if before is not None:
            return before
        line, _made = BudgetLine.objects.get_or_create(
            action=held, year=year, nature=told["nature"], source=told["source"]
        )
        _check_left(line, kind, amount, held.plan.currency)
        entry = Entry.objects.create(
            line=line,
            public_id=public_id,
            kind=kind,
            amount=amount,
            on=on,
            note=told["note"],
            told_by=known(person),
        )
        tell_action(
            "action.entry_added",
            person,
            held,
            kind=kind,
            amount=money_text(amount, held.plan.currency),
            source=line.source,
            year=str(year),
        )
    return entry


def _clean(*, nature: str, source: str, kind: str, amount: int, note: str) -> dict[str, str]:
    told = {
        "source": clean_words(squeeze(str(source or "")), field_label(BudgetLine, "source"), longest=200),
        "note": clean_words(squeeze(str(note or "")), field_label(Entry, "note"), longest=300),
        "nature": nature,
    }
    if not told["source"]:
        raise TerreauError(_("Dites d’où vient l’argent."), where=field_label(BudgetLine, "source"))
    if nature not in CostNature.values:
        raise TerreauError(_("Il manque un choix."), where=field_label(BudgetLine, "nature"))
    if kind not in EntryKind.values:
        raise TerreauError(_("Il manque un choix."), where=field_label(Entry, "kind"))
    if not amount:
        raise TerreauError(_("Écrivez un montant."), where=field_label(Entry, "amount"))
    if abs(amount) >= 10**18:
        raise TerreauError(_("Ce montant ne peut pas être juste."), where=field_label(Entry, "amount"))
    if amount < 0 and not told["note"]:
        raise TerreauError(_("Dites pourquoi ce montant est repris."), where=field_label(Entry, "note"))
    return told


def _check_year(plan: Plan, year: int) -> None:
    first, last = plan.starts_on.year, plan.ends_on.year + YEARS_AFTER
    if not first <= year <= last:
        raise TerreauError(
            _("L’année va de %(first)d à %(last)d.") % {"first": first, "last": last},
            where=field_label(BudgetLine, "year"),
        )


def _check_left(line: BudgetLine, kind: str, amount: int, currency: str) -> None:
    """Nothing is taken back that was not noted."""
    total = line.entries.filter(kind=kind).aggregate(total=Sum("amount"))["total"] or 0
    if total + amount < 0:
        raise TerreauError(
            _("On ne reprend pas plus que ce qui est noté\u00a0: %(total)s.")
            % {"total": money_text(total, currency)},
            where=str(EntryKind(kind).label),
        )
