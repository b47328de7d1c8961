"""A list received: kept as it came, described, tied to its source. Nothing of a refused file is kept."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import fold
from terreau.directory.enums import SourceKind
from terreau.directory.models import Source
from terreau.directory.services import ensure_source
from terreau.journal.services import record
from terreau.registers.enums import BUSY, OVER, RunState
from terreau.registers.models import ImportRun
from terreau.registers.normalising import yes_or_no
from terreau.registers.perms import can_bring, can_lead_run
from terreau.registers.reading import Description, Limits, Table, open_table
from terreau.territories.models import Territory

REASON_COLUMN = "motif"
_SIMULATED = ("simulated", "donnees simulees")
# The same in the words of schema.org, which has no yes nor no for it.
_SIMULATED_LD = "disambiguatingDescription"


@dataclass(frozen=True)
class About:
    """What is known of a source: its name, and what may be said of it.

    Attributes:
        kind: `register` for an official register, `list` otherwise.
        dated_on: day of the data.
        simulated: whether it was invented to practise with. A source once marked stays so until an agent
            takes the mark away.
    """

    name: str
    kind: str = SourceKind.LIST
    publisher: str = ""
    url: str = ""
    licence: str = ""
    dated_on: date | None = None
    description: str = ""
    simulated: bool = False


def limits_of_the_site() -> Limits:
    """What one file may hold when it comes through the site."""
    return Limits(size=settings.UPLOAD_MAX_BYTES, rows=settings.UPLOAD_MAX_ROWS)


def source_of(*, territory: Territory, about: About) -> Source:
    """The source of this name in the territory, made if there is none.

    Raises:
        TerreauError: when the name is empty, or already that of a source of another kind.
    """
    if not about.name.strip():
        raise TerreauError(
            _("Une source a un nom."), remedy=_("Donnez-lui celui de la liste ou du registre.")
        )
    if about.kind not in (SourceKind.LIST, SourceKind.REGISTER):
        raise TerreauError(
            _("«\u00a0%(kind)s\u00a0» n’est pas une nature de source.") % {"kind": about.kind},
            remedy=_(
                "Choisissez «\u00a0list\u00a0» (une liste) ou «\u00a0register\u00a0» (un registre officiel)."
            ),
        )
    if about.url and not about.url.lower().startswith(("http://", "https://")):
        raise TerreauError(
            _("«\u00a0%(url)s\u00a0» n’est pas l’adresse d’une page.") % {"url": about.url[:200]},
            remedy=_("Elle commence par https:// ou http://."),
        )
    known = _known_source(territory, about)
    if known is not None and known.kind not in (SourceKind.LIST, SourceKind.REGISTER):
        raise TerreauError(
            _("«\u00a0%(name)s\u00a0» est la parole d’une personne, pas une liste.") % {"name": known.name},
            remedy=_("Donnez un autre nom à la source."),
        )
    code = known.code if known else _free_code(territory, about.name)
    return ensure_source(
        code=code,
        name=known.name if known else _kept_name(about),
        kind=known.kind if known else about.kind,
        territory=territory,
        publisher=about.publisher[:200],
        url=about.url[:500],
        licence=about.licence[:200],
        description=about.description,
        simulated=about.simulated,
    )


def _known_source(territory: Territory, about: About) -> Source | None:
    wanted = fold(_kept_name(about))
    return next((item for item in territory.sources.all() if fold(item.name) == wanted), None)


def _kept_name(about: About) -> str:
    """As much of the name as a source keeps: by it the source is known again."""
    return about.name.strip()[:200].rstrip()


def _free_code(territory: Territory, name: str) -> str:
    base = f"{territory.code}-{slugify(name)}"[:72].rstrip("-")
    code, number = base, 1
    while Source.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    return code


def receive(
    *,
    person: Any,
    territory: Territory,
    about: About,
    name: str,
    content: Iterable[bytes],
    limits: Limits | None = None,
    partial: bool | None = None,
    completes: ImportRun | None = None,
    sheet: str = "",
) -> ImportRun:
    """Keep a list as it came, and say what it is.

    Args:
        person: an agent of the territory; None for the operator's command.
        territory: that of the source.
        about: the source.
        name: of the file, as the person knows it.
        content: the file, by blocks.
        limits: bounds of the reading.
        partial: whether the list only completes what the source said; told by its columns when None.
        completes: the import whose rejected rows come back mended.
        sheet: of a workbook; else the one read the last time, else the first that is a table.

    Raises:
        NotAllowed: when the person may not import there.
        TerreauError: when the file cannot be read as a table; nothing is then kept.
    """
    can_bring.require(person, territory)
    run = ImportRun(territory=territory, file_name=Path(name).name[:255], dated_on=about.dated_on)
    limits = limits or limits_of_the_site()
    run.folder.mkdir(parents=True, exist_ok=True)
    try:
        run.file_size, run.file_digest = _keep(run.file, content, limits)
        run.described = _described(run, limits, sheet, _last_sheet(territory, about))
        mended = REASON_COLUMN in run.described["columns"]
        _check_simulation(run, limits, territory, about)
        with transaction.atomic():
            run.source = source_of(territory=territory, about=about)
            run.person = person if getattr(person, "pk", None) else None
            run.completes = completes
            run.partial = (
                partial if partial is not None else (completes is not None or _is_mended(run, mended))
            )
            run.save(force_insert=True)
            record(
                verb="import.received",
                subject=f"import:{run.pk}",
                actor=person,
                territory_code=territory.code,
                source=run.source.code,
                size=run.file_size,
            )
    except BaseException:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise
    return run


def _described(run: ImportRun, limits: Limits, sheet: str, last: str) -> dict[str, Any]:
    with open_table(run.file, limits=limits, sheet=sheet) as table:
        found = describe(table)
    if sheet or found["sheet"] == last or last not in found["sheets"]:
        return found
    return _described(run, limits, last, last)


def _check_simulation(run: ImportRun, limits: Limits, territory: Territory, about: About) -> None:
    """Rows that our exports mark as simulated do not come back as real ones."""
    column = next((name for name in run.described["columns"] if fold(name) in _SIMULATED), "")
    if not column and _SIMULATED_LD in run.described["columns"]:
        column = _SIMULATED_LD
    known = _known_source(territory, about)
    if not column or about.simulated or (known is not None and known.simulated):
        return
    with reopen(run, limits) as table:
        for number, values in table.rows():
            said = values[column]
            if yes_or_no(said) == "yes" or (column == _SIMULATED_LD and fold(said) in _SIMULATED):
                raise TerreauError(
                    _("Ce fichier contient des données simulées (colonne «\u00a0%(column)s\u00a0»).")
                    % {"column": column},
                    where=_("Ligne %(number)d.") % {"number": number},
                    remedy=_(
                        "Dites-le de la source («\u00a0Ce sont des données simulées\u00a0», --simulated), "
                        "ou retirez ces lignes."
                    ),
                )


def _last_sheet(territory: Territory, about: About) -> str:
    """The sheet that the last import of the source read: a workbook sent anew has it too."""
    source = _known_source(territory, about)
    if source is None:
        return ""
    applied = source.runs.filter(state=RunState.APPLIED).order_by("-applied_at")
    return str(applied.values_list("described__sheet", flat=True).first() or "")


def held_open(run: ImportRun) -> ImportRun:
    """The import as it is now, held to the end of the transaction.

    Raises:
        TerreauError: when it is under way, applied or given up.
    """
    held = ImportRun.objects.select_for_update(of=("self",)).select_related("source", "territory")
    found = held.get(pk=run.pk)
    if found.state in BUSY or found.state in OVER:
        raise TerreauError(_("Cet import est en cours ou terminé."), where=found.file_name)
    return found


def read_otherwise(
    *, person: Any, run: ImportRun, sheet: str = "", header_row: int | None = None
) -> ImportRun:
    """Read another sheet of the workbook, or take the titles from another row; columns are asked anew.

    Args:
        person: an agent of the territory.
        run: an import that is not under way nor over.
        sheet: its name; the one read so far when empty.
        header_row: row of the titles, 0 when there are none, found again when None.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when there is no such sheet or row, or the import is past that point.
    """
    can_lead_run.require(person, run)
    with _open(run, Limits(), sheet or run.described.get("sheet", ""), header_row) as table:
        described = describe(table)
    with transaction.atomic():
        held = held_open(run)
        held.described, held.mapping, held.state, held.error = described, None, RunState.RECEIVED, ""
        held.save(update_fields=["described", "mapping", "state", "error"])
        record(
            verb="import.received",
            subject=f"import:{held.pk}",
            actor=person,
            territory_code=held.territory.code,
            source=held.source.code,
            sheet=described["sheet"],
            header_row=described["header_row"],
        )
    return held


def forget(*, person: Any, run: ImportRun) -> None:
    """Take away an import of which nothing was written, its file, and its source when it brought nothing.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the import is under way or over.
    """
    can_lead_run.require(person, run)
    with transaction.atomic():
        held = held_open(run)
        record(
            verb="import.abandoned",
            subject=f"import:{held.pk}",
            actor=person,
            territory_code=held.territory.code,
        )
        held.delete()
        if not (held.source.runs.exists() or held.source.records.exists()):
            with suppress(ProtectedError):  # somebody has already said something of it
                held.source.delete()
    shutil.rmtree(run.folder, ignore_errors=True)


def _keep(path: Path, content: Iterable[bytes], limits: Limits) -> tuple[int, str]:
    digest = hashlib.blake2b(digest_size=32)
    size = 0
    with path.open("wb") as file:
        for block in content:
            size += len(block)
            if size > limits.size:
                raise TerreauError(
                    _("Le fichier dépasse la taille permise (%(size)d Mo).")
                    % {"size": limits.size // 1_000_000},
                    remedy=_("Gardez les seules colonnes utiles, ou découpez-le en plusieurs parties."),
                )
            digest.update(block)
            file.write(block)
    return size, digest.hexdigest()


def blocks_of(path: Path, size: int = 1 << 20) -> Iterable[bytes]:
    """A file by blocks.

    Raises:
        TerreauError: when it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            while block := file.read(size):
                yield block
    except OSError as error:
        raise _unopened(path, error) from error


def _unopened(path: Path, error: OSError) -> TerreauError:
    if isinstance(error, FileNotFoundError):
        why = _("Ce fichier n’existe pas.")
    elif isinstance(error, IsADirectoryError):
        why = _("C’est un dossier, pas un fichier.")
    elif isinstance(error, PermissionError):
        why = _("Vous n’avez pas le droit de lire ce fichier.")
    else:
        why = _("Ce fichier ne s’ouvre pas.")
    return TerreauError(why, where=f"{path}\u00a0:", remedy=_("Vérifiez son nom et son dossier."))


def describe(table: Table) -> dict[str, Any]:
    """What the file is, as it is kept with the import."""
    found: Description = table.describe()
    return {
        "sentence": found.sentence(),
        "format": found.format,
        "encoding": found.encoding,
        "separator": found.separator,
        "sheet": found.sheet,
        "sheets": list(found.sheets),
        "header_row": found.header_row,
        "columns": [column for column in table.columns],
        "rows": found.rows,
        "warnings": list(found.warnings),
    }


def _is_mended(run: ImportRun, has_reasons: bool) -> bool:
    """Whether these are the rejected rows of an earlier import: same columns, and the reasons we added."""
    if not has_reasons:
        return False
    columns = set(run.described["columns"]) - {REASON_COLUMN}
    earlier = ImportRun.objects.filter(source=run.source).exclude(state=RunState.RECEIVED)
    return any(set(before) == columns for before in earlier.values_list("described__columns", flat=True)[:50])


def reopen(run: ImportRun, limits: Limits | None = None) -> Table:
    """The list as it was understood when it came."""
    told = run.described
    header_row = told.get("header_row") if told.get("format") not in ("JSON", "GeoJSON") else None
    return _open(run, limits or Limits(), told.get("sheet", ""), header_row)


def _open(run: ImportRun, limits: Limits, sheet: str, header_row: int | None) -> Table:
    told = run.described
    return open_table(
        run.file,
        limits=limits,
        sheet=sheet,
        encoding=told.get("encoding", "") if told.get("format") == "CSV" else "",
        separator=told.get("separator", ""),
        header_row=header_row,
    )
