"""One line of a measure: what, our figure, the comparison of the same run, the ratio."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A figure beside the one it is compared with; for times a ratio under 1 is in our favour."""

    what: str
    ours: float
    other: float | None
    unit: str
    beside: str = ""

    def __str__(self) -> str:
        text = f"{self.what} : {self.ours:.3g} {self.unit}"
        if self.other:
            text += f" · {self.beside} : {self.other:.3g} {self.unit} · rapport {self.ours / self.other:.3g}"
        return text
