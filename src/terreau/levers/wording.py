"""The reasons of a ranking, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.framework import needs
from terreau.levers.enums import CostOrder
from terreau.levers.rules import LawFact, Suppliers, Term, Thresholds, rung_of

_LEAST: Final[dict[str, Callable[[Thresholds], int]]] = {
    "reserve": lambda one: one.reserve,
    "lot": lambda one: one.lot,
    "clause": lambda one: one.clause,
    "emerge": lambda _one: 0,
}


def reason(term: Term, thresholds: Thresholds) -> str:
    """One reason in a sentence."""
    if term.fact is not None:
        kind = "obstacle" if term.fact.key.startswith("obstacle.") else term.kind
        return _FACTS[kind]() % {"label": term.fact.label or _need(term.fact.code)}
    if term.law is not None:
        return _law(term.law)
    if term.suppliers is not None:
        return _actors(term, term.suppliers, thresholds)
    if term.kind == "cost":
        return _("Coût, d’après la ville\u00a0: %(cost)s.") % {"cost": CostOrder(term.number).label}
    if term.kind == "delay":
        return _("Délai, d’après la ville\u00a0: %(delay)s.") % {"delay": months(term.number)}
    return _PROJECT[term.kind]()


def url_of(term: Term) -> str:
    """Where what a reason rests on can be read; nothing where it is nowhere."""
    if term.law is not None and term.law.text:
        return reverse("framework:text", args=[term.law.text])
    return term.fact.url if term.fact else ""


def months(number: int) -> str:
    """« 6 mois »."""
    return ngettext("%(number)d mois", "%(number)d mois", number) % {"number": number}


def rung_name(rung: str) -> str:
    """What the rule of thresholds concludes for a sector."""
    return {
        "reserve": _("marché réservé"),
        "lot": _("lot réservé"),
        "clause": _("clause sociale"),
        "emerge": _("les aider à exister"),
    }[rung]


def _need(code: str) -> str:
    return ", ".join(needs.need_names([code])) or code


# Functions, so that the words are those of the language in force when they are said.
_FACTS: Final[dict[str, Callable[[], str]]] = {
    "need": lambda: _("Besoin\u00a0: %(label)s."),
    "own_need": lambda: _("Répond au besoin du projet\u00a0: %(label)s."),
    "barrier": lambda: _("Aide à lever le frein\u00a0: %(label)s."),
    "obstacle": lambda: _("Répond à un obstacle nommé par les acteurs\u00a0: %(label)s."),
    "state_barrier": lambda: _("Retenu par un frein que l’État seul peut lever\u00a0: %(label)s."),
    "advocacy": lambda: _("L’État seul peut le lever\u00a0: %(label)s."),
    "strength": lambda: _("S’appuie sur\u00a0: %(label)s."),
    "weak": lambda: _("Corrige\u00a0: %(label)s."),
    "blocked": lambda: _("Retenu par ce qui ne se décide pas ici\u00a0: %(label)s."),
}
_PROJECT: Final[dict[str, Callable[[], str]]] = {
    "recommended": lambda: _("La recommandation dont vient le projet conduit à ce levier."),
    "sector": lambda: _("Porte sur le secteur du projet."),
    "issue": lambda: _("Répond à un enjeu territorial du projet."),
}


def _law(fact: LawFact) -> str:
    text = f"{fact.label}, {fact.ref}" if fact.ref else fact.label
    if fact.grade == "unknown":
        return _(
            "Aucun texte de la bibliothèque ne dit que le droit du pays le permet\u00a0: à vérifier d’abord."
        )
    if fact.grade == "refused":
        return _("Le droit ne le prévoit pas\u00a0: %(text)s.") % {"text": text}
    if fact.grade == "related":
        return _("Un texte du pays traite du sujet, à lire d’abord\u00a0: %(text)s.") % {"text": text}
    if fact.grade == "later":
        return _("Un texte n’est pas encore en vigueur\u00a0: %(text)s.") % {"text": text}
    told = (
        _("Le droit l’impose dans certains cas\u00a0: %(text)s")
        if fact.says == "requires"
        else _("Le droit le permet\u00a0: %(text)s")
    )
    grade = _("vérifié dans la source") if fact.grade == "verified" else _("à vérifier")
    return f"{told % {'text': text}} ({grade})."


def _actors(term: Term, one: Suppliers, thresholds: Thresholds) -> str:
    if term.kind in ("crowd", "no_crowd", "few"):
        return _crowd(term.kind, one, thresholds)
    told = {"counted": _counted(one), "least": _LEAST[term.rung](thresholds), "rung": rung_name(term.rung)}
    if term.kind == "too_low":
        return _("%(counted)s\u00a0: un levier plus fort est possible.") % told
    if term.kind == "too_high":
        if one.count >= thresholds.reserve:
            return _("%(counted)s, mais trop petits\u00a0: %(small)s.") % {
                **told,
                "small": _size(one, thresholds),
            }
        return _("%(counted)s\u00a0: trop peu, il en faut %(least)d.") % told
    if term.rung == "emerge":
        if not one.count:
            return _("Aucun acteur connu là où la collectivité achète\u00a0: d’abord les aider à exister.")
        return _("%(counted)s dans le secteur le mieux pourvu\u00a0: d’abord les aider à exister.") % told
    if term.rung == "reserve":
        return _(
            "%(counted)s\u00a0: assez pour un marché réservé (à partir de %(least)d)\u00a0; %(size)s."
        ) % {
            **told,
            "size": _size(one, thresholds),
        }
    return _("%(counted)s\u00a0: assez pour ce levier (à partir de %(least)d), %(above)s.") % {
        **told,
        "above": _above(one, thresholds),
    }


def _counted(one: Suppliers) -> str:
    if not one.count:
        return _("Aucun acteur connu en «\u00a0%(sector)s\u00a0»") % {"sector": one.label}
    return ngettext(
        "%(count)d acteur connu en «\u00a0%(sector)s\u00a0»",
        "%(count)d acteurs connus en «\u00a0%(sector)s\u00a0»",
        one.count,
    ) % {"count": one.count, "sector": one.label}


def _size(one: Suppliers, thresholds: Thresholds) -> str:
    told = ngettext(
        "%(count)d d’au moins %(jobs)d emplois", "%(count)d d’au moins %(jobs)d emplois", one.capable
    ) % {"count": one.capable, "jobs": thresholds.jobs}
    if not one.untold:
        return told
    untold = ngettext(
        "%(count)d dont la taille n’est pas dite", "%(count)d dont la taille n’est pas dite", one.untold
    )
    return f"{told}, {untold % {'count': one.untold}}"


def _above(one: Suppliers, thresholds: Thresholds) -> str:
    """What it would take to go one rung further."""
    if rung_of(one, thresholds) == "clause":
        return _("trop peu pour un lot réservé (%(least)d)") % {"least": thresholds.lot}
    if one.count < thresholds.reserve:
        return _("trop peu pour un marché réservé (%(least)d)") % {"least": thresholds.reserve}
    return _("trop petits pour un marché réservé (%(size)s)") % {"size": _size(one, thresholds)}


def _crowd(kind: str, one: Suppliers, thresholds: Thresholds) -> str:
    told = {"counted": _counted(one), "least": thresholds.lot}
    if kind == "crowd":
        return _("%(counted)s\u00a0: de quoi s’appuyer sur eux.") % told
    if kind == "few":
        return _("%(counted)s\u00a0: utile là où ils sont peu.") % told
    return _("%(counted)s\u00a0: trop peu pour s’appuyer sur eux (%(least)d).") % told
