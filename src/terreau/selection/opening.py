"""A choice opened on projects, its budgets and costs, its constraints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.models import is_public_id
from terreau.directory.writing import known
from terreau.journal.words import clean_words
from terreau.levers.catalogue import catalogue
from terreau.portfolio.enums import ProjectState
from terreau.portfolio.models import BudgetLine, Project
from terreau.selection import perms
from terreau.selection.enums import LIMITS, PAIRS, Label, Public, RuleKind
from terreau.selection.models import Constraint, Item, Selection
from terreau.selection.telling import held_open, tell
from terreau.territories.currencies import currency_at
from terreau.territories.models import Territory

MOST_PROJECTS: Final = 200
MOST_CONSTRAINTS: Final = 60
MOST_YEARS: Final = 10
LARGEST: Final = 10**15
LONGEST_TITLE: Final = 200
FIRST_YEAR, LAST_YEAR = 2000, 2100
MAY_BE_CHOSEN: Final = (
    ProjectState.IDEA,
    ProjectState.STUDY,
    ProjectState.SUBMITTED,
    ProjectState.REWORK,
    ProjectState.SELECTED,
)


def may_be_chosen(territory: Territory) -> list[Project]:
    """The projects of a territory that are not under way, nor over."""
    return list(Project.objects.filter(territory=territory, state__in=MAY_BE_CHOSEN).order_by("title", "pk"))


def open_selection(
    *,
    person: Any,
    territory: Territory,
    title: str,
    projects: Sequence[str],
    budgets: Mapping[str, int],
    once: str,
    today: date | None = None,
) -> Selection:
    """Begin to choose projects under a budget; the same form sent again opens nothing more.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: whose projects they are.
        title: what it is called.
        projects: their public identifiers.
        budgets: year → amount in the smallest units of the country's currency.
        once: drawn with the form; becomes the identifier of the choice.
        today: day of the opening.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when no project is chosen, or a budget cannot be.
    """
    perms.can_keep.require(person, territory)
    written = _title(title)
    years = _amounts(budgets, _("Budgets"))
    if not is_public_id(once):
        raise TerreauError(
            _("Ce formulaire n’est pas complet."), remedy=_("Rouvrez la page, puis recommencez.")
        )
    with transaction.atomic():
        Territory.objects.select_for_update().get(pk=territory.pk)
        if (begun := Selection.objects.filter(territory=territory, public_id=once).first()) is not None:
            return begun
        chosen = _chosen(territory, projects)
        made = Selection.objects.create(
            public_id=once,
            territory=territory,
            title=written,
            currency=currency_at(territory),
            budgets=years,
            is_simulated=bool(settings.EXERCISE) or any(one.is_simulated for one in chosen),
            opened_on=today or timezone.localdate(),
            opened_by=known(person),
        )
        costs = _costs_of(chosen, made.currency)
        Item.objects.bulk_create(
            Item(selection=made, project=one, costs=costs.get(one.pk, {})) for one in chosen
        )
        tell("opened", person, made, projects=len(chosen))
    return made


def _title(title: str) -> str:
    return clean_words(
        title, _("Intitulé"), longest=LONGEST_TITLE, needed=_("Le choix a besoin d’un intitulé.")
    )


def _chosen(territory: Territory, public_ids: Sequence[str]) -> list[Project]:
    found = [one for one in may_be_chosen(territory) if one.public_id in public_ids]
    if not public_ids:
        raise TerreauError(_("Aucun projet n’est choisi."), remedy=_("Cochez au moins un projet."))
    if len(found) != len(set(public_ids)):
        raise TerreauError(
            _("Un des projets n’est plus à choisir, ou n’est pas de ce portefeuille."),
            remedy=_("Rouvrez la page, puis recommencez."),
        )
    if len(found) > MOST_PROJECTS:
        raise TerreauError(_("Un choix porte sur %(most)d projets au plus.") % {"most": MOST_PROJECTS})
    return found


def _costs_of(projects: Sequence[Project], currency: str) -> dict[int, dict[str, int]]:
    """What each project costs by year, where it is counted in the currency of the budget."""
    lines = BudgetLine.objects.filter(project__in=projects, project__currency__in=("", currency))
    found: dict[int, dict[str, int]] = {}
    for project, year, amount in lines.order_by().values_list("project", "year").annotate(sum=Sum("amount")):
        found.setdefault(project, {})[str(year)] = amount
    return found


def _amounts(given: Mapping[str, int], where: str) -> dict[str, int]:
    """Amounts by year, in order, without those that are nothing.

    Raises:
        TerreauError: none is left, or a year or an amount cannot be.
    """
    _check(given, where)
    years = {year: given[year] for year in sorted(given) if given[year]}
    if not years:
        raise TerreauError(_("Donnez le budget d’une année au moins."), where=where)
    if len(years) > MOST_YEARS:
        raise TerreauError(_("%(most)d années au plus.") % {"most": MOST_YEARS}, where=where)
    return years


def _check(given: Mapping[str, int], where: str) -> None:
    for year, amount in given.items():
        if not (year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR):
            raise TerreauError(
                _("«\u00a0%(year)s\u00a0» n’est pas une année.") % {"year": year[:10]}, where=where
            )
        if not 0 <= amount <= LARGEST:
            raise TerreauError(_("Ce montant est trop grand, ou négatif."), where=f"{where}, {year}")


def save_money(
    *,
    person: Any,
    selection: Selection,
    version: int,
    title: str,
    budgets: Mapping[str, int],
    costs: Mapping[str, Mapping[str, int]],
    least_percents: Mapping[str, int],
) -> Selection:
    """The title, the budgets, and what each project would cost them.

    Args:
        person: an agent of the territory, or the secretariat.
        selection: the choice.
        version: the one that was read.
        title: what it is called.
        budgets: year → amount.
        costs: project → year → amount, for the years that were written; a project that is not named is
            considered no more.
        least_percents: project → the share of its cost from which it may start.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone wrote in between, or an amount cannot be.
    """
    perms.can_keep.require(person, selection.territory)
    written, years = _title(title), _amounts(budgets, _("Budgets"))
    with transaction.atomic():
        found = held_open(selection)
        items = {one.project.public_id: one for one in found.items.select_related("project")}
        now = _money_of(found, items.values())
        kept = {
            key: (_clean_costs(items[key], given), _percent(items[key], least_percents.get(key, 100)))
            for key, given in costs.items()
            if key in items
        }
        if (written, years, kept) == now:
            return found
        if found.version != version:
            raise TerreauError(
                _("Quelqu’un d’autre a modifié ces montants pendant que vous les écriviez."),
                where=found.title,
                remedy=_("Votre saisie est encore ici\u00a0: comparez, puis enregistrez de nouveau."),
            )
        if not kept:
            raise TerreauError(_("Il faut garder au moins un projet."), where=found.title)
        found.title, found.budgets, found.version = written, years, found.version + 1
        found.save(update_fields=["title", "budgets", "version"])
        found.items.exclude(project__public_id__in=kept).delete()
        for key, (clean, percent) in kept.items():
            items[key].costs, items[key].least_percent = clean, percent
            items[key].save(update_fields=["costs", "least_percent"])
        tell("money", person, found)
    return found


def _money_of(selection: Selection, items: Any) -> tuple[Any, ...]:
    return (
        selection.title,
        selection.budgets,
        {one.project.public_id: (one.costs, one.least_percent) for one in items},
    )


def _clean_costs(item: Item, given: Mapping[str, int]) -> dict[str, int]:
    if any(given.values()):
        return _amounts(given, item.project.title)
    _check(given, item.project.title)
    # « 0 » that somebody wrote is a cost; where nothing is written, the cost is not known.
    return dict.fromkeys(sorted(given)[:1], 0)


def _percent(item: Item, percent: int) -> int:
    if not 1 <= percent <= 100:
        raise TerreauError(_("La part minimale va de 1 à 100\u00a0%."), where=item.project.title)
    return percent


# --- Constraints --------------------------------------------------------------------------------------


def add_constraint(
    *, person: Any, selection: Selection, kind: str, values: Mapping[str, Any], once: str
) -> Constraint:
    """One more constraint; the same form sent again adds nothing more.

    Args:
        person: an agent of the territory, or the secretariat.
        selection: the choice.
        kind: a `RuleKind`.
        values: `label`, `name`, `least`, `most` for a limit; else `project` and `other` (identifiers).
        once: drawn with the form.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the constraint says nothing that can be kept.
    """
    perms.can_keep.require(person, selection.territory)
    if kind not in RuleKind.values or not is_public_id(once):
        raise TerreauError(
            _("Ce formulaire n’est pas complet."), remedy=_("Choisissez une sorte de contrainte.")
        )
    with transaction.atomic():
        found = held_open(selection)
        if (already := found.constraints.filter(once=once).first()) is not None:
            return already
        if found.constraints.count() >= MOST_CONSTRAINTS:
            raise TerreauError(_("Un choix porte %(most)d contraintes au plus.") % {"most": MOST_CONSTRAINTS})
        clean = _limit(kind, values) if kind in LIMITS else _on_projects(found, kind, values)
        made: Constraint = found.constraints.create(kind=kind, once=once, **clean)
        tell("bound", person, found)
    return made


def _limit(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    label, name = str(values.get("label") or ""), str(values.get("name") or "")
    least, most = values.get("least"), values.get("most")
    where = str(RuleKind(kind).label)
    if label not in Label.values or not _names_something(label, name):
        raise TerreauError(_("Dites sur quoi porte cette contrainte."), where=where)
    if least is None and most is None:
        raise TerreauError(_("Donnez un minimum, un maximum, ou les deux."), where=where)
    top = 100 if kind == RuleKind.SHARE else LARGEST
    if any(bound is not None and not 0 <= bound <= top for bound in (least, most)):
        raise TerreauError(_("Cette borne est négative, ou trop grande."), where=where)
    if least is not None and most is not None and least > most:
        raise TerreauError(_("Le minimum est plus grand que le maximum."), where=where)
    return {"label": label, "name": name if label else "", "least": least, "most": most}


def _names_something(label: str, name: str) -> bool:
    if label == Label.LEVER:
        return catalogue().lever(name) is not None or catalogue().family(name) is not None
    if label == Label.ZONE:
        return Territory.objects.filter(code=name).exists()
    return name in Public.values if label == Label.PUBLIC else True


def _on_projects(selection: Selection, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    held = {one.project.public_id: one.project for one in selection.items.select_related("project")}
    first, second = held.get(str(values.get("project"))), held.get(str(values.get("other")))
    where = str(RuleKind(kind).label)
    if first is None or (kind in PAIRS and second is None):
        raise TerreauError(_("Choisissez un projet de la liste."), where=where)
    if kind in PAIRS and first == second:
        raise TerreauError(_("Choisissez deux projets différents."), where=where)
    return {"project": first, "other": second if kind in PAIRS else None}


def remove_constraint(*, person: Any, selection: Selection, once: str) -> None:
    """Take a constraint away; taken away already, nothing happens.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the choice is decided.
    """
    perms.can_keep.require(person, selection.territory)
    with transaction.atomic():
        found = held_open(selection)
        if found.constraints.filter(once=once).delete()[0]:
            tell("unbound", person, found)
