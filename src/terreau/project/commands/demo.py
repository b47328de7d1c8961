"""The demonstration: everything set up with real data, then served."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from terreau.project.arguments import a_port

HELP = "prépare la démonstration (données réelles) et la sert"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to show, and where to serve."""
    parser.add_argument("--host", default="127.0.0.1", metavar="ADRESSE", help="adresse d’écoute")
    parser.add_argument("--port", type=a_port, default=8000, metavar="PORT", help="port d’écoute (8000)")
    parser.add_argument("--no-serve", action="store_true", help="prépare sans servir")
    parser.add_argument(
        "--sirene", type=Path, metavar="DOSSIER", help="où sont les fichiers de Sirene, pour ses chiffres"
    )
    parser.add_argument(
        "--vintage", metavar="AAAA-MM", help="le mois de ces fichiers (sinon, lu dans les fichiers)"
    )


def run(options: argparse.Namespace) -> int:
    """Prepare the home, bring in what is missing, tell the accounts, serve."""
    from terreau.project import demonstration
    from terreau.project.preparation import prepare_home, say_on_console

    demonstration.check_home()
    # Told before minutes are spent on the rest.
    delivery = demonstration.delivery_of(options.sirene) if options.sirene else None
    prepare_home()
    if delivery is not None:
        # First: the diagnoses show them.
        demonstration.build_figures(delivery, options.vintage, say_on_console)
    demonstration.build(say_on_console)
    say_on_console("")
    say_on_console("Comptes d’exercice (le code de connexion s’affichera ici, dans la console) :")
    say_on_console(f"  agent de Poitiers et de Grand Poitiers : {demonstration.AGENT_EMAIL}")
    say_on_console(f"  secrétariat du réseau, qui rédige aussi le guide : {demonstration.SECRETARIAT_EMAIL}")
    if options.no_serve:
        return 0
    from terreau.project.commands import serve

    parser = argparse.ArgumentParser(add_help=False)
    serve.add_arguments(parser)
    os.environ["TERREAU_DEMO"] = "1"
    return int(serve.run(parser.parse_args(["--host", options.host, "--port", str(options.port)])))
