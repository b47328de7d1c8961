"""What the pages of results are given: rows of words and written numbers, nothing left to work out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.numbers import french_number
from terreau.directory.labels import family_label
from terreau.framework.enums import College
from terreau.survey.results import priorities, protecting, wording
from terreau.survey.results.charts import KEYS, WIDTHS, ranked
from terreau.survey.results.compute import ACTORS
from terreau.survey.results.content import (
    CountedCrossing,
    Crossing,
    Difference,
    NeedFigures,
    QuestionFigures,
    Results,
    Shortlisted,
    Stratum,
)
from terreau.survey.results.models import Variant
from terreau.survey.results.protecting import WORK

Address = Callable[[str, str], str]
# Differences on screen; the files have them all.
AGENDA: Final = 10


def context_of(results: Results, address: Address) -> dict[str, Any]:
    """All that the body shows; `address(key, width)` is where each drawing is."""
    needs = ranked(results)
    return {
        "results": results,
        "as_of": results.as_of,
        "least": results.least,
        "is_work": results.least == WORK,
        "needs": [_need(one, at, results.least) for at, one in enumerate(needs, start=1)],
        "untold": _untold(results),
        "pictures": {key: {width: address(key, width) for width in WIDTHS} for key in KEYS} if needs else {},
        "first": first_sentence(needs),
        "sample": sample(results),
        "obstacles": _obstacles(results),
        "questions": [
            _question(one, results.least)
            for one in results.questions
            if one.kind != "one" or not _has_kinds(one)
        ],
        "crossing": results.crossing and _crossing(results.crossing, results.least),
        "colleges": [_college(one.college, one.n, results.least) for one in results.colleges],
        "agenda": [_difference(one) for one in results.differences[:AGENDA]],
        "more_differences": max(0, len(results.differences) - AGENDA),
        "shortlist": results.shortlist and _shortlist(results.shortlist),
    }


# --- Needs -------------------------------------------------------------------------------------------


def _need(one: NeedFigures, number: int, least: int) -> dict[str, Any]:
    return {
        "number": number,
        "label": wording.need_label(one.need),
        "score": wording.number(one.score),
        "bounds": wording.bounds(one.score),
        "importance": wording.number(one.importance, 1),
        "satisfaction": wording.number(one.satisfaction, 1),
        "ranks": wording.rank_range(one.best, one.worst),
        "quadrant": str(wording.QUADRANTS.get(one.quadrant, "")),
        "n": one.score.n,
    }


def _untold(results: Results) -> list[dict[str, str]]:
    actors = results.college(ACTORS)
    return [
        {"label": wording.need_label(one.need), "why": wording.reason(one.score.masked, results.least)}
        for one in (actors.needs if actors else ())
        if one.score.masked
    ]


def first_sentence(needs: Sequence[NeedFigures]) -> str:
    """« Les besoins les plus forts : … », with those that tie for the first places."""
    if not needs:
        return ""
    names = [wording.need_label(one.need).lower() for one in needs if (one.rank or 0) <= 3]
    listed = ", ".join(names[:-1]) + _(" et ") + names[-1] if len(names) > 1 else names[0]
    return ngettext(
        "Le besoin le plus fort\u00a0: %(list)s.", "Les besoins les plus forts\u00a0: %(list)s.", len(names)
    ) % {"list": listed}


# --- Who has answered --------------------------------------------------------------------------------


def sample(results: Results) -> dict[str, Any]:
    """Who has answered, over whom, and what that allows."""
    told = results.sample
    return {
        "answers": told.answers,
        "population": told.population,
        "rate": told.tied / told.population if told.population else None,
        "tied": told.tied,
        "advised": told.advised,
        "missing": max(0, told.advised - told.answers),
        "census": told.census,
        "margin": "" if told.margin is None else french_number(100 * told.margin, 1),
        "weighted": told.weighted,
        "margins": ", ".join(str(wording.DIVISIONS[one.key]).lower() for one in told.strata if one.used),
        "effective": french_number(told.effective, 0),
        "design_effect": french_number(told.design_effect, 2),
        "trimmed": told.trimmed,
        "converged": told.converged,
        "set_aside": told.set_aside,
        "strata": [_stratum(one, results.least) for one in told.strata],
    }


def _stratum(one: Stratum, least: int) -> dict[str, Any]:
    rows = [
        {
            "key": row.key,
            "label": row.label or _("non connue"),
            "population": row.population,
            "answered": _("masqué") if row.answered is None else french_number(row.answered),
            "rate": row.answered / row.population if row.answered is not None and row.population else None,
        }
        for row in one.rows
    ]
    hides = any(row.answered is None for row in one.rows)
    return {
        "key": one.key,
        "label": str(wording.DIVISIONS[one.key]),
        "rows": rows,
        "why": wording.reason(protecting.GROUP, least) if hides else "",
    }


def _college(college: str, count: int | None, least: int) -> dict[str, Any]:
    few = _("moins de %(least)s réponses") % {"least": least}
    told = ngettext("%(count)s réponse", "%(count)s réponses", count or 0) % {
        "count": french_number(count or 0)
    }
    return {"label": wording.college_label(college).capitalize(), "told": few if count is None else told}


# --- Questions ---------------------------------------------------------------------------------------


def _has_kinds(question: QuestionFigures) -> bool:
    return any(one.category for one in question.choices)


def _question(question: QuestionFigures, least: int) -> dict[str, Any]:
    choices = question.choices
    if question.kind == "many":
        choices = tuple(sorted(choices, key=lambda one: -(one.share.value or 0.0)))
    masked = {one.share.masked for one in choices}
    return {
        "id": question.id,
        "label": question.label,
        "n": question.n,
        "several": question.kind == "many",
        "mean": wording.number(question.mean, 1) if question.mean and not question.mean.masked else "",
        "former": question.former,
        "untold": wording.reason(next(iter(masked)), least) if len(masked) == 1 and masked != {""} else "",
        "choices": [
            {
                "label": one.label,
                "share": wording.percent(one.share),
                "bounds": wording.bounds(one.share, shares=True),
                "width": round(100 * (one.share.value or 0.0)),
                "why": wording.reason(one.share.masked, least),
                "kind": wording.category_label(one.category) if one.category else "",
            }
            for one in choices
        ],
    }


def _obstacles(results: Results) -> dict[str, Any] | None:
    """The kinds of obstacles named the worst, in all and by group."""
    counted = results.counted
    if counted is None:
        return None
    return {
        "groups": [_group(one) for one in counted.groups],
        "rows": [_obstacle(counted, at, results.least) for at in _by_total(counted)],
        "alone": len(counted.groups) == 1,
    }


def _by_total(counted: CountedCrossing) -> list[int]:
    return sorted(range(len(counted.categories)), key=lambda at: -(counted.counts[-1][at].value or 0.0))


def _obstacle(counted: CountedCrossing, at: int, least: int) -> dict[str, Any]:
    cells = [
        {
            "text": _("masqué") if row[at].masked else french_number(row[at].value),
            "why": wording.reason(row[at].masked, least),
            "group": name,
        }
        for row, name in zip(
            counted.counts, [*(_group(one) for one in counted.groups), _("Ensemble")], strict=True
        )
    ]
    return {"label": wording.category_label(counted.categories[at]), "cells": cells[:-1], "total": cells[-1]}


def _group(families: Sequence[str]) -> str:
    """« Associations », « Coopératives et mutuelles »."""
    names = [str(family_label(one, plural=True)) for one in families]
    names = [names[0], *(one.lower() for one in names[1:])]
    return ", ".join(names[:-1]) + _(" et ") + names[-1] if len(names) > 1 else names[0]


def _crossing(crossing: Crossing, least: int) -> dict[str, Any]:
    names = [_group(one) for one in crossing.groups]
    heads = [
        {"name": name, "size": _("%(count)s réponses") % {"count": french_number(size)}}
        for name, size in zip(names, crossing.sizes, strict=True)
    ]
    rows = [
        {
            "label": wording.need_label(need),
            "cells": [
                {"text": wording.number(told), "why": wording.reason(told.masked, least), "group": name}
                for told, name in zip(cells, names, strict=True)
            ],
        }
        for need, cells in crossing.rows.items()
    ]
    return {"heads": heads, "rows": rows}


# --- Differences, shortlist --------------------------------------------------------------------------


def _difference(one: Difference) -> dict[str, Any]:
    higher, lower = (one.one, one.other) if one.value > 0 else (one.other, one.one)
    values = sorted((one.first, one.second), reverse=True)
    text = {
        "importance": _("Plus important pour %(higher)s (%(first)s) que pour %(lower)s (%(second)s)."),
        "satisfaction": _("Mieux satisfait selon %(higher)s (%(first)s) que selon %(lower)s (%(second)s)."),
    }[one.measure]
    return {
        "need": wording.need_label(one.need),
        "text": text
        % {
            "higher": _THE[higher],
            "lower": _THE[lower],
            "first": french_number(values[0], 1),
            "second": french_number(values[1], 1),
        },
        "gap": french_number(abs(one.value), 2),
        "clear": one.clear,
        "bounds": wording.between(*sorted((abs(one.low), abs(one.high)))) if one.clear else "",
    }


class _Colleges(dict[str, str]):
    """« les élus »: with its article, as a sentence wants it."""

    def __missing__(self, college: str) -> str:
        return {
            College.ELECTED: _("les élus"),
            College.STAFF: _("les services"),
            College.ACTORS: _("les acteurs"),
        }.get(College(college), college)


_THE: Final = _Colleges()


def _shortlist(shortlist: Shortlisted) -> dict[str, Any]:
    return {
        "variant": str(Variant(shortlist.variant).label),
        "committee": shortlist.committee,
        "worked_on": shortlist.worked_on,
        "rows": [
            {
                "rank": row.rank,
                "label": wording.need_label(row.need),
                "a": french_number(row.size),
                "b": french_number(row.seriousness),
                "c": french_number(row.effectiveness),
                "basic": french_number(row.basic, 1),
                "overall": french_number(row.overall, 1),
                "refused": ", ".join(
                    str(wording.PEARL[key])
                    for key, yes in zip(priorities.PEARL, row.pearl, strict=True)
                    if not yes
                ),
            }
            for row in shortlist.rows
        ],
    }


def sentence_of_sample(results: Results) -> str:
    """« 84 réponses, de 80 organisations sur 210 connues » for a lead or a panel."""
    told = results.sample
    text = ngettext("%(count)s réponse", "%(count)s réponses", told.answers)
    first = text % {"count": french_number(told.answers)}
    if not told.population:
        return first
    over = ngettext(
        "%(tied)s fiche de l’annuaire sur %(all)s", "%(tied)s fiches de l’annuaire sur %(all)s", told.tied
    )
    return f"{first}, {over % {'tied': french_number(told.tied), 'all': french_number(told.population)}}"
