"""`terreau diagnose`: the diagnosis of a territory as four files, without publishing anything."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from terreau.core.errors import TerreauError, disk_reason
from terreau.core.files import write_atomically
from terreau.project.preparation import prepare_home

HELP = "écrit le diagnostic d’un territoire dans un dossier : page, document, chiffres (rien n’est publié)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Code of the territory, folder, day."""
    parser.add_argument("code", metavar="CODE", help="code public du territoire, par exemple fr-com-86194")
    parser.add_argument("--out", metavar="DOSSIER", required=True, help="où écrire les quatre fichiers")
    parser.add_argument(
        "--date", metavar="AAAA-MM-JJ", help="jour de la situation décrite (aujourd’hui sans précision)"
    )


def run(options: argparse.Namespace) -> int:
    """Write diagnostic.html, diagnostic.pdf, figures.csv and figures.json, each whole or not at all.

    All four are made before the first is written. Returns 0.
    """
    as_of = _day(options.date)
    prepare_home()
    from django.utils import timezone

    from terreau.diagnosis import services
    from terreau.diagnosis.exports import Issue, to_csv, to_json
    from terreau.diagnosis.pages import file_page
    from terreau.diagnosis.printing import to_pdf
    from terreau.territories.services import resolve

    territory = resolve(options.code)
    day = as_of or timezone.localdate()
    services.check_day(day)
    found = services.assemble(territory, day)
    issue = Issue()
    files = {
        "diagnostic.html": file_page(found.content, found.pictures, issue).encode(),
        "diagnostic.pdf": to_pdf(found.content, found.pictures, issue, draft=False),
        "figures.csv": to_csv(found.content, issue).encode(),
        "figures.json": to_json(found.content, issue).encode(),
    }
    folder = Path(options.out)
    _write(folder, files)
    sys.stderr.write(f"{territory.name} ({territory.code}), situation au {day:%d/%m/%Y} :\n")
    for name in files:
        sys.stdout.write(f"{folder / name}\n")
    return 0


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TerreauError(
            f"«\u00a0{text}\u00a0» n’est pas une date.",
            where="--date :",
            remedy="Écrivez-la ainsi : 2026-03-31.",
        ) from None


def _write(folder: Path, files: dict[str, bytes]) -> None:
    try:
        for name, content in files.items():
            write_atomically(folder / name, content)
    except OSError as error:
        raise TerreauError(
            f"Impossible d’écrire dans «\u00a0{folder}\u00a0»\u00a0: {disk_reason(error)}.",
            where="--out :",
            remedy="Donnez un dossier où vous avez le droit d’écrire.",
        ) from error
