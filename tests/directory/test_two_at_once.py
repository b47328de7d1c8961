"""Two people at the same instant on the same sheets: one merge, no word lost."""

from __future__ import annotations

import pytest
from django.test import Client

from terreau.directory import services
from terreau.directory.models import Merge, Organisation, Record
from tests.directory import factories as make
from tests.racing import one_of_two, two_writers

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


@pytest.fixture
def town():
    return make.territory("xx-com-1", "Ville-Essai")


@pytest.fixture
def agents(town):
    return make.agent_of(town), make.agent_of(town)


def pair(town):
    lists = [make.source(town, code=code) for code in ("l1", "l2")]
    return [make.organisation("Essai", town, said_by=one) for one in lists]


@pytest.mark.parametrize("other_way", [False, True])
def test_two_agents_join_the_same_two_sheets(race, town, agents, other_way):
    def prepare():
        kept, other = pair(town)
        records = set(Record.objects.filter(organisation__in=[kept, other]).values_list("pk", flat=True))

        def joining(agent, first, second):
            return lambda: services.merge(person=agent, kept=first, absorbed=second)

        def check(people):
            one_of_two(people)
            made = Merge.objects.get(undone_at=None, kept__in=[kept, other])
            home = Record.objects.filter(pk__in=records).values_list("organisation", flat=True)
            assert set(home) == {made.kept_id}
            assert Organisation.objects.get(pk=made.absorbed_id).merged_into_id == made.kept_id
            assert Organisation.objects.get(pk=made.kept_id).merged_into_id is None

        ends = (other, kept) if other_way else (kept, other)
        return joining(agents[0], kept, other), joining(agents[1], *ends), check

    race(prepare)


def test_two_agents_part_the_same_sheets(race, town, agents):
    def prepare():
        kept, other = pair(town)
        services.merge(person=agents[0], kept=kept, absorbed=other)
        merged = Merge.objects.latest("pk")

        def parting(agent):
            return lambda: services.unmerge(person=agent, merged=merged)

        def check(people):
            one_of_two(people)
            for sheet in (kept, other):
                assert sheet.records.count() == 1
                sheet.refresh_from_db()
                assert (sheet.status, sheet.merged_into) == ("active", None)

        return parting(agents[0]), parting(agents[1]), check

    race(prepare)


def test_an_edit_while_the_sheet_gives_way_is_made_or_refused_never_lost(race, town, agents):
    def prepare():
        kept, other = pair(town)

        def edit():
            values = {"description": "Un mot à ne pas perdre"}
            return services.edit_organisation(
                person=agents[1], organisation=other, values=values, version=other.version
            )

        def check(people):
            assert people[0].refusal is None
            kept.refresh_from_db()
            assert (kept.description == "Un mot à ne pas perdre") == (people[1].refusal is None)

        return lambda: services.merge(person=agents[0], kept=kept, absorbed=other), edit, check

    race(prepare)


def test_two_people_save_one_sheet_and_each_sees_the_words_of_the_other(race, town, agents):
    """Through the pages: one is kept, the other is shown beside it, with all that was typed."""
    clients = [Client(), Client()]
    for client, agent in zip(clients, agents, strict=True):
        client.force_login(agent)

    def prepare():
        sheet = make.organisation("Essai", town)
        words = ["Mots du premier", "Mots du second"]

        def saving(client, said):
            data = {"version": sheet.version, "name": sheet.name, "description": said}
            return lambda: client.post(f"/annuaire/{sheet.public_id}/modifier/", data)

        def check(people):
            codes = [person.result.status_code for person in people]
            assert sorted(codes) == [302, 409]
            sheet.refresh_from_db()
            assert sheet.description == words[codes.index(302)]
            page = people[codes.index(409)].result
            text = page.content.decode()
            assert all(said in text for said in words)
            # Sent again as it is, knowing what the other wrote, it is kept.
            assert f'name="version" value="{sheet.version}"' in text

        return saving(clients[0], words[0]), saving(clients[1], words[1]), check

    race(prepare)
