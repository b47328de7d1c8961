"""Where the imports of a territory stand, in words, and the next thing to do for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.numbers import french_number
from terreau.directory.enums import SourceKind
from terreau.directory.models import Source
from terreau.registers.enums import OVER, Outcome, RunState
from terreau.registers.models import ImportRun, StagedRow
from terreau.registers.screens_steps import is_under_way
from terreau.territories.models import Territory

SHOWN_RUNS = 4
_MOST_RUNS = 400


@dataclass(frozen=True)
class RunLine:
    """One import: where it stands, what to do next."""

    run: ImportRun
    state: str
    tone: str
    url: str
    action: str
    main: bool


@dataclass(frozen=True)
class SourceLine:
    """One source with its imports, newest first."""

    source: Source
    runs: list[RunLine]
    older: int
    was_applied: bool


def sources_of(territory: Territory) -> Any:
    """The lists and registers of a territory, those that moved last first."""
    return (
        Source.objects.filter(territory=territory, kind__in=[SourceKind.LIST, SourceKind.REGISTER])
        .annotate(latest=Max("runs__created_at"))
        .order_by(F("latest").desc(nulls_last=True), "name")
    )


def source_lines(sources: Iterable[Source]) -> list[SourceLine]:
    """The lines of one page of sources, in two queries."""
    shown = list(sources)
    found = (
        ImportRun.objects.filter(source__in=shown)
        .select_related("source", "territory", "job", "person")
        .annotate(to_review=Count("rows", filter=Q(rows__outcome=Outcome.REVIEW, rows__decision="")))
        .order_by("-created_at")[:_MOST_RUNS]
    )
    by_source: dict[int, list[ImportRun]] = {}
    for run in found:
        by_source.setdefault(run.source_id, []).append(run)
    lines = []
    for source in shown:
        runs = by_source.get(source.pk, [])
        kept = [run for number, run in enumerate(runs) if number < SHOWN_RUNS or run.state not in OVER]
        was_applied = any(run.state == RunState.APPLIED for run in runs)
        lines.append(SourceLine(source, [run_line(run) for run in kept], len(runs) - len(kept), was_applied))
    return lines


def run_line(run: Any) -> RunLine:
    """One import, in words. `run.to_review` says how many of its rows wait."""
    page = reverse("registers:run", args=[run.territory.code, run.pk])
    if is_under_way(run) and run.state not in OVER:
        return RunLine(run, _("Travail en cours"), "", page, _("Suivre le travail"), main=False)
    if run.state in (RunState.READING, RunState.APPLYING):
        return RunLine(run, _("Interrompu\u00a0: rien n’est perdu"), "warn", page, _("Reprendre"), main=True)
    if run.state in (RunState.RECEIVED, RunState.MAPPED):
        return RunLine(run, _("Colonnes à confirmer"), "warn", page, _("Continuer"), main=True)
    if run.state == RunState.COMPARED:
        return RunLine(run, _("Différences à relire"), "warn", page, _("Revoir les différences"), main=True)
    if run.state == RunState.FAILED:
        return RunLine(run, _("Arrêté par une erreur"), "warn", page, _("Voir pourquoi"), main=True)
    if run.state == RunState.ABANDONED:
        return RunLine(run, _("Abandonné"), "", page, _("Voir"), main=False)
    return _applied(run, page)


def _applied(run: Any, page: str) -> RunLine:
    if run.to_review:
        review = reverse("registers:review", args=[run.territory.code])
        action = ngettext("Examiner %(count)s ligne", "Examiner %(count)s lignes", run.to_review)
        shown = {"count": french_number(run.to_review)}
        return RunLine(run, told(run), "good", f"{review}?import={run.pk}", action % shown, main=True)
    return RunLine(run, told(run), "good", page, _("Voir le résultat"), main=False)


def told(run: ImportRun) -> str:
    """What an applied import did, in a few words."""
    counts = run.counts
    new, changed = counts.get("new", 0), counts.get("changed", 0)
    if not (new or changed or counts.get("gone", 0)):
        return _("Appliqué, rien n’a changé")
    parts = []
    if new:
        parts.append(ngettext("%(n)s nouvelle", "%(n)s nouvelles", new) % {"n": french_number(new)})
    if changed:
        parts.append(ngettext("%(n)s modifiée", "%(n)s modifiées", changed) % {"n": french_number(changed)})
    if counts.get("gone", 0):
        gone = counts["gone"]
        parts.append(ngettext("%(n)s plus vue", "%(n)s plus vues", gone) % {"n": french_number(gone)})
    return _("Appliqué\u00a0: %(what)s") % {"what": ", ".join(parts)}


def waiting_rows(territory: Territory) -> Any:
    """The rows of a territory's applied imports that wait for an answer."""
    return StagedRow.objects.to_review().filter(run__territory=territory, run__state=RunState.APPLIED)
