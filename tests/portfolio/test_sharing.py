"""A project that several territories share: each reads its part of the money."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.notifications.models import Message
from terreau.portfolio import reading, rules, services
from terreau.portfolio.models import Project
from terreau.portfolio.telling import SHARED
from tests.portfolio.world import begun, town

AMOUNT = st.integers(0, 10**12)


def test_the_worked_example_of_a_part():
    """A budget of 101, shared at 50 %: 50 to the other town, 51 to the one that bears it."""
    money = rules.money_of([101], [("asked", 10), ("obtained", 31)])
    other, bearer = rules.parts_of(money, [50])
    assert (other.percent, other.budget, other.asked, other.secured) == (50, 50, 5, 15)
    assert (bearer.percent, bearer.budget, bearer.asked, bearer.secured) == (50, 51, 5, 16)


@given(AMOUNT, AMOUNT, AMOUNT, st.lists(st.integers(0, 25), max_size=4))
def test_the_parts_make_the_whole(budget, asked, secured, percents):
    money = rules.money_of([budget], [("asked", asked), ("paid", secured)])
    parts = rules.parts_of(money, percents)
    assert sum(one.percent for one in parts) == 100
    assert sum(one.budget for one in parts) == budget
    assert sum(one.asked for one in parts) == asked
    assert sum(one.secured for one in parts) == secured
    assert all(one.budget >= 0 and one.asked >= 0 and one.secured >= 0 for one in parts)


@pytest.fixture
def shared(db):
    """A project of a town, shared at 40 % by another; the towns, their agents, the project."""
    place, agent = town()
    other, neighbour = town()
    begun(agent, place, shares=[{"territory": other.code, "percent": 40, "part": "Prête le terrain."}])
    return place, agent, other, neighbour, Project.objects.get()


def test_each_town_reads_its_part_in_its_list_and_on_the_sheet(shared, client):
    place, agent, other, neighbour, project = shared
    for person, where, percent, budget, secured in (
        (neighbour, other, 40, "4\u202f000\u202f000", "2\u202f400\u202f000"),
        (agent, place, 60, "6\u202f000\u202f000", "3\u202f600\u202f000"),
    ):
        client.force_login(person)
        (row,) = client.get(reverse("portfolio:every", args=[where.code])).context["rows"]
        assert row["part"]["percent"] == percent
        assert (row["part"]["budget"], row["part"]["secured"]) == (budget, secured)
        page = client.get(reverse("portfolio:project", args=[project.public_id]))
        (own,) = [one for one in page.context["shares"] if one["is_own"]]
        assert (own["territory"], own["part"]["budget"]) == (where, budget)
        assert "votre part" in page.content.decode()


def test_the_sheet_leads_each_town_only_to_the_list_it_may_read(shared, client):
    place, agent, _other, neighbour, project = shared
    sheet, listed = (
        reverse("portfolio:project", args=[project.public_id]),
        reverse("portfolio:every", args=[place.code]),
    )
    for person, status in ((agent, 200), (neighbour, 403)):
        client.force_login(person)
        assert client.get(listed).status_code == status
        assert (f'href="{listed}"' in client.get(sheet).content.decode()) is (status == 200)


def test_a_town_is_told_once_that_a_project_is_shared_with_it_and_may_leave_it(shared, client):
    _place, agent, other, neighbour, project = shared
    assert Message.objects.filter(person=neighbour, kind=SHARED).count() == 1
    values = {"shares": [{"territory": other.code, "percent": 30, "part": "Prête le terrain."}]}
    services.save(person=agent, project=project, version=1, title="Halle", values=values)
    assert Message.objects.filter(person=neighbour, kind=SHARED).count() == 1
    leave = reverse("portfolio:leave", args=[project.public_id, other.code])
    client.force_login(agent)
    assert client.post(leave).status_code == 403
    client.force_login(neighbour)
    sheet = reverse("portfolio:project", args=[project.public_id])
    assert leave in client.get(sheet).content.decode()
    for _click in range(2):
        assert client.post(leave).status_code == 302
    assert not project.shares.exists()
    assert client.get(sheet).status_code == 404
    assert Message.objects.filter(person=agent, kind=SHARED).count() == 1
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        services.save(person=agent, project=project, version=2, title="Halle", values=values)


def test_without_a_share_of_the_money_no_part_is_worked_out(shared):
    _place, agent, other, _neighbour, project = shared
    services.save(
        person=agent,
        project=project,
        version=1,
        title="Halle",
        values={"shares": [{"territory": other.code, "percent": None, "part": "Prête le terrain."}]},
    )
    found = reading.whole(Project.objects).get()
    assert reading.parts_of(found, reading.money_of(found)) == {}
    (row,) = reading.told(found, whole_sheet=False)["shares"]
    assert (row["does"], row["part"], row["is_own"]) == ("Prête le terrain.", None, False)


def test_a_visitor_is_told_whose_part_it_is_to_nobody(shared, client):
    _place, _agent, other, _neighbour, project = shared
    Project.objects.update(is_public=True)
    page = client.get(reverse("portfolio:project", args=[project.public_id])).content.decode()
    assert other.name in page
    assert "votre part" not in page
    assert "Demandé" not in page
