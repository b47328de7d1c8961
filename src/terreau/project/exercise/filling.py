"""Filling the exercise, step after step: each is done once, and one that was cut is done again whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from terreau.diagnosis.services import create_draft, introduce, publish
from terreau.notifications.enums import MessageState
from terreau.notifications.models import Message
from terreau.observatory.build import build as build_vintage
from terreau.observatory.landing import Request
from terreau.observatory.store import of_country, vintages
from terreau.portal.editorial import keep_first_versions
from terreau.portal.models import NewsIndex, NewsPage
from terreau.project.exercise import (
    actors,
    country,
    evaluation,
    framework,
    governance,
    levers,
    life,
    people,
    plans,
    portfolio,
    practices,
    register,
    results,
    selection,
    strategy,
)
from terreau.project.exercise.people import person_of
from terreau.project.filling import Say, bring_in, ensure_package, publish_first, work
from terreau.registers import services as registers
from terreau.registers.models import ImportRun
from terreau.registers.spec import from_json
from terreau.territories.models import DataState
from terreau.territories.reading_files import read_rows
from terreau.territories.services import add_subdivisions, resolve
from terreau.territories.subdivisions import read_subdivisions

REGISTER_FOLDER: Final = "registre-invente"
LISTS_FOLDER: Final = "listes-inventees"
_KEY: Final = "exercise:"
# As a town's file has them.
_QUARTERS: Final = (
    "nom;type;population;annee\nQuartier de l’Oreiller;quartier;{0};2024\n"
    "Quartier de la Plume;quartier;{0};2024\nQuartier du Réveil;quartier;{0};2024\n"
    "Quartier des Veilleurs;quartier;{0};2024\n"
)


def build(say: Say) -> None:
    """Make the exercise, or what is missing of it.

    Args:
        say: told each thing that is being done, in French.
    """
    _once("people", "Comptes", people.bring_in, say)
    _register(say)
    every = actors.lists()
    _bring_in(every[0], say)
    for agent in people.AGENTS:
        publish_first(resolve(agent.territory), person_of(agent), say)
    for one in every[1:]:
        _bring_in(one, say)
    for step in STEPS:
        _once(step.key, step.label, step.do, say)


def _once(key: str, label: str, do: Callable[[], None], say: Say) -> None:
    """Do a step and remember it, both or neither."""
    if DataState.objects.filter(key=f"{_KEY}{key}").exists():
        return
    say(f"{label}…")
    with transaction.atomic():
        do()
        DataState.objects.create(key=f"{_KEY}{key}", value=timezone.now().isoformat())


def _register(say: Say) -> None:
    """The made-up register, with the vintage and the package of each of its months."""
    folder, out = settings.HOME.root / REGISTER_FOLDER, of_country(settings.HOME.root, country.ISO2)
    for vintage in register.VINTAGES:
        if vintage not in vintages(out):
            say(f"Registre inventé, {vintage}…")
            register.write(folder)
            build_vintage(
                Request(
                    source="generic",
                    vintage=vintage,
                    out=out,
                    units=register.file_of(folder, vintage),
                    mapping=register.mapping_of(folder, vintage),
                    older=True,
                )
            )
        ensure_package(out, vintage)


def _bring_in(invented: actors.InventedList, say: Say) -> None:
    keepers = {agent.territory: agent for agent in people.AGENTS}
    bring_in(
        invented.write(_lists()),
        about=invented.about,
        mapping=actors.mapping(),
        territory=resolve(invented.territory),
        person=person_of(keepers.get(invented.territory, people.SECRETARIAT)),
        say=say,
    )


def _lists() -> Path:
    return settings.HOME.root / LISTS_FOLDER


def _subdivide() -> None:
    """The quarters of each town, alike in size."""
    for agent in people.AGENTS:
        town = resolve(agent.territory)
        content = _QUARTERS.format((town.population or 0) // 4).encode()
        reading = read_subdivisions(read_rows(content, "quartiers.csv"))
        add_subdivisions(person=person_of(agent), town=town, reading=reading, source="quartiers inventés")


def _list_received() -> None:
    """A list that waits for its columns to be read, and another for its differences to be applied."""
    invented = actors.to_bring_in()
    path = invented.write(_lists())
    agent, town = person_of(people.AGENTS[2]), resolve(invented.territory)
    _receive(path, invented.about, agent, town)
    again = registers.About(name="Marché solidaire de l’an passé, inventé", simulated=True)
    run = _receive(path, again, agent, town)
    registers.confirm_mapping(
        person=agent, run=run, spec=from_json(actors.mapping(), run.described["columns"])
    )
    run.refresh_from_db()
    work(registers.start_reading(person=agent, run=run))


def _receive(path: Path, about: registers.About, person: object, territory: object) -> ImportRun:
    return registers.receive(
        person=person,
        territory=territory,  # type: ignore[arg-type]
        about=about,
        name=path.name,
        content=registers.blocks_of(path),
    )


def _news() -> None:
    index = NewsIndex.objects.get()
    for title, intro in (
        ("Imaginie ouvre son annuaire", "Quatre villes inventées ont ouvert leur annuaire."),
        ("Assemblée des villes à Songemont", "Les villes se retrouvent pour comparer leurs diagnostics."),
    ):
        page = NewsPage(
            title=title, intro=intro, body=f"<p>{settings.INSTANCE_NOTICE}</p>", date=timezone.localdate()
        )
        index.add_child(instance=page)
    keep_first_versions()


def _edition_with(words: str) -> Callable[[], None]:
    """Songemont publishes again: the needs of its actors first, then what became of them."""

    def publish_again() -> None:
        agent, town = person_of(people.SONGEMONT), resolve(actors.SONGEMONT)
        draft = create_draft(person=agent, territory=town)
        draft = introduce(person=agent, draft=draft, read=draft.introduction, introduction=words)
        publish(person=agent, territory=town, draft_key=draft.key)

    return publish_again


_RELU: Final = "Songemont a relu son annuaire avec les acteurs.\n\nLa laine du mont devient une filière."
_TENU: Final = "Songemont dit ce que son plan a donné aux acteurs, besoin par besoin."


def _drafts() -> None:
    for agent in people.AGENTS:
        create_draft(person=person_of(agent), territory=resolve(agent.territory))


def _country_edition() -> None:
    secretariat, whole = person_of(people.SECRETARIAT), resolve(country.CODE)
    draft = create_draft(person=secretariat, territory=whole)
    publish(person=secretariat, territory=whole, draft_key=draft.key)


def _messages() -> None:
    """All these messages have left already: the console is for the codes of whoever practises."""
    Message.objects.filter(state=MessageState.WAITING).update(
        state=MessageState.SENT, sent_at=timezone.now(), due_at=None, address=""
    )


class Step(NamedTuple):
    """One thing that is done once."""

    key: str
    label: str
    do: Callable[[], None]


STEPS: Final = (
    Step("addresses", "Adresses et téléphones", life.addresses),
    Step("keepers", "Fiches tenues par leurs acteurs", life.keepers),
    Step("queue", "File de modération", life.queue),
    Step("voices", "Soutiens et oppositions", life.voices),
    Step("confirmations", "Confirmations", life.confirmations),
    Step("campaign", "Question annuelle", life.campaign),
    Step("calls", "Appels", life.calls),
    Step("doubles", "Doublons", life.doubles),
    Step("nobody", "Une ville sans agent", life.nobody),
    Step("choices", "Filières, intégration, couverture", life.choices),
    Step("subdivisions", "Quartiers", _subdivide),
    Step("practices", "Bonnes pratiques et reprises", practices.practices),
    Step("portraits", "Portraits des villes", practices.portraits),
    Step("framework", "Cadre réglementaire, freins, plaidoyer", framework.frameworks),
    Step("results", "Enquêtes répondues, résultats", results.results),
    Step("second", "Deuxième édition du diagnostic de Songemont", _edition_with(_RELU)),
    Step("portfolio", "Projets de Songemont", portfolio.portfolio),
    Step("evaluations", "Évaluations des projets", evaluation.evaluations),
    Step("selections", "Choix sous budget, vote des acteurs", selection.selections),
    Step("plans", "Plan d’action de Songemont", plans.plans),
    Step("governance", "Pilotage du plan de Songemont", governance.governance),
    Step("received", "Listes à lire", _list_received),
    Step("news", "Nouvelles", _news),
    Step("third", "Troisième édition du diagnostic de Songemont", _edition_with(_TENU)),
    Step("strategy", "Stratégie de Songemont", strategy.strategy),
    Step("levers", "Leviers de Songemont", levers.levers),
    Step("drafts", "Brouillons des diagnostics", _drafts),
    Step("country", "Diagnostic d’Imaginie", _country_edition),
    Step("messages", "Messages", _messages),
)
