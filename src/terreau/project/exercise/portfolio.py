"""Songemont's portfolio: twelve invented projects from every origin, and what inhabitants propose."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.utils import timezone

from terreau.directory.models import Organisation
from terreau.directory.services import edit_organisation
from terreau.portfolio import services
from terreau.portfolio.enums import Origin, ProjectState, Stage
from terreau.portfolio.services import Seed
from terreau.project.exercise import actors, people
from terreau.project.exercise.people import person_of
from terreau.project.exercise.practices import BARN_ID
from terreau.territories.models import Territory
from terreau.territories.services import resolve

_ONCE: Final = "23456789p{}{}"
_LETTERS: Final = "bcdfghjkmnpqr"


class Invented(NamedTuple):
    """A project: what it answers, by which lever, for whom, at what cost, with what money and what risk."""

    title: str
    summary: str
    need: str
    lever: str
    sector: str
    people: tuple[int, int, int]
    budget: tuple[int, int]
    secured: int
    asked: int
    risk: str
    control: str
    origin: str = Origin.AGENT
    key: str = ""
    income: tuple[int, int, int] | None = None
    submitted: bool = True
    stage: str = Stage.DESIGN


_PROJECTS: Final = (
    Invented(
        "Ateliers de l’ancienne filature",
        "Dix ateliers loués à prix publié dans un bâtiment communal vide.",
        "premises",
        "premises.lend",
        "artisanat-industrie",
        (24, 10, 2),
        (180_000, 60_000),
        200_000,
        20_000,
        "Retard de la mise aux normes",
        "Diagnostic du bâtiment fait, pénalités au marché",
        Origin.RECOMMENDATION,
        "besoin-locaux",
        (48_000, 26_000, 10),
        stage=Stage.READY,
    ),
    Invented(
        "Marché de la laine du samedi",
        "La halle est prêtée aux ateliers le premier samedi de chaque mois.",
        "visibility",
        "premises.sales",
        "commerce",
        (30, 12, 3),
        (18_000, 12_000),
        30_000,
        0,
        "Peu de visiteurs l’hiver",
        "Trois mois d’essai, puis décision",
        Origin.RECOMMENDATION,
        "besoin-visibilite",
        stage=Stage.PILOT,
    ),
    Invented(
        "Lots réservés à la cantine",
        "Un lot réservé dans le marché des repas, et une visite des ateliers aux acheteurs.",
        "purchasing",
        "purchasing.reserved_lot",
        "alimentation",
        (18, 9, 6),
        (6_000, 6_000),
        12_000,
        0,
        "Aucun atelier ne répond",
        "Rencontre des ateliers avant la publication",
    ),
    Invented(
        "Fonds local de petits prêts",
        "Des prêts sans intérêt aux groupes qui achètent leur premier équipement.",
        "microcredit",
        "finance.microcredit",
        "finance",
        (40, 22, 4),
        (80_000, 40_000),
        70_000,
        30_000,
        "Prêts non remboursés",
        "Caution du groupe, suivi chaque mois",
        Origin.PROPOSAL,
        "",
    ),
    Invented(
        "École du soir des trésoriers",
        "Douze soirées pour tenir des comptes, répondre à un appel, garder la trace des décisions.",
        "training",
        "training.management",
        "education",
        (25, 15, 2),
        (14_000, 14_000),
        21_000,
        7_000,
        "Peu d’inscrits",
        "Inscription par les unions",
        stage=Stage.READY,
    ),
    Invented(
        "Réparerie du mont",
        "Un atelier où l’on répare ensemble ce qui allait être jeté.",
        "equipment",
        "premises.equipment",
        "eau-dechets",
        (16, 14, 5),
        (52_000, 22_000),
        40_000,
        34_000,
        "Manque de pièces",
        "Accord avec la déchèterie",
        income=(36_000, 24_000, 20),
    ),
    Invented(
        "Voiturage solidaire des villages",
        "Des conducteurs bénévoles, une centrale tenue par deux associations.",
        "networking",
        "animation.umbrella",
        "mobilite",
        (60, 18, 12),
        (32_000, 30_000),
        20_000,
        20_000,
        "Conducteurs trop peu nombreux",
        "",
        Origin.ACTION,
    ),
    Invented(
        "Radio des quartiers",
        "Une antenne tenue par les jeunes, deux heures par jour.",
        "visibility",
        "services.culture",
        "medias",
        (20, 45, 3),
        (26_000, 20_000),
        8_000,
        20_000,
        "Fréquence refusée",
        "",
    ),
    Invented(
        "Serres partagées de la Plume",
        "Des serres chauffées au bois, louées au mètre à ceux qui cultivent pour vendre.",
        "cofinancing",
        "public_private.joint_project",
        "agriculture",
        (28, 11, 4),
        (120_000, 30_000),
        60_000,
        90_000,
        "Gel au premier hiver",
        "Assurance, bois stocké d’avance",
        stage=Stage.GROWING,
        income=(70_000, 45_000, 25),
    ),
    Invented(
        "Maison des démarches",
        "Un guichet où un groupe trouve en une fois le statut, l’aide et la salle.",
        "status",
        "concertation.one_stop",
        "conseil",
        (50, 25, 8),
        (22_000, 22_000),
        44_000,
        0,
        "Agent absent",
        "Deux agents formés",
    ),
    Invented(
        "Couveuse des métiers du bois",
        "Un an pour essayer son métier avec un toit, des outils et un contrat.",
        "incubation",
        "creation.incubator",
        "artisanat-industrie",
        (14, 20, 6),
        (64_000, 48_000),
        50_000,
        40_000,
        "Pas de suite après un an",
        "Carnet de commandes suivi chaque trimestre",
        Origin.PRACTICE,
        BARN_ID,
    ),
    Invented(
        "Assemblée des voisins",
        "Une assemblée par quartier et par saison, dont le compte rendu est publié.",
        "dialogue",
        "concertation.commission",
        "vie-associative",
        (90, 40, 15),
        (5_000, 5_000),
        10_000,
        0,
        "Toujours les mêmes présents",
        "Tirage au sort d’un quart des places",
        submitted=False,
        stage=Stage.NOTION,
    ),
)


def portfolio() -> None:
    """The projects, through the services that pages call, then two more proposals, one of them answered."""
    agent, town = person_of(people.SONGEMONT), resolve(people.SONGEMONT.territory)
    neighbour = resolve(actors.PORT_FABLE)
    sheets = list(Organisation.objects.in_territory(town).shown().order_by("name", "pk")[:24])
    zones = list(Territory.objects.filter(parent=town).order_by("code"))
    for rank, one in enumerate(_PROJECTS):
        values = _values(one, rank, sheets, zones, neighbour)
        key = _under_way(agent, sheets[rank], one.summary) if one.origin == Origin.ACTION else one.key
        once = _ONCE.format(_LETTERS[rank % 13], _LETTERS[rank // 13])
        _begin(agent, town, one, once, key, values)
    _proposals(agent, town)


def _values(
    one: Invented, rank: int, sheets: list[Organisation], zones: list[Territory], neighbour: Territory
) -> dict[str, Any]:
    year = timezone.localdate().year + 1
    women, young, disabled = one.people
    values: dict[str, Any] = {
        "summary": one.summary,
        "need": one.need,
        "lever": one.lever,
        "stage": one.stage,
        "sector": one.sector,
        "zone": zones[rank % len(zones)].code if zones else "",
        "people": sum(one.people),
        "women": women,
        "young": young,
        "disabled": disabled,
        "bearer": sheets[rank].public_id if rank < len(sheets) else "",
        "partners": [sheet.public_id for sheet in sheets[12 + rank : 14 + rank]],
        "budget": [
            {"year": year, "nature": "investment", "amount": one.budget[0]},
            {"year": year + 1, "nature": "running", "amount": one.budget[1]},
        ],
        "fundings": [
            {"funder": funder, "year": year, "amount": amount, "state": state}
            for funder, amount, state in (
                ("Songemont", one.secured, "obtained"),
                ("Caisse inventée du Mont", one.asked, "asked"),
            )
            if amount
        ],
        "risks": [{"text": one.risk, "probability": 2 + rank % 3, "severity": 3, "control": one.control}],
        "results": "Compter chaque saison les personnes venues et ce qu’elles en disent.",
        "is_public": rank % 4 != 3,
    }
    if one.income:
        values |= dict(zip(("yearly_income", "yearly_fixed", "variable_percent"), one.income, strict=True))
    if rank == 0:
        values["shares"] = [
            {"territory": neighbour.code, "percent": 20, "part": "Envoie ses apprentis, paie leur part."}
        ]
    return values


def _begin(agent: Any, town: Territory, one: Invented, once: str, key: str, values: dict[str, Any]) -> None:
    if one.origin == Origin.PROPOSAL:
        proposal = services.propose(
            territory=town, once=once, title=one.title, text=one.summary, need=one.need, who="Trois tontines"
        )
        words = "Votre fonds entre au portefeuille\u00a0: il sera noté au printemps."
        project = services.accept(person=agent, proposal=proposal, words=words)
        services.save(person=agent, project=project, version=1, title=one.title, values=values)
    else:
        project = services.create(
            person=agent,
            territory=town,
            title=one.title,
            once=once,
            seed=Seed(one.origin, key),
            values=values,
        )
    if one.submitted:
        services.move(person=agent, project=project, after=ProjectState.SUBMITTED)


def _under_way(agent: Any, sheet: Organisation, what: str) -> str:
    """The sheet of an actor, once it tells of an action under way."""
    action = {"what": what, "for_whom": "", "since": "", "source_note": ""}
    edit_organisation(person=agent, organisation=sheet, version=sheet.version, values={"actions": [action]})
    return str(sheet.public_id)


def _proposals(agent: Any, town: Territory) -> None:
    services.propose(
        territory=town,
        once=_ONCE.format("w", "x"),
        title="Un banc d’échange de plants",
        text="Chacun dépose au printemps les plants qu’il a de trop, sous la halle.",
        need="networking",
        who="Un groupe de voisines",
    )
    refused = services.propose(
        territory=town,
        once=_ONCE.format("w", "z"),
        title="Un téléphérique entre les deux rives",
        text="Pour éviter le détour par le pont.",
    )
    services.refuse(
        person=agent, proposal=refused, words="Son coût dépasse dix fois le budget ; le bac sera étudié."
    )
