"""What the council's and the public's documents of a plan share: who reads what, counts, money, lateness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.money import money_text
from terreau.core.numbers import french_number
from terreau.documents.editable import Block, Grid, Heading, Paragraph
from terreau.plans.comparing import Comparison
from terreau.plans.edition_rules import days_late, placed, summed_by
from terreau.plans.edition_words import NOTHING, Told, duration, told_of
from terreau.plans.enums import ActionState, Standing, Version
from terreau.plans.rules import Sums


@dataclass(frozen=True)
class Issue:
    """A document to make: what it says, of which day, for whom, and since when things changed.

    Attributes:
        content: of the plan; its public part only, for the public.
        number: of the edition; None of the plan as it is today.
        words: why the edition was kept.
        digest: of the edition.
        made_at: when the edition was kept, or the plan read.
        since: what changed since the edition before, where there is one.
    """

    content: Mapping[str, Any]
    as_of: date
    version: Version
    made_at: datetime
    number: int | None = None
    words: str = ""
    digest: str = ""
    since: Comparison | None = None

    @cached_property
    def rows(self) -> list[Told]:
        """Its actions, in the order of the plan."""
        return told_of(self.content, self.as_of)

    @property
    def late(self) -> list[Told]:
        """Those that are late."""
        return [one for one in self.rows if one.standing == Standing.LATE]

    @property
    def done(self) -> list[Told]:
        """Those that are done."""
        return [one for one in self.rows if one.standing == Standing.DONE]

    @property
    def dropped(self) -> list[Told]:
        """Those that are given up."""
        return [one for one in self.rows if one.standing == Standing.DROPPED]

    @property
    def currency(self) -> str:
        """Of its money."""
        return str(self.content["plan"]["currency"])


def counts_sentence(issue: Issue) -> str:
    """How many actions are promised, and where they stand."""
    counts = Counter(one.standing for one in issue.rows)
    told = ngettext("%(count)s action promise.", "%(count)s actions promises.", len(issue.rows))
    parts = [f"{one.label}\u00a0: {french_number(counts[one])}" for one in Standing if counts[one]]
    said = "\u202f; ".join(parts)
    return f"{told % {'count': french_number(len(issue.rows))}} {said[:1].upper()}{said[1:]}."


def money_sentence(issue: Issue) -> str:
    """What is foreseen, secured, paid and still to be found; empty where no amount is known."""
    total = sum((one.sums for one in issue.rows), Sums())
    if not total.told:
        return ""
    amounts = {
        name: money_text(getattr(total, name), issue.currency)
        for name in ("planned", "secured", "paid", "missing", "released")
    }
    told = _("Argent prévu\u00a0: %(planned)s\u202f; acquis\u00a0: %(secured)s\u202f; payé\u00a0: %(paid)s.")
    if total.missing:
        told += " " + _("Il reste %(missing)s à trouver.")
    if total.released:
        told += " " + _("On ne cherche plus %(released)s, prévus pour ce qui est terminé ou abandonné.")
    return told % amounts


def money_grid(issue: Issue, caption: str, head: str, key: Any, *, total: bool = False) -> Block | None:
    """A table of what is foreseen against what is secured; none where no amount is known."""
    found = summed_by(placed(issue.content), key)
    if not found:
        return None
    rows = [
        (str(label), found[label]) for label in sorted(found, key=lambda one: (str(one).isdigit(), str(one)))
    ]
    if total:
        rows.append((_("Total"), sum(found.values(), Sums())))
    columns = (head, _("Prévu"), _("Acquis"), _("À trouver"), _("Engagé"), _("Payé"))
    return Grid(
        caption, columns, tuple(_money_row(label, sums, issue.currency) for label, sums in rows),
        frozenset(range(1, len(columns))),
    )  # fmt: skip


def _money_row(label: str, sums: Sums, currency: str) -> tuple[str, ...]:
    amounts = (sums.planned, sums.secured, sums.missing, sums.committed, sums.paid)
    return label[:1].upper() + label[1:], *(money_text(one, currency) if one else NOTHING for one in amounts)


def by_year(issue: Issue) -> Block | None:
    """The money of each year."""
    return money_grid(
        issue, _("Argent prévu et argent acquis, par année"), _("Année"),
        lambda _one, line: line["year"], total=True,
    )  # fmt: skip


def late_grid(issue: Issue) -> Block | None:
    """What is late and why; none where nothing is."""
    if not issue.late:
        return None
    columns = (_("N°"), _("Action"), _("Portée par"), _("Fin prévue"), _("Pourquoi"))
    rows = tuple(
        (one.number, one.action["title"], one.carried or NOTHING, end_told(one, issue.as_of), why_told(one))
        for one in issue.late
    )
    return Grid(_("Actions en retard au jour de ce document"), columns, rows)


def end_told(one: Told, on: date) -> str:
    """When it should have ended, and for how long that is past."""
    days = days_late(one.action, on)
    if not days:
        return one.end or NOTHING
    return _("%(end)s (%(time)s de retard)") % {"end": one.end, "time": duration(days)}


def why_told(one: Told) -> str:
    """Why it is late; that nobody said, where nobody did."""
    if one.why:
        return one.why
    silent = _("La cause n’est pas dite.")
    if one.action["state"] == ActionState.TO_START and one.begins:
        return _("Elle devait commencer le %(day)s.") % {"day": one.begins} + f" {silent}"
    return silent


def stands(one: Told) -> str:
    """Where it stands and until when: « en cours, fin prévue le 01/06/2027 »."""
    if one.ended:
        return _("%(state)s le %(day)s") % {"state": one.label, "day": one.ended}
    if one.end:
        return _("%(state)s, fin prévue le %(day)s") % {"state": one.label, "day": one.end}
    return one.label


def changes(issue: Issue) -> Iterable[Block]:
    """What changed since the edition before, in a few lines."""
    if issue.since is None:
        return
    yield Heading(_("Depuis %(label)s") % {"label": issue.since.before.label}, 2)
    yield from (Paragraph(sentence) for sentence in issue.since.sentences)
