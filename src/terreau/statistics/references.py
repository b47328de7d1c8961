"""What others published, beside our figures and never mixed with them; and what makes the two differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from terreau.core.numbers import french_number
from terreau.core.text import fold
from terreau.observatory import published
from terreau.observatory.published import SOCIAL_ECONOMY_SHARE, TOTAL, PublishedFigure
from terreau.statistics import wording
from terreau.statistics.reading import Figure
from terreau.statistics.scene import Scene
from terreau.statistics.showing import interval_of, text_of

# Which of our figures a published one can be set beside.
_OURS: Final = {
    fold(SOCIAL_ECONOMY_SHARE): "poids_emploi_total",
    fold("part de l’emploi salarié"): "poids_emploi_total",
    fold("part de l’emploi privé"): "poids_emploi_prive",
}
_AT_ONCE: Final = 6
# The whole that closes INSEE's lists: it is no territory of the platform.
_MAINLAND: Final = "France métropolitaine"


@dataclass(frozen=True, slots=True)
class Reference:
    """A published figure as read, with our quotient to the national one where there is one to compare."""

    indicator: str
    value: str
    year: str
    source: str
    url: str
    note: str
    quotient: str


@dataclass(frozen=True, slots=True)
class Published:
    """What was published of one territory."""

    name: str
    code: str
    references: tuple[Reference, ...]

    @property
    def first(self) -> tuple[Reference, ...]:
        """Those shown at once: shares come first, then the newest."""
        return self.references[:_AT_ONCE]

    @property
    def others(self) -> tuple[Reference, ...]:
        """Those that are folded."""
        return self.references[_AT_ONCE:]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between a published figure and ours."""

    what: str
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published figure and ours, and all that makes them differ."""

    title: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class References:
    """What was published of the territory, of those that contain it, and how ours differ."""

    own: Published | None
    above: tuple[Published, ...]
    comparisons: tuple[Comparison, ...]


def of(scene: Scene) -> References | None:
    """The references of a territory; None where there is none."""
    own = published.figures_for([scene.territory.code])
    above = [
        (one, [figure for figure in published.figures_for([one.code]) if _is_share(figure)])
        for one in reversed(scene.containers)
    ]
    if not own and not any(figures for _one, figures in above):
        return None
    here = scene.territory
    return References(
        Published(here.name, here.code, _shown(own)) if own else None,
        tuple(Published(one.name, one.code, _shown(figures)) for one, figures in above if figures),
        tuple(_comparisons(scene, own)),
    )


def _is_share(figure: PublishedFigure) -> bool:
    return fold(figure.indicator) in _OURS and figure.segment == TOTAL and figure.value is not None


def _is_raw(figure: PublishedFigure) -> bool:
    """Whether it counts the rows of a file of the whole economy, which those who build figures ask for."""
    return fold(figure.indicator).startswith("lignes ")


def _shown(figures: Iterable[PublishedFigure]) -> tuple[Reference, ...]:
    ordered = sorted(figures, key=lambda one: (not _is_share(one), _is_raw(one), -one.sorting_year))
    return tuple(
        Reference(
            indicator=one.indicator if one.segment == TOTAL else f"{one.indicator}, {one.segment}",
            value=one.text,
            year=_year(one),
            source=_publisher(one),
            url=next(iter(one.links), ""),
            note=one.note,
            quotient=_quotient(one),
        )
        for one in ordered
    )


def _year(one: PublishedFigure) -> str:
    return one.year if one.sorting_year else _("sans date")


def _publisher(one: PublishedFigure) -> str:
    """« insee.fr », or the mention of a source that has no address."""
    link = next(iter(one.links), "")
    return link.split("/")[2].removeprefix("www.") if link else one.source_url


def _quotient(figure: PublishedFigure) -> str:
    """How many times the national share: only within one publication, one year, one definition."""
    whole = _national(figure)
    if whole is None or not whole.value or figure.value is None:
        return ""
    return _("%(times)s fois %(where)s (%(share)s)\u00a0: notre calcul") % {
        "times": french_number(figure.value / whole.value, 2),
        "where": whole.territory_name,
        "share": whole.text,
    }


def _national(figure: PublishedFigure) -> PublishedFigure | None:
    if not _is_share(figure) or figure.territory_code == figure.country.lower():
        return None

    def same(one: PublishedFigure) -> bool:
        return (one.country, one.indicator, one.segment, one.year, one.source_url) == (
            figure.country, figure.indicator, figure.segment, figure.year, figure.source_url,
        )  # fmt: skip

    return next(
        (
            one
            for one in published.all_figures()
            if (one.territory_code == figure.country.lower() or one.territory_name == _MAINLAND) and same(one)
        ),
        None,
    )


def _comparisons(scene: Scene, own: list[PublishedFigure]) -> Iterable[Comparison]:
    """The newest published share of each kind, beside ours."""
    if scene.found is None:
        return
    get = wording.getter(scene.found, scene.perimeter)
    newest: dict[str, PublishedFigure] = {}
    for one in sorted((one for one in own if _is_share(one)), key=lambda one: one.sorting_year):
        newest[_OURS[fold(one.indicator)]] = one
    for name, theirs in newest.items():
        ours = get(name)
        if ours is not None:
            yield Comparison(ours.label, tuple(_differences(theirs, ours, scene.found.source)))


def _differences(theirs: PublishedFigure, ours: Figure, source: str) -> Iterable[Difference]:
    value = text_of(ours, ours.unit)
    bounds = interval_of(ours, ours.unit)
    yield Difference(_("Valeur"), theirs.text, f"{value} ({bounds})" if bounds else value)
    yield Difference(_("Année"), _year(theirs), ours.on[:4])
    yield Difference(
        _("Champ"),
        _("«\u00a0%(name)s\u00a0», au sens de la publication") % {"name": theirs.indicator},
        _("%(perimeter)s, règles %(version)s")
        % {"perimeter": ours.perimeter_label, "version": ours.perimeter_version},
    )
    yield Difference(
        _("Rapporté à"), _("ce que dit le nom du chiffre, au sens de la publication"), ours.denominator_label
    )
    yield Difference(
        _("Mesure"),
        _("celle de la publication"),
        _("estimation au milieu des tranches d’effectifs du registre"),
    )
    yield Difference(_("Source"), _publisher(theirs), source)
