"""Of what a vintage was made: the register, then each source that was read beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from terreau.observatory.sources.catalogue import source
from terreau.observatory.store import Vintage

# The roles of the files of a vintage that are sources of their own beside the register.
_BESIDE: Final = ("ess_list", "rna", "confidential")


@dataclass(frozen=True, slots=True)
class Origin:
    """A source of a vintage, and its licence; nothing when it tells none."""

    label: str
    licence: str

    def __str__(self) -> str:
        return f"{self.label} ({self.licence})" if self.licence else self.label


def sources_of(vintage: Vintage) -> tuple[Origin, ...]:
    """The register, then what was read beside it."""
    return tuple(_origins(vintage.manifest["source"]))


def _origins(told: dict[str, Any]) -> Iterator[Origin]:
    yield Origin(told["label"], told["licence"])
    read = {file["role"] for file in told["files"]}
    for role in _BESIDE:
        if role in read:
            declared = source(role)
            yield Origin(declared.label, declared.licence)
