"""The demonstration: real lists brought in by a user's own door, and the diagnoses published from them.

Nothing is invented: the only fictional things are the accounts, which say so. Run again, it keeps
what is there and only does what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from django.conf import settings

from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.accounts.services import ensure_person, grant_role, make_editor
from terreau.diagnosis.models import Edition
from terreau.diagnosis.services import create_draft, publish
from terreau.directory.models import Source
from terreau.registers import services as registers
from terreau.registers.spec import from_json
from terreau.territories.models import Territory
from terreau.territories.services import open_territory, resolve

Say = Callable[[str], None]
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
    for code in (POITIERS, GRAND_POITIERS, BAMAKO):
        _diagnose(code, secretariat, say)


def _people() -> Person:
    secretariat = ensure_person(email=SECRETARIAT_EMAIL, display_name="Secrétariat (démonstration)")
    agent = ensure_person(email=AGENT_EMAIL, display_name="Agent de Poitiers (démonstration)")
    _give(secretariat, Role.SECRETARIAT, None)
    make_editor(by=None, person=secretariat)
    for code in (POITIERS, GRAND_POITIERS, BAMAKO):
        territory = resolve(code)
        if territory.opened_on is None:
            open_territory(person=secretariat, territory=territory)
    _give(agent, Role.AGENT, resolve(GRAND_POITIERS))
    _give(agent, Role.AGENT, resolve(POITIERS))
    return secretariat


def _give(person: Person, role: Role, territory: Territory | None) -> None:
    if not RoleGrant.objects.filter(person=person, role=role, territory=territory).exists():
        grant_role(by=None, person=person, role=role, territory=territory)


def _bring_in(demo_list: DemoList, person: Person, say: Say) -> None:
    territory = resolve(demo_list.territory)
    if Source.objects.filter(name=demo_list.about.name, territory=territory, records__isnull=False).exists():
        return
    say(f"Import : {demo_list.about.name}…")
    folder = files("terreau.project.demo")
    with as_file(folder / "lists" / demo_list.file) as path:
        run = registers.receive(
            person=person,
            territory=territory,
            about=demo_list.about,
            name=demo_list.file,
            content=registers.blocks_of(Path(path)),
        )
    mapping = json.loads((folder / "mappings" / demo_list.mapping).read_text("utf-8"))
    spec = from_json(mapping, run.described["columns"])
    registers.confirm_mapping(person=person, run=run, spec=spec)
    run.refresh_from_db()
    registers.read_and_compare(person=person, run=run)
    registers.apply_run(person=person, run=run)
    run.refresh_from_db()
    say(f"  {_told(run.counts)}")


def _told(counts: dict[str, Any]) -> str:
    names = {"new": "nouvelles", "review": "à examiner", "rejected": "refusées"}
    return (
        ", ".join(f"{counts[key]} {name}" for key, name in names.items() if counts.get(key))
        or "rien de nouveau"
    )


def _diagnose(code: str, person: Person, say: Say) -> None:
    territory = resolve(code)
    if Edition.objects.filter(territory=territory).exists():
        return
    say(f"Diagnostic : {territory.name}…")
    draft = create_draft(person=person, territory=territory)
    publish(person=person, territory=territory, draft_key=draft.key)
