"""`terreau reindex`: build the search index anew from the base."""

from __future__ import annotations

import argparse
import sys

HELP = "reconstruit l’index de recherche à partir de la base"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No argument: the present index serves until the new one is whole."""


def run(options: argparse.Namespace) -> int:
    """Rebuild, telling how far it has come."""
    from terreau.core.numbers import french_number
    from terreau.directory import search
    from terreau.project.preparation import prepare_home, say_on_console

    prepare_home()
    told = -1

    def progress(done: int, total: int) -> None:
        nonlocal told
        tenth = 10 * done // total if total else 10
        if tenth > told and done < total:
            told = tenth
            say_on_console(f"  {french_number(done)} sur {french_number(total)}")

    count = search.rebuild(progress)
    sys.stdout.write(
        f"Index reconstruit\u00a0: {french_number(count)} organisation{'s' if count > 1 else ''}.\n"
    )
    return 0
