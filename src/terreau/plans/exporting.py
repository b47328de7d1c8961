"""A plan as a workbook: its actions, their steps, money and indicators; it can be imported again as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.money import from_units
from terreau.core.workbooks import Sheet
from terreau.plans.edition_rules import Placed, day_of, placed, standing_of
from terreau.plans.enums import ActionState, EntryKind, Participation, Sense, Standing
from terreau.plans.models import Action, Plan
from terreau.plans.reading import standing_label
from terreau.plans.snapshot import content_of
from terreau.practices.enums import CostNature


def sheets_of(plan: Plan, *, public: bool = False) -> list[Sheet]:
    """The sheets of a plan, as it is now; what any visitor reads only, when it is for them."""
    content = content_of(plan, public=public)
    found = placed(content)
    today = timezone.localdate()
    # By which an import knows that nobody changed an action since; visitors send nothing back.
    versions = {} if public else dict(Action.objects.of(plan).values_list("public_id", "version"))
    return [
        _actions(found, today, versions),
        _steps(found),
        _budget(found, plan.currency),
        _indicators(found),
        _read_me(content, plan, today, public=public),
    ]


def _where() -> list[str]:
    """The columns by which a line of any sheet is known to be about an action."""
    return [_("Numéro"), _("Axe"), _("Objectif"), _("Action"), _("Identifiant")]


def _placed(one: Placed) -> list[Any]:
    return [one.number, one.axis["title"], one.objective["title"], one.action["title"], one.action["id"]]


def _actions(found: Sequence[Placed], today: date, versions: Mapping[str, int]) -> Sheet:
    columns = [
        *_where(),
        *(_("Description"), _("Pilote élu"), _("Pilote technique"), _("Co-porteurs"), _("Partenaires")),
        *(_("Début"), _("Fin"), _("État"), _("Situation"), _("Cause"), _("Terminée le")),
        *(_("Part des habitants"), _("Besoin"), _("Levier"), _("Recommandation"), _("Projet")),
        *(_("Résultat"), _("Ce qui permet de le dire"), _("Territoires associés")),
    ]
    rows = [[*_placed(one), *_said(one.action, today)] for one in found]
    if versions:
        columns += [_("Visible du public"), _("Version")]
        for row, one in zip(rows, found, strict=True):
            row += [_("oui") if one.action["public"] else _("non"), versions[one.action["id"]]]
    return Sheet(_("Actions"), columns, rows)


def _said(action: Mapping[str, Any], today: date) -> list[Any]:
    standing = Standing(standing_of(action, today))
    participation = action["participation"]
    return [
        *(action["words"], action["elected_pilot"], action["technical_pilot"]),
        *(_names(action["co_leaders"]), _names(action["partners"])),
        *(day_of(action["starts_on"]), day_of(action["ends_on"])),
        str(ActionState(action["state"]).label),
        standing_label(standing, action["state"]),
        *(action["cause"], day_of(action["ended_on"])),
        str(Participation(participation).label) if participation else "",
        *(_title(action["need"], "label"), _title(action["lever"], "label")),
        *(_title(action["recommendation"], "title"), _title(action["project"], "title")),
        *(action["result"], action["result_evidence"], _names(action["shares"])),
    ]


def _names(rows: Iterable[Mapping[str, Any]]) -> str:
    """Names in a cell, a line each: any other mark may stand in a name."""
    return "\n".join(one["name"] for one in rows)


def _title(tie: Mapping[str, Any] | None, key: str) -> str:
    return str(tie[key]) if tie else ""


def _steps(found: Iterable[Placed]) -> Sheet:
    rows = [
        [*_placed(one), step["title"], day_of(step["due_on"]), day_of(step["done_on"])]
        for one in found
        for step in one.action["steps"]
    ]
    return Sheet(_("Étapes"), [*_where(), _("Étape"), _("Pour le"), _("Faite le")], rows)


def _budget(found: Iterable[Placed], currency: str) -> Sheet:
    columns = [
        *_where(),
        *(_("Année"), _("Nature"), _("Source de financement")),
        *(_("Montant prévu"), _("Montant acquis"), _("Montant engagé"), _("Montant payé"), _("Monnaie")),
    ]
    rows = [
        [
            *_placed(one),
            *(line["year"], str(CostNature(line["nature"]).label), line["source"]),
            *(from_units(line[kind], currency) for kind in EntryKind.values),
            currency,
        ]
        for one in found
        for line in one.action["money"]
    ]
    return Sheet(_("Budget"), columns, rows)


def _indicators(found: Iterable[Placed]) -> Sheet:
    columns = [
        *_where(),
        *(_("Indicateur"), _("Unité"), _("Source du chiffre"), _("Doit"), _("Au départ"), _("Cible")),
        *(_("Cible pour le"), _("Mesuré le"), _("Valeur"), _("Commentaire")),
    ]
    rows = [
        [*_placed(one), *_measured(indicator), *value]
        for one in found
        for indicator in one.action["indicators"]
        for value in _values(indicator)
    ]
    return Sheet(_("Indicateurs et valeurs"), columns, rows)


def _measured(indicator: Mapping[str, Any]) -> list[Any]:
    return [
        *(indicator["title"], indicator["unit"], indicator["source"]),
        str(Sense(indicator["sense"]).label),
        *(_number(indicator["baseline"]), _number(indicator["target"]), day_of(indicator["target_on"])),
    ]


def _values(indicator: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """Each value on a line; an indicator that has none is on a line all the same."""
    told = [(day_of(one["on"]), _number(one["value"]), one["comment"]) for one in indicator["values"]]
    return told or [(None, None, "")]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _read_me(content: Mapping[str, Any], plan: Plan, today: date, *, public: bool) -> Sheet:
    reader = (
        _("de tous\u00a0: seulement ce que le plan montre au public")
        if public
        else _(
            "du territoire, de ses lecteurs élus et du secrétariat\u00a0: il contient ce qui n’est pas public"
        )
    )
    told: list[tuple[str, Any]] = [
        (_("Plan"), plan.title),
        (_("Situation au"), today),
        (_("Ce fichier est lu"), reader),
        (_("Monnaie"), plan.currency),
        (
            _("Modifier et renvoyer"),
            _("Changez des cellules d’une feuille, gardez les titres et les identifiants, importez-la.")
            + " "
            + _("Une cellule vide ne change rien. Rien n’est jamais supprimé."),
        ),
    ]
    if content["simulated"]:
        told.insert(0, (_("Données simulées"), _("Ce plan a été inventé pour s’exercer.")))
    return Sheet(_("Lisez-moi"), (_("Plan d’action"), plan.territory.name), told)
