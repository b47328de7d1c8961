"""The command `terreau`: a door for each thing an operator does without a browser.

Each command lives in `project/commands/<name>.py` and offers `HELP`, `add_arguments(parser)` and
`run(options) -> int`; the exit status is 0 only when all went well.
"""

from __future__ import annotations

import argparse
import codecs
import gc
import importlib
import io
import os
import pkgutil
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from django.db import DatabaseError

from terreau.core.errors import ToldError

# After so many things made and not yet thrown away, cycles are looked for among them: Python's own habit,
# seven hundred, is that of small programs.
_COLLECTED_EVERY = (50_000, 20, 50)


class FrenchParser(argparse.ArgumentParser):
    """argparse with its few sentences in French."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._positionals.title = "arguments"
        self._optionals.title = "options"

    def error(self, message: str) -> None:  # type: ignore[override]
        """Say what is wrong and how to ask for help, then stop with status 2."""
        self.print_usage(sys.stderr)
        for english, french in _FRENCH:
            message = message.replace(english, french)
        message = re.sub(r"^argument ([^:]+): ", "\\1\u00a0: ", message)
        self.exit(2, f"terreau : {message}\nAide : {self.prog} --help\n")


_FRENCH = (
    ("the following arguments are required:", "il manque :"),
    ("unrecognized arguments:", "arguments inconnus :"),
    ("expected one argument", "attend une valeur"),
    ("invalid choice:", "choix impossible :"),
    ("choose from", "à choisir parmi"),
    ("invalid int value:", "ce n’est pas un nombre entier :"),
)


def commands() -> dict[str, ModuleType]:
    """The commands at hand, by name."""
    package = importlib.import_module("terreau.project.commands")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = {name: importlib.import_module(f"terreau.project.commands.{name}") for name in names}
    return {name.rstrip("_"): module for name, module in found.items()}


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command."""
    parser = FrenchParser(
        prog="terreau", description="Terreau : la plateforme des villes pour l’ESS.", add_help=False
    )
    parser.add_argument("-h", "--help", action="help", help="montre cette aide")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMANDE", title="commandes")
    for name, module in commands().items():
        sub = subparsers.add_parser(name, help=module.HELP, description=module.HELP, add_help=False)
        sub.add_argument("-h", "--help", action="help", help="montre cette aide")
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Returns:
        0 when all went well, 1 when the thing asked could not be done, 2 when it was misspelt.
    """
    given = sys.argv[1:] if arguments is None else arguments
    _open_outputs()
    try:
        with _nothing_thrown_away(whole_process=arguments is None):
            _set_up(given)
            parser = build_parser()
        options = parser.parse_args(given)
        if not options.command:
            parser.print_help()
            return 2
        status = int(options.run(options))
        sys.stdout.flush()
    except ToldError as error:
        sys.stderr.write(f"terreau : {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nterreau : interrompu.\n")
        return 130
    except BrokenPipeError:
        # Whoever read the output has had enough (« | head »); nothing is left to say to them.
        _write_no_more()
        return 1
    except (OSError, DatabaseError) as error:
        from terreau.project import refusals

        refusal = refusals.of_disk(error) if isinstance(error, OSError) else refusals.of_database(error)
        if refusal is None:
            raise
        sys.stderr.write(f"terreau : {refusal}\n")
        if isinstance(error, OSError) and error.filename is None:
            _write_no_more()
        return 1
    return status


def _open_outputs() -> None:
    """Have two outputs that take every letter, whatever the console is.

    A file or another program is given UTF-8, as our formats say; a terminal of another encoding is given
    what it can show. One that was closed beforehand (« >&- ») loses what is written to it.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 (for as long as the process lives)
        elif isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def _write_no_more() -> None:
    """Throw away what waits for an output that takes nothing: it would fail once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _nothing_thrown_away(*, whole_process: bool) -> Iterator[None]:
    """What is read at the start stays to the end: looking for garbage in it took a seventh of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if whole_process:
            gc.freeze()
            gc.set_threshold(*_COLLECTED_EVERY)
        if collecting:
            gc.enable()


def _set_up(given: list[str]) -> None:
    """Read the settings; those of an exercise are told by its home, which is chosen first."""
    if given[:1] == ["exercise"] and not {"-h", "--help"} & set(given):
        from terreau.project.exercise.home import claim

        claim()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terreau.project.settings")
    import django

    django.setup()


if __name__ == "__main__":
    raise SystemExit(main())
