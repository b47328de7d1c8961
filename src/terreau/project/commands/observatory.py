"""`terreau observatory`: a register in, figures out.

Each action is a function that takes the options and one that declares them, in `ACTIONS`: adding an action
is adding a line there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

HELP = "fait les chiffres de l’ESS de chaque territoire à partir du registre d’un pays"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command for each action."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    for name, action in ACTIONS.items():
        sub = actions.add_parser(name, help=action.help, description=action.help, add_help=False)
        sub.add_argument("-h", "--help", action="help", help="montre cette aide")
        action.declare(sub)


def run(options: argparse.Namespace) -> int:
    """Do the action asked for."""
    return ACTIONS[options.action].run(options)


def _declare_build(parser: argparse.ArgumentParser) -> None:
    from terreau.observatory.sources import names

    parser.add_argument("--source", required=True, choices=names(), help="le registre lu")
    parser.add_argument(
        "--units", type=Path, metavar="FICHIER", help="les unités légales (Parquet, CSV, gz ou zip)"
    )
    parser.add_argument("--establishments", type=Path, metavar="FICHIER", help="les établissements")
    parser.add_argument("--ess-list", type=Path, metavar="FICHIER", help="la liste d’ESS France")
    parser.add_argument("--rna", type=Path, metavar="FICHIER", help="le répertoire national des associations")
    parser.add_argument(
        "--mapping", type=Path, metavar="FICHIER", help="ce que veulent dire les colonnes d’un autre registre"
    )
    parser.add_argument(
        "--confidential",
        type=Path,
        metavar="FICHIER",
        help="les emplois et salaires exacts, confidentiels\u00a0: il n’en sort que des tableaux protégés",
    )
    parser.add_argument("--vintage", required=True, metavar="AAAA-MM", help="le mois du registre")
    parser.add_argument(
        "--out", type=Path, metavar="DOSSIER", help="où sont les millésimes (sinon, dans l’instance)"
    )
    parser.add_argument("--nomenclature", choices=("nafrev2", "naf2025"), help="la nomenclature des secteurs")
    parser.add_argument("--memory", default="2GB", metavar="TAILLE", help="mémoire permise, 2GB par défaut")
    parser.add_argument("--threads", type=int, metavar="N", help="processeurs permis")
    parser.add_argument(
        "--spark", metavar="ADRESSE", help="fait les calculs sur une grappe Spark (spark://…, local[2])"
    )
    parser.add_argument(
        "--older", action="store_true", help="accepte un mois antérieur au dernier millésime construit"
    )
    parser.add_argument(
        "--no-package",
        action="store_true",
        help="n’en fait pas tout de suite le jeu de données à télécharger (voir «\u00a0package\u00a0»)",
    )


def _build(options: argparse.Namespace) -> int:
    from terreau.observatory.build import build
    from terreau.observatory.landing import Request
    from terreau.project.preparation import say_on_console

    _keep_genuine(options)
    _refuse_to_come(options)
    request = Request(
        source=options.source,
        units=options.units,
        establishments=options.establishments,
        ess_list=options.ess_list,
        rna=options.rna,
        mapping=options.mapping,
        confidential=options.confidential,
        vintage=options.vintage,
        out=options.out or _folder_of(_country(options)),
        nomenclature=options.nomenclature,
        memory=options.memory,
        threads=options.threads,
        spark=options.spark,
        older=options.older,
    )
    folder = build(request, say=say_on_console)
    _renew_pages(request.out)
    if not options.no_package:
        _make_package(request.out, request.vintage)
        _renew_pages(request.out)
    sys.stdout.write(f"{folder}\n")
    return 0


def _make_package(root: Path, vintage: str) -> None:
    """Make what is downloaded of a vintage that is served already; a failure says that it is."""
    from terreau.core.errors import TerreauError, ToldError
    from terreau.observatory.package.making import make
    from terreau.project.preparation import say_on_console

    try:
        make(root, vintage, say=say_on_console)
    except ToldError as error:
        raise TerreauError(
            f"Le millésime {vintage} est construit et servi, mais son jeu de données à télécharger n’est pas "
            f"fait\u00a0: {error.message}",
            where=error.where,
            remedy=f"Faites-le plus tard\u00a0: terreau observatory package --vintage {vintage}.",
        ) from error


def _keep_genuine(options: argparse.Namespace) -> None:
    """Refuse simulated files in the demonstration, which shows nothing that is not real."""
    from django.conf import settings

    from terreau.core.errors import TerreauError
    from terreau.observatory.delivery import is_simulated

    given = [options.units, options.establishments, options.ess_list, options.rna]
    if settings.DEMO and options.out is None and any(is_simulated(path) for path in given if path):
        raise TerreauError(
            "Ces fichiers sont simulés\u00a0: la démonstration ne montre que du vrai.",
            remedy="Donnez un autre dossier à «\u00a0--out\u00a0», ou servez-vous de l’instance d’exercice.",
        )


def _declare_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DOSSIER", help="un millésime, ou le dossier de tous")


def _verify(options: argparse.Namespace) -> int:
    from terreau.observatory.verify import verify

    sound = True
    for line in verify(options.folder):
        sound = sound and line.sound
        sys.stdout.write(f"{line}\n")
    return 0 if sound else 1


def _declare_figures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--territory", required=True, metavar="CODE", help="code public, par exemple fr-com-86194"
    )
    parser.add_argument("--vintage", required=True, metavar="AAAA-MM", help="le millésime")
    parser.add_argument("--since", metavar="AAAA-MM", help="un millésime antérieur, pour l’évolution")
    parser.add_argument("--format", required=True, choices=("json", "csv"), help="format de la sortie")
    parser.add_argument("--dir", type=Path, metavar="DOSSIER", help="où sont les millésimes")


def _figures(options: argparse.Namespace) -> int:
    from terreau.observatory.figures import figures_of, written

    found = figures_of(
        options.dir or _folder_of(options.territory.split("-")[0]),
        options.territory,
        options.vintage,
        since=options.since,
    )
    sys.stdout.write(written(found, options.format))
    return 0


def _declare_package(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vintage", metavar="AAAA-MM", help="le millésime (sinon, le plus récent)")
    parser.add_argument("--country", metavar="CODE", help="le pays, quand l’instance en a plusieurs")
    parser.add_argument("--dir", type=Path, metavar="DOSSIER", help="où sont les millésimes")


def _package(options: argparse.Namespace) -> int:
    from terreau.core.errors import TerreauError
    from terreau.observatory.package.making import make
    from terreau.observatory.store import vintages
    from terreau.project.preparation import say_on_console

    root = options.dir or _only_folder(options.country)
    known = vintages(root)
    if not (options.vintage or known):
        raise TerreauError("Il n’y a aucun millésime ici.", where=str(root))
    path = make(root, options.vintage or known[-1], say=say_on_console)
    _renew_pages(root)
    sys.stdout.write(f"{path}\n")
    return 0


def _declare_simulate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--establishments", type=int, required=True, metavar="N", help="combien d’établissements"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DOSSIER", help="où écrire les fichiers")
    parser.add_argument("--vintage", default="2026-11", metavar="AAAA-MM", help="le mois simulé")
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet", help="format des fichiers")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="le tirage")


def _simulate(options: argparse.Namespace) -> int:
    from terreau.observatory.simulate import simulate
    from terreau.project.preparation import say_on_console

    for path in simulate(
        options.establishments,
        options.out,
        vintage=options.vintage,
        form=options.format,
        seed=options.seed,
        say=say_on_console,
    ):
        sys.stdout.write(f"{path}\n")
    return 0


def _declare_protect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FICHIER.json", help="le tableau (docs/secret-statistique.md)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FICHIER", help="fichier à écrire (sans lui\u00a0: sortie standard)"
    )


def _protect(options: argparse.Namespace) -> int:
    import json

    from terreau.core.errors import TerreauError, disk_reason
    from terreau.core.files import write_atomically
    from terreau.core.json_files import read_json
    from terreau.observatory.secrecy.protecting import protect

    told = protect(read_json(options.file, "Le tableau"))
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    if options.out is None:
        sys.stdout.write(text)
    else:
        try:
            write_atomically(options.out, text.encode())
        except OSError as error:
            raise TerreauError(
                f"le fichier ne peut pas être écrit\u00a0: {disk_reason(error)}.",
                where=str(options.out),
                remedy="Choisissez un dossier qui existe et où vous pouvez écrire.",
            ) from error
    # Whoever publishes a table looks at the status first: not sound, not released.
    return 0 if told["audit"]["passed"] else 1


def _refuse_to_come(options: argparse.Namespace) -> None:
    """Refuse a month that is not there yet: the site would show it first, and no true month could follow it.

    The next one may be: a register of the first of a month is there a few days before. Simulated files are of
    any month.
    """
    from django.utils.timezone import localdate

    from terreau.core.errors import TerreauError
    from terreau.observatory.delivery import is_simulated

    next_month = (localdate().replace(day=28) + timedelta(days=4)).isoformat()[:7]
    given = [options.units, options.establishments]
    if options.vintage[:7] > next_month and not any(
        is_simulated(path) for path in given if path and path.is_file()
    ):
        raise TerreauError(
            "Ce mois n’est pas encore venu.",
            where=options.vintage,
            remedy="Un millésime porte le mois de son registre\u00a0: vérifiez «\u00a0--vintage\u00a0».",
        )


def _renew_pages(root: Path) -> None:
    """Whole pages that the site keeps in memory were made without what is now in its folder."""
    from terreau.core.home import find_home
    from terreau.core.stamp import touch

    if root.parent == find_home().root / "observatory":
        touch(find_home().content_stamp)


def _country(options: argparse.Namespace) -> str:
    """The country of the register that is read."""
    from terreau.observatory.generic import read_mapping
    from terreau.observatory.sources.catalogue import source

    if options.mapping is None:
        return source("sirene").country
    return read_mapping(options.mapping).country


def _folder_of(country: str) -> Path:
    from terreau.core.home import find_home
    from terreau.observatory.store import of_country

    return of_country(find_home().root, country)


def _only_folder(country: str | None) -> Path:
    """The folder of a country, or of the only one the instance has."""
    from terreau.core.errors import TerreauError
    from terreau.core.home import find_home
    from terreau.observatory.store import countries

    known = countries(find_home().root)
    if country is None and len(known) > 1:
        raise TerreauError(
            f"L’instance a des millésimes de plusieurs pays\u00a0: {', '.join(known)}.",
            remedy="Nommez-en un avec «\u00a0--country\u00a0».",
        )
    return _folder_of(country or (known[0] if known else "fr"))


class _Action(NamedTuple):
    help: str
    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


ACTIONS = {
    "build": _Action("fait un millésime à partir des fichiers d’un registre", _declare_build, _build),
    "verify": _Action("vérifie un millésime", _declare_verify, _verify),
    "figures": _Action("écrit les chiffres d’un territoire", _declare_figures, _figures),
    "package": _Action(
        "fait d’un millésime un jeu de données à télécharger (CSV, Parquet, description)",
        _declare_package,
        _package,
    ),
    "protect": _Action("masque dans un tableau ce qui doit l’être, et le prouve", _declare_protect, _protect),
    "simulate": _Action("écrit un registre simulé, au format du vrai", _declare_simulate, _simulate),
}
