"""Codes on paper: given by the agent, good for one sheet, kept as a digest, taken back."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.accounts import rate_limits
from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.enums import SourceKind
from terreau.directory.services import hide_organisation, merge
from terreau.freshness.models import PaperCode
from terreau.freshness.rules import read_code, written_code
from terreau.freshness.services import give_code, open_with_code, revoke_code
from terreau.journal.models import Event
from tests.directory import factories
from tests.freshness.test_question import _typed
from tests.freshness.world import kept, sheet

TRIES = rate_limits.LIMITS["paper_code"][0].times


@pytest.fixture
def town(small_world):
    rate_limits.counters().forget()
    return small_world.poitiers


@pytest.fixture
def agent(town):
    return factories.agent_of(town)


def test_a_code_of_a_sheet_that_gave_way_is_taken_back_with_the_other(client, town, agent):
    """It opens the sheet that stays: whoever takes codes back there takes it back too."""
    gone, stays = sheet(town, "Une d’essai"), sheet(town, "L’autre d’essai")
    _made, former = give_code(person=agent, organisation=gone)
    give_code(person=agent, organisation=stays)
    merge(person=agent, kept=stays, absorbed=gone)
    assert open_with_code(text=former).organisation == gone
    assert revoke_code(person=agent, organisation=stays)
    with pytest.raises(TerreauError, match="n’ouvre aucune fiche"):
        open_with_code(text=former)


def test_a_code_opens_its_sheet_and_no_other(client, town, agent):
    made, other = sheet(town), sheet(town, "Autre atelier d’essai")
    _kept, code = give_code(person=agent, organisation=made)
    response = client.post(reverse("freshness:code"), {"code": written_code(code).lower()})
    assert response.headers["Location"] == reverse("freshness:own")
    page = client.get(reverse("freshness:own"))
    assert page.context["organisation"] == made
    for name in ("edit", "hide", "records"):
        assert client.get(reverse(f"directory:{name}", args=[other.public_id])).status_code == 302
        assert client.get(reverse(f"directory:{name}", args=[made.public_id])).status_code == 302
    saved = client.post(reverse("freshness:own"), _typed(page, description="Mot de l’organisation."))
    assert saved.status_code == 302
    made.refresh_from_db()
    assert made.description == "Mot de l’organisation."
    assert made.records.filter(source__kind=SourceKind.ACTOR).exists()
    # Good for many corrections, until it expires.
    assert client.get(reverse("freshness:own")).status_code == 200


def test_all_is_right_is_one_click(client, town, agent):
    made = sheet(town)
    _kept, code = give_code(person=agent, organisation=made)
    client.post(reverse("freshness:code"), {"code": code})
    assert client.post(reverse("freshness:own_exact")).status_code == 302
    made.refresh_from_db()
    assert made.confirmed_on == timezone.localdate()


def test_only_a_digest_is_kept_and_nothing_of_it_is_told(town, agent):
    made = sheet(town)
    held, code = give_code(person=agent, organisation=made)
    assert code not in str(vars(held))
    assert len(held.digest) == 64
    assert all(code not in str(event.data) for event in Event.objects.all())


def test_a_new_code_takes_the_former_back(town, agent):
    made = sheet(town)
    _first, former = give_code(person=agent, organisation=made)
    _second, latter = give_code(person=agent, organisation=made)
    with pytest.raises(TerreauError):
        open_with_code(text=former)
    assert open_with_code(text=latter).organisation == made
    assert PaperCode.objects.good(timezone.now()).count() == 1


def test_a_code_taken_back_closes_what_it_opened(client, town, agent):
    made = sheet(town)
    _kept, code = give_code(person=agent, organisation=made)
    client.post(reverse("freshness:code"), {"code": code})
    assert revoke_code(person=agent, organisation=made)
    assert client.get(reverse("freshness:own")).status_code == 403
    assert client.post(reverse("freshness:own_exact")).status_code == 403
    assert not revoke_code(person=agent, organisation=made)


def test_an_expired_code_opens_nothing(client, town, agent):
    _kept, code = give_code(person=agent, organisation=sheet(town))
    PaperCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    response = client.post(reverse("freshness:code"), {"code": code})
    assert response.status_code == 400
    assert "n’ouvre aucune fiche" in response.content.decode()


def test_the_sheet_closes_after_two_hours(client, town, agent, monkeypatch):
    from terreau.freshness import passes

    _kept, code = give_code(person=agent, organisation=sheet(town))
    monkeypatch.setattr(passes, "GOOD_FOR", timedelta(seconds=-1))
    client.post(reverse("freshness:code"), {"code": code})
    for closed in (
        client.get(reverse("freshness:own")),
        client.post(reverse("freshness:own"), {"name": "X"}),
    ):
        assert closed.status_code == 403
        page = closed.content.decode()
        assert "<h1>Votre fiche s’est refermée</h1>" in page
        assert "Tapez de nouveau le code de la lettre" in page
    # Its code taken back since, it would not serve.
    PaperCode.objects.update(revoked_at=timezone.now())
    assert "a été retiré ou remplacé" in client.get(reverse("freshness:own")).content.decode()


def test_a_sheet_that_was_never_open_is_not_said_to_have_closed(client, town):
    page = client.get(reverse("freshness:own")).content.decode()
    assert "<h1>Aucune fiche n’est ouverte ici</h1>" in page


def test_one_leaves_a_shared_computer(client, town, agent):
    _kept, code = give_code(person=agent, organisation=sheet(town))
    client.post(reverse("freshness:code"), {"code": code})
    client.post(reverse("freshness:leave"))
    assert client.get(reverse("freshness:own")).status_code == 403


def test_tries_are_limited_and_a_good_code_counts_none(client, town, agent):
    _kept, code = give_code(person=agent, organisation=sheet(town))
    for _try in range(TRIES):
        assert client.post(reverse("freshness:code"), {"code": "333-333"}).status_code == 400
    refused = client.post(reverse("freshness:code"), {"code": code})
    assert refused.status_code == 429
    assert "Attendez" in refused.content.decode()
    rate_limits.counters().forget()
    for _try in range(TRIES + 2):
        assert client.post(reverse("freshness:code"), {"code": code}).status_code == 302


def test_who_may_give_one(town, small_world):
    made, keeper = kept(town)
    for person in (factories.person(), factories.agent_of(small_world.nantes), keeper):
        for act in (give_code, revoke_code):
            with pytest.raises(NotAllowed):
                act(person=person, organisation=made)
    give_code(person=factories.secretary(), organisation=made)


def test_none_is_given_for_a_withdrawn_sheet(town, agent):
    made = sheet(town)
    hide_organisation(person=agent, organisation=made, reason="Essai")
    made.refresh_from_db()
    with pytest.raises(TerreauError, match="retirée"):
        give_code(person=agent, organisation=made)


def test_the_letter_is_also_a_document_of_one_page(client, town, agent):
    made = sheet(town)
    client.force_login(agent)
    letter = client.post(reverse("freshness:paper", args=[made.public_id]), {"pdf": "1"})
    assert letter["Content-Type"] == "application/pdf"
    assert "no-store" in letter["Cache-Control"]
    document = pypdf.PdfReader(io.BytesIO(letter.content))
    assert len(document.pages) == 1
    text = document.pages[0].extract_text()
    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", text)[0]
    assert reverse("freshness:code") in text
    assert open_with_code(text=code).organisation == made


def test_the_letter_is_printed_once_with_its_address(client, town, agent):
    made = sheet(town)
    address = reverse("freshness:paper", args=[made.public_id])
    assert client.get(address).status_code == 302
    client.force_login(agent)
    assert "Donner un code" in client.get(address).content.decode()
    letter = client.post(address)
    assert "no-store" in letter["Cache-Control"]
    text = letter.content.decode()
    code = re.search(r"<b>([0-9A-Z]{5}-[0-9A-Z]{5})</b>", text)[1]
    assert reverse("freshness:code") in text
    assert open_with_code(text=code).organisation == made
    again = client.get(address).content.decode()
    assert code not in again
    assert read_code(code) not in again
    assert client.post(address, {"revoke": "1"}).status_code == 302
    with pytest.raises(TerreauError):
        open_with_code(text=code)
