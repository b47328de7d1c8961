"""Two who write one thing of a practice: what the second did not touch keeps what the first wrote."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.practices import services
from terreau.practices.models import Adoption, Assessment, Consent, Profile
from tests.practices import world
from tests.sending import clashes, sent_by

pytestmark = pytest.mark.django_db


def test_what_one_did_not_touch_of_a_sheet_keeps_what_the_other_wrote(client):
    place, agent = world.town()
    made = world.drafted(agent, place)
    client.force_login(agent)
    page = reverse("practices:edit", args=[made.public_id])
    mine, theirs = sent_by(client.get(page)), sent_by(client.get(page))
    other = {"summary": "Leur résumé.", "needs": ["training"], "results-1-what": "huit emplois d’essai"}
    other |= {"cost-running-amount": "6 000 000", "sources-0-title": "Leur registre", "staff": "1,5"}
    assert client.post(page, theirs | other).status_code == 302
    met = client.post(
        page,
        mine
        | {"done": "Ma suite.", "results-0-url": "https://essai.invalid/registre"}
        | {"cost-running-amount": "7 000 000", "cost-running-note": "Par an"},
    )
    assert clashes(met) == [("Coût, fonctionnement, montant", "7 000 000", "6\u202f000\u202f000")]
    assert met.context["form"].taken == [
        *("Activité, en deux phrases", "Besoins auxquels elle répond"),
        *("Agents de la ville, en équivalent temps plein", "Résultats", "Sources"),
    ]
    assert client.post(page, sent_by(met)).status_code == 302
    made.refresh_from_db()
    kept = made.versions.get(number=made.number).values
    assert (kept["summary"], kept["done"]) == ("Leur résumé.", "Ma suite.")
    assert (kept["needs"], str(kept["staff"])) == (["training"], "1.5")
    assert [one["what"] for one in kept["results"]] == ["douze étals d’essai", "huit emplois d’essai"]
    assert kept["results"][0]["url"] == "https://essai.invalid/registre"
    assert kept["sources"][0]["title"] == "Leur registre"
    assert (kept["costs"][0]["amount"], kept["costs"][0]["note"]) == (7_000_000, "Par an")


def test_answers_to_the_ten_questions_are_gathered(client):
    practice = world.published()
    place, agent = world.town()
    client.force_login(agent)
    page = reverse("practices:assess", args=[place.code, practice.public_id])
    mine = sent_by(client.get(page))
    theirs = {"law-mark": "3", "law-evidence": "Leur preuve.", "time-mark": "1", "time-evidence": "Un an."}
    assert client.post(page, mine | theirs).status_code == 302
    met = client.post(page, mine | {"time-mark": "4", "time-evidence": "Un an.", "culture-mark": "2"})
    assert clashes(met) == [("délai, votre note", "4", "1")]
    assert client.post(page, sent_by(met)).status_code == 302
    answers = {one.criterion: one.mark for one in Assessment.objects.get().answers.all()}
    assert answers == {"law": 3, "time": 4, "culture": 2}


def test_what_a_town_adapts_and_what_it_gave_are_gathered(client, monkeypatch):
    practice = world.published()
    place, agent = world.town()
    services.take_up(person=agent, practice=practice, territory=place, adaptation="Plus petit.")
    other, other_agent = world.town()
    source = services.take_up(person=other_agent, practice=practice, territory=other, adaptation="")
    client.force_login(agent)
    Adoption.objects.update(declared_on="2026-01-05")
    page = reverse("practices:adoption", args=[place.code, practice.public_id])
    mine = sent_by(client.get(page), holding="adaptation")
    said = sent_by(client.get(page), holding="t6-words")
    assert client.post(page, mine | {"act": "save", "source": str(source.pk)}).status_code == 302
    met = client.post(page, mine | {"act": "save", "adaptation": "Plus grand."})
    assert (clashes(met), met.context["form"].taken) == ([], ["Reprise de"])
    assert client.post(page, sent_by(met, holding="adaptation") | {"act": "save"}).status_code == 302
    kept = Adoption.objects.get(territory=place)
    assert (kept.source, kept.adaptation) == (source, "Plus grand.")
    # Of the result nobody wrote anything: it clashes with nothing.
    met = client.post(page, said | {"act": "result-6", "t6-words": "Dix étals."})
    assert met.context["sent"].differences == []
    theirs = sent_by(met, holding="t6-words") | {"act": "result-6"}
    assert client.post(page, theirs).status_code == 302
    met = client.post(page, theirs | {"t6-words": "Onze étals."})
    assert [one["now"] for one in met.context["sent"].differences] == ["Dix étals."]
    assert "Dix étals." in met.content.decode()
    assert client.post(page, sent_by(met, holding="t6-words") | {"act": "result-6"}).status_code == 302
    assert kept.results.get().words == "Onze étals."


def test_a_portrait_is_gathered(client):
    place, agent = world.town("fr")
    client.force_login(agent)
    page = reverse("practices:compare", args=[place.code])
    mine = sent_by(client.get(page))
    first = client.get(page).context["form"].fields["indicators"].choices[0][0]
    assert client.post(page, mine | {"coastal": "yes", "indicators": [first]}).status_code == 302
    met = client.post(page, mine | {"kind": "urban", "budget": "1 000"})
    assert clashes(met) == []
    assert client.post(page, sent_by(met)).status_code == 302
    kept = Profile.objects.get()
    assert (kept.kind, kept.coastal, kept.yearly_budget) == ("urban", True, 100_000)
    assert Consent.objects.get().indicator == first
