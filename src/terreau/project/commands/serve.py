"""Serve the instance."""

from __future__ import annotations

import argparse

from terreau.project.arguments import a_port, whole_between

HELP = "sert le site et fait les travaux longs, jusqu’à Ctrl-C"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and with how many processes."""
    parser.add_argument("--host", default="127.0.0.1", metavar="ADRESSE", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=a_port, default=8000, metavar="PORT", help="port d’écoute (8000)")
    parser.add_argument(
        "--workers", type=whole_between(1, 64), default=2, metavar="N", help="processus du site (2)"
    )
    parser.add_argument(
        "--no-worker",
        action="store_true",
        help="ne fait pas les travaux longs (« terreau worker » les fait ailleurs)",
    )


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from terreau.project.serve import serve

    return serve(
        host=options.host, port=options.port, workers=options.workers, with_worker=not options.no_worker
    )
