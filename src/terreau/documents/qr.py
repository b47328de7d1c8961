"""An address as a code to photograph (QR), drawn in SVG."""

from __future__ import annotations

from html import escape

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError

# The clear margin that readers want around the code, in modules.
MARGIN = 4
# Denser codes are not read by ordinary telephones from paper.
LONGEST = 900


def svg(address: str, *, title: str) -> str:
    """The code of an address, black on white; empty when the address is too long to be photographed."""
    if len(address) > LONGEST:
        return ""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=MARGIN)
    code.add_data(address)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        return ""
    rows = code.get_matrix()
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{4 * side}" '
        f'height="{4 * side}" role="img" shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{_path(rows)}"/></svg>'
    )


def _path(rows: list[list[bool]]) -> str:
    """One stroke for each run of dark modules of a row."""
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return "".join(parts)
