"""The three pictograms of the oral scale, as the pictures that telephones and paper show.

A face for how satisfied one is, a heap that grows for how much something matters: told apart by shape, in
black on white, so that they stay clear on a worn screen and once photocopied.
"""

from __future__ import annotations

import functools
from typing import Final

from terreau.survey.definition import MEASURES, PICTOGRAMS

_SIDE: Final = 120
_MOUTHS: Final = {1: "M38 86q22-26 44 0", 3: "M38 80h44", 5: "M38 74q22 26 44 0"}
_HEAPS: Final = {1: 1, 3: 3, 5: 5}


def picture_name(measure: str, step: str) -> str:
    """The name of a picture, the same on the telephone and in the manifest."""
    return f"{measure}-{step}.png"


def pictures() -> dict[str, bytes]:
    """Every picture by its name."""
    return {
        picture_name(measure, str(step)): _png(measure, step) for measure in MEASURES for step in PICTOGRAMS
    }


def svg(measure: str, step: int) -> str:
    """One pictogram as a drawing."""
    inner = _face(step) if measure == "satisfaction" else _heap(step)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}" width="{_SIDE}" '
        f'height="{_SIDE}"><path fill="#fff" d="M0 0h{_SIDE}v{_SIDE}H0z"/>{inner}</svg>'
    )


@functools.cache
def _png(measure: str, step: int) -> bytes:
    import vl_convert  # heavy, and of no use to the pages, which show the drawings themselves

    return bytes(vl_convert.svg_to_png(svg(measure, step), scale=2))


def _face(step: int) -> str:
    return (
        '<circle cx="60" cy="60" r="48" fill="none" stroke="#000" stroke-width="6"/>'
        '<circle cx="43" cy="48" r="6"/><circle cx="77" cy="48" r="6"/>'
        f'<path d="{_MOUTHS[step]}" fill="none" stroke="#000" stroke-width="6" stroke-linecap="round"/>'
    )


def _heap(step: int) -> str:
    """As many blocks as the step, five places drawn: how full it is can be seen."""
    parts = []
    for place in range(5):
        filled = place < _HEAPS[step]
        height = 20 + 16 * place
        parts.append(
            f'<rect x="{8 + 21 * place}" y="{104 - height}" width="16" height="{height}" '
            f'fill="{"#000" if filled else "#fff"}" stroke="#000" stroke-width="3"/>'
        )
    return "".join(parts)
