"""What commands read alike from their line."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def whole_between(least: int, most: int) -> Callable[[str], int]:
    """What reads a whole number among those that make sense."""

    def read(written: str) -> int:
        if not (written.isascii() and written.isdigit() and least <= int(written[:9]) <= most):
            raise argparse.ArgumentTypeError(
                f"«\u00a0{written}\u00a0» n’est pas un nombre entier de {least} à {most}"
            )
        return int(written)

    return read


# The ports that a machine has.
a_port = whole_between(1, 65535)
