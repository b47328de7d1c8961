"""`terreau portfolio`: the methods of decision on a file of one's own, without an instance."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from terreau.core.json_files import read_json

HELP = "méthodes de décision sur un fichier : noter des projets, peser des critères, choisir sous un budget"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`evaluate`, `weights` and `choose`, each with its file."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    evaluate = _action(actions, "evaluate", "donne la valeur, le flux ou la robustesse de chaque projet")
    evaluate.add_argument(
        "--method",
        choices=("additive", "promethee", "smaa"),
        default="additive",
        help="méthode (additive sans précision)",
    )
    _action(actions, "weights", "donne les poids que disent des cartes classées")
    choose = _action(actions, "choose", "choisit les projets sous un budget et des contraintes")
    choose.add_argument(
        "--alternatives", type=int, default=0, metavar="N", help="donne aussi les N choix suivants"
    )
    choose.add_argument("--core", action="store_true", help="donne l’indice de cœur de chaque projet")
    choose.add_argument("--prices", action="store_true", help="donne ce que coûte chaque contrainte")


def _action(actions: Any, name: str, told: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=told, description=told, add_help=False)
    parser.add_argument("-h", "--help", action="help", help="montre cette aide")
    parser.add_argument(
        "file", metavar="FICHIER", type=Path, help="document JSON (docs/methodes-par-fichier.md)"
    )
    parser.add_argument(
        "--format", choices=("json", "csv"), default="json", help="forme du résultat (json sans précision)"
    )
    return parser


def run(options: argparse.Namespace) -> int:
    """Write the result on the standard output. Returns 0."""
    from terreau.decision.files import choosing, evaluating, weighing
    from terreau.decision.files.reading import LARGEST_FILE
    from terreau.decision.files.writing import to_csv, to_json

    document = read_json(options.file, "Le document", largest=LARGEST_FILE)
    if options.action == "evaluate":
        told, as_rows = evaluating.evaluate(document, options.method), evaluating.as_rows
    elif options.action == "weights":
        told, as_rows = weighing.weigh(document), weighing.as_rows
    else:
        told = choosing.select(
            document,
            alternatives=options.alternatives,
            with_core=options.core,
            with_prices=options.prices,
        )
        as_rows = choosing.as_rows
    sys.stdout.write(to_csv(as_rows(told)) if options.format == "csv" else to_json(told))
    return 0
