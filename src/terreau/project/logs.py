"""What the logs say of a request: never what lets in whoever reads them."""

from __future__ import annotations

import logging
from typing import Final

# Parts of an address that are secrets by themselves, by their name in the patterns of addresses.
SECRETS: Final = frozenset({"token", "invitation", "receipt"})


class WithoutSecrets(logging.Filter):
    """Takes the secret of a personal link out of the lines that name the address of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the line is kept, without the secret."""
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match is not None and isinstance(record.args, tuple):
            secrets = [str(value) for name, value in match.kwargs.items() if name in SECRETS and value]
            record.args = tuple(_without(secrets, argument) for argument in record.args)
        return True


def _without(secrets: list[str], argument: object) -> object:
    if isinstance(argument, str):
        for secret in secrets:
            argument = argument.replace(secret, "…")
    return argument
