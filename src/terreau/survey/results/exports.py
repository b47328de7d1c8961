"""The figures of results as a table and as data: the same ones as on screen, masked ones masked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core.numbers import french_number
from terreau.core.spreadsheets import csv_text
from terreau.survey.results import presentation, protecting, wording
from terreau.survey.results.content import Results, Told

COLUMNS: Final = (
    "territory", "edition", "survey", "as_of", "section", "id", "label", "group", "measure", "value", "low",
    "high", "unit", "answers", "masked", "mask_reason", "source", "reliability", "method", "simulated",
    "notice",
)  # fmt: skip
_PLACES: Final = 6
_UNKNOWN: Final = "inconnue"


def rows(results: Results, edition: int | None) -> list[dict[str, Any]]:
    """One row a figure, under `COLUMNS`."""
    shared = {
        "territory": results.territory,
        "edition": edition,
        "survey": results.survey,
        "as_of": results.as_of,
        "source": results.title,
        "reliability": _reliability(results),
        "simulated": results.simulated,
        "notice": str(settings.INSTANCE_NOTICE or (_("données simulées") if results.simulated else "")),
    }
    found = []
    for section, key, label, group, measure, unit, told, anchor in _figures(results):
        found.append(
            {
                **shared,
                "section": section,
                "id": key,
                "label": label,
                "group": group,
                "measure": measure,
                "value": _rounded(told.value),
                "low": _rounded(told.low),
                "high": _rounded(told.high),
                "unit": unit,
                "answers": told.n,
                "masked": bool(told.masked),
                "mask_reason": wording.reason(told.masked, results.least),
                "method": f"{reverse('survey:results_method')}#{anchor}",
            }
        )
    return found


Line = tuple[str, str, str, str, str, str, Told, str]


def _figures(results: Results) -> Iterator[Line]:
    yield from _needs(results)
    yield from _crossings(results)
    for question in results.questions:
        for one in question.choices:
            yield "questions", question.id, question.label, one.label, "share", "part", one.share, "parts"
        if question.mean:
            yield "questions", question.id, question.label, "", "mean", "1-5", question.mean, "parts"
    for gap in results.differences:
        told = Told(gap.value, None, gap.low, gap.high)
        pair = f"{wording.college_label(gap.one)} − {wording.college_label(gap.other)}"
        yield "differences", gap.need, wording.need_label(gap.need), pair, gap.measure, "1-5", told, "ecarts"
    for row in results.shortlist.rows if results.shortlist else ():
        assert results.shortlist is not None
        told, variant = Told(row.overall, None), results.shortlist.variant
        yield "shortlist", row.need, wording.need_label(row.need), variant, "priority", "", told, "hanlon"
    yield from _sample(results)


def _needs(results: Results) -> Iterator[Line]:
    for college in results.colleges:
        group = wording.college_label(college.college)
        for one in college.needs:
            label = wording.need_label(one.need)
            yield "needs", one.need, label, group, "importance", "1-5", one.importance, "score"
            yield "needs", one.need, label, group, "satisfaction", "1-5", one.satisfaction, "score"
            yield "needs", one.need, label, group, "score", "0-5", one.score, "score"
            if one.rank is not None:
                rank = Told(one.rank, one.score.n, one.best, one.worst)
                yield "needs", one.need, label, group, "rank", "", rank, "rangs"
                opportunity = Told(one.opportunity, one.score.n)
                yield "needs", one.need, label, group, "opportunity", "1-9", opportunity, "score"


def _crossings(results: Results) -> Iterator[Line]:
    if results.crossing:
        for need, cells in results.crossing.rows.items():
            for families, told in zip(results.crossing.groups, cells, strict=True):
                label = wording.need_label(need)
                yield "needs_by_family", need, label, _together(families), "score", "0-5", told, "score"
    if results.counted:
        groups = [*map(_together, results.counted.groups), ""]
        for cells, group in zip(results.counted.counts, groups, strict=True):
            for category, told in zip(results.counted.categories, cells, strict=True):
                label = wording.category_label(category)
                yield "obstacles", category, label, group, "count", _("réponses"), told, "secret"


def _together(families: Iterable[str]) -> str:
    """Families counted together; the one that no sheet tells is named too."""
    return " + ".join(one or _UNKNOWN for one in families)


def _sample(results: Results) -> Iterator[Line]:
    sample = results.sample
    facts = {
        "answers": sample.answers,
        "population": sample.population,
        "tied": sample.tied,
        "effective": sample.effective,
        "design_effect": sample.design_effect,
        "margin": sample.margin,
    }
    for name, value in facts.items():
        told = Told(None if value is None else float(value), sample.answers)
        yield "sample", name, "", "", name, "", told, "echantillon"
    for stratum in sample.strata:
        for row in stratum.rows:
            told = (
                Told(None, row.population, masked=protecting.GROUP)
                if row.answered is None
                else Told(float(row.answered), row.population)
            )
            yield "sample", stratum.key, row.label, row.key, "answered", _("fiches"), told, "echantillon"


def _reliability(results: Results) -> str:
    said = presentation.sentence_of_sample(results)
    if results.sample.margin is None:
        return said
    margin = french_number(100 * results.sample.margin, 1)
    return _("%(said)s\u202f; une part est connue à %(margin)s points près au plus") % {
        "said": said,
        "margin": margin,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _PLACES)


def to_csv(results: Results, edition: int | None) -> str:
    """The figures as CSV: UTF-8, comma, decimal point, one line a figure."""
    return csv_text(COLUMNS, rows(results, edition))


def to_json(results: Results, edition: int | None, digest: str) -> str:
    """The figures as JSON."""
    data = {
        **({"notice": str(settings.INSTANCE_NOTICE)} if settings.INSTANCE_NOTICE else {}),
        "territory": {"code": results.territory, "name": results.territory_name},
        "survey": {"slug": results.survey, "title": results.title, "opened_on": results.opened_on},
        "edition": edition,
        "digest": digest,
        "as_of": results.as_of,
        "simulated": results.simulated,
        "least_answers": results.least,
        "method_version": results.method_version,
        "seed": results.seed,
        "replicates": results.replicates,
        "weighted": results.sample.weighted,
        "versions": {name: list(span) for name, span in results.versions.items()},
        "figures": rows(results, edition),
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
