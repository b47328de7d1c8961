"""The charts and maps of an edition: drawn once, in two widths, kept beside its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from terreau.diagnosis.content import Drawing, Picture, digest
from terreau.diagnosis.extents import Bounds
from terreau.documents.charts import Bar, bar_chart
from terreau.documents.maps import Area, Look, Place, area_map, place_map

WIDTHS = (("wide", False), ("narrow", True))
_SIZE = re.compile(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"')


def file_key(picture: str, width: str) -> str:
    """The name under which a drawing is kept and served."""
    return f"{picture}-{width}"


@dataclass
class Drawings:
    """Gathers what the sections draw."""

    files: dict[str, str] = field(default_factory=dict)

    def bars(
        self, key: str, bars: Sequence[tuple[str, float]], *, title: str, unit: str = "", decimals: int = 0
    ) -> Picture:
        """A bar chart of labels and values."""
        drawn = [Bar(label, value) for label, value in bars]
        return self._keep(
            Picture(key, "chart", title, f"{title}. Les mêmes nombres sont dans le tableau."),
            lambda narrow: bar_chart(drawn, title=title, unit=unit, decimals=decimals, narrow=narrow),
        )

    def circles(
        self,
        key: str,
        places: Sequence[Place],
        outlines: Sequence[Area],
        *,
        title: str,
        alt: str,
        caption: str,
        credit: str,
        extent: Bounds | None = None,
    ) -> Picture:
        """Circles in proportion to counts, over outlines where there are some."""
        return self._keep(
            Picture(key, "map", title, alt, caption),
            lambda narrow: place_map(
                places, title=title, outlines=outlines, look=Look(narrow=narrow, credit=credit, extent=extent)
            ),
        )

    def shades(
        self, key: str, areas: Sequence[Area], *, title: str, legend: str, alt: str, caption: str, credit: str
    ) -> Picture:
        """Areas shaded by a ratio."""
        return self._keep(
            Picture(key, "map", title, alt, caption),
            lambda narrow: area_map(
                areas, title=title, legend=legend, look=Look(narrow=narrow, credit=credit, decimals=1)
            ),
        )

    def _keep(self, picture: Picture, draw: Callable[[bool], str]) -> Picture:
        drawn = []
        for width, narrow in WIDTHS:
            svg = draw(narrow)
            self.files[file_key(picture.key, width)] = svg
            drawn.append(Drawing(width, *_size(svg), digest(svg)))
        return replace(picture, drawings=tuple(drawn))


def _size(svg: str) -> tuple[int, int]:
    found = _SIZE.search(svg)
    return (round(float(found[1])), round(float(found[2]))) if found else (0, 0)
