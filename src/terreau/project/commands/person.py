"""Bring people in from the console, before anyone can do it on screen."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from terreau.core.errors import TerreauError

HELP = "fait entrer une personne, montre qui est là, ferme un accès, aide qui a perdu sa clé"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`, `list`, `leave` and `unlock`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = _action(actions, "add", "fait entrer une personne, ou lui donne un rôle de plus")
    add.add_argument("email", metavar="ADRESSE", help="son adresse électronique")
    add.add_argument("--name", default="", metavar="NOM", help="le nom montré aux autres")
    add.add_argument(
        "--agent", action="append", default=[], metavar="CODE", help="agent du territoire de ce code public"
    )
    add.add_argument("--secretariat", action="store_true", help="membre du secrétariat du réseau")
    add.add_argument("--editor", action="store_true", help="rédige le guide et les nouvelles")
    _action(actions, "list", "montre les personnes et leurs rôles")
    leave = _action(actions, "leave", "retire tous ses rôles à une personne et ferme son accès")
    leave.add_argument("email", metavar="ADRESSE", help="son adresse électronique")
    unlock = _action(
        actions, "unlock", "retire ses clés d’accès et son application de codes à qui les a perdues"
    )
    unlock.add_argument("email", metavar="ADRESSE", help="son adresse électronique")


def _action(actions: Any, name: str, text: str) -> Any:
    parser = actions.add_parser(name, help=text, description=text, add_help=False)
    parser.add_argument("-h", "--help", action="help", help="montre cette aide")
    return parser


def run(options: argparse.Namespace) -> int:
    """Do the action asked for."""
    from terreau.project.preparation import prepare_home

    prepare_home()
    return {"add": _add, "list": _list, "leave": _leave, "unlock": _unlock}[options.action](options)


def _add(options: argparse.Namespace) -> int:
    from django.db import transaction

    from terreau.accounts import services
    from terreau.accounts.enums import Role
    from terreau.territories.services import resolve

    with transaction.atomic():
        person = services.invite(by=None, email=options.email, display_name=options.name)
        for code in options.agent:
            services.open_territory(
                by=None, territory=resolve(code), agent_email=person.email, agent_name=options.name
            )
        if options.secretariat:
            services.grant_role(by=None, person=person, role=Role.SECRETARIAT)
        if options.editor:
            services.make_editor(by=None, person=person)
    sys.stdout.write(f"{person.email}\u00a0: {_roles(person)}\n")
    return 0


def _list(options: argparse.Namespace) -> int:
    from terreau.accounts.models import Person

    people = Person.objects.order_by("email").prefetch_related("grants__territory", "groups")
    for person in people:
        state = "" if person.is_active else " (accès fermé)"
        sys.stdout.write(f"{person.email}{state}\u00a0: {_roles(person)}\n")
    return 0


def _leave(options: argparse.Namespace) -> int:
    from terreau.accounts import services

    person = _found(options.email)
    services.leave(by=None, person=person)
    sys.stdout.write(f"{person.email}\u00a0: accès fermé\n")
    return 0


def _unlock(options: argparse.Namespace) -> int:
    from django.db import transaction

    from terreau.accounts import services
    from terreau.accounts.notifications import tell_proofs

    person = _found(options.email)
    with transaction.atomic():
        dropped = services.drop_proofs(person=person)
        if dropped:
            tell_proofs(person, "dropped")
    told = "le code par courriel suffit de nouveau" if dropped else "rien à retirer"
    sys.stdout.write(f"{person.email}\u00a0: {told}\n")
    return 0


def _found(email: str) -> Any:
    from terreau.accounts.models import Person

    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise TerreauError(
            "Aucune personne n’a cette adresse.",
            where=email,
            remedy="«\u00a0terreau person list\u00a0» les montre toutes.",
        )
    return person


def _roles(person: Any) -> str:
    roles = [str(grant) for grant in person.grants.all()]
    if person.is_staff:
        roles.append("rédige le guide et les nouvelles")
    return ", ".join(roles) or "aucun rôle"
