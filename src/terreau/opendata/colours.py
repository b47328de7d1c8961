"""The colours of a frame in another site: three are given, the others follow, all can be read.

Pure functions on colours written `#rrggbb`. The contrast is that of WCAG 2: 4.5 for texts (level AA). A pair
with less is mended: the text is moved towards black or white until it can be read, and what moved is told.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from string import Template

LEAST = 4.5
BLACK, WHITE = "#000000", "#ffffff"
PAPER, INK, ACCENT = "#fffdf8", "#1d1a16", "#2e6b3e"
_HEX = re.compile(r"#?(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_STEPS = 40

Channels = tuple[int, int, int]


@dataclass(frozen=True)
class Theme:
    """The colours of a frame.

    Attributes:
        paper: what all stands on.
        surface: of tags and notes, close to the paper.
        ink: of texts.
        muted: of what matters less.
        line: of rules between things.
        accent: of titles, links and buttons.
        on_accent: of texts on the accent.
        mended: which of the colours given could not be read and were moved: `ink`, `accent`.
    """

    paper: str
    surface: str
    ink: str
    muted: str
    line: str
    accent: str
    on_accent: str
    mended: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, str]]:
        """Each text with what it stands on."""
        grounds = (self.paper, self.surface)
        texts = (self.ink, self.muted, self.accent)
        return [(text, ground) for text in texts for ground in grounds] + [(self.on_accent, self.accent)]


def parse(text: str) -> str:
    """A colour as people write it (`2E6B3E`, `#abc`), as `#rrggbb`; empty when it is none."""
    written = text.strip()
    if not _HEX.fullmatch(written):
        return ""
    digits = written.removeprefix("#").lower()
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits)


def channels(colour: str) -> Channels:
    """Red, green and blue, from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """The relative luminance of WCAG, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(value / 255) for value in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """A colour between two: `share` of the other, from 0 to 1."""
    parts = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(first + (second - first) * share):02x}" for first, second in parts)


def pole(ground: str) -> str:
    """Black or white, whichever is read best on this; one of them always can be."""
    return max((BLACK, WHITE), key=lambda colour: contrast(colour, ground))


def readable(colour: str, grounds: tuple[str, ...], least: float = LEAST) -> str:
    """The colour, or the nearest to it on the way to black or white that can be read on all the grounds.

    The grounds must be close to one another, and black or white readable on each.
    """
    end = pole(grounds[0])
    for step in range(_STEPS + 1):
        tried = mix(colour, end, step / _STEPS)
        if all(contrast(tried, ground) >= least for ground in grounds):
            return tried
    return end


def _surface(paper: str) -> str:
    """Close to the paper: towards the ink where that can still be read, else away from it."""
    end = pole(paper)
    towards = mix(paper, end, 0.07)
    return towards if contrast(end, towards) >= LEAST else mix(paper, WHITE if end == BLACK else BLACK, 0.07)


def theme(paper: str = "", ink: str = "", accent: str = "") -> Theme:
    """The whole theme from the colours given (`#rrggbb`, or empty for the house's own)."""
    ground = paper or PAPER
    surface = _surface(ground)
    grounds = (ground, surface)
    asked = {"ink": ink or INK, "accent": accent or ACCENT}
    found = {name: readable(colour, grounds) for name, colour in asked.items()}
    given = {"ink": ink, "accent": accent}
    return Theme(
        paper=ground,
        surface=surface,
        ink=found["ink"],
        muted=readable(mix(found["ink"], ground, 0.3), grounds),
        line=mix(ground, pole(ground), 0.2),
        accent=found["accent"],
        on_accent=pole(found["accent"]),
        mended=tuple(name for name, colour in given.items() if colour and found[name] != colour),
    )


_STYLE = """\
:root{--ink:$ink;--muted:$muted;--paper:$paper;--white:$paper;--sand:$surface;--leaf:$surface;--line:$line;
--soil:$accent;--shoot:$accent;--shoot-deep:$accent}
.btn:not(.soft),.btn:not(.soft):hover{background:$accent;color:$on_accent}
.tag.good{color:$ink}
body{padding:1rem}
main>h1:first-child{margin-top:0}
.map{background:$picture}
h1{font-size:1.5rem;margin:0 0 .5rem}
h2{font-size:1.1rem;margin-top:1rem}
footer{margin-top:1.5rem;padding-top:.5rem;border-top:1px solid $line;font-size:.875rem;color:$muted}
"""


def style_sheet(colours: Theme) -> str:
    """The theme over the style sheet of the platform, and what a frame has that no page has."""
    return Template(_STYLE).substitute(asdict(colours), picture=PAPER)
