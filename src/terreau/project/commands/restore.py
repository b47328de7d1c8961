"""Restore the instance."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

HELP = "remet l’instance dans l’état d’une sauvegarde"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file to read."""
    parser.add_argument(
        "file", type=Path, metavar="FICHIER", help="une sauvegarde faite par « terreau backup »"
    )
    parser.add_argument("--force", action="store_true", help="remplace ce que l’instance contient")


def run(options: argparse.Namespace) -> int:
    """Read the back-up."""
    from django.utils.formats import date_format
    from django.utils.timezone import localtime

    from terreau.project.backup import restore
    from terreau.project.preparation import say_on_console

    manifest = restore(options.file.expanduser().absolute(), force=options.force, say=say_on_console)
    made_at = date_format(localtime(datetime.fromisoformat(manifest.made_at)), r"j F Y à H:i")
    say_on_console(
        f"Instance restaurée dans l’état du {made_at} (version {manifest.version}). "
        "Chacun se connecte de nouveau."
    )
    return 0
