"""Two who fill one page of an evaluation: what the second did not touch keeps what the first wrote."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.evaluation.marking import committee_of
from terreau.evaluation.models import CardGame, MarkSheet
from terreau.evaluation.ways import committee_way
from tests.evaluation import world
from tests.sending import clashes, sent_by

pytestmark = pytest.mark.django_db


def test_marks_that_two_give_on_one_sheet_are_all_kept(client):
    place, agent = world.town()
    opened = world.evaluation(place, agent, "Un", together=True)
    client.force_login(agent)
    page = committee_way(agent, committee_of(opened)).sheet(opened.candidates.get())
    first, second, third, *_more = world.FACTORS
    mine = sent_by(client.get(page))
    theirs = {f"mark-{first}": "3", f"why-{first}": "Leur preuve", f"mark-{second}": "1"}
    assert client.post(page, mine | theirs).status_code == 302
    met = client.post(page, mine | {f"mark-{second}": "4", f"mark-{third}": "na"})
    assert [(typed, now) for _label, typed, now in clashes(met)] == [("4", "1")]
    assert client.post(page, sent_by(met)).status_code == 302
    marks = MarkSheet.objects.get().marks
    assert (marks[first]["mark"], marks[first]["evidence"]) == (3, "Leur preuve")
    assert (marks[second]["mark"], marks[third]["mark"], marks[third]["said"]) == (4, None, True)


def test_the_cards_of_two_are_told_and_a_fault_does_not_hide_it(client):
    place, agent = world.town()
    opened = world.evaluation(place, agent, "Un", together=True)
    client.force_login(agent)
    page = committee_way(agent, committee_of(opened)).cards
    mine = sent_by(client.get(page), holding="z")
    laid = {f"rank-{key}": str(rank) for rank, key in enumerate(world.FACTORS, start=1)}
    assert client.post(page, mine | laid).status_code == 302
    other = laid | {f"rank-{world.FACTORS[0]}": "2", f"rank-{world.FACTORS[1]}": "1"}
    wrong = client.post(page, mine | other | {"z": "beaucoup"})
    assert wrong.status_code == 400
    met = client.post(page, sent_by(wrong, holding="z") | {"z": "6"})
    assert met.status_code == 400
    told = [(one["typed"], one["now"]) for one in met.context["differences"]]
    assert told == [("2", "1"), ("1", "2"), ("6", "5")]
    assert client.post(page, sent_by(met, holding="z")).status_code == 302
    assert CardGame.objects.get().ranks[0] == [world.FACTORS[1]]


def test_criteria_that_two_add_are_both_kept(client):
    place, agent = world.town()
    opened = world.evaluation(place, agent, "Un")
    client.force_login(agent)
    page = reverse("evaluation:criteria", args=[place.code, opened.public_id])
    mine = sent_by(client.get(page))
    own = {f"own-0-at{at}": "On le voit." for at in (0, 2, 4)}
    assert client.post(page, mine | own | {"own-0-label": "Eau", "keep_from": "70"}).status_code == 302
    met = client.post(page, mine | own | {"own-0-label": "Sols", "title": "Notre titre"})
    assert clashes(met) == []
    assert client.post(page, sent_by(met)).status_code == 302
    opened.refresh_from_db()
    assert (opened.title, opened.keep_from) == ("Notre titre", 70)
    assert {one["label"] for one in opened.own_criteria} == {"Eau", "Sols"}
