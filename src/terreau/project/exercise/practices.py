"""A practice of the exercise: told by one town, checked by two others, taken up by all, in a small tree."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone

from terreau.practices import services
from terreau.practices.enums import Indicator
from terreau.practices.models import Adoption, Practice
from terreau.practices.rules import months_after
from terreau.project.exercise import people
from terreau.territories.services import resolve

# Drawn once, so that the addresses of the exercise stay the same.
_PUBLIC_ID, _WAITING_ID, BARN_ID = "7nwk4xq9rbd", "5zc8mtj3hvg", "6hq2wvb8kdt"
_MARKET: Final[dict[str, Any]] = {
    "title": "Le marché de la laine du mont",
    "summary": "Chaque premier samedi, bergers, fileuses et tricoteurs vendent ensemble sous la halle.",
    "context": "Songemont compte plusieurs ateliers de laine, qui vendaient chacun de leur côté.",
    "problem": "La laine partait en ballots, et ceux qui la travaillent ne se connaissaient pas.",
    "done": "La mairie prête la halle et affiche les dates.\n"
    "Les ateliers tiennent la caisse à tour de rôle.\n"
    "Une réunion par trimestre règle ce qui ne va pas.",
    "partners": ["Ateliers de laine de Songemont", "/territoires/xt-com-2101/"],
    "needs": ["visibility", "networking", "premises"],
    "issues": ["emploi", "developpement-economique"],
    "sectors": ["artisanat-industrie", "commerce"],
    "kind": "rural",
    "since": "2024-05",
    "months": 9,
    "staff": 0.5,
    "costs": [
        {"nature": "investment", "amount": 12_000, "period": "once", "note": "tréteaux et bâches"},
        {"nature": "running", "amount": 3_000, "period": "yearly"},
    ],
    "results": [
        {"what": "vingt-deux étals en 2025, neuf en 2024", "evidence": "registre de la halle"},
        {"what": "quatre emplois créés dans les ateliers", "evidence": "enquête auprès des ateliers, 2025"},
    ],
    "legal": "Une délibération prête la halle ; un règlement dit qui peut vendre.",
    "failed": "La première année, la date tombait le jour de la foire du port : personne n’est venu.",
    "contact": "service du commerce de Songemont",
}
_WAITING: Final[dict[str, Any]] = {
    "title": "Une caisse d’épargne à bord",
    "summary": "À Port-Fable, les équipages épargnent ensemble avant chaque saison.",
    "problem": "Les équipages empruntaient cher pour réparer leurs filets.",
    "done": "La mairie prête une salle ; les équipages élisent trois trésoriers.",
    "needs": ["microcredit"],
    "issues": ["developpement-economique"],
    "sectors": ["finance"],
    "results": [{"what": "soixante équipages épargnent", "evidence": "cahier des trésoriers"}],
    "contact": "capitainerie de Port-Fable",
}
_BARN: Final[dict[str, Any]] = {
    "title": "La grange de la brume",
    "summary": "Brumeval loue pour un écu une grange à six associations, qui l’entretiennent ensemble.",
    "context": "Une grange communale restait vide au bord du bois.",
    "problem": "Aucun local n’était à la portée des associations, qui ne pouvaient ni stocker ni recevoir.",
    "done": "La mairie a mis la grange aux normes, puis l’a confiée à une association des occupants.\n"
    "Les travaux ont été partagés en lots, dont un réservé.",
    "needs": ["premises", "purchasing", "cofinancing"],
    "issues": ["developpement-urbain"],
    "sectors": ["batiment", "logement"],
    "kind": "periurban",
    "since": "2023-03",
    "months": 18,
    "costs": [{"nature": "investment", "amount": 90_000, "period": "once", "note": "toit et électricité"}],
    "results": [{"what": "six associations logées, une en attente", "evidence": "baux de la grange"}],
    "legal": "Un bail de longue durée, voté par le conseil.",
    "failed": "Le chauffage n’avait pas été compté : le premier hiver a coûté le double.",
    "contact": "service du patrimoine de Brumeval",
}
_SAID: Final = (
    ("urban", True, 40_000_000),
    ("urban", True, 25_000_000),
    ("periurban", False, 12_000_000),
    ("rural", False, 9_000_000),
)


def practices() -> None:
    """Songemont's market, published and taken up; Brumeval's barn, that it takes up; Port-Fable's savings."""
    songemont, port_fable, brumeval, lunebourg = people.AGENTS
    market = _published(songemont, _PUBLIC_ID, _MARKET, (port_fable, brumeval))
    barn = _published(brumeval, BARN_ID, _BARN, (songemont, port_fable))
    _begun(port_fable, _WAITING_ID, _WAITING)
    _taken(
        barn, songemont, None, "Dans l’ancienne scierie, avec un contrat d’un an pour essayer son métier.", 3
    )
    first = _taken(market, port_fable, None, "Sur le quai, avec le poisson fumé ; le dimanche.", 20)
    _told(first, port_fable, 6, "Onze étals, dont six de pêcheurs.", "registre du port")
    _told(first, port_fable, 18, "Dix-neuf étals ; deux coopératives en sont nées.", "registre du port")
    second = _taken(market, brumeval, first, "Un seul marché, l’hiver, sous la serre du bois.", 8)
    _told(second, brumeval, 6, "Sept étals, trop de brume pour davantage.", "")
    third = _taken(market, lunebourg, None, "Le soir, à la lanterne.", 8)
    services.end(
        person=people.person_of(lunebourg),
        adoption=third,
        why="Les verriers travaillent la nuit : aucun n’était libre.",
    )


def portraits() -> None:
    """What each town says of itself, and the figures it lets be compared."""
    for account, (kind, coastal, budget) in zip(people.AGENTS, _SAID, strict=True):
        services.portray(
            person=people.person_of(account),
            territory=resolve(account.territory),
            version=0,
            kind=kind,
            coastal=coastal,
            yearly_budget=budget,
            indicators=[Indicator.ORGANISATIONS, Indicator.CONFIRMED, Indicator.SECTORS],
        )


def _begun(account: people.Account, public_id: str, values: dict[str, Any]) -> Practice:
    agent = people.person_of(account)
    made = services.begin(
        person=agent, territory=resolve(account.territory), public_id=public_id, values=values
    )
    return services.submit(person=agent, practice=made)


def _published(
    account: people.Account, public_id: str, values: dict[str, Any], peers: tuple[people.Account, ...]
) -> Practice:
    practice = _begun(account, public_id, values)
    for peer in peers:
        practice = services.check(
            person=people.person_of(peer), practice=practice, number=practice.number, approves=True
        )
    return practice


def _taken(
    practice: Practice, account: people.Account, source: Adoption | None, words: str, months_ago: int
) -> Adoption:
    adoption = services.take_up(
        person=people.person_of(account),
        practice=practice,
        territory=resolve(account.territory),
        source=source,
        adaptation=words,
    )
    # Nobody can declare in the past but whoever writes a story.
    adoption.declared_on = _months_before(timezone.localdate(), months_ago)
    adoption.save(update_fields=["declared_on"])
    return adoption


def _months_before(day: date, months: int) -> date:
    return months_after(day.replace(day=1), -months) + timedelta(days=9)


def _told(adoption: Adoption, account: people.Account, term: int, words: str, evidence: str) -> None:
    adoption.refresh_from_db(fields=["version"])
    services.tell_result(
        person=people.person_of(account),
        adoption=adoption,
        term=term,
        version=adoption.version,
        words=words,
        evidence=evidence,
    )
