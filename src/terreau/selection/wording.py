"""Constraints and amounts in words: what the pages and the messages of the solver call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.money import money_text
from terreau.levers.catalogue import catalogue
from terreau.selection.enums import Label, Public, RuleKind
from terreau.selection.models import Constraint
from terreau.territories.models import Territory

_VETO = re.compile(r"\bveto ([a-z0-9]{8,16})\b")
_SPACED = re.compile(r"(«)[ \u00a0]|[ \u00a0](»)")
_KEY = re.compile(r"\b[a-z0-9]{8,16}\b")


def lever_label(code: str) -> str:
    """The name of a lever, or of a family of them."""
    known = catalogue()
    found = known.lever(code) or known.family(code)
    return found.label if found else code


def about(constraint: Constraint, places: Mapping[str, str]) -> str:
    """What a limit is about."""
    if constraint.label == Label.LEVER:
        return _("levier «\u00a0%(name)s\u00a0»") % {"name": lever_label(constraint.name)}
    if constraint.label == Label.ZONE:
        return _("lieu «\u00a0%(name)s\u00a0»") % {"name": places.get(constraint.name, constraint.name)}
    if constraint.label == Label.PUBLIC:
        return _("public «\u00a0%(name)s\u00a0»") % {"name": Public(constraint.name).label}
    return _("tous les projets")


def sentence(constraint: Constraint, places: Mapping[str, str], currency: str) -> str:
    """A constraint in one sentence; also its name for the solver."""
    title = constraint.project.title if constraint.project else ""
    other = constraint.other.title if constraint.other else ""
    pair = {"one": title, "other": other}
    if constraint.kind == RuleKind.REQUIRES:
        return _("«\u00a0%(one)s\u00a0» seulement avec «\u00a0%(other)s\u00a0»") % pair
    if constraint.kind == RuleKind.EXCLUDES:
        return _("«\u00a0%(one)s\u00a0» ou «\u00a0%(other)s\u00a0», pas les deux") % pair
    if constraint.kind == RuleKind.KEEP:
        return _("«\u00a0%(one)s\u00a0» gardé quoi qu’il arrive") % pair
    if constraint.kind == RuleKind.VETO:
        return _("«\u00a0%(one)s\u00a0» exclu") % pair
    bounds = [
        word % {"bound": _bound(constraint, bound, currency)}
        for word, bound in (
            (_("au moins %(bound)s"), constraint.least),
            (_("au plus %(bound)s"), constraint.most),
        )
        if bound is not None
    ]
    return f"{about(constraint, places)}\u00a0: {', '.join(bounds)}"


def _bound(constraint: Constraint, bound: int, currency: str) -> str:
    if constraint.kind == RuleKind.COST:
        return money_text(bound, currency)
    if constraint.kind == RuleKind.SHARE:
        return _("%(percent)d\u00a0%% du budget") % {"percent": bound}
    return ngettext("%(count)d projet", "%(count)d projets", bound) % {"count": bound}


def places_of(codes: set[str]) -> dict[str, str]:
    """The names of places by their codes."""
    return dict(Territory.objects.filter(code__in=codes).values_list("code", "name"))


def with_titles(message: str, titles: Mapping[str, str]) -> str:
    """A message of the solver, which knows projects by their identifiers, with their titles."""
    risk = _("risque non maîtrisé de «\u00a0%(title)s\u00a0»")
    told = _VETO.sub(lambda found: risk % {"title": titles.get(found[1], found[1])}, message)
    return nested(_KEY.sub(lambda found: titles.get(found[0], found[0]), told))


def nested(text: str) -> str:
    """The text with “ ” for what is quoted within « »: a rule that is named may quote a place itself."""
    depth, told = 0, []
    for sign in _SPACED.sub(lambda found: found[1] or found[2], text):
        depth += (sign == "«") - (sign == "»")
        inner = depth > (0 if sign == "»" else 1)
        told.append({"«": "“", "»": "”"}.get(sign, sign) if inner else sign)
    return "".join(told).replace("«", "«\u00a0").replace("»", "\u00a0»")


def plain(amount: Decimal) -> int | float:
    """An amount as a JSON number."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
