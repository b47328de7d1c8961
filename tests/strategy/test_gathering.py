"""Two who write one issue: what the second did not touch keeps what the first wrote."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.directory.models import new_public_id
from terreau.strategy import services
from terreau.strategy.models import PriorityIssue, Strategy
from tests.practices.world import town
from tests.sending import clashes, sent_by

pytestmark = pytest.mark.django_db


def test_what_one_did_not_touch_of_an_issue_keeps_what_the_other_wrote(client):
    place, agent = town()
    client.force_login(agent)
    values = {"title": "Un essai", "words": "", "horizon": 2030, "indicator": "Essais", "baseline": "2,5"}
    page = reverse("strategy:new", args=[place.code])
    assert client.post(page, values | {"public_id": new_public_id()}).status_code == 302
    made = PriorityIssue.objects.get()
    page = reverse("strategy:edit", args=[place.code, made.public_id])
    mine, theirs = sent_by(client.get(page)), sent_by(client.get(page))
    assert (
        client.post(page, theirs | {"target": "10", "needs": ["training"], "horizon": "2031"}).status_code
        == 302
    )
    met = client.post(page, mine | {"words": "Mes mots.", "horizon": "2032"})
    assert clashes(met) == [("Horizon", "2032", "2031")]
    assert client.post(page, sent_by(met)).status_code == 302
    made.refresh_from_db()
    assert (made.target, made.baseline, made.needs) == (10, made.baseline, ["training"])
    assert (made.words, made.horizon) == ("Mes mots.", 2032)


def test_the_words_of_two_are_shown_side_by_side(client):
    place, agent = town()
    client.force_login(agent)
    page = reverse("strategy:words", args=[place.code])
    mine = sent_by(client.get(page))
    services.introduce(person=agent, territory=place, version=int(mine["version"]), words="Leurs mots.")
    met = client.post(page, mine | {"words": "Mes mots."})
    assert clashes(met) == [("Ce que veut le territoire", "Mes mots.", "Leurs mots.")]
    assert client.post(page, sent_by(met)).status_code == 302
    assert Strategy.objects.get().words == "Mes mots."
