"""JSON as it is kept in bases and indexes: compact, letters as they are; made by the million in imports."""

from __future__ import annotations

import json
from typing import Any

import orjson

_any_number = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dumps(value: Any) -> str:
    """The value as JSON.

    Raises:
        TypeError: when it holds something that JSON cannot.
    """
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        # Whole numbers beyond 64 bits, half a surrogate pair: rare, and the standard library has its way.
        return _any_number(value)


def loads(text: str | bytes) -> Any:
    """The value that a text of JSON holds.

    Raises:
        ValueError: when it is not JSON.
    """
    return orjson.loads(text)
