"""What those who mark a project are told of it: the facts that the anchors of the five factors speak of."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.money import money_text
from terreau.directory.enums import Status
from terreau.portfolio.enums import FundingState
from terreau.portfolio.models import Project
from terreau.portfolio.reading import money_of, year_of
from terreau.strategy.models import Revision


def facts(project: Project) -> list[dict[str, Any]]:
    """Each fact, as `label`, `text` and, where there is a page to read, `url`.

    Who marks by a link may not read the sheet of a project that is not public: no funder, risk nor document
    is told here. What the sheet does not say is said not to be known.
    """
    told = [_strategy(project), _bearer(project), _money(project), _year(project)]
    if project.results:
        told.append({"label": _("Résultats attendus"), "text": project.results})
    return told


def _strategy(project: Project) -> dict[str, Any]:
    place = project.territory
    revision = Revision.objects.filter(territory=place).order_by("-number").first()
    if revision is None:
        return {"label": _("Stratégie"), "text": _("aucune n’est publiée")}
    titles = "\u202f; ".join(one["title"] for one in revision.content["issues"])
    return {
        "label": _("Enjeux de la stratégie"),
        "text": titles,
        "url": reverse("strategy:latest", args=[place.code]),
    }


def _bearer(project: Project) -> dict[str, Any]:
    names = [one.name for one in project.partners.shown().order_by("name")]
    if project.bearer is not None and project.bearer.status != Status.HIDDEN:
        names.insert(0, project.bearer.name)
    return {"label": _("Porteur et partenaires"), "text": ", ".join(names) or _("non dits")}


def _money(project: Project) -> dict[str, Any]:
    money = money_of(project)
    if not money.budget or money.share_secured is None:
        return {"label": _("Budget"), "text": _("non dit")}
    asked = [one for one in project.fundings.all() if one.state != FundingState.REFUSED]
    text = _("%(budget)s, assuré à %(share)d\u00a0%%") % {
        "budget": money_text(money.budget, project.currency),
        "share": round(100 * money.share_secured),
    }
    plan = ngettext("%(count)d financement au plan", "%(count)d financements au plan", len(asked))
    return {"label": _("Budget"), "text": f"{text}\u202f; {plan % {'count': len(asked)}}"}


def _year(project: Project) -> dict[str, Any]:
    label, year = _("Équilibre d’une année"), year_of(project)
    if year is None:
        return {"label": label, "text": _("non dit")}
    amounts = {name: money_text(getattr(year, name), project.currency) for name in ("result", "stressed")}
    holds = _("le projet tient") if year.holds else _("le projet ne tient pas")
    told = [
        _("résultat attendu\u00a0: %(result)s") % amounts,
        _("avec 20\u00a0%% de recettes en moins\u00a0: %(stressed)s, %(holds)s")
        % (amounts | {"holds": holds}),
    ]
    return {"label": label, "text": "\u202f; ".join(told)}
