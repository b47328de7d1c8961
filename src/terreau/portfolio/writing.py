"""A project begun, its sheet written: everything that one form holds, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.money import is_currency
from terreau.core.numbers import french_number
from terreau.directory.models import Organisation, is_public_id
from terreau.directory.nomenclatures import issues, sectors
from terreau.directory.writing import known, public_changed
from terreau.journal.words import clean_words, field_label
from terreau.levers.catalogue import catalogue
from terreau.portfolio import perms
from terreau.portfolio.enums import FundingState, Origin, Stage
from terreau.portfolio.models import BudgetLine, Funding, Project, Risk, Share
from terreau.portfolio.sharing import tell_sharers
from terreau.portfolio.telling import held, tell
from terreau.practices.enums import CostNature
from terreau.survey.enums import Need
from terreau.territories.currencies import currency_at
from terreau.territories.models import Territory

LONGEST_TITLE: Final = 200
FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST: Final = 10**15
MOST_PEOPLE: Final = 10**9
MOST_ROWS: Final = 60
CODED: Final = ("need", "stage", "lever", "sector")
YEARLY: Final = ("yearly_income", "yearly_fixed")
PEOPLE: Final = ("women", "young", "disabled", "people")
NUMBERS: Final = (*PEOPLE, *YEARLY, "variable_percent")


@dataclass(frozen=True, slots=True)
class Seed:
    """Where a project comes from."""

    origin: str = Origin.AGENT
    key: str = ""
    finding: str = ""


def create(
    *,
    person: Any,
    territory: Territory,
    title: str,
    once: str,
    seed: Seed | None = None,
    values: Mapping[str, Any] | None = None,
) -> Project:
    """Begin the sheet of a project; the same form sent again begins nothing more.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: who bears it.
        title: what it is called.
        once: drawn with the form; becomes the identifier of the project.
        seed: where it comes from; kept as it is.
        values: what else is known of it, as in `save`.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it has no name, or a value cannot be kept.
    """
    perms.can_run.require(person, territory)
    seed = seed or Seed()
    name = _title(title)
    if not is_public_id(once):
        raise _incomplete()
    if seed.origin not in Origin.values:
        raise TerreauError(_("On ne sait pas d’où vient ce projet."), where=name)
    with transaction.atomic():
        Territory.objects.select_for_update().get(pk=territory.pk)
        if (begun := Project.objects.filter(public_id=once).first()) is not None:
            if begun.territory_id != territory.pk:
                raise _incomplete()
            return begun
        made = Project(
            public_id=once,
            territory=territory,
            title=name,
            origin=seed.origin,
            origin_key=seed.key[:120],
            finding=seed.finding[:120],
            currency=currency_at(territory),
            is_simulated=bool(settings.EXERCISE),
            created_by=known(person),
        )
        rows = _fill(made, values or {})
        made.save()
        _write_rows(made, rows)
        tell("begun", person, made, origin=made.origin)
    return made


def save(*, person: Any, project: Project, version: int, title: str, values: Mapping[str, Any]) -> Project:
    """Write the whole sheet.

    Args:
        person: an agent of the territory, or the secretariat.
        project: the project.
        version: the one that was read.
        title: what it is called.
        values: the fields of the sheet, and `budget`, `fundings`, `risks`, `shares`, `partners` as rows.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone wrote in between, or a value cannot be kept.
    """
    perms.can_run.require(person, project.territory)
    with transaction.atomic():
        found = held(project)
        if found.version != version:
            raise TerreauError(
                _("Quelqu’un d’autre a modifié ce projet pendant que vous l’écriviez."),
                where=found.title,
                remedy=_("Votre saisie est encore ici\u00a0: comparez, puis enregistrez de nouveau."),
            )
        was_public = found.is_public
        found.title, found.version = _title(title), found.version + 1
        rows = _fill(found, values)
        found.save()
        _write_rows(found, rows)
        tell("changed", person, found)
        if was_public or found.is_public:
            public_changed()
    return found


def give_lever(person: Any, territory: Territory, public_id: str, lever: str) -> None:
    """A project takes the lever that its own town chose for it; what those who share it choose is theirs.

    Raises:
        NotAllowed: when the person may not.
    """
    project = Project.objects.filter(public_id=public_id, territory=territory).first()
    if project is None:
        return
    perms.can_run.require(person, territory)
    with transaction.atomic():
        found = held(project)
        if found.lever == lever:
            return
        found.lever, found.version = lever, found.version + 1
        found.save(update_fields=["lever", "version"])
        tell("changed", person, found)
        if found.is_public:
            public_changed()


def _incomplete() -> TerreauError:
    return TerreauError(_("Ce formulaire n’est pas complet."), remedy=_("Rouvrez la page, puis recommencez."))


def _title(title: str) -> str:
    return clean_words(
        title, field_label(Project, "title"), longest=LONGEST_TITLE, needed=_("Le projet a besoin d’un nom.")
    ).replace("\n", " ")


# --- Fields ---------------------------------------------------------------------------------------------


def _fill(project: Project, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the fields of a project; its rows, checked and ready to be written."""
    readers: dict[str, Callable[[str], Any]] = {
        "summary": lambda name: clean_words(values[name], field_label(Project, name)),
        "results": lambda name: clean_words(values[name], field_label(Project, name)),
        "place": lambda name: clean_words(values[name], field_label(Project, name), longest=200),
        "issues": lambda name: [code for code in values[name] if code in {one.code for one in issues()}],
        "zone": lambda name: _zone(values[name]),
        "bearer": lambda name: _sheet(values[name]),
        "is_public": lambda name: bool(values[name]),
    }
    readers |= {name: lambda name: _number(name, values[name]) for name in NUMBERS}
    readers |= {name: lambda name: _one_of(name, values[name]) for name in CODED}
    for name, read in readers.items():
        if name in values:
            setattr(project, name, read(name))
    if any(name in values for name in PEOPLE):
        _check_people(project)
    return {name: read(project, values[name]) for name, read in _ROWS.items() if name in values}


def _one_of(name: str, value: Any) -> str:
    """A code of a list, or nothing."""
    code = str(value or "")
    allowed = {
        "need": lambda: set(Need.values),
        "stage": lambda: set(Stage.values),
        "lever": lambda: {one.code for one in catalogue()},
        "sector": lambda: {one.code for one in sectors()},
    }
    if code and code not in allowed[name]():
        raise TerreauError(_("Ce choix n’existe pas."), where=field_label(Project, name))
    return code


def _number(name: str, value: Any) -> int | None:
    if value is None:
        return None
    top = 100 if name == "variable_percent" else LARGEST if name in YEARLY else MOST_PEOPLE
    if not 0 <= value <= top:
        raise TerreauError(_("Ce nombre est négatif, ou trop grand."), where=field_label(Project, name))
    return int(value)


def _check_people(project: Project) -> None:
    """None of those counted apart are more than all of them."""
    if project.people is None:
        return
    for name in PEOPLE:
        if (getattr(project, name) or 0) > project.people:
            raise TerreauError(
                _("C’est plus que les personnes concernées en tout (%(people)s).")
                % {"people": french_number(project.people)},
                where=field_label(Project, name),
            )


def _zone(code: Any) -> Territory | None:
    if not code:
        return None
    found = Territory.objects.filter(code=str(code)).first()
    if found is None:
        raise TerreauError(_("Ce lieu n’existe pas."), where=field_label(Project, "zone"))
    return found


def _sheet(public_id: Any) -> Organisation | None:
    """The sheet of the directory with this identifier.

    Raises:
        TerreauError: when there is none.
    """
    if not public_id:
        return None
    found = Organisation.objects.shown().filter(public_id=str(public_id)).first()
    if found is None:
        raise TerreauError(
            _("Aucune fiche de l’annuaire n’a cet identifiant\u00a0: %(key)s.")
            % {"key": str(public_id)[:40]},
            remedy=_("Copiez l’adresse de la fiche, ou les onze derniers signes de cette adresse."),
        )
    return found


# --- Rows -----------------------------------------------------------------------------------------------


def _budget(project: Project, rows: Sequence[Mapping[str, Any]]) -> list[BudgetLine]:
    sums: dict[tuple[int, str], int] = {}
    for row in rows:
        where = _("Budget, %(year)s") % {"year": row.get("year")}
        key = (_year(row.get("year"), where), _nature(row.get("nature"), where))
        sums[key] = sums.get(key, 0) + _amount(row.get("amount"), where)
    return [
        BudgetLine(project=project, year=year, nature=nature, amount=amount)
        for (year, nature), amount in sorted(sums.items())
    ]


def _nature(value: Any, where: str) -> str:
    if value not in CostNature.values:
        raise TerreauError(_("Dites ce que paie cette somme."), where=where)
    return str(value)


def _fundings(project: Project, rows: Sequence[Mapping[str, Any]]) -> list[Funding]:
    found = []
    for row in rows:
        funder = clean_words(
            row.get("funder"), _("Financeur"), longest=200, needed=_("Dites qui finance.")
        ).replace("\n", " ")
        if row.get("state") not in FundingState.values:
            raise TerreauError(_("Dites où en est ce financement."), where=funder)
        found.append(
            Funding(
                project=project,
                funder=funder,
                year=_year(row.get("year"), funder),
                amount=_amount(row.get("amount"), funder),
                currency=_currency(row.get("currency") or project.currency, project, funder),
                state=row["state"],
            )
        )
    return _not_too_many(found)


def _currency(code: Any, project: Project, where: str) -> str:
    if code != project.currency and not is_currency(str(code)):
        raise TerreauError(
            _("Cette monnaie n’existe pas\u00a0: %(code)s.") % {"code": str(code)[:40]},
            where=where,
            remedy=_("Donnez son code, par exemple EUR ou XOF, ou laissez vide."),
        )
    return str(code)


def _risks(project: Project, rows: Sequence[Mapping[str, Any]]) -> list[Risk]:
    found = []
    for row in rows:
        text = clean_words(row.get("text"), _("Risque"), longest=300, needed=_("Dites quel est ce risque."))
        for name in ("probability", "severity"):
            if row.get(name) not in range(1, 6):
                raise TerreauError(_("La probabilité et la gravité vont de 1 à 5."), where=text[:80])
        control = clean_words(row.get("control"), text[:80], longest=500)
        found.append(
            Risk(
                project=project,
                text=text,
                probability=row["probability"],
                severity=row["severity"],
                control=control,
            )
        )
    return _not_too_many(found)


def _shares(project: Project, rows: Sequence[Mapping[str, Any]]) -> list[Share]:
    found: dict[int, Share] = {}
    for row in rows:
        territory = Territory.objects.filter(code=str(row.get("territory") or "").strip().lower()).first()
        if territory is None:
            raise TerreauError(
                _("Ce territoire n’existe pas\u00a0: %(code)s.") % {"code": str(row.get("territory"))[:40]},
                where=_("Territoires associés"),
                remedy=_("Copiez le code de son adresse, par exemple «\u00a0fr-com-86194\u00a0»."),
            )
        if territory.pk == project.territory_id:
            raise TerreauError(_("Le territoire porte déjà ce projet."), where=territory.name)
        percent = row.get("percent")
        if percent is not None and not 0 <= percent <= 100:
            raise TerreauError(_("La part va de 0 à 100\u00a0%."), where=territory.name)
        part = clean_words(row.get("part"), territory.name, longest=1000)
        found[territory.pk] = Share(project=project, territory=territory, part=part, percent=percent)
    if sum(one.percent or 0 for one in found.values()) > 100:
        raise TerreauError(_("Les parts font plus de 100\u00a0%."), where=_("Territoires associés"))
    return _not_too_many(list(found.values()))


def _partners(_project: Project, keys: Sequence[str]) -> list[Organisation]:
    found = [_sheet(key) for key in dict.fromkeys(keys) if key]
    return _not_too_many([one for one in found if one is not None])


def _not_too_many(rows: list[Any]) -> list[Any]:
    if len(rows) > MOST_ROWS:
        raise TerreauError(_("%(most)d lignes au plus.") % {"most": MOST_ROWS})
    return rows


def _year(value: Any, where: str) -> int:
    if not isinstance(value, int) or not FIRST_YEAR <= value <= LAST_YEAR:
        raise TerreauError(
            _("Donnez une année, par exemple %(year)d.") % {"year": date.today().year}, where=where
        )
    return value


def _amount(value: Any, where: str) -> int:
    if not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise TerreauError(_("Ce montant manque, est négatif, ou trop grand."), where=where)
    return value


_ROWS: Final[Mapping[str, Callable[[Project, Any], list[Any]]]] = {
    "budget": _budget,
    "fundings": _fundings,
    "risks": _risks,
    "shares": _shares,
    "partners": _partners,
}
_MODELS: Final = {"budget": BudgetLine, "fundings": Funding, "risks": Risk, "shares": Share}


def _write_rows(project: Project, rows: Mapping[str, list[Any]]) -> None:
    known = set(project.shares.values_list("territory", flat=True))
    tell_sharers(project, (one for one in rows.get("shares", ()) if one.territory_id not in known))
    for name, made in rows.items():
        if name == "partners":
            project.partners.set(made)
        else:
            _MODELS[name]._default_manager.filter(project=project).delete()
            _MODELS[name]._default_manager.bulk_create(made)
