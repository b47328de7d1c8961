"""A survey from the console: its form as files, and exports brought in."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terreau.core.errors import TerreauError, disk_reason
from terreau.core.numbers import french_number

if TYPE_CHECKING:
    from terreau.survey.exported.importing import Report
    from terreau.survey.models import Survey

HELP = "enquêtes : formulaire pour les téléphones et le papier, reprise d’exports de KoboToolbox ou d’ODK"
_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`form` and `import`, each with the survey it is about."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    told = "écrit le formulaire : XLSForm, XForm et PDF"
    form = actions.add_parser("form", help=told, description=told, add_help=False)
    form.add_argument("-h", "--help", action="help", help="montre cette aide")
    form.add_argument("survey", metavar="ENQUÊTE", help="adresse de l’enquête, la fin de son lien")
    form.add_argument("--out", type=Path, required=True, metavar="DOSSIER", help="où écrire les fichiers")
    told = "reprend un export de KoboToolbox ou d’ODK Central (CSV, XLSX, JSON)"
    bring = actions.add_parser("import", help=told, description=told, add_help=False)
    bring.add_argument("-h", "--help", action="help", help="montre cette aide")
    bring.add_argument("file", metavar="FICHIER", type=Path, help="l’export")
    bring.add_argument("--survey", required=True, metavar="ENQUÊTE", help="adresse de l’enquête")
    bring.add_argument(
        "--consent",
        default="",
        metavar="TEXTE",
        help="ce qui a été dit, si le formulaire ne demandait pas l’accord",
    )
    bring.add_argument("--dry-run", action="store_true", help="montre ce qui changerait sans rien écrire")
    bring.add_argument("--json", action="store_true", help="résultat en JSON sur la sortie standard")


def run(options: argparse.Namespace) -> int:
    """Do what was asked; 1 when no row of an export could enter."""
    from terreau.project.preparation import prepare_home

    prepare_home()
    return _write_form(options) if options.action == "form" else _bring(options)


def _survey(slug: str) -> Survey:
    from terreau.survey.models import Survey

    found = Survey.objects.select_related("territory").filter(slug=slug).first()
    if found is None:
        known = ", ".join(Survey.objects.order_by("slug").values_list("slug", flat=True)[:10])
        raise TerreauError(
            f"Aucune enquête n’a l’adresse « {slug} ».", remedy=f"Connues : {known}." if known else ""
        )
    return found


def _write_form(options: argparse.Namespace) -> int:
    from terreau.core.files import write_atomically
    from terreau.survey.field.forms import asked_in_field
    from terreau.survey.field.xlsform import xform, xlsx
    from terreau.survey.paper.printing import specimen_pdf
    from terreau.survey.publishing import current_form

    survey = _survey(options.survey)
    form = current_form(survey)
    form.survey = survey
    asked = asked_in_field(form)
    converted = xform(asked)
    name = f"{survey.slug}-v{form.number}"
    files = {f"{name}.xlsx": xlsx(asked), f"{name}.xml": converted.xml}
    for language in form.questionnaire().languages():
        files[f"{name}-{language}.pdf"] = specimen_pdf(form, language)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            write_atomically(options.out / file, content)
    except OSError as error:
        raise TerreauError(
            f"Les fichiers n’ont pas pu être écrits : {disk_reason(error)}.", where=str(options.out)
        ) from error
    for warning in converted.warnings:
        _say(f"À savoir : {warning}")
    _say("\n".join(str(options.out / file) for file in files))
    return 0


def _bring(options: argparse.Namespace) -> int:
    from terreau.survey.exported.importing import bring
    from terreau.survey.publishing import current_form

    survey = _survey(options.survey)
    report = bring(
        person=None,
        survey=survey,
        form=current_form(survey),
        path=options.file,
        consent=options.consent,
        dry_run=options.dry_run,
    )
    if options.json:
        sys.stdout.write(json.dumps(report.as_data(), ensure_ascii=False, indent=1) + "\n")
    else:
        _tell(report, options.dry_run)
    return 1 if report.refused and not (report.new or report.same or report.replaced) else 0


def _tell(report: Report, dry_run: bool) -> None:
    if dry_run:
        _say("Rien n’est écrit ; voici ce qui le serait.")
    counts: tuple[tuple[str, Any], ...] = (
        ("Réponses nouvelles", report.new),
        ("Réponses corrigées", report.replaced),
        ("Déjà là, inchangées", report.same),
        ("Lignes refusées", len(report.refused)),
        ("Réponses comprises en partie", report.unread),
    )
    for label, count in counts:
        _say(f"{label} : {french_number(count)}")
    _say(f"Questions reconnues : {report.recognised} sur {report.questions}")
    if report.unknown:
        _say(f"Colonnes qu’aucune question ne demande : {', '.join(report.unknown)}")
    for one in report.refused[:_SHOWN]:
        _say(f"  Ligne {one['row']} : {one['reason']}")
    if len(report.refused) > _SHOWN:
        _say(f"  … et {len(report.refused) - _SHOWN} autres (toutes avec --json).")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
