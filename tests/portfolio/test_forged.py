"""What a forged form, a long list or a second sending must not break."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from terreau.core.errors import TerreauError
from terreau.portfolio import services, views
from terreau.portfolio.models import Project
from tests.directory import factories
from tests.portfolio.world import begun, town

pytestmark = pytest.mark.django_db


def typed(form):
    """What a form sends when nothing is changed in it."""
    names = [name for name in form.fields if name not in ("issues", "is_public")]
    return {name: form[name].value() or "" for name in names} | {"version": "1"}


def test_the_project_of_another_town_is_not_begun_again_by_a_forged_form():
    place, agent = town()
    other, its_agent = town()
    theirs = begun(its_agent, other)
    with pytest.raises(TerreauError, match="complet"):
        services.create(person=agent, territory=place, title="Essai", once=theirs.public_id)
    assert Project.objects.filter(territory=place).count() == 0


def test_what_narrows_a_list_is_kept_from_page_to_page(client, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 1)
    place, agent = town()
    begun(agent, place, "Halle d’essai")
    begun(agent, place, "Toit d’essai")
    client.force_login(agent)
    page = client.get(reverse("portfolio:every", args=[place.code]), {"besoin": "premises", "page": "1"})
    assert "?besoin=premises&amp;page=2" in page.content.decode()


def test_a_budget_of_many_lines_loses_none_when_its_form_is_saved(client):
    place, agent = town()
    natures = ("investment", "running", "staff", "grants")
    lines = [
        {"year": 2027 + year, "nature": nature, "amount": 100_00} for year in range(6) for nature in natures
    ]
    made = begun(agent, place, budget=lines)
    client.force_login(agent)
    page = reverse("portfolio:edit", args=[made.public_id])
    form = client.get(page).context["form"]
    assert client.post(page, typed(form)).status_code == 302
    assert made.budget_lines.count() == len(lines)


def test_a_document_taken_away_then_added_again_keeps_its_file(django_capture_on_commit_callbacks):
    place, agent = town()
    made = begun(agent, place)
    sent = {"person": agent, "project": made, "name": "essai.pdf", "content": b"%PDF-1.7", "is_public": False}
    first = services.add_document(**sent)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_document(person=agent, document=first)
        second = services.add_document(**sent)
    assert (Path(settings.HOME.files) / second.path).exists()


def test_any_place_of_a_large_town_is_named_and_a_name_of_two_is_told_apart(client):
    place, agent = town()
    for number in range(310):
        factories.territory(f"{place.code}-{number:03}", f"Quartier {number:03}", parent=place)
    for side in ("est", "ouest"):
        factories.territory(f"{place.code}-centre-{side}", "Centre", parent=place)
    factories.territory("", "Ailleurs")
    made = begun(agent, place)
    client.force_login(agent)
    page = reverse("portfolio:edit", args=[made.public_id])
    answer = client.get(page)
    assert len(answer.context["form"].places) <= 300
    sent = typed(answer.context["form"])
    for wrong, says in (
        ("Centre", "Plusieurs territoires"),
        ("Ailleurs", "ne porte ce nom"),
        ("9" * 200, "ne porte"),
    ):
        refused = client.post(page, sent | {"zone": wrong})
        assert refused.status_code == 400
        assert says in " ".join(refused.context["form"].errors["zone"])
        assert wrong in refused.content.decode()
    for right, code in (("quartier 309", "309"), (f"Centre ({place.code}-centre-est)", "centre-est")):
        assert client.post(page, sent | {"zone": right}).status_code == 302
        made.refresh_from_db()
        assert made.zone.code == f"{place.code}-{code}"
        sent = typed(client.get(page).context["form"]) | {"version": str(made.version)}
    assert client.post(page, sent).status_code == 302
    made.refresh_from_db()
    assert made.zone.code == f"{place.code}-centre-est"


def test_bearer_partners_and_sharers_are_named_or_the_form_says_which_is_not(client):
    place, agent = town()
    other, _its_agent = town()
    bearer = factories.organisation("Les Essais du port", place)
    partner = factories.organisation("Les Essais du marché", place)
    made = begun(agent, place)
    client.force_login(agent)
    page = reverse("portfolio:edit", args=[made.public_id])
    sent = typed(client.get(page).context["form"])
    named = {
        "bearer": "Les essais du PORT",
        "partners": f"Les Essais du marché\nhttps://ess.example/annuaire/{bearer.public_id}/",
        "shares-0-territory": other.name,
        "shares-0-percent": "30",
    }
    for field in ("bearer", "partners", "shares-0-territory"):
        refused = client.post(page, sent | named | {field: "Personne de connu"})
        assert refused.status_code == 400
        assert "ne porte ce nom" in " ".join(refused.context["form"].errors[field])
    assert client.post(page, sent | named).status_code == 302
    made.refresh_from_db()
    assert made.bearer == bearer
    assert set(made.partners.all()) == {bearer, partner}
    assert made.shares.get().territory == other
    again = typed(client.get(page).context["form"]) | {"version": str(made.version)}
    assert client.post(page, again).status_code == 302
    made.refresh_from_db()
    assert set(made.partners.all()) == {bearer, partner}
