"""The exercise: an invented country in an instance of its own, then served."""

from __future__ import annotations

import argparse

from terreau.project.arguments import a_port

HELP = "prépare une instance d’exercice (pays, villes et acteurs inventés) et la sert"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to serve."""
    parser.add_argument("--host", default="127.0.0.1", metavar="ADRESSE", help="adresse d’écoute")
    parser.add_argument("--port", type=a_port, default=8001, metavar="PORT", help="port d’écoute (8001)")
    parser.add_argument("--no-serve", action="store_true", help="prépare sans servir")


def run(options: argparse.Namespace) -> int:
    """Prepare the home, bring in what is missing, tell the accounts, serve."""
    from terreau.project.exercise import filling, people
    from terreau.project.preparation import prepare_home, say_on_console

    prepare_home()
    filling.build(say_on_console)
    say_on_console("")
    say_on_console("Comptes d’exercice (le code de connexion s’affichera ici, dans la console) :")
    for account in people.ACCOUNTS:
        say_on_console(f"  {account.told} : {account.email}")
    if options.no_serve:
        return 0
    from terreau.project.serve import serve

    return serve(host=options.host, port=options.port)
