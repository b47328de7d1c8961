"""Results as a person or a spreadsheet reads them: JSON or CSV, without the rounding of the machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from terreau.core.spreadsheets import csv_text

_DECIMALS: Final = 10


def to_json(told: dict[str, Any]) -> str:
    """The result as JSON, one line a value."""
    return json.dumps(_rounded(told), ensure_ascii=False, indent=1) + "\n"


def to_csv(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as CSV, with the columns of the first."""
    return csv_text(rows[0] if rows else ("portfolio", "id"), [_rounded(row) for row in rows])


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value
