"""Any other country's register, told by a mapping file."""

from __future__ import annotations

from terreau.observatory.engine import Engine
from terreau.observatory.landing import Landed, Request


def land(engine: Engine, request: Request) -> Landed:
    """Read the files as the mapping says, and lay the first two layers."""
    raise NotImplementedError
