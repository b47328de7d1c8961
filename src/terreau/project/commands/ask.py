"""`terreau ask`: put the yearly question to the organisations whose sheet ages."""

from __future__ import annotations

import argparse
import sys

from terreau.project.arguments import whole_between

HELP = "demande aux organisations si leur fiche est encore exacte (« serve » le fait de lui-même)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many at most, and whether only to count them."""
    parser.add_argument(
        "--most",
        type=whole_between(1, 1_000_000),
        default=200,
        metavar="N",
        help="au plus tant par jour (200)",
    )
    parser.add_argument("--dry-run", action="store_true", help="compte seulement celles à qui demander")


def run(options: argparse.Namespace) -> int:
    """Ask, or count."""
    from django.utils import timezone

    from terreau.core.numbers import french_number
    from terreau.freshness.asking import due
    from terreau.freshness.services import ask_all_due
    from terreau.project.preparation import prepare_home

    prepare_home()
    if options.dry_run:
        sys.stdout.write(f"À qui demander\u00a0: {french_number(due(timezone.localdate()).count())}.\n")
        return 0
    asked = ask_all_due(most=options.most)
    sys.stdout.write(
        f"Questions posées\u00a0: {french_number(asked)}. Les messages partent avec le service.\n"
    )
    return 0
