"""A write of moderation cut at any of its statements leaves nothing half done; retried, it is done once.

Cut at each statement in turn, in one process; then by processes really killed, at steps drawn by chance.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from terreau.core.errors import TerreauError
from terreau.directory.services import edit_organisation
from terreau.stewardship import services
from terreau.stewardship.jobs import publish_due
from terreau.stewardship.models import Invitation, Item, Keeper
from terreau.stewardship.teaming import token_of
from tests.directory import factories as make
from tests.killing import A_FEW, A_HUNDRED, nothing_is_lost

MODELS = ("stewardship", "directory", "journal", "notifications")


class Killed(BaseException):
    """The process died here."""


def state():
    """All the rows these writes touch, by table."""
    return {
        model.__name__: sorted(map(repr, model.objects.values()))
        for label in MODELS
        for model in apps.get_app_config(label).get_models()
    }


def counts():
    return {name: len(rows) for name, rows in state().items()}


def cut_at(number, write):
    """Do the write, killed before its statement of this number; tell whether it ended before."""
    seen = [0]

    def killer(execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            seen[0] += 1
            if seen[0] == number:
                raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(killer):
        write()


def item_of(kind, town, sheet, person):
    if kind == "claim":
        return services.ask_to_keep(person=person, organisation=sheet, words="Essai")
    if kind == "report":
        return services.report(person=person, organisation=sheet, words="Essai", once="rapport")
    return services.propose(
        person=person, territory=town, values={"name": "Proposée"}, words="", mine=True, once="prop"
    )


def prepared(name, town, sheet, agent, keep, code_in):  # noqa: C901  (a table of cases)
    """The write of this name, everything before it done."""
    person = make.person()
    if name in {"ask", "report", "propose"}:
        kinds = {"ask": "claim", "report": "report", "propose": "proposal"}
        return lambda: item_of(kinds[name], town, sheet, person)
    if name == "send code":
        return lambda: services.send_claim_code(person=person, organisation=sheet)
    if name == "use code":
        services.send_claim_code(person=person, organisation=sheet)
        code = code_in("contact@essai.example")
        return lambda: services.claim_by_code(person=person, organisation=sheet, code=code)
    if name.startswith(("accept ", "refuse ")):
        verb, kind = name.split()
        if kind == "edit":
            edit_organisation(
                person=keep(sheet), organisation=sheet, values={"name": "Autre"}, version=sheet.version
            )
            item = Item.objects.get()
        else:
            item = item_of(kind, town, sheet, person)
        return lambda: services.decide(
            person=agent, item=item, accepted=verb == "accept", words="Mot", version=item.version
        )
    if name == "edit":
        keeper = keep(sheet)
        return lambda: edit_organisation(
            person=keeper, organisation=sheet, values={"name": "Autre"}, version=sheet.version
        )
    if name in {"vouch", "publish"}:
        services.set_threshold(person=agent, territory=town, needed=1, hours=1, version=0)
        item = item_of("proposal", town, sheet, person)
        voice = keep(sheet)
        if name == "vouch":
            return lambda: services.vouch(person=voice, item=item, supports=True)
        services.vouch(person=voice, item=item, supports=True)
        Item.objects.update(publishes_at=timezone.now() - timedelta(hours=1))
        return lambda: publish_due("")
    owner = keep(sheet)
    if name == "invite":
        return lambda: services.invite_colleague(
            person=owner, organisation=sheet, address="c@essai.example", role="editor", once="inv"
        )
    if name == "accept":
        services.invite_colleague(
            person=owner, organisation=sheet, address="c@essai.example", role="editor", once="inv"
        )
        token = token_of(Invitation.objects.get())
        return lambda: services.accept_invitation(person=person, token=token)
    if name == "leave":
        keeper = Keeper.objects.get()
        return lambda: services.end_keeping(person=owner, keeper=keeper)
    union = make.organisation("Union d’essai", town)
    return lambda: services.say_belonging(person=owner, of=sheet, member=sheet, body=union)


WRITES = [
    *("ask", "report", "propose", "send code", "use code", "edit", "vouch", "publish", "invite", "accept"),
    *("leave", "belong", "accept claim", "refuse claim", "accept proposal", "refuse proposal"),
    *("accept report", "accept edit", "refuse edit"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", WRITES)
def test_killed_anywhere_nothing_is_half_done(name, town, sheet, agent, keep, code_in):
    write = prepared(name, town, sheet, agent, keep, code_in)
    before, number = state(), 0
    while True:
        number += 1
        try:
            with transaction.atomic():
                cut_at(number, write)
            break
        except Killed:
            assert state() == before, f"statement {number}"
    assert number > 3
    done = counts()
    assert done != {key: len(rows) for key, rows in before.items()} or state() != before
    # A second click is refused in words, or changes nothing.
    with contextlib.suppress(TerreauError), transaction.atomic():
        write()
    assert counts() == done


DECIDED = 9  # works of the driver


@pytest.mark.parametrize("count", [A_FEW, pytest.param(A_HUNDRED, marks=pytest.mark.slow)])
def test_decisions_killed_anywhere_are_made_whole_or_not_at_all(drive, count):
    each = -(-count // DECIDED)
    told = drive("tests.stewardship.deciding_process", each)
    assert len(told) == DECIDED
    for name, seen in told.items():
        nothing_is_lost(seen, each)
        facts = seen[0]["done"]["facts"]
        wanted = {"refuse": "refused", "vouch": "waiting"}.get(name.split()[0], "accepted")
        assert facts["state"] == wanted, name
        assert facts["new"] == (name in {"accept proposal", "amend proposal", "publish"}), name
        assert facts["answers"] == (name != "vouch"), name
