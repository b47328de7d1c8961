"""`terreau territories`: find a territory, show it, add a town's own subdivisions."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terreau.core.errors import TerreauError
from terreau.project.arguments import whole_between
from terreau.project.preparation import prepare_home

if TYPE_CHECKING:
    from terreau.territories.models import Territory

_NAMED_CHILDREN = 60
HELP = "cherche un territoire, le montre, ou ajoute les subdivisions d’une ville"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Three things to do: find, show, add."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    find = _action(actions, "find", "cherche par nom, ancien nom, code postal ou code")
    find.add_argument("text", metavar="TEXTE", nargs="+", help="ce que l’on cherche")
    find.add_argument("--country", metavar="PAYS", default="", help="code ISO du pays, par exemple ML")
    find.add_argument(
        "--limit", metavar="N", type=whole_between(1, 10_000), default=20, help="nombre au plus (20)"
    )
    find.add_argument("--json", action="store_true", help="écrit du JSON")
    show = _action(actions, "show", "montre un territoire, ce qui le contient, ses dates, ses successeurs")
    show.add_argument("code", metavar="CODE", help="code public, par exemple fr-com-86194")
    add = _action(actions, "add", "ajoute ou met à jour les subdivisions d’une ville")
    add.add_argument("file", metavar="FICHIER", type=Path, help="CSV, XLSX, XLS, ODS ou GeoJSON")
    add.add_argument("--town", metavar="CODE", required=True, help="code public de la ville")
    add.add_argument("--source", metavar="TEXTE", default="", help="provenance (le nom du fichier sans elle)")
    add.add_argument("--end-absent", action="store_true", help="marque les absentes comme terminées")
    add.add_argument("--dry-run", action="store_true", help="dit ce qui changerait, n’écrit rien")


def _action(actions: Any, name: str, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text, add_help=False)
    parser.add_argument("-h", "--help", action="help", help="montre cette aide")
    return parser


def run(options: argparse.Namespace) -> int:
    """Do the action asked for. Returns 0, or 1 when nothing was found or rows were refused."""
    prepare_home()
    return {"find": _find, "show": _show, "add": _add}[options.action](options)


def _find(options: argparse.Namespace) -> int:
    from terreau.territories.services import find

    text = " ".join(options.text).strip()
    if not text:
        raise TerreauError(
            "Rien n’est demandé.", remedy="Donnez le début d’un nom, un code postal ou un ancien nom."
        )
    found = find(text, limit=options.limit, country=options.country)
    if options.json:
        rows = [
            {
                "code": there.code,
                "kind": there.kind,
                "name": there.name,
                "container": there.parent.name if there.parent else None,
                "country": there.country_code,
                "population": there.population,
                "found_as": there.found_as or None,
            }
            for there in found
        ]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    else:
        for there in found:
            sys.stdout.write(_line(there) + "\n")
    if not found:
        raise TerreauError(
            f"Aucun territoire ne correspond à «\u00a0{text}\u00a0».",
            remedy="Essayez le début du nom, un code postal ou un ancien nom.",
        )
    return 0


def _line(there: Territory) -> str:
    from terreau.core.numbers import french_number

    people = french_number(there.population) if there.population is not None else "—"
    container = there.parent.name if there.parent else ""
    told = f"  ({there.found_as})" if there.found_as else ""
    kind = there.subkind or there.get_kind_display()
    return f"{there.code}\t{kind}\t{there.name}\t{container}\t{people}{told}"


def _show(options: argparse.Namespace) -> int:
    from terreau.territories.models import Territory
    from terreau.territories.services import resolve

    there = Territory.objects.select_related("parent").filter(code=options.code.strip().lower()).first()
    there = there or resolve(options.code)
    told = [*_identity(there), *_figures(there), *_names(there), *_passages(there), *_ties(there)]
    sys.stdout.write(f"{there.name} ({there.code})\n")
    for label, text in (*told, *_children(there)):
        sys.stdout.write(f"  {label:<12} {text}\n")
    return 0


Told = list[tuple[str, str]]


def _identity(there: Territory) -> Told:
    """What it is, what contains it, when it exists."""
    above = type(there).objects.containing(there).exclude(pk=there.pk).order_by("kind", "code")
    told = [("nature", there.subkind or there.get_kind_display())]
    told += [("dans", f"{outer.name} ({outer.code})") for outer in above]
    if there.valid_from or there.valid_to:
        told.append(("existe", _period(there)))
    if there.dates_note:
        told.append(("réserve", there.dates_note))
    earlier = there.earlier_periods.order_by("valid_to")
    return told + [("a existé", _period(period)) for period in earlier]


def _figures(there: Territory) -> Told:
    """Population figures and outlines, each with its date and source."""
    told = [("habitants", _figure(figure)) for figure in there.populations.all()]
    for outline in there.outlines.defer("geometry").order_by("vintage"):
        told.append(("contour", f"{outline.vintage}, {outline.source}. {outline.note}".rstrip()))
    return told


def _names(there: Territory) -> Told:
    """Other names and postal codes."""
    others = there.names.order_by("name")
    told = [("aussi nommé", f"{other.name} ({other.get_kind_display()})") for other in others]
    postal = " ".join(row.code for row in there.postal_codes.order_by("code"))
    return [*told, ("code postal", postal)] if postal else told


def _passages(there: Territory) -> Told:
    """What it followed, what followed it, and what it is today."""
    from terreau.territories.services import successors

    before = there.predecessors.select_related("former").order_by("on", "former__code")
    after = there.successors.select_related("successor").order_by("on", "successor__code")
    told = [("a suivi", _passage(row.former, row)) for row in before]
    told += [("suivi de", _passage(row.successor, row)) for row in after]
    if not there.is_current:
        now = ", ".join(f"{row.name} ({row.code})" for row in successors(there.code))
        told.append(("aujourd’hui", now or "aucun successeur connu"))
    return told


def _passage(other: Territory, row: Any) -> str:
    return f"{other.name} ({other.code}), {_day(row.on)}, {row.reason}"


def _ties(there: Territory) -> Told:
    ties = there.network_ties.order_by("pk")
    return [("réseau", f"{tie.get_kind_display()}\u00a0: {tie.evidence}") for tie in ties]


def _children(there: Territory) -> Told:
    """What lies directly inside: named when few, counted when many."""
    from terreau.territories.panels import inside

    found = list(inside(there).order_by("kind", "name_folded"))
    if len(found) > _NAMED_CHILDREN:
        return [("contient", f"{len(found)} territoires")]
    return [("contient", f"{row.name} ({row.code})") for row in found]


def _period(dated: Any) -> str:
    since = "depuis une date que la source ne donne pas"
    if dated.valid_from:
        since = f"depuis le {dated.valid_from:%d/%m/%Y}"
    return f"{since}, jusqu’au {dated.valid_to:%d/%m/%Y}" if dated.valid_to else since


def _day(day: Any) -> str:
    return f"le {day:%d/%m/%Y}" if day else "date inconnue"


def _figure(figure: Any) -> str:
    from terreau.core.numbers import french_number

    dated = (
        f"{figure.year}\u202f; {figure.note}" if figure.year and figure.note else figure.year or figure.note
    )
    return f"{french_number(figure.value)} ({dated}), {figure.source}"


def _add(options: argparse.Namespace) -> int:
    from terreau.territories.reading_files import MAX_BYTES, read_rows
    from terreau.territories.services import add_subdivisions, resolve
    from terreau.territories.subdividing import plan_subdivisions
    from terreau.territories.subdivisions import read_subdivisions

    town = resolve(options.town)
    try:
        with options.file.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise TerreauError(
            f"Le fichier «\u00a0{options.file}\u00a0» ne peut pas être lu.",
            remedy="Vérifiez son nom et ses droits.",
        ) from error
    reading = read_subdivisions(read_rows(content, options.file.name))
    source = options.source or options.file.name
    if options.dry_run:
        plan = plan_subdivisions(town=town, reading=reading, source=source, end_absent=options.end_absent)
    else:
        plan = add_subdivisions(
            person=None, town=town, reading=reading, source=source, end_absent=options.end_absent
        )
    counts = plan.counts()
    for refused in plan.errors:
        sys.stderr.write(f"Ligne {refused.number} : {refused.message}\n")
    sys.stdout.write(
        f"{town.name}. Subdivisions nouvelles\u00a0: {counts['new']}, modifiées\u00a0: {counts['changed']}, "
        f"inchangées\u00a0: {counts['unchanged']}, terminées\u00a0: {counts['ended']}, "
        f"lignes refusées\u00a0: {counts['refused']}"
        f"{' (rien n’a été écrit)' if options.dry_run else ''}.\n"
    )
    return 1 if plan.errors else 0
