"""The table of the network as a file, for whoever reads it: no more than the page says, but addresses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.workbooks import Sheet
from terreau.directory.row_files import rows_file, workbook_file
from terreau.portal.network import Line
from terreau.territories.models import Territory

COLUMNS: Final = (
    *("code", "nom", "nature", "pays", "fiches", "fiches_confirmees", "diagnostic_au", "derniere_activite"),
    *("agents", "suivi_par", "n_existe_plus_depuis", "adresse"),
)
# Of those who act on the territories: they write to the agents, and see what waits.
KEPT: Final = ("noms_des_agents", "courriels", "en_attente")


def file_of(form: str, lines: Iterable[Line], country: Territory | None, *, keeps: bool) -> HttpResponse:
    """The lines in CSV, XLSX or JSON; any other form is not found."""
    where = f"-{country.code}" if country else ""
    name = f"territoires-ouverts{where}-{timezone.localdate().isoformat()}"
    columns, rows = [*COLUMNS, *(KEPT if keeps else ())], [_row(one) for one in lines]
    if form == "xlsx":
        titles = _titles()
        cells = [[_cell(row[key]) for key in columns] for row in rows]
        return workbook_file([Sheet(_("Territoires ouverts"), [titles[key] for key in columns], cells)], name)
    told = [{key: row[key] for key in columns} for row in rows]
    for row in told:
        row |= {key: value.isoformat() for key, value in row.items() if hasattr(value, "isoformat")}
    return rows_file(form, name, columns, told, {"territoires": told})


def _row(line: Line) -> dict[str, Any]:
    one = line.territory
    return {
        "code": one.code,
        "nom": one.name,
        "nature": one.get_kind_display(),
        "pays": line.country,
        "fiches": line.sheets,
        "fiches_confirmees": line.confirmed.count,
        "diagnostic_au": line.edition or "",
        "derniere_activite": line.last_day or "",
        "agents": len(line.keepers),
        "suivi_par": "" if line.keepers else line.kept_by,
        "n_existe_plus_depuis": one.valid_to or "",
        "adresse": f"{settings.PUBLIC_URL}{reverse('portal:territory', args=[one.code])}",
        "noms_des_agents": line.keepers,
        "courriels": line.addresses,
        "en_attente": line.waiting,
    }


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "\u202f; ".join(value)
    return None if value == "" else value


def _titles() -> dict[str, str]:
    return {
        "code": _("Code"),
        "nom": _("Territoire"),
        "nature": _("Nature"),
        "pays": _("Pays"),
        "fiches": _("Fiches"),
        "fiches_confirmees": _("Confirmées depuis un an"),
        "diagnostic_au": _("Diagnostic"),
        "derniere_activite": _("Dernière activité"),
        "agents": _("Agents, en nombre"),
        "suivi_par": _("Sans agent, suivi par"),
        "n_existe_plus_depuis": _("N’existe plus depuis"),
        "adresse": _("Adresse"),
        "noms_des_agents": _("Agents"),
        "courriels": _("Courriels des agents"),
        "en_attente": _("En attente"),
    }
