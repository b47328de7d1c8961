"""The document of a plan for everybody: what was promised, what is done, what is late and why."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from terreau.documents.editable import Block, Heading, Paragraph
from terreau.plans.document_parts import (
    Issue,
    by_year,
    changes,
    counts_sentence,
    end_told,
    money_sentence,
    stands,
    why_told,
)
from terreau.plans.edition_words import Told, by_heading


def public_blocks(issue: Issue) -> Iterator[Block]:
    """The whole document, block by block."""
    yield Heading(_("Ce qui est promis, ce qui est fait"), new_page=True)
    if issue.content["plan"]["words"]:
        yield Paragraph(issue.content["plan"]["words"])
    yield Paragraph(counts_sentence(issue))
    if money := money_sentence(issue):
        yield Paragraph(money)
    yield from changes(issue)
    yield from _kept(issue)
    if (money_table := by_year(issue)) is not None:
        yield Heading(_("L’argent"))
        yield Paragraph(
            _("Prévu\u00a0: ce que le plan demande. Acquis\u00a0: ce qu’un financeur a promis par écrit.")
        )
        yield money_table
    yield from _promises(issue)


def _kept(issue: Issue) -> Iterator[Block]:
    """What is done and what it gave; what is late, or given up, and why."""
    if issue.done:
        yield Heading(_("Ce qui est fait"))
        for one in issue.done:
            yield Paragraph(
                one.action["result"] or _("La ville n’a pas encore dit ce que cela a donné."),
                lead=f"{one.number} {one.action['title']}.",
            )
    if issue.late:
        yield Heading(_("Ce qui est en retard, et pourquoi"))
        for one in issue.late:
            yield Paragraph(why_told(one), lead=f"{one.number} {one.action['title']}.")
            if one.end:
                yield Paragraph(
                    _("Fin prévue\u00a0: %(end)s.") % {"end": end_told(one, issue.as_of)}, small=True
                )
    if issue.dropped:
        yield Heading(_("Ce qui est abandonné, et pourquoi"))
        for one in issue.dropped:
            why = one.action["cause"] or _("La cause n’est pas dite.")
            yield Paragraph(why, lead=f"{one.number} {one.action['title']}.")


def _promises(issue: Issue) -> Iterator[Block]:
    yield Heading(_("Tout ce qui est promis, axe par axe"))
    for axis in by_heading(issue.rows):
        yield Heading(axis["axis"]["title"], 2)
        if axis["axis"]["words"]:
            yield Paragraph(axis["axis"]["words"])
        for group in axis["objectives"]:
            yield Heading(group["objective"]["title"], 3)
            for one in group["rows"]:
                yield Paragraph(one.action["words"], lead=f"{one.number} {one.action['title']}.")
                yield Paragraph(_about(one), small=True)


def _about(one: Told) -> str:
    """Where it stands, who carries it, whom it helps, when: one line."""
    action = one.action
    names = ", ".join(dict.fromkeys(helped["name"] for helped in (*action["shares"], *action["partners"])))
    parts = [
        stands(one),
        _("portée par %(names)s") % {"names": one.carried} if one.carried else "",
        _("avec %(names)s") % {"names": names} if names else "",
        _("répond au besoin\u00a0: %(need)s") % {"need": action["need"]["label"]} if action["need"] else "",
    ]
    said = "\u202f; ".join(part for part in parts if part)
    return f"{said[:1].upper()}{said[1:]}."
