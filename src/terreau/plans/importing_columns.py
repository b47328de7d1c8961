"""What the columns of a plan kept in a spreadsheet mean, guessed from their titles."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from terreau.core.text import fold

# In the order of the choice that an agent is given.
MEANINGS: Final = {
    "axis": _("axe"),
    "objective": _("objectif"),
    "reference": _("numéro"),
    "title": _("action"),
    "public_id": _("identifiant donné par l’export"),
    "version": _("version de l’export"),
    "words": _("description"),
    "elected_pilot": _("pilote élu"),
    "technical_pilot": _("pilote technique"),
    "partners": _("partenaires"),
    "starts_on": _("début"),
    "ends_on": _("fin"),
    "state": _("état"),
    "cause": _("ce qui bloque ou retarde"),
    "participation": _("part des habitants"),
    "need": _("besoin"),
    "lever": _("levier"),
    "is_public": _("visible du public (oui ou non)"),
    "year": _("année du budget"),
    "nature": _("nature de la dépense"),
    "source": _("d’où vient l’argent"),
    "planned": _("montant prévu"),
    "secured": _("montant acquis"),
    "committed": _("montant engagé"),
    "paid": _("montant payé"),
    "indicator": _("indicateur"),
    "unit": _("unité de l’indicateur"),
    "figure_source": _("source du chiffre"),
    "baseline": _("valeur de départ"),
    "target": _("cible"),
    "target_on": _("cible pour le"),
}
AMOUNTS: Final = ("planned", "secured", "committed", "paid")
# A longer cell is a sentence, not a title.
_LONGEST: Final = 80
_YEAR: Final = re.compile(r"\b(19|20)\d\d\b")
_MONEY: Final = r"(?=.*(montant|budget|credit|cout|depense|financement|\beur|(19|20)\d\d))"
_ACTION: Final = r"(fiches? )?(actions?|mesures?|operations?)"
_GUESSES: Final = tuple(
    (meaning, re.compile(pattern))
    for meaning, pattern in (
        ("public_id", r"^identifiant"),
        ("version", r"^version"),
        ("reference", rf"^(n|no|num|numero|code|ref|reference)( (de |d )?(la |l )?{_ACTION})?$"),
        ("target_on", r"cible.*(pour|date|echeance)|(date|echeance).*cible"),
        ("target", r"cible|valeur attendue|objectif chiffre"),
        ("baseline", r"(valeur|situation|point) (initiale?|de depart|actuelle)|^au depart|^depart$"),
        ("figure_source", r"source.*(chiffre|indicateur|donnee)"),
        ("unit", r"^unite"),
        ("indicator", r"indicateur"),
        (
            "axis",
            r"^(axes?|orientations?|ambitions?|piliers?|volets?|enjeux?|defis?|priorites?|thematiques?|"
            r"objectifs? strategiques?)( strategiques?| prioritaires?| de travail| du plan)?$",
        ),
        ("objective", r"^(sous )?(objectifs?|axes?)( operationnels?| strategiques?| specifiques?)?$"),
        ("paid", rf"{_MONEY}.*\b(paye|verse|realise|mandate|consomme)"),
        ("committed", rf"{_MONEY}.*\bengage"),
        ("secured", rf"{_MONEY}.*\b(acquis|obtenu|notifie|vote|secur|assure)"),
        ("source", r"financeur|source|origine des fonds|^financements?$|plan de financement"),
        ("planned", r"budget|montant|\bcouts?\b|credits?\b|depenses?\b|financement.*(19|20)\d\d"),
        ("year", r"^(annees?|exercice)( budgetaire)?$"),
        ("nature", r"\bnature\b"),
        ("is_public", r"^(visible du )?public$"),
        ("state", r"\betat\b|statut|avancement"),
        ("cause", r"\bcause|blocage|\bbloque|difficulte|\bfreins?\b|motif"),
        ("starts_on", r"debut|demarrage|lancement|commence|^du$"),
        ("ends_on", r"^fin\b|\bfin( prevue| previsionnelle| estimee)?$|echeance|finit|cloture|butoir|^au$"),
        ("elected_pilot", r"\belue?s?\b"),
        ("technical_pilot", r"^(?!co porteur).*(pilot|referent|responsable|service|direction|porteur)"),
        ("partners", r"partenaire|acteurs? associe"),
        ("participation", r"part des habitants|participation|concertation"),
        ("need", r"^besoins?"),
        ("lever", r"^leviers?"),
        ("title", rf"^(intitule |titre |nom |libelle )?(de |d )?(la |l |les |des )?{_ACTION}$"),
        ("title", r"^(intitule|titre|libelle|projets?|nom du projet)$"),
        ("words", r"descripti|contenu|detail|modalite|resume"),
    )
)


def candidates(title: str) -> list[str]:
    """What a title may mean, the surest first."""
    folded = fold(title)
    if not folded or len(folded) > _LONGEST:
        return []
    return [meaning for meaning, pattern in _GUESSES if pattern.search(folded)]


def guess(titles: Iterable[str]) -> list[str]:
    """What each column means, empty where it is not known; only amounts may come several times."""
    found: list[str] = []
    for title in titles:
        taken = {one for one in found if one not in AMOUNTS}
        found.append(next((one for one in candidates(title) if one not in taken), ""))
    return found


def year_in(title: str) -> int | None:
    """The year that a title tells, « Budget 2026 »; None without one, or with several."""
    years = {match.group() for match in _YEAR.finditer(title)}
    return int(years.pop()) if len(years) == 1 else None


def digest_of(titles: Sequence[str]) -> str:
    """By which the same titles are known again, whatever their capitals and accents."""
    return hashlib.sha256("\n".join(fold(one) for one in titles).encode()).hexdigest()
