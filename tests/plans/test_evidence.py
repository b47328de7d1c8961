"""What shows that an action was done: addresses and files, public only where it is said so."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from terreau.core.errors import NotAllowed, TerreauError
from terreau.plans import services
from terreau.plans.filing import MOST_PIECES, path_of
from terreau.plans.models import Evidence
from tests.accounts.test_rights import PEOPLE
from tests.plans import world

pytestmark = pytest.mark.django_db
KEEPERS = {"agent", "agent_above", "secretariat"}
READERS = KEEPERS | {"elected"}


@pytest.fixture
def held():
    _place, agent, plan = world.planned_town()
    return agent, world.action(agent, plan)


def sent(name="compte-rendu.pdf", content=world.PDF, **values):
    file = SimpleUploadedFile(name, content)
    return {"title": "Compte rendu d’essai", "url": "", "on": "", "file": file} | values


def status_of(client, piece):
    answer = client.get(reverse("plans:piece", args=[piece.action.public_id, piece.pk]))
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def test_a_file_is_kept_once_and_goes_with_its_row(held, client, django_capture_on_commit_callbacks):
    agent, action = held
    client.force_login(agent)
    page = reverse("plans:evidence", args=[action.public_id])
    for _click in range(2):
        assert client.post(page, sent(on="2026-03-02")).status_code == 302
    (kept,) = Evidence.objects.all()
    assert (kept.name, kept.size, kept.is_public) == ("compte-rendu.pdf", len(world.PDF), False)
    assert path_of(kept).read_bytes() == world.PDF
    address = reverse("plans:piece", args=[action.public_id, kept.pk])
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == world.PDF
    assert answer["Content-Disposition"].startswith("attachment")
    with django_capture_on_commit_callbacks(execute=True):
        for _click in range(2):
            client.post(page, {"act": "remove", "key": kept.pk})
    assert not Evidence.objects.exists()
    assert not path_of(kept).exists()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("photo.png", b"%PDF-", "pas de ceux"),
        ("outil.exe", b"MZ", "pas de ceux"),
        ("page.html", b"<html>", "pas de ceux"),
        ("../../secret", b"%PDF-", "pas de ceux"),
        ("gros.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), "10\u00a0Mo"),
    ],
)
def test_a_wrong_file_is_refused_in_words_and_what_was_typed_stays(held, client, name, content, words):
    agent, action = held
    client.force_login(agent)
    answer = client.post(reverse("plans:evidence", args=[action.public_id]), sent(name, content))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert "Compte rendu d’essai" in page
    assert not Evidence.objects.exists()


def test_an_address_or_a_file_and_not_both_nor_none(held, client):
    agent, action = held
    client.force_login(agent)
    page = reverse("plans:evidence", args=[action.public_id])
    both = sent(url="https://exemple.org/essai")
    for values in (both, {key: value for key, value in sent().items() if key != "file"}):
        answer = client.post(page, values)
        assert answer.status_code == 400
        assert "l’un des deux" in answer.content.decode()
    for strange in ({"act": "x", "key": "1"}, {"act": "remove", "key": "9" * 400}):
        assert client.post(page, strange).status_code == 404
    assert not Evidence.objects.exists()


def test_an_action_keeps_so_many_pieces(held):
    agent, action = held
    Evidence.objects.bulk_create(
        Evidence(action=action, title="Essai", url=f"https://exemple.org/{n}") for n in range(MOST_PIECES)
    )
    with pytest.raises(TerreauError, match="pièces au plus"):
        world.piece(agent, action)
    assert Evidence.objects.count() == MOST_PIECES


def test_each_reads_the_pieces_that_they_may(people, tree, client):
    agent = people["agent"]
    plan = world.plan(agent, tree["town"])
    shown, hidden = world.action(agent, plan), world.action(agent, plan, is_public=False)
    pieces = {
        "publique": world.piece(agent, shown, is_public=True),
        "gardée": world.piece(agent, shown, world.PDF + b"2", title="Gardée d’essai"),
        "d’une action gardée": world.piece(agent, hidden, is_public=True),
    }
    for name in PEOPLE:
        client.logout()
        if name != "visitor":
            client.force_login(people[name])
        caches["pages"].clear()
        read = {key: status_of(client, one) == 200 for key, one in pieces.items()}
        reads = name in READERS
        assert read == {"publique": True, "gardée": reads, "d’une action gardée": reads}, name
        page = client.get(reverse("plans:action", args=[shown.public_id])).content.decode()
        assert ("Gardée d’essai" in page) == reads, name


@pytest.mark.parametrize("name", PEOPLE)
def test_pieces_are_written_by_those_who_keep_the_territory(name, people, tree):
    plan = world.plan(people["secretariat"], tree["town"])
    action = world.action(people["secretariat"], plan)
    kept, person = world.piece(people["secretariat"], action), people[name]
    acts = (
        lambda: world.piece(person, action, world.PDF + b"2"),
        lambda: services.add_evidence(
            person=person, action=action, title="Essai", url="https://exemple.org/"
        ),
        lambda: services.show_evidence(person=person, evidence=kept, shown=True),
        lambda: services.remove_evidence(person=person, evidence=kept),
    )
    for act in acts:
        if name in KEEPERS:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()


def test_a_piece_made_public_is_read_by_all_and_no_longer_once_it_is_not(held, client):
    agent, action = held
    kept = world.piece(agent, action)
    page = reverse("plans:evidence", args=[action.public_id])
    for act, status in (("show", 200), ("hide", 404)):
        client.force_login(agent)
        assert client.post(page, {"act": act, "key": kept.pk}).status_code == 302
        client.logout()
        caches["pages"].clear()
        assert status_of(client, kept) == status
