"""Do the long work, beside `serve --no-worker` or on another machine."""

from __future__ import annotations

import argparse

HELP = "fait les travaux longs (« serve » en lance déjà un)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long to stay."""
    parser.add_argument("--once", action="store_true", help="s’arrête quand il n’y a plus rien à faire")
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Work until told to stop."""
    from terreau.jobs.worker import Worker
    from terreau.project.preparation import prepare_home
    from terreau.project.processes import die_with

    if options.parent:
        die_with(options.parent)
    else:
        prepare_home()
    worker = Worker()
    worker.listen_to_signals()
    worker.run(until_empty=options.once)
    return 0
