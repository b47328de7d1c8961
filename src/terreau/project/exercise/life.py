"""What people have done in the exercise: sheets kept, confirmed, claimed, proposed, called, joined.

Everything goes through the services that pages call, in the name of the accounts of `people`. Each function
is one step: it is run whole in a transaction, once.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from terreau.diagnosis.services import state_coverage
from terreau.directory.consolidation import refresh
from terreau.directory.enums import SourceKind
from terreau.directory.merging import merge
from terreau.directory.models import Organisation, Record, Source
from terreau.directory.services import (
    confirm_organisation,
    create_organisation,
    edit_organisation,
    hide_organisation,
)
from terreau.directory.terms import add_filiere
from terreau.freshness.asking import answer_exact, answer_stop, ask_all_due, token_of
from terreau.freshness.calling import note_call, to_call
from terreau.freshness.enums import Outcome
from terreau.freshness.models import Question
from terreau.freshness.papering import give_code
from terreau.opendata.services import choose_sites
from terreau.project.exercise import country, people
from terreau.stewardship import belonging, claiming, deciding, proposing, reporting, teaming, vouching
from terreau.stewardship.enums import KeeperRole
from terreau.territories.models import Territory
from terreau.territories.services import open_territory, resolve

# Days since their last confirmation: fresh, aged, gone from the map (one in as many).
_AGES: Final = (20, 90, 200, 300, 400, 500, 620, 1200)
_FILIERES: Final = ("Laine du mont", "Algues et sel", "Bois des brumes", "Verre de lune")
_CALLED: Final = (Outcome.CONFIRMED, Outcome.TO_CORRECT, Outcome.UNREACHABLE, Outcome.CLOSED)


def _sheets(account: people.Account, count: int, *, start: int = 0) -> list[Organisation]:
    """Some sheets of a town, always the same ones."""
    found = Organisation.objects.filter(territory__code=account.territory, merged_into=None, status="active")
    return list(found.order_by("name_folded", "pk")[start : start + count])


def _edit(person: Any, organisation: Organisation, values: dict[str, Any]) -> Organisation:
    organisation.refresh_from_db()
    return edit_organisation(
        person=person, organisation=organisation, values=values, version=organisation.version
    )


def addresses() -> None:
    """Agents add what lists do not say: an address to write to, a telephone, languages."""
    for account in people.AGENTS:
        agent = people.person_of(account)
        for number, sheet in enumerate(_sheets(account, 24)):
            values: dict[str, Any] = {"email": f"contact.{sheet.public_id}@exercice.invalid"}
            if number % 2:
                values |= {"website": f"https://fiche-{number}.imaginie.invalid"}
            if number % 3 == 0:
                # The digits that telephone regulators keep for stories.
                values |= {"telephone": f"01 99 00 {number:02d} 42", "languages": ["fr"]}
            _edit(agent, sheet, values)


def confirmations() -> None:
    """Sheets confirmed this year, long ago, and too long ago."""
    today = timezone.localdate()
    for account in people.AGENTS:
        agent = people.person_of(account)
        for number, sheet in enumerate(_sheets(account, 32)):
            confirm_organisation(person=agent, organisation=sheet)
            said = Record.objects.filter(organisation=sheet, source__kind=SourceKind.AGENT)
            # Nobody can confirm in the past but whoever writes a story.
            said.update(stated_on=today - timedelta(days=_AGES[number % len(_AGES)]))
            refresh([sheet.pk])


def keepers() -> None:
    """An actress keeps three sheets, a neighbour one; a catalogue, a colleague invited, two belongings."""
    agent, actor = people.person_of(people.SONGEMONT), people.person_of(people.ACTOR)
    own = _sheets(people.SONGEMONT, 3)
    for sheet in own:
        claiming.make_keeper(person=actor, organisation=sheet, role=KeeperRole.OWNER, by=agent)
    neighbour = _sheets(people.SONGEMONT, 1, start=3)[0]
    claiming.make_keeper(
        person=people.person_of(people.NEIGHBOURS[0]), organisation=neighbour, role=KeeperRole.OWNER, by=agent
    )
    entries = [
        {"kind": "sells", "what": "Paniers de légumes", "description": "Chaque jeudi", "price": "12 écus"},
        {"kind": "offers", "what": "Prêt d’une salle", "conditions": "aux associations voisines"},
        {"kind": "seeks", "what": "Un vélo à trois roues", "description": "pour livrer les paniers"},
    ]
    _edit(
        actor, own[0], {"catalogue": entries, "description": "Cultive, prépare et partage au pied du mont."}
    )
    # A new name is looked at by the agent.
    _edit(actor, own[1], {"name": f"{own[1].name} et compagnie"})
    teaming.invite_colleague(
        person=actor,
        organisation=own[0],
        address="collegue@exercice.invalid",
        role=KeeperRole.EDITOR,
        once="exercice-collegue",
    )
    belonging.say(person=actor, of=own[0], member=own[0], body=own[2])
    belonging.say(person=actor, of=own[2], member=own[0], body=own[2])
    belonging.say(person=actor, of=own[0], member=own[0], body=neighbour)


def queue() -> None:
    """What waits for the agents, and what they decided."""
    asker = people.person_of(people.NEIGHBOURS[1])
    for account in people.AGENTS:
        agent, town = people.person_of(account), resolve(account.territory)
        sheets = _sheets(account, 6, start=6)
        claiming.ask_to_keep(person=asker, organisation=sheets[0], words="J’en suis la trésorière.")
        reporting.report(
            person=None,
            organisation=sheets[1],
            words="L’adresse a changé : ils sont maintenant sur le quai.",
            about="address",
            once=f"exercice-{account.territory}-adresse",
        )
        accepted = _propose(asker, town, "Bibliothèque de rue du Lutin vert", "acceptee")
        deciding.decide(person=agent, item=accepted, accepted=True, version=accepted.version)
        refused = _propose(asker, town, "Entreprise sans objet", "refusee")
        why = "Ce n’est pas une organisation de l’économie sociale et solidaire."
        deciding.decide(person=agent, item=refused, accepted=False, words=why, version=refused.version)
        _propose(asker, town, "Laverie solidaire de la Fée des bulles", "attente")


def voices() -> None:
    """In Songemont the neighbours have a say: one vouches, one objects."""
    agent, town = people.person_of(people.SONGEMONT), resolve(people.SONGEMONT.territory)
    vouching.set_threshold(person=agent, territory=town, needed=3, hours=72, version=0)
    asker = people.person_of(people.NEIGHBOURS[1])
    liked = _propose(asker, town, "Garage partagé du Dragon endormi", "appuyee")
    doubted = _propose(asker, town, "Théâtre de la Chimère de papier", "contestee")
    for account in (people.ACTOR, people.NEIGHBOURS[0]):
        vouching.vouch(person=people.person_of(account), item=liked, supports=True)
    vouching.vouch(
        person=people.person_of(people.ACTOR),
        item=doubted,
        supports=False,
        words="Ce théâtre est déjà dans l’annuaire, sous son ancien nom.",
    )


def _propose(person: Any, town: Territory, name: str, once: str) -> Any:
    return proposing.propose(
        person=person,
        territory=town,
        values={"name": name, "sectors": ["vie-associative"], "description": "Proposée par une habitante."},
        words="Je la connais bien.",
        mine=False,
        once=f"exercice-{town.code}-{once}",
    )


def campaign() -> None:
    """The yearly question is put to all who can be written to; a few have answered."""
    ask_all_due()
    asked = list(Question.objects.order_by("pk"))
    # The oldest were asked first; theirs stay unanswered, so that some sheets have left the map.
    for question in asked[-12:-2]:
        answer_exact(token=token_of(question))
    for question in asked[-2:]:
        answer_stop(token=token_of(question))


def calls() -> None:
    """Agents called those who cannot be written to, with every outcome; a code was given on paper."""
    for account in people.AGENTS:
        agent, town = people.person_of(account), resolve(account.territory)
        called = list(to_call(town, timezone.localdate())[: len(_CALLED)])
        for sheet, outcome in zip(called, _CALLED, strict=False):
            note_call(person=agent, organisation=sheet, outcome=outcome, rank=1, note="Appel du matin.")
        give_code(person=agent, organisation=_sheets(account, 1, start=12)[0])


def choices() -> None:
    """In each town a filière named and used, a source said complete; sites chosen, a sheet withdrawn."""
    source = Source.objects.get(territory__code=country.CODE, kind=SourceKind.REGISTER)
    for account, label in zip(people.AGENTS, _FILIERES, strict=True):
        agent, town = people.person_of(account), resolve(account.territory)
        filiere = add_filiere(
            person=agent, territory=town, label=label, definition="De la matière à l’usage, en ville."
        )
        for sheet in _pick(_sheets(account, 50), 7):
            _edit(agent, sheet, {"filieres": [filiere.code]})
        state_coverage(
            person=agent,
            territory=town,
            source=source,
            field="coopératives, mutuelles et fondations",
            evidence="L’inscription au registre inventé est obligatoire pour ces formes.",
        )
        choose_sites(
            person=agent,
            territory=town,
            restricted=True,
            sites="https://annuaire.imaginie.invalid",
            version=0,
        )
        withdrawn = _sheets(account, 1, start=20)[0]
        hide_organisation(person=agent, organisation=withdrawn, reason="Fiche écrite par erreur.")


def doubles() -> None:
    """In each town two sheets that look alike, and two others that were joined."""
    for account in people.AGENTS:
        agent, town = people.person_of(account), resolve(account.territory)
        joined, alike = _sheets(account, 2, start=14)
        twin = create_organisation(
            person=agent, territory=town, values={"name": f"{joined.name} (association)"}
        )
        merge(person=agent, kept=joined, absorbed=twin, reason="C’est la même association.")
        create_organisation(person=agent, territory=town, values={"name": alike.name})


def nobody() -> None:
    """A town that is open and has no agent: what waits there is for the secretariat."""
    secretariat = people.person_of(people.SECRETARIAT)
    town = open_territory(person=secretariat, territory=resolve(people.WITHOUT_AGENT))
    asker = people.person_of(people.NEIGHBOURS[1])
    _propose(asker, town, "Veilleurs de l’oasis", "attente")


def _pick(sheets: Sequence[Organisation], count: int) -> list[Organisation]:
    chance = random.Random("filière")  # noqa: S311 (a drawing, not a secret)
    return chance.sample(list(sheets), min(count, len(sheets)))
