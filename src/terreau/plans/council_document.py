"""The document of a plan for the council: one page to decide from, then all that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.core.money import money_text
from terreau.core.text import shorten
from terreau.documents.editable import Block, Grid, Heading, Items, Paragraph
from terreau.plans.document_parts import (
    Issue,
    by_year,
    changes,
    counts_sentence,
    late_grid,
    money_grid,
    money_sentence,
    stands,
    why_told,
)
from terreau.plans.edition_rules import asked_of_council, missing_soon
from terreau.plans.edition_words import NOTHING, Told, by_heading, day_told, value_told
from terreau.plans.rules import Sums

# On the page that is read first.
_FIRST, _SHORT = 5, 110
_ASKED: Final = {
    "free": gettext_lazy("Débloquer"),
    "new_day": gettext_lazy("Fixer une nouvelle date, ou abandonner"),
    "begin": gettext_lazy("Lancer, ou dire pourquoi on attend"),
}


def council_blocks(issue: Issue) -> Iterator[Block]:
    """The whole document, block by block."""
    asked = list(_asked(issue))
    yield from _summary(issue, asked)
    if asked:
        yield Heading(_("Décisions demandées"), new_page=True)
        columns = (_("N°"), _("Action"), _("Ce qui est demandé"), _("Pourquoi"))
        yield Grid(_("Ce qui attend une décision"), columns, tuple(asked))
    yield from _money(issue)
    if (late := late_grid(issue)) is not None:
        yield Heading(_("En retard, et pourquoi"))
        yield late
    yield from _axes(issue)
    yield from _results(issue)
    yield from _indicators(issue)
    yield from _needs(issue)


def _asked(issue: Issue) -> Iterator[tuple[str, str, str, str]]:
    """Each thing that an action asks of the council: its number, its title, what, why."""
    for one in issue.rows:
        about = one.number, one.action["title"]
        if (what := asked_of_council(one.action, issue.as_of)) != "":
            yield *about, str(_ASKED[what]), why_told(one)
        if missing := missing_soon(one.action, issue.as_of):
            told = _("Trouver %(amount)s") % {"amount": money_text(missing, issue.currency)}
            yield (
                *about,
                told,
                _("Prévu d’ici fin %(year)d, et pas encore acquis") % {"year": issue.as_of.year + 1},
            )


def _summary(issue: Issue, asked: list[tuple[str, str, str, str]]) -> Iterator[Block]:
    """What an elected official reads in one page."""
    yield Heading(_("L’essentiel"), new_page=True)
    plan = issue.content["plan"]
    if plan["words"]:
        yield Paragraph(shorten(plan["words"], 300))
    yield Paragraph(counts_sentence(issue))
    if money := money_sentence(issue):
        yield Paragraph(money)
    yield from changes(issue)
    if issue.late:
        yield Heading(_("En retard, et pourquoi"), 2)
        yield Items(
            _first([f"{one.action['title']}\u00a0: {shorten(why_told(one), _SHORT)}" for one in issue.late])
        )
    if asked:
        yield Heading(_("Ce qui est demandé au conseil"), 2)
        yield Items(_first([f"{what}\u00a0: {title}" for _number, title, what, _why in asked]))


def _first(told: list[str]) -> tuple[str, ...]:
    """The first lines, and how many more there are."""
    kept, more = told[:_FIRST], len(told) - _FIRST
    return (
        (*kept, _("et %(count)d autres, dans les pages qui suivent.") % {"count": more})
        if more > 0
        else tuple(kept)
    )


def _money(issue: Issue) -> Iterator[Block]:
    tables = (
        by_year(issue),
        money_grid(
            issue, _("Argent prévu et argent acquis, par source"), _("D’où vient l’argent"),
            lambda _one, line: line["source"],
        ),
        money_grid(
            issue, _("Argent prévu et argent acquis, par axe"), _("Axe"),
            lambda one, _line: one.axis["title"],
        ),
    )  # fmt: skip
    if any(table is not None for table in tables):
        yield Heading(_("L’argent"))
        yield Paragraph(
            _(
                "Prévu\u00a0: ce que le plan demande. Acquis\u00a0: ce qu’un financeur a promis par écrit. "
                "Engagé\u00a0: ce qui est commandé. Payé\u00a0: ce qui est sorti de la caisse."
            ),
            small=True,
        )
        yield from (table for table in tables if table is not None)


def _axes(issue: Issue) -> Iterator[Block]:
    yield Heading(_("Le plan, axe par axe"))
    columns = (_("N°"), _("Action"), _("Portée par"), _("Où elle en est"), _("Argent"))
    for axis in by_heading(issue.rows):
        yield Heading(axis["axis"]["title"], 2)
        if axis["axis"]["words"]:
            yield Paragraph(axis["axis"]["words"])
        for group in axis["objectives"]:
            yield Grid(
                group["objective"]["title"],
                columns,
                tuple(
                    (
                        one.number,
                        one.action["title"],
                        one.carried or NOTHING,
                        stands(one),
                        one.money or NOTHING,
                    )
                    for one in group["rows"]
                ),
            )


def _results(issue: Issue) -> Iterator[Block]:
    told = [one for one in issue.rows if one.action["result"]]
    if not told:
        return
    yield Heading(_("Ce que les actions ont donné"))
    for one in told:
        yield Paragraph(one.action["result"], lead=f"{one.number} {one.action['title']}.")
        if one.action["result_evidence"]:
            yield Paragraph(
                _("Ce qui permet de le dire\u00a0: %(evidence)s")
                % {"evidence": one.action["result_evidence"]},
                small=True,
            )


def _indicators(issue: Issue) -> Iterator[Block]:
    rows = [
        _indicator_row(one.number, indicator) for one in issue.rows for indicator in one.action["indicators"]
    ]
    if rows:
        yield Heading(_("Les indicateurs"))
        columns = (_("N°"), _("Indicateur"), _("Au départ"), _("Dernière valeur"), _("Cible"), _("Source"))
        yield Grid(_("Ce qui est mesuré"), columns, tuple(rows))


def _indicator_row(number: str, one: dict[str, Any]) -> tuple[str, ...]:
    last = one["values"][-1] if one["values"] else None
    value = f"{value_told(last['value'], one['unit'])} ({day_told(last['on'])})" if last else NOTHING
    target = value_told(one["target"], one["unit"])
    if target and one["target_on"]:
        target += f" ({day_told(one['target_on'])})"
    return (
        number,
        one["title"],
        value_told(one["baseline"], one["unit"]) or NOTHING,
        value,
        target or NOTHING,
        one["source"] or NOTHING,
    )


def _needs(issue: Issue) -> Iterator[Block]:
    """From each need to what came of it."""
    found: dict[str, list[Told]] = {}
    for one in issue.rows:
        if one.action["need"]:
            found.setdefault(one.action["need"]["label"], []).append(one)
    if not found:
        return
    yield Heading(_("Du besoin au résultat"))
    columns = (_("Besoin des acteurs"), _("Actions"), _("Faites"), _("En retard"), _("Payé"))
    rows = tuple(_need_row(label, rows, issue.currency) for label, rows in found.items())
    yield Grid(_("Ce que le plan répond à chaque besoin"), columns, rows, frozenset({1, 2, 3, 4}))


def _need_row(label: str, rows: Iterable[Told], currency: str) -> tuple[str, ...]:
    told = list(rows)
    paid = sum((one.sums for one in told), Sums()).paid
    counts = [sum(one.standing == standing for one in told) for standing in ("done", "late")]
    return (
        label[:1].upper() + label[1:],
        str(len(told)),
        *(str(count) for count in counts),
        money_text(paid, currency) if paid else NOTHING,
    )
