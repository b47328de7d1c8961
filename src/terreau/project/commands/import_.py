"""Bring a list into the directory from the console."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terreau.core.errors import ToldError
from terreau.core.json_files import read_json
from terreau.core.numbers import french_number
from terreau.core.text import NO_BREAK_SPACE

if TYPE_CHECKING:
    from terreau.registers.models import ImportRun
    from terreau.registers.planning import Plan
    from terreau.registers.spec import Spec

HELP = "fait entrer une liste dans l’annuaire (CSV, XLSX, XLS, ODS, JSON, GeoJSON)"
_SHOWN_REJECTS = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The list, the territory it speaks of, its source, and how it is read."""
    parser.add_argument("file", metavar="FICHIER", type=Path, help="la liste")
    parser.add_argument(
        "--territory", required=True, metavar="CODE", help="code public du territoire de la source"
    )
    parser.add_argument("--source", required=True, metavar="NOM", help="nom de la source, ou de la liste")
    parser.add_argument("--mapping", type=Path, metavar="FICHIER", help="correspondance des colonnes (JSON)")
    parser.add_argument("--sheet", default="", metavar="NOM", help="feuille du classeur à lire")
    parser.add_argument("--dry-run", action="store_true", help="montre les différences sans rien écrire")
    parser.add_argument("--json", action="store_true", help="résultat en JSON sur la sortie standard")
    parser.add_argument(
        "--partial", action="store_true", help="la liste complète la source, sans la remplacer"
    )
    parser.add_argument(
        "--kind", choices=("list", "register"), default="list", help="liste ou registre officiel"
    )
    parser.add_argument("--dated", type=_day, metavar="AAAA-MM-JJ", help="date des données")
    parser.add_argument("--licence", default="", metavar="TEXTE", help="licence des données")
    parser.add_argument("--url", default="", metavar="ADRESSE", help="où la liste est publiée")
    parser.add_argument(
        "--simulated",
        action="store_true",
        help="données inventées pour s’exercer ; tout ce qui en vient le dit",
    )
    parser.add_argument("--publisher", default="", metavar="NOM", help="qui la publie")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"« {text} » n’est pas une date AAAA-MM-JJ") from None
    if day > date.today():
        raise argparse.ArgumentTypeError(f"« {text} » est une date à venir")
    return day


def run(options: argparse.Namespace) -> int:
    """Read, compare, apply; 0 when all that could be read was written, 1 when nothing was."""
    from terreau.project.preparation import prepare_home
    from terreau.registers import services
    from terreau.territories.services import resolve

    prepare_home()
    run = services.receive(
        person=None,
        territory=resolve(options.territory),
        about=_about(options),
        name=options.file.name,
        content=services.blocks_of(options.file),
        limits=_limits(),
        partial=True if options.partial else None,
        sheet=options.sheet,
    )
    _say(f"{run.file_name} : {run.described['sentence']}")
    if others := [name for name in run.described["sheets"] if name != run.described["sheet"]]:
        _say(f"  Autres feuilles, à lire avec « --sheet » : {', '.join(others)}.")
    for warning in run.described["warnings"]:
        _say(f"  À savoir : {warning}")
    plan = services.plan(run)
    if not options.mapping and not plan.is_certain:
        services.forget(person=None, run=run)
        return _hand_over(plan)
    try:
        spec = _given_mapping(options.mapping, run) if options.mapping else plan.spec
        services.confirm_mapping(person=None, run=run, spec=spec)
    except ToldError:
        services.forget(person=None, run=run)  # or an agent would find it, waiting for its columns
        raise
    run.refresh_from_db()
    services.read_and_compare(person=None, run=run, progress=_Progress())
    if options.dry_run:
        _tell(run, options, "Rien n’a été écrit (--dry-run) ; voici ce qui le serait.")
    elif nothing := _nothing_to_apply(run.counts):
        _tell(run, options, nothing)
    else:
        services.apply_run(person=None, run=run, progress=_Progress())
        _tell(run, options, "Appliqué.")
        return 0
    services.forget(person=None, run=run)
    return 0 if options.dry_run else 1


def _nothing_to_apply(counts: Mapping[str, int]) -> str:
    """Why nothing of the list can enter; a file that is empty or misread does not empty its source."""
    if any(counts[name] for name in ("new", "changed", "unchanged", "review")):
        return ""
    why = "aucune ligne n’a pu être reprise" if counts["read"] else "la liste n’a aucune ligne"
    return f"Rien n’a été importé : {why}. L’annuaire est comme avant."


def _about(options: argparse.Namespace) -> Any:
    from terreau.registers.services import About

    return About(
        name=options.source,
        kind=options.kind,
        publisher=options.publisher,
        url=options.url,
        licence=options.licence,
        dated_on=options.dated,
        simulated=options.simulated,
    )


def _limits() -> Any:
    """The operator's own machine: wider than the site's bounds."""
    from terreau.registers.reading import Limits

    return Limits(size=4_000_000_000, rows=20_000_000, seconds=7200)


def _given_mapping(path: Path, run: ImportRun) -> Spec:
    from terreau.registers.receiving import REASON_COLUMN
    from terreau.registers.spec import from_json

    data = read_json(
        path,
        "Le fichier de correspondance",
        remedy="Repartez du fichier que la commande affiche sans « --mapping ».",
    )
    columns = [column for column in run.described["columns"] if column != REASON_COLUMN]
    return from_json(data, columns)


def _hand_over(plan: Plan) -> int:
    """Print the mapping as a file to edit, and say what is missing."""
    sys.stdout.write(json.dumps(plan.proposal.as_file(), ensure_ascii=False, indent=2) + "\n")
    _say("Rien n’a été importé : la correspondance des colonnes n’est pas assez sûre.")
    for doubt in dict.fromkeys((*plan.proposal.doubts, *plan.spec.missing())):
        _say(f"  À dire : {doubt}.")
    _say("Corrigez le fichier affiché (voir docs/imports.md), puis relancez avec « --mapping FICHIER ».")
    return 1


def _tell(run: ImportRun, options: argparse.Namespace, verdict: str) -> None:
    from terreau.registers.reporting import rejects_told

    counts, rejects = run.counts, rejects_told(run)
    if options.json:
        told = {
            "read": counts["read"],
            "created": counts["new"],
            "updated": counts["changed"],
            **{name: counts[name] for name in ("unchanged", "rejected", "review")},
            "rejects": rejects,
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    _say(verdict)
    _say(f"  {_counted(counts)}")
    if counts.get("joined"):
        verb = "rejoignent des fiches" if counts["joined"] > 1 else "rejoint une fiche"
        _say(f"  Parmi les nouvelles, {french_number(counts['joined'])} {verb} que l’annuaire a déjà.")
    if counts.get("twins"):
        verb = "disent" if counts["twins"] > 1 else "dit"
        _say(
            f"  De la liste, {french_number(counts['twins'])} {verb} la même organisation qu’une autre ligne."
        )
    for message in run.messages[:20]:
        _say(f"  À savoir : {message}")
    for reject in rejects[:_SHOWN_REJECTS]:
        _say(f"  Ligne {reject['row']} rejetée : {reject['reason']}")
    if len(rejects) > _SHOWN_REJECTS:
        _say(f"  … et {len(rejects) - _SHOWN_REJECTS} autres, avec leur motif dans {run.rejects}")


def _counted(counts: Mapping[str, int]) -> str:
    """« 12 lignes lues : 1 nouvelle, 0 modifiée… »; French has no plural below two."""
    words = {
        **{"new": "nouvelle", "changed": "modifiée", "unchanged": "inchangée", "rejected": "rejetée"},
        **{"review": "à revoir", "gone": "plus vue"},
    }
    told = []
    for key, word in words.items():
        ending = "s" if counts[key] > 1 and key != "review" else ""
        told.append(f"{french_number(counts[key])} {word}{ending}")
    lines = "lignes lues" if counts["read"] > 1 else "ligne lue"
    return f"{french_number(counts['read'])} {lines}{NO_BREAK_SPACE}: {', '.join(told)}."


class _Progress:
    """Tells each step, and each tenth of it, on the error stream."""

    def __init__(self) -> None:
        self.step, self.tenth = "", 0

    def __call__(self, done: int, total: int | None = None, step: str = "") -> None:
        if step and step != self.step:
            self.step, self.tenth = step, 0
            _say(f"{step}…")
        tenth = 10 * done // total if total else 0
        if self.tenth < tenth < 10:
            self.tenth = tenth
            _say(f"  {10 * tenth} %")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
