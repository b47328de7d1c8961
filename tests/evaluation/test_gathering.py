"""Two who fill one page of an evaluation: what the second did not touch keeps what the first wrote."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.evaluation.marking import committee_of
from terreau.evaluation.models import MarkSheet
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
