"""The two drawings of results: scores of needs, importance against satisfaction."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from terreau.core.numbers import french_number
from terreau.documents.charts import Bar, bar_chart
from terreau.documents.quadrant import Axis, Point, quadrant_chart
from terreau.documents.svg import with_note
from terreau.survey.results.compute import ACTORS
from terreau.survey.results.content import NeedFigures, Results
from terreau.survey.results.wording import QUADRANTS, need_label, rank_range

WIDTHS: Final = {"large": False, "etroit": True}
SCORES: Final = "besoins"
QUADRANT: Final = "quadrant"
KEYS: Final = (SCORES, QUADRANT)


def ranked(results: Results) -> list[NeedFigures]:
    """The needs of the actors whose score is told, the strongest first."""
    actors = results.college(ACTORS)
    told = [one for one in actors.needs if one.score.value is not None] if actors else []
    return sorted(told, key=lambda one: (one.rank or 0, need_label(one.need)))


def draw_all(results: Results) -> dict[str, str]:
    """Every drawing, by « key-width »; none where there is nothing to draw."""
    if not ranked(results):
        return {}
    return {f"{key}-{width}": draw(results, key, width) for key in KEYS for width in WIDTHS}


def draw(results: Results, key: str, width: str) -> str:
    """One drawing."""
    drawn = {SCORES: _scores, QUADRANT: _quadrant}[key](results, narrow=WIDTHS[width])
    return with_note(drawn, _("Données simulées") if results.simulated else "")


def _scores(results: Results, *, narrow: bool) -> str:
    bars = [
        Bar(
            need_label(one.need),
            one.score.value,
            _("%(score)s (rang %(ranks)s)")
            % {"score": french_number(one.score.value, 2), "ranks": rank_range(one.best, one.worst)},
        )
        for one in ranked(results)
    ]
    title = _("%(name)s\u00a0: les besoins, du plus fort au moins fort") % {"name": results.territory_name}
    return bar_chart(bars, title=title, narrow=narrow)


def _quadrant(results: Results, *, narrow: bool) -> str:
    needs = ranked(results)
    points = [
        Point(at, one.satisfaction.value or 0.0, one.importance.value or 0.0)
        for at, one in enumerate(needs, start=1)
    ]
    spoken = "\u202f; ".join(
        _("%(number)d, %(need)s\u00a0: importance %(importance)s, satisfaction %(satisfaction)s")
        % {
            "number": at,
            "need": need_label(one.need),
            "importance": french_number(one.importance.value, 1),
            "satisfaction": french_number(one.satisfaction.value, 1),
        }
        for at, one in enumerate(needs, start=1)
    )
    captions = (QUADRANTS["act"], QUADRANTS["keep"], QUADRANTS["watch"], QUADRANTS["enough"])
    return quadrant_chart(
        points,
        Axis(1, 5, 3, _("← peu satisfait"), _("satisfait →")),
        Axis(1, 5, 3, _("moins important"), _("important")),
        tuple(str(one) for one in captions),  # type: ignore[arg-type]
        title=_("%(name)s\u00a0: importance et satisfaction de chaque besoin")
        % {"name": results.territory_name},
        description=spoken + ".",
        narrow=narrow,
    )
