"""Two who write one thing of the framework: what the second did not touch keeps what the first wrote."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.directory.models import new_public_id
from terreau.framework import grid, services
from terreau.framework.library_models import TextVersion
from terreau.framework.models import Barrier, Finding
from tests.directory import factories
from tests.framework import world
from tests.sending import clashes, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(client):
    place, agent = world.town("sn")
    client.force_login(agent)
    place.agent = agent
    return place


def test_what_one_did_not_touch_of_a_barrier_keeps_what_the_other_wrote(town, client):
    made = services.save_barrier(
        person=town.agent, territory=town, public_id=new_public_id(), version=0, values=world.BARRIER
    )
    page = reverse("framework:barrier", args=[town.code, made.public_id])
    mine, theirs = sent_by(client.get(page)), sent_by(client.get(page))
    other = {"action": "Un fonds d’essai", "due_on": "2027-06-30", "severity": "3", "is_public": "on"}
    assert client.post(page, theirs | other).status_code == 302
    wrong = client.post(page, mine | {"severity": "2", "owner": "Service d’essai", "title": ""})
    assert wrong.status_code == 400
    met = client.post(page, sent_by(wrong) | {"title": mine["title"]})
    assert clashes(met) == [("Gravité", "2", "3")]
    assert client.post(page, sent_by(met)).status_code == 302
    kept = Barrier.objects.get()
    assert (kept.action, str(kept.due_on), kept.is_public) == ("Un fonds d’essai", "2027-06-30", True)
    assert (kept.severity, kept.owner) == (2, "Service d’essai")


def test_a_finding_that_two_begin_at_once_is_gathered(town, client):
    world.judged(town.agent, town, {"elected": [4], "staff": [6], "actors": [8]})
    statement = grid.current().areas[0].statements[0].key
    page = reverse("framework:finding", args=[town.code, statement])
    mine, theirs = sent_by(client.get(page)), sent_by(client.get(page))
    other = {"verdict": "strength", "article": "article 2", "lever_words": "Leurs mots."}
    assert client.post(page, theirs | other).status_code == 302
    met = client.post(page, mine | {"verdict": "strength", "words": "Mes mots."})
    assert clashes(met) == []
    assert client.post(page, sent_by(met)).status_code == 302
    kept = Finding.objects.get()
    assert (kept.article, kept.lever_words, kept.words) == ("article 2", "Leurs mots.", "Mes mots.")


def test_a_text_mended_while_another_version_is_published_keeps_both(town, client):
    text = world.library_text()
    page = reverse("framework:mend", args=[town.code, text.code])
    mine = sent_by(client.get(page))
    articles = [*world.TEXT["articles"], {"ref": "article 2", "text": "suite"}]
    other = services.propose(
        person=town.agent,
        territory=town,
        text=text,
        once=new_public_id(),
        values=world.TEXT | {"short": "LE", "articles": articles},
    )
    services.decide(person=factories.secretary(), proposal=other, accepted=True, read=1)
    met = client.post(page, mine | {"summary": "Autre résumé."})
    assert clashes(met) == []
    assert met.context["form"].taken == ["Nom court", "Articles"]
    assert client.post(page, sent_by(met)).status_code == 302
    kept = TextVersion.objects.order_by("-number").first()
    assert (kept.short, kept.summary, len(kept.articles)) == ("LE", "Autre résumé.", 2)
