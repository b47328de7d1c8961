"""What a sheet says of its last confirmation: when, by whom, and what follows from its age."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.directory.confirmations import suffix
from terreau.directory.enums import SourceKind
from terreau.directory.labels import day_text
from tests.directory import factories


def _sheet(small_world, *, kind=None, days=0):
    made = factories.organisation("Atelier d’essai", small_world.poitiers)
    if kind:
        factories.said(made, kind=kind, stated_on=timezone.localdate() - timedelta(days=days))
    return made


def _page(client, made):
    return client.get(reverse("directory:sheet", args=[made.public_id])).content.decode()


@pytest.mark.parametrize(
    ("kind", "who"),
    [(SourceKind.ACTOR, "l’organisation elle-même"), (SourceKind.AGENT, "l’agent du territoire")],
)
def test_a_sheet_says_when_and_by_whom_it_was_confirmed(client, small_world, kind, who):
    made = _sheet(small_world, kind=kind, days=40)
    day = day_text((timezone.localdate() - timedelta(days=40)).isoformat())
    page = _page(client, made)
    assert f"Confirmée le {day} par {who}" in page
    assert "Personne n’a confirmé" not in page


@pytest.mark.parametrize(("days", "told"), [(380, "depuis plus d’un an"), (800, "elle a quitté la carte")])
def test_an_old_confirmation_is_told(client, small_world, days, told):
    assert told in _page(client, _sheet(small_world, kind=SourceKind.AGENT, days=days))


def test_what_was_only_imported_says_so_and_stays(client, small_world):
    page = _page(client, _sheet(small_world))
    assert "Jamais confirmée" in page
    assert "quitté la carte" not in page


def test_the_one_who_may_confirms_to_bring_it_back(client, small_world):
    made = _sheet(small_world, kind=SourceKind.ACTOR, days=800)
    client.force_login(factories.agent_of(small_world.poitiers))
    assert "remettre sur la carte" in _page(client, made)
    client.post(reverse("directory:confirm", args=[made.public_id]))
    page = _page(client, made)
    assert "remettre sur la carte" not in page
    assert "quitté la carte" not in page
    assert "par l’agent du territoire" in page


def test_no_name_is_told_to_visitors(client, small_world):
    made = _sheet(small_world)
    agent = factories.agent_of(small_world.poitiers)
    agent.display_name = "Personne d’essai"
    agent.save()
    client.force_login(agent)
    client.post(reverse("directory:confirm", args=[made.public_id]))
    client.logout()
    assert "Personne d’essai" not in _page(client, made)


def test_a_line_of_the_list_says_when_it_is_old():
    today = timezone.localdate()
    assert suffix("", today) == ""
    assert suffix((today - timedelta(days=30)).isoformat(), today) == ""
    assert "un an" in suffix((today - timedelta(days=400)).isoformat(), today)
    assert "sortie de la carte" in suffix((today - timedelta(days=900)).isoformat(), today)
