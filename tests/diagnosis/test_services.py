"""Drafts that change, editions that never do."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from terreau.core.errors import NotAllowed, TerreauError
from terreau.diagnosis import services
from terreau.diagnosis.models import CoverageStatement, Draft, Edition
from terreau.journal.models import Event
from tests.diagnosis.world import many
from tests.directory.factories import agent_of, organisation, person, secretary, source

TODAY = timezone.localdate()


@pytest.fixture
def agent(world):
    return agent_of(world.town)


def published(agent, place, day=None):
    draft = services.create_draft(person=agent, territory=place, as_of=day)
    return services.publish(person=agent, territory=place, draft_key=draft.pk)


def test_a_draft_holds_what_is_known(world, agent):
    draft = services.create_draft(person=agent, territory=world.town)
    content = services.from_text(draft.content)
    assert content.by_id()["organisations"].value == 14
    assert content.by_id()["familles.cooperative"].value == 2
    assert draft.as_of == TODAY
    assert (
        Event.objects.filter(verb="diagnosis.drafted", territory_code=world.town.code, actor=agent).count()
        == 1
    )


def test_a_new_draft_takes_the_place_of_the_former_and_keeps_its_words(world, agent):
    first = services.create_draft(person=agent, territory=world.town)
    services.introduce(
        person=agent, draft=first, read="", introduction="Le conseil remercie.\r\n\r\nÀ suivre."
    )
    organisation("Nouvelle venue", world.town)
    second = services.create_draft(person=agent, territory=world.town)
    assert Draft.objects.get(territory=world.town).pk == second.pk != first.pk
    assert second.introduction == "Le conseil remercie.\n\nÀ suivre."
    assert services.from_text(second.content).by_id()["organisations"].value == 15


def test_a_day_to_come_is_refused(world, agent):
    with pytest.raises(TerreauError, match="à venir"):
        services.create_draft(person=agent, territory=world.town, as_of=TODAY + timedelta(days=1))


def test_an_introduction_is_bounded(world, agent):
    draft = services.create_draft(person=agent, territory=world.town)
    with pytest.raises(TerreauError, match="trop long"):
        services.introduce(person=agent, draft=draft, read="", introduction="a" * 6001)


def test_two_people_write_the_introduction_and_neither_loses_a_word(client, world, agent):
    draft = services.create_draft(person=agent, territory=world.town)
    services.introduce(person=agent, draft=draft, read="", introduction="Le conseil remercie.")
    client.force_login(agent_of(world.town))
    address = reverse("diagnosis:introduce", args=[world.town.code])
    typed = {"read": "", "introduction": "La maire remercie."}
    refused = client.post(address, typed)
    text = refused.content.decode()
    assert refused.status_code == 400
    assert "La maire remercie." in text
    assert "Le conseil remercie." in text
    assert client.post(address, typed | {"read": "Le conseil remercie."}).status_code == 302
    assert Draft.objects.get(pk=draft.pk).introduction == "La maire remercie."


def test_publishing_numbers_dates_and_tells(world, agent, django_capture_on_commit_callbacks):
    stamp = settings.HOME.content_stamp
    before = stamp.stat().st_mtime_ns if stamp.exists() else 0
    with django_capture_on_commit_callbacks(execute=True):
        edition = published(agent, world.town)
    assert edition.number == 1
    assert stamp.stat().st_mtime_ns > before
    assert not Draft.objects.filter(territory=world.town).exists()
    told = Event.objects.get(verb="diagnosis.published")
    assert told.data["number"] == 1
    assert told.data["digest"] == edition.digest
    assert services.pdf_of(edition).startswith(b"%PDF-")
    assert published(agent, world.town).number == 2


def test_the_same_draft_is_published_once(world, agent):
    draft = services.create_draft(person=agent, territory=world.town)
    first = services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    again = services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    assert again.pk == first.pk
    assert Edition.objects.count() == 1


def test_a_draft_that_was_replaced_is_not_published(world, agent):
    old = services.create_draft(person=agent, territory=world.town)
    services.create_draft(person=agent, territory=world.town)
    with pytest.raises(TerreauError, match="n’existe plus"):
        services.publish(person=agent, territory=world.town, draft_key=old.pk)


def test_a_draft_of_another_territory_is_not_published_here(world, agent):
    both = agent_of(world.department)
    draft = services.create_draft(person=both, territory=world.other)
    with pytest.raises(TerreauError, match="n’existe plus"):
        services.publish(person=agent, territory=world.town, draft_key=draft.pk)


def test_a_document_that_fails_publishes_nothing(world, agent, monkeypatch):
    draft = services.create_draft(person=agent, territory=world.town)

    def fail(*args, **kwargs):
        raise TerreauError("Le document n’a pas pu être mis en page.")

    monkeypatch.setattr(services, "to_pdf", fail)
    with pytest.raises(TerreauError):
        services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    assert Edition.objects.count() == 0
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_what_changes_in_the_directory_does_not_change_an_edition(world, agent):
    edition = published(agent, world.town)
    before = (edition.content, services.pdf_of(edition))
    many(5, world.town, family="association")
    edition = Edition.objects.get(pk=edition.pk)
    assert (edition.content, services.pdf_of(edition)) == before
    assert services.read(edition).by_id()["organisations"].value == 14


def test_an_edition_can_neither_be_written_again_nor_deleted(world, agent):
    edition = published(agent, world.town)
    edition.introduction = "Autre chose."
    with pytest.raises(TerreauError, match="ne change jamais"):
        edition.save()
    with pytest.raises(TerreauError, match="ne change jamais"):
        edition.delete()
    with pytest.raises(TerreauError, match="ne change jamais"):
        Edition.objects.filter(pk=edition.pk).update(introduction="Autre chose.")
    with pytest.raises(TerreauError, match="ne change jamais"):
        Edition.objects.all().delete()
    assert Edition.objects.get(pk=edition.pk).introduction == ""


@pytest.mark.parametrize("column", ["content", "introduction"])
def test_an_edition_altered_behind_the_platform_is_found_out(world, agent, column):
    edition = published(agent, world.town)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE diagnosis_edition SET {column} = {column} || ' ' WHERE id = %s", [edition.pk])
    with pytest.raises(TerreauError, match="altérée"):
        services.read(Edition.objects.get(pk=edition.pk))


def test_a_document_altered_or_lost_is_found_out(world, agent):
    edition = published(agent, world.town)
    path = settings.HOME.files / edition.pdf
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(TerreauError, match="altérée"):
        services.pdf_of(edition)
    path.unlink()
    with pytest.raises(TerreauError, match="manque"):
        services.pdf_of(edition)


def test_a_picture_altered_is_found_out(world, agent):
    edition = published(agent, world.town)
    content = services.read(edition)
    assert services.picture_of(edition, content, "familles", "wide").startswith("<svg")
    assert services.picture_of(edition, content, "familles", "huge") is None
    edition.pictures["familles-wide"] += " "
    with pytest.raises(TerreauError, match="altérée"):
        services.picture_of(edition, content, "familles", "wide")


def test_numbers_are_given_once_by_territory(world, agent):
    edition = published(agent, world.town)
    copy = Edition(
        territory=world.town,
        number=edition.number,
        draft_key=uuid.uuid4(),
        as_of=TODAY,
        content="{}",
        digest="",
        pdf="",
        pdf_digest="",
        method_version="1",
        published_at=timezone.now(),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_rights_role_by_role(world):
    """Agents of the territory or of one that contains it, and the secretariat; nobody else."""
    allowed = [agent_of(world.town), agent_of(world.grouping), agent_of(world.country), secretary()]
    refused = [None, person(), agent_of(world.other)]
    for someone in allowed:
        draft = services.create_draft(person=someone, territory=world.town)
        services.introduce(person=someone, draft=draft, read="", introduction="")
        services.publish(person=someone, territory=world.town, draft_key=draft.pk)
    assert Edition.objects.count() == len(allowed)
    draft = services.create_draft(person=allowed[0], territory=world.town)
    for someone in refused:
        for attempt in (
            lambda someone=someone: services.create_draft(person=someone, territory=world.town),
            lambda someone=someone: services.introduce(person=someone, draft=draft, read="", introduction=""),
            lambda someone=someone: services.discard_draft(person=someone, draft=draft),
            lambda someone=someone: services.publish(
                person=someone, territory=world.town, draft_key=draft.pk
            ),
            lambda someone=someone: services.state_coverage(
                person=someone, territory=world.town, source=source(world.town), field="a", evidence="b"
            ),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    assert Edition.objects.count() == len(allowed)


def test_a_coverage_is_stated_with_evidence_and_withdrawn(world, agent):
    with pytest.raises(TerreauError, match="ce qui permet de le dire"):
        services.state_coverage(
            person=agent, territory=world.town, source=source(world.town), field="associations", evidence="  "
        )
    about = {"person": agent, "territory": world.town, "source": source(world.town)}
    stated = services.state_coverage(field="associations", evidence="registre obligatoire", **about)
    with pytest.raises(TerreauError, match="déjà déclarée"):
        services.state_coverage(field="associations", evidence="registre obligatoire", **about)
    with_density = services.assemble(world.town, TODAY).content.by_id()["densite"]
    assert with_density.value == 0.7
    services.withdraw_coverage(person=agent, statement=stated)
    assert services.assemble(world.town, TODAY).content.by_id()["densite"].value is None
    assert CoverageStatement.objects.get().withdrawn_by == agent
    assert [event.verb for event in Event.objects.filter(verb__startswith="coverage").order_by("id")] == [
        "coverage.stated",
        "coverage.withdrawn",
    ]


def test_a_past_day_describes_what_was_known_then(world, agent):
    edition = published(agent, world.town, day=date(2024, 6, 29))
    assert services.read(edition).by_id()["organisations"].value == 0
    assert published(agent, world.town, day=date(2024, 6, 30)).as_of == date(2024, 6, 30)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_publish_one_edition():
    from concurrent.futures import ThreadPoolExecutor

    from tests.diagnosis.world import make_world

    place = make_world().town
    agent = agent_of(place)
    draft = services.create_draft(person=agent, territory=place)

    def click(_number):
        try:
            return services.publish(person=agent, territory=place, draft_key=draft.pk).number
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as clicks:
        assert list(clicks.map(click, range(3))) == [1, 1, 1]
    assert Edition.objects.count() == 1
