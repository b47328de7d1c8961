"""The demonstration: real lists brought in by a user's own door, and the diagnoses published from them.

Nothing is invented: the only fictional things are the accounts, which say so. Run again, it keeps
what is there and only does what is missing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from django.conf import settings

from terreau.accounts.enums import Role
from terreau.accounts.models import Person
from terreau.accounts.services import ensure_person, make_editor
from terreau.core.errors import TerreauError
from terreau.observatory.build import build as build_vintage
from terreau.observatory.delivery import Delivery, delivery_in, is_simulated, vintage_of
from terreau.observatory.landing import Request
from terreau.observatory.store import of_country, vintages
from terreau.practices.loading import link_actors
from terreau.project.filling import Say, bring_in, ensure_package, give, publish_first
from terreau.registers import services as registers
from terreau.territories.services import open_territory, resolve

POITIERS, GRAND_POITIERS, BAMAKO = "fr-com-86194", "fr-epci-200069854", "ml-gn-2460596"
SECRETARIAT_EMAIL = "secretariat@demo.invalid"
AGENT_EMAIL = "agent.poitiers@demo.invalid"


@dataclass(frozen=True)
class DemoList:
    """One real list: its file, its mapping, and what is said of its source."""

    file: str
    mapping: str
    territory: str
    about: registers.About


LISTS = (
    DemoList(
        "poitiers_subventions_2017.csv",
        "poitiers.json",
        POITIERS,
        registers.About(
            name="Subventions aux associations, Ville de Poitiers, 2017",
            kind="list",
            publisher="Ville de Poitiers",
            url="",
            licence="Licence Ouverte",
            dated_on=date(2017, 12, 11),
        ),
    ),
    DemoList(
        "ess_units_sirene_extract.csv",
        "sirene.json",
        "fr",
        registers.About(
            name="Unités de l’ESS aux activités numériques, extrait de SIRENE",
            kind="register",
            publisher="ess-numerique-database, d’après le répertoire SIRENE",
            url="",
            licence="MIT ; en amont, Licence Ouverte",
            dated_on=None,
        ),
    ),
    DemoList(
        "cooperative_supermarkets.json",
        "supermarches.json",
        "fr",
        registers.About(
            name="Supermarchés coopératifs",
            kind="list",
            publisher="interfoodcoop",
            url="",
            licence="MIT",
            dated_on=None,
        ),
    ),
    DemoList(
        "susy_initiatives_europe.geojson",
        "susy.json",
        "fr",
        registers.About(
            name="Initiatives de l’économie sociale et solidaire d’Europe (SUSY)",
            kind="list",
            publisher="SUSY, TransforMap",
            url="https://data.transformap.co/place/SSEDAS_PARTNER",
            licence="domaine public, selon le fichier",
            dated_on=None,
        ),
    ),
    DemoList(
        "sept_initiatives.csv",
        "sept_initiatives.json",
        "fr",
        registers.About(
            name="Document de l’AIMF : L’ESS pour un développement durable des territoires",
            kind="list",
            publisher="AIMF, septième commission permanente",
            url="",
            licence="faits cités, dits dans nos mots",
            dated_on=None,
        ),
    ),
)


def build(say: Say) -> None:
    """Make the demonstration, or what is missing of it.

    Args:
        say: told each thing that is being done, in French.
    """
    (settings.HOME.root / "demo").touch()
    settings.DEMO = True
    secretariat = _people()
    for demo_list in LISTS:
        _bring_in(demo_list, secretariat, say)
    # The actors named by the practices that came before the lists are in the directory now.
    link_actors()
    for code in (POITIERS, GRAND_POITIERS, BAMAKO):
        publish_first(resolve(code), secretariat, say)


def check_home() -> None:
    """Do nothing in a home that can hold the demonstration.

    Raises:
        TerreauError: when it is that of an exercise.
    """
    if settings.EXERCISE:
        raise TerreauError(
            "Ce dossier est celui de l’instance d’exercice\u00a0: la démonstration ne montre que du vrai.",
            where=str(settings.HOME.root),
            remedy="Donnez à TERREAU_HOME un autre dossier, ou lancez «\u00a0terreau exercise\u00a0».",
        )


def delivery_of(folder: Path) -> Delivery:
    """The genuine files of the register that a folder holds.

    Raises:
        TerreauError: when one is missing, cannot be read, or was simulated.
    """
    found = delivery_in(folder)
    simulated = [path.name for path in found.files if is_simulated(path)]
    if simulated:
        raise TerreauError(
            f"Des fichiers sont simulés\u00a0: {', '.join(simulated)}.",
            where=str(folder),
            remedy="La démonstration ne montre que du vrai\u202f; pour s’exercer\u00a0: make exercice.",
        )
    return found


def build_figures(delivery: Delivery, vintage: str | None, say: Say) -> None:
    """Make the register's figures of a month, unless they are there already."""
    month = vintage or vintage_of(delivery)
    out = of_country(settings.HOME.root, "FR")
    if month in vintages(out):
        say(f"Le millésime {month} est déjà construit.")
        ensure_package(out, month)
        return
    say(f"Chiffres du registre, millésime {month}…")
    request = Request(
        source="sirene",
        vintage=month,
        out=out,
        units=delivery.units,
        establishments=delivery.establishments,
        ess_list=delivery.ess_list,
        rna=delivery.rna,
        older=True,
    )
    build_vintage(request, say=say)
    ensure_package(out, month)


def _people() -> Person:
    secretariat = ensure_person(email=SECRETARIAT_EMAIL, display_name="Secrétariat (démonstration)")
    agent = ensure_person(email=AGENT_EMAIL, display_name="Agent de Poitiers (démonstration)")
    give(secretariat, Role.SECRETARIAT, None)
    make_editor(by=None, person=secretariat)
    for code in (POITIERS, GRAND_POITIERS, BAMAKO):
        territory = resolve(code)
        if territory.opened_on is None:
            open_territory(person=secretariat, territory=territory)
    give(agent, Role.AGENT, resolve(GRAND_POITIERS))
    give(agent, Role.AGENT, resolve(POITIERS))
    return secretariat


def _bring_in(demo_list: DemoList, person: Person, say: Say) -> None:
    folder = files("terreau.project.demo")
    mapping = json.loads((folder / "mappings" / demo_list.mapping).read_text("utf-8"))
    with as_file(folder / "lists" / demo_list.file) as path:
        bring_in(
            path,
            about=demo_list.about,
            mapping=mapping,
            territory=resolve(demo_list.territory),
            person=person,
            say=say,
        )
