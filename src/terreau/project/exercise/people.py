"""Who practises: one account for each part one may play, all at addresses that nobody can have."""

from __future__ import annotations

from typing import Final, NamedTuple

from terreau.accounts.enums import Role, Shared
from terreau.accounts.invitations import be_named, invite_to_role, share
from terreau.accounts.models import Person
from terreau.accounts.services import ensure_person, make_editor
from terreau.project.exercise import actors, country
from terreau.project.filling import give
from terreau.territories.services import open_territory, resolve


class Account(NamedTuple):
    """An account, the part it plays, where."""

    email: str
    told: str
    role: Role | None = None
    territory: str = ""


_AT: Final = "@exercice.invalid"
SECRETARIAT: Final = Account(
    f"secretariat{_AT}", "secrétariat du réseau, qui rédige aussi le guide", Role.SECRETARIAT
)
STATE: Final = Account(f"etat{_AT}", "État d’Imaginie", Role.STATE, country.CODE)
AGENTS: Final = (
    Account(f"agent.songemont{_AT}", "agent de Songemont", Role.AGENT, actors.SONGEMONT),
    Account(f"agent.port-fable{_AT}", "agent de Port-Fable", Role.AGENT, actors.PORT_FABLE),
    Account(f"agent.brumeval{_AT}", "agent de Brumeval", Role.AGENT, actors.BRUMEVAL),
    Account(f"agent.lunebourg{_AT}", "agent de Lunebourg", Role.AGENT, actors.LUNEBOURG),
)
SONGEMONT: Final = AGENTS[0]
ELECTED: Final = Account(f"elue.songemont{_AT}", "élue de Songemont", Role.ELECTED, actors.SONGEMONT)
PARTNER: Final = Account(f"partenaire{_AT}", "partenaire de Songemont", Role.PARTNER, actors.SONGEMONT)
ACTOR: Final = Account(f"actrice{_AT}", "actrice, qui tient trois fiches")
NEIGHBOURS: Final = (
    Account(f"voisin{_AT}", "acteur, voisin de la précédente"),
    Account(f"habitante{_AT}", "habitante, qui demande à tenir une fiche"),
)
WITHOUT_AGENT: Final = "xt-com-3201"
ACCOUNTS: Final = (*AGENTS, SECRETARIAT, STATE, ELECTED, PARTNER, ACTOR, *NEIGHBOURS)


def person_of(account: Account) -> Person:
    """The person behind an account."""
    return Person.objects.get(email=account.email)


def bring_in() -> None:
    """Every account with its role; the towns opened."""
    for account in ACCOUNTS:
        name = account.told.partition(",")[0]
        person = ensure_person(email=account.email, display_name=f"{name[0].upper()}{name[1:]}")
        if account.role is not None:
            give(person, account.role, resolve(account.territory) if account.territory else None)
    secretariat = person_of(SECRETARIAT)
    make_editor(by=None, person=secretariat)
    for account in AGENTS:
        open_territory(person=secretariat, territory=resolve(account.territory))
    town = resolve(SONGEMONT.territory)
    agent = person_of(SONGEMONT)
    for what in Shared:
        share(by=agent, territory=town, what=what, shared=True)
    be_named(
        person=person_of(PARTNER),
        grant=person_of(PARTNER).grants.get(role=Role.PARTNER),
        shown_as="Chambre inventée de l’économie sociale",
    )
    invite_to_role(by=agent, email=f"futur.elu{_AT}", role=Role.ELECTED, territory=town)
