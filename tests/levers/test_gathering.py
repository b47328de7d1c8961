"""Two who set thresholds, or say of a lever: what the second did not touch keeps what the first wrote."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.levers.catalogue import catalogue
from terreau.levers.models import LeverOpinion, ThresholdChoice
from terreau.levers.services import COUNTS
from tests.practices.world import town
from tests.sending import clashes, sent_by

pytestmark = pytest.mark.django_db


def test_thresholds_and_opinions_of_two_are_gathered(client):
    place, agent = town()
    client.force_login(agent)
    page = reverse("levers:thresholds", args=[place.code])
    mine, theirs = sent_by(client.get(page)), sent_by(client.get(page))
    first, second = COUNTS[:2]
    assert client.post(page, theirs | {first: "9", "reason": "Leur raison."}).status_code == 302
    met = client.post(page, mine | {second: "8", "reason": "Ma raison."})
    assert clashes(met) == []
    assert client.post(page, sent_by(met)).status_code == 302
    kept = ThresholdChoice.objects.order_by("-number").first()
    assert (getattr(kept, first), getattr(kept, second), kept.reason) == (9, 8, "Ma raison.")

    lever = next(iter(catalogue())).code
    page = reverse("levers:opinion", args=[place.code, lever])
    mine = sent_by(client.get(page))
    theirs = {"stance": "chosen", "months": "6", "reason": "Leur raison."}
    assert client.post(page, mine | theirs).status_code == 302
    met = client.post(page, mine | {"stance": "chosen", "cost": "2", "reason": "Ma raison."})
    assert clashes(met) == [("Pourquoi", "Ma raison.", "Leur raison.")]
    assert client.post(page, sent_by(met)).status_code == 302
    said = LeverOpinion.objects.order_by("-number").first()
    assert (said.stance, said.months, said.cost, said.reason) == ("chosen", 6, 2, "Ma raison.")
