"""What a forged form, a long list or a second sending must not break."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from terreau.core.errors import TerreauError
from terreau.portfolio import services, views
from terreau.portfolio.models import Project
from tests.portfolio.world import begun, town

pytestmark = pytest.mark.django_db


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
    sent = {name: form[name].value() or "" for name in form.fields if name not in ("issues", "is_public")}
    assert client.post(page, sent | {"version": "1"}).status_code == 302
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
