"""The house's colours and sizes, for pictures drawn on the server.

Every picture must be understood in black and white: shades differ by lightness first, and each value
is written beside its mark.
"""

from __future__ import annotations

INK = "#1d1a16"
PAPER = "#fffdf8"
SAND = "#f3ecdf"
SOIL = "#5a3b22"
SHOOT = "#2e6b3e"
STONE = "#6b6257"
LAND = "#efe9dd"

# From light to dark; two neighbours differ by at least 12 points of CIE lightness.
LIGHT_TO_DARK = ("#f6efe2", "#dcc6a4", "#bb9663", "#8c6439", "#5a3b22")

# No web font: what the reader's system has. Typst ignores the list and takes its own face.
FONT_STACK = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"

WIDE = 640
NARROW = 328


def shades(count: int) -> tuple[str, ...]:
    """`count` fills from light to dark, as far apart as the scale allows (at most 5)."""
    if not 1 <= count <= len(LIGHT_TO_DARK):
        raise ValueError(f"between 1 and {len(LIGHT_TO_DARK)} shades, not {count}")
    if count == 1:
        return (LIGHT_TO_DARK[2],)
    last = len(LIGHT_TO_DARK) - 1
    return tuple(LIGHT_TO_DARK[round(index * last / (count - 1))] for index in range(count))


def is_dark(fill: str) -> bool:
    """Whether white reads better than ink on this fill (relative luminance of WCAG below 0.2)."""
    channels = (int(fill[index : index + 2], 16) / 255 for index in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.2
