"""Two agents, two neighbours, two clicks at the same instant: one thing is done, once, and nobody is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from terreau.directory.models import Organisation
from terreau.directory.services import edit_organisation, merge
from terreau.journal.models import Event
from terreau.notifications.models import Message
from terreau.stewardship import services
from terreau.stewardship.jobs import publish_due
from terreau.stewardship.models import Invitation, Item, Keeper, Vouch
from terreau.stewardship.teaming import token_of
from tests.directory import factories as make
from tests.racing import one_of_two, two_writers

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


@pytest.fixture
def other(town):
    return make.agent_of(town)


def proposed(town, once="essai", **values):
    return services.propose(
        person=make.person(),
        territory=town,
        values={"name": f"Proposée {once}", **values},
        words="",
        mine=True,
        once=once,
    )


def decision(person, item, *, accepted=True):
    return lambda: services.decide(
        person=person, item=item, accepted=accepted, words="Un mot", version=item.version
    )


def answers(item):
    return Message.objects.filter(once__startswith=f"item:{item.pk}:answer").count()


@pytest.mark.parametrize("accepted", [True, False])
def test_two_agents_decide_the_same_proposal(race, town, agent, other, accepted):
    made = []

    def prepare():
        item = proposed(town, f"e{len(made)}")
        made.append(item)

        def check(people):
            done, refused = one_of_two(people)
            assert "déjà décidé" in str(refused.refusal)
            now = Item.objects.get(pk=item.pk)
            assert now.state == done.result.state
            shown = Organisation.objects.filter(name=item.values["name"]).count()
            assert shown == (now.state == "accepted")
            assert answers(item) == 1
            assert Event.objects.filter(verb__in=["sheet.accepted", "sheet.refused"]).count() == len(made)

        return decision(agent, item), decision(other, item, accepted=accepted), check

    race(prepare)


def test_one_claim_accepted_by_two_agents(race, town, agent, other):
    def prepare():
        sheet, person = make.organisation("", town), make.person()
        item = services.ask_to_keep(person=person, organisation=sheet, words="Essai")

        def check(people):
            one_of_two(people)
            keeper = Keeper.objects.get(organisation=sheet)
            assert (keeper.person, keeper.role) == (person, "owner")
            assert answers(item) == 1

        return decision(agent, item), decision(other, item), check

    race(prepare)


def test_a_keeper_edits_while_an_agent_refuses_the_former_edit(race, town, agent, keep):
    """Neither waits for the other for ever: both hold the sheet first, then what waits about it."""

    def prepare():
        sheet = make.organisation("Nom d’origine", town)
        keeper = keep(sheet)
        edited = edit_organisation(
            person=keeper, organisation=sheet, values={"name": "Premier nom"}, version=sheet.version
        )
        item = Item.objects.get(organisation=sheet)

        def again():
            return edit_organisation(
                person=keeper, organisation=edited, values={"name": "Second nom"}, version=edited.version
            )

        def check(people):
            one_of_two(people)
            sheet.refresh_from_db()
            waits = Item.objects.waiting().filter(organisation=sheet).exists()
            assert (sheet.name, waits) in {("Nom d’origine", False), ("Second nom", True)}

        return again, decision(agent, item, accepted=False), check

    race(prepare)


def test_a_merge_while_an_agent_refuses_an_edit(race, town, agent, other, keep):
    def prepare():
        sheet, kept = make.organisation("Nom d’origine", town), make.organisation("Gardée", town)
        edit_organisation(
            person=keep(sheet), organisation=sheet, values={"name": "Autre nom"}, version=sheet.version
        )
        item = Item.objects.get(organisation=sheet)

        def check(people):
            assert all(person.refusal is None for person in people)
            assert Item.objects.get(pk=item.pk).state == "refused"
            sheet.refresh_from_db()
            assert sheet.merged_into == kept

        return (
            lambda: merge(person=other, kept=kept, absorbed=sheet),
            decision(agent, item, accepted=False),
            check,
        )

    race(prepare)


@pytest.mark.parametrize("what", ["propose", "report"])
def test_a_form_sent_twice_at_once_is_kept_once(race, town, what):
    made = []

    def prepare():
        once = f"{what}-{len(made)}"
        made.append(once)
        sheet, person = make.organisation("", town), make.person()

        def act():
            if what == "report":
                return services.report(person=person, organisation=sheet, words="Faux", once=once)
            values = {"name": "Proposée"}
            return services.propose(
                person=person, territory=town, values=values, words="", mine=False, once=once
            )

        def check(people):
            assert people[0].result == people[1].result == Item.objects.get(once=once)

        return act, act, check

    race(prepare)


def test_an_invitation_asked_for_twice_at_once_is_one(race, sheet, keep):
    owner, made = keep(sheet), []

    def prepare():
        once = f"invitation-{len(made)}"
        made.append(once)
        Invitation.objects.update(used_at=timezone.now())

        def act():
            return services.invite_colleague(
                person=owner, organisation=sheet, address="c@essai.example", role="editor", once=once
            )

        def check(people):
            assert people[0].result == people[1].result
            assert Message.objects.filter(address="c@essai.example").count() == len(made)

        return act, act, check

    race(prepare)


def invitation(sheet, keep):
    return services.invite_colleague(
        person=keep(sheet),
        organisation=sheet,
        address="c@essai.example",
        role="editor",
        once=f"inv-{sheet.pk}",
    )


def test_two_people_with_one_invitation(race, town, keep):
    def prepare():
        sheet = make.organisation("", town)
        token, first, second = token_of(invitation(sheet, keep)), make.person(), make.person()

        def check(people):
            done, refused = one_of_two(people)
            assert "déjà servi" in str(refused.refusal)
            assert Keeper.objects.get(organisation=sheet, role="editor") == done.result

        return (
            lambda: services.accept_invitation(person=first, token=token),
            lambda: services.accept_invitation(person=second, token=token),
            check,
        )

    race(prepare)


def test_one_person_clicks_twice_on_one_invitation(race, town, keep):
    def prepare():
        sheet, person = make.organisation("", town), make.person()
        token = token_of(invitation(sheet, keep))

        def act():
            return services.accept_invitation(person=person, token=token)

        def check(people):
            assert (
                people[0].result == people[1].result == Keeper.objects.get(organisation=sheet, person=person)
            )

        return act, act, check

    race(prepare)


def test_an_invitation_taken_back_while_it_is_accepted(race, town, keep):
    def prepare():
        sheet, person = make.organisation("", town), make.person()
        made = invitation(sheet, keep)
        token = token_of(made)

        def check(people):
            made.refresh_from_db()
            accepted = people[0].refusal is None
            assert accepted == (made.revoked_at is None) == (made.used_at is not None)
            assert Keeper.objects.filter(person=person).exists() == accepted

        return (
            lambda: services.accept_invitation(person=person, token=token),
            lambda: services.revoke_invitation(person=made.invited_by, invitation=made),
            check,
        )

    race(prepare)


def test_one_code_used_twice_at_once(race, town, code_in):
    def prepare():
        number = Organisation.objects.count()
        address = f"contact{number}@essai.example"
        sheet, person = make.organisation("", town, email=address), make.person()
        services.send_claim_code(person=person, organisation=sheet)
        code = code_in(address)

        def act():
            return services.claim_by_code(person=person, organisation=sheet, code=code)

        def check(people):
            assert people[0].result == people[1].result == Keeper.objects.get(organisation=sheet)

        return act, act, check

    race(prepare)


def test_a_code_asked_for_twice_at_once_is_sent_once(race, town):
    def prepare():
        number = Organisation.objects.count()
        address = f"contact{number}@essai.example"
        sheet, person = make.organisation("", town, email=address), make.person()

        def act():
            return services.send_claim_code(person=person, organisation=sheet)

        def check(people):
            assert people[0].result == people[1].result
            assert Message.objects.filter(address=address).count() == 1

        return act, act, check

    race(prepare)


# --- Voices -----------------------------------------------------------------------------------------------


def voice(town, keep, number, **more):
    person = keep(make.organisation("", town), email=f"voisin{number}-{make.person().pk}@a{number}.example")
    return lambda item: lambda: services.vouch(person=person, item=item, supports=True, **more)


@pytest.mark.parametrize("ring", [True, False])
def test_two_voices_at_once_are_both_counted_and_a_ring_from_one_address_is_one(
    race, town, agent, keep, ring
):
    services.set_threshold(person=agent, territory=town, needed=2, hours=1, version=0)
    made = []

    def prepare():
        item = proposed(town, f"v{len(made)}")
        made.append(item)
        places = ("203.0.113.7", "203.0.113.7" if ring else "198.51.100.9")
        acts = [voice(town, keep, n, connection=place)(item) for n, place in enumerate(places)]

        def check(people):
            assert all(person.refusal is None for person in people)
            item.refresh_from_db()
            assert Vouch.objects.filter(item=item).count() == 2
            assert (item.publishes_at is None) == ring

        return *acts, check

    race(prepare)
    Item.objects.exclude(publishes_at=None).update(publishes_at=timezone.now() - timedelta(hours=2))
    # Of the first one, only one voice was given: its statements were counted.
    assert publish_due() == (0 if ring else len(made) - 1)


@pytest.mark.parametrize("rival", ["publish", "refuse", "object", "threshold"])
def test_a_proposal_due_is_published_once_or_not(race, town, agent, keep, rival):
    services.set_threshold(person=agent, territory=town, needed=1, hours=1, version=0)
    made = []

    def prepare():
        item = proposed(town, f"p{len(made)}")
        made.append(item)
        voice(town, keep, 1)(item)()
        against = keep(make.organisation("", town))
        threshold = services.set_threshold(
            person=agent, territory=town, needed=1, hours=1, version=town_version(town)
        )
        Item.objects.filter(pk=item.pk).update(publishes_at=timezone.now() - timedelta(hours=2))
        acts = {
            "publish": lambda: services.publish_itself(item),
            "refuse": decision(agent, item, accepted=False),
            "object": lambda: services.vouch(person=against, item=item, supports=False, words="Non"),
            "threshold": lambda: services.set_threshold(
                person=agent, territory=town, needed=0, hours=1, version=threshold.version
            ),
        }

        def check(people):
            now = Item.objects.get(pk=item.pk)
            shown = Organisation.objects.filter(name=item.values["name"]).count()
            assert shown == (now.state == "accepted")
            assert now.state in {"publish": {"accepted"}, "refuse": {"accepted", "refused"}}.get(
                rival, {"accepted", "waiting"}
            )
            assert now.publishes_at is None

        return lambda: services.publish_itself(item), acts[rival], check

    race(prepare)


def town_version(town):
    from terreau.stewardship.vouching import threshold_of

    return threshold_of(town).version
