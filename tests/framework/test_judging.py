"""A grid opened, rated blind by three colleges, closed, concluded, published."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import new_public_id
from terreau.framework import grid, judging, services
from terreau.framework.content import content_of
from terreau.framework.enums import College
from terreau.framework.figures import published_assessment
from terreau.framework.models import Assessment, FrameworkEdition, Judge
from terreau.journal.models import Event
from tests.directory import factories
from tests.framework import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def place_and_agent():
    return world.town()


def link(agent, assessment, college=College.ACTORS, once=None, count=1):
    return services.invite(
        person=agent, assessment=assessment, college=college, count=count, once=once or new_public_id()
    )


# --- Opening and inviting -----------------------------------------------------------------------------


def test_a_second_click_opens_no_second_grid(place_and_agent):
    place, agent = place_and_agent
    first = services.open_grid(person=agent, territory=place)
    assert services.open_grid(person=agent, territory=place) == first
    assert Event.objects.filter(verb="framework.opened").count() == 1


def test_the_same_form_sent_twice_gives_the_same_links_and_keeps_none_of_them(place_and_agent):
    place, agent = place_and_agent
    assessment = services.open_grid(person=agent, territory=place)
    once = new_public_id()
    tokens = link(agent, assessment, once=once, count=3)
    assert link(agent, assessment, once=once, count=3) == tokens
    assert len(set(tokens)) == 3
    assert assessment.judges.count() == 3
    assert not any(token in str(vars(judge)) for token in tokens for judge in assessment.judges.all())


def test_unused_links_can_be_taken_back_and_used_ones_stay(place_and_agent):
    place, agent = place_and_agent
    assessment = services.open_grid(person=agent, territory=place)
    used, unused = link(agent, assessment, count=2)
    world.rate(used, 5, sent=False)
    assert services.withdraw_unused(person=agent, assessment=assessment, college="actors") == 1
    assert judging.judge_of_link(used).college == "actors"
    with pytest.raises(TerreauError, match="n’ouvre aucune grille"):
        judging.judge_of_link(unused)


# --- Rating -------------------------------------------------------------------------------------------


def test_a_page_keeps_what_is_given_and_says_what_is_not(place_and_agent):
    place, agent = place_and_agent
    assessment = services.open_grid(person=agent, territory=place)
    judge = judging.judge_of_link(link(agent, assessment)[0])
    area = grid.current().areas[0]
    first, second, *_rest = [one.key for one in area.statements]
    waiting = services.save_area(judge=judge, area=area.key, given={first: "7", second: "na"})
    assert len(waiting) == 2
    held = Judge.objects.get(pk=judge.pk)
    assert held.marks == {first: 7, second: None}
    with pytest.raises(TerreauError, match="n’est pas une note"):
        services.save_area(judge=judge, area=area.key, given={first: "11"})
    with pytest.raises(TerreauError, match="Il manque des réponses"):
        services.send(judge=judge)


def test_marks_sent_twice_are_sent_once_and_the_journal_names_the_college_only(place_and_agent):
    place, agent = place_and_agent
    assessment = services.open_grid(person=agent, territory=place)
    token = link(agent, assessment)[0]
    world.rate(token, 5)
    first = judging.judge_of_link(token).sent_at
    services.send(judge=judging.judge_of_link(token))
    assert judging.judge_of_link(token).sent_at == first
    told = Event.objects.get(verb="framework.rated")
    assert told.actor is None
    assert told.data == {"college": "actors"}


def test_after_closing_nobody_rates(place_and_agent):
    place, agent = place_and_agent
    assessment = world.judged(agent, place, world.THREE_COLLEGES)
    judge = assessment.judges.first()
    with pytest.raises(TerreauError, match="close"):
        services.save_area(judge=judge, area="culture", given={"culture-known": "1"})
    with pytest.raises(TerreauError, match="close"):
        services.send(judge=judge)
    with pytest.raises(TerreauError, match="close"):
        link(agent, assessment)


def test_only_what_was_sent_counts_and_nothing_sent_closes_nothing(place_and_agent):
    place, agent = place_and_agent
    assessment = services.open_grid(person=agent, territory=place)
    world.rate(link(agent, assessment)[0], 9, sent=False)
    with pytest.raises(TerreauError, match="Personne n’a encore envoyé"):
        services.close(person=agent, assessment=assessment)
    for token in link(agent, assessment, count=3):
        world.rate(token, 4)
    closed = services.close(person=agent, assessment=assessment)
    content = content_of(closed)
    assert content["judges"] == {"elected": 0, "staff": 0, "actors": 3}
    assert content["overall"] == 4.0


def test_no_answer_leaves_the_statement_without_score(place_and_agent):
    place, agent = place_and_agent
    marks = [8, lambda key: "na" if key.startswith("culture") else 5, 4, 4]
    content = content_of(world.judged(agent, place, {College.STAFF: marks}))
    statements = {one["key"]: one for area in content["areas"] for one in area["statements"]}
    assert statements["culture-known"]["value"] == 5.3
    assert statements["culture-known"]["count"] == 3
    assert statements["law-forms"]["value"] == 5.2


# --- Concluding and publishing ------------------------------------------------------------------------


def test_a_verdict_appears_only_with_its_whole_evidence(place_and_agent):
    place, agent = place_and_agent
    assessment = world.judged(agent, place, world.THREE_COLLEGES)
    without = {name: value for name, value in world.PROVEN.items() if name != "article"}
    absent = {
        "verdict": "absent",
        "level": "state",
        "lever": "advocacy",
        "words": "Cherché dans le recueil d’essai.",
        "dated": "2026",
        "url": "https://essai.example/recueil",
    }
    for statement, values in (
        ("markets-reserved", world.PROVEN),
        ("markets-town", without),
        ("finance-guarantee", absent),
        ("law-framework", absent | {"words": ""}),
    ):
        services.save_finding(
            person=agent, assessment=assessment, statement=statement, version=0, values=values
        )
    services.publish(person=agent, assessment=assessment)
    told = published_assessment(place)
    assert {one.statement: one.verdict for one in told.findings} == {
        "markets-reserved": "strength",
        "finance-guarantee": "absent",
    }
    proven = next(one for one in told.findings if one.verdict == "strength")
    assert proven.evidence == "Décret d’essai, article 2, 01/03/2024"


def test_the_library_fills_what_the_finding_leaves_empty(place_and_agent):
    place, agent = place_and_agent
    text = world.library_text(dated="2020-06-30")
    assessment = world.judged(agent, place, world.THREE_COLLEGES)
    values = {
        "verdict": "weakness",
        "level": "state",
        "lever": "advocacy",
        "law": text,
        "article": "article 1",
    }
    services.save_finding(
        person=agent, assessment=assessment, statement="law-framework", version=0, values=values
    )
    services.publish(person=agent, assessment=assessment)
    (found,) = published_assessment(place).findings
    assert found.evidence == "Loi d’essai sur les essais, article 1, 30/06/2020"
    assert found.reliability == "vérifié dans la source"


def test_two_people_on_one_finding_lose_no_word(place_and_agent):
    place, agent = place_and_agent
    assessment = world.judged(agent, place, world.THREE_COLLEGES)

    def write(version, **values):
        return services.save_finding(
            person=agent,
            assessment=assessment,
            statement="markets-town",
            version=version,
            values=world.PROVEN | values,
        )

    first = write(0)
    write(first.version, words="mieux")
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        write(first.version, words="autre")
    assert write(first.version, words="mieux").version == 2  # the same form sent again


def edition_gaps(place):
    """The gaps between colleges that an edition tells, the widest first."""
    content = FrameworkEdition.objects.of(place).get().content
    gaps = {one["key"]: one["gap"] for area in content["areas"] for one in area["statements"]}
    return [gaps[key] for key in content["gaps"]]


def test_what_is_published_never_changes_and_is_published_once(place_and_agent):
    place, agent = place_and_agent
    edition = world.published(agent, place)
    assert services.publish(person=agent, assessment=edition.assessment) == edition
    edition.content = {}
    with pytest.raises(TerreauError, match="ne change jamais"):
        edition.save()
    with pytest.raises(TerreauError, match="ne change jamais"):
        FrameworkEdition.objects.update(number=2)
    with pytest.raises(TerreauError, match="ne change jamais"):
        edition.delete()
    assert Judge.objects.exclude(link_digest="", person=None).count() == 0
    widest = edition_gaps(place)[0]
    assert widest == pytest.approx(5.3, abs=0.05)
    (barrier,) = published_assessment(place).barriers
    assert (barrier.category, barrier.probability * barrier.severity) == ("financial", 20)
    again = services.open_grid(person=agent, territory=place)
    assert again.number == 2


def test_nothing_to_tell_is_not_published(place_and_agent):
    place, agent = place_and_agent
    assessment = world.judged(agent, place, {College.ACTORS: [4, 5]})
    with pytest.raises(TerreauError, match="rien à publier"):
        services.publish(person=agent, assessment=assessment)


# --- Pages --------------------------------------------------------------------------------------------


def test_a_judge_fills_the_pages_by_a_link_and_reads_results_only_once_closed(client, place_and_agent):
    place, agent = place_and_agent
    assessment = services.open_grid(person=agent, territory=place)
    tokens = link(agent, assessment, count=3)
    for token in tokens[1:]:
        world.rate(token, 5)
    home = reverse("framework:link", args=[tokens[0]])
    assert "W de Kendall" not in client.get(home).content.decode()
    for area in grid.current().areas:
        page = reverse("framework:link_area", args=[tokens[0], area.key])
        half = client.post(page, {area.statements[0].key: "3"})
        assert half.status_code == 400
        assert "est gardé" in half.content.decode()
        assert client.post(page, {one.key: "3" for one in area.statements}).status_code == 302
    assert client.post(home).status_code == 302
    open_page = client.get(home)
    assert open_page["Referrer-Policy"] == "same-origin"
    assert "notes-par-domaine" not in open_page.content.decode()
    assert "Notes sur 10" not in open_page.content.decode()
    services.close(person=agent, assessment=assessment)
    closed = client.get(home).content.decode()
    assert "Notes sur 10" in closed
    assert "4,3" in closed


def test_the_agent_sees_no_average_while_the_judging_is_open(client, place_and_agent):
    place, agent = place_and_agent
    assessment = world.judged(agent, place, world.THREE_COLLEGES, closed=False)
    client.force_login(agent)
    home = reverse("framework:own", args=[place.code])
    assert "Notes sur 10" not in client.get(home).content.decode()
    assert client.get(reverse("framework:findings", args=[place.code])).status_code == 404
    services.close(person=agent, assessment=assessment)
    assert "Notes sur 10" in client.get(home).content.decode()


def test_a_draft_shows_nowhere_in_public(client, place_and_agent):
    place, agent = place_and_agent
    world.judged(agent, place, world.THREE_COLLEGES)
    assert client.get(reverse("framework:latest", args=[place.code])).status_code == 404
    assert "Cadre réglementaire" not in client.get(f"/territoires/{place.code}/").content.decode()


def test_the_published_page_and_its_files(client, place_and_agent, django_assert_max_num_queries):
    place, agent = place_and_agent
    world.published(agent, place)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("framework:latest", args=[place.code])).content.decode()
    assert "Décret d’essai" in page
    assert "L’essai coûte trop cher" in page
    rows = client.get(reverse("framework:file", args=[place.code, 1, "csv"])).content.decode()
    assert len(rows.splitlines()) == 37
    told = client.get(reverse("framework:file", args=[place.code, 1, "json"])).json()
    assert told["donnees_simulees"] == "non" if "donnees_simulees" in told else told["simulated"] is False
    assert "Cadre réglementaire" in client.get(f"/territoires/{place.code}/").content.decode()


def test_the_agent_goes_from_opening_to_publishing_by_the_pages(client, place_and_agent):
    place, agent = place_and_agent
    client.force_login(agent)
    act = reverse("framework:act", args=[place.code])
    client.post(act, {"act": "open"})
    sent = {"college": "actors", "count": "3", "once": new_public_id()}
    page = client.post(reverse("framework:invite", args=[place.code]), sent).content.decode()
    assert page.count("/noter/") == 3
    for token in [part.split("/")[0] for part in page.split("/noter/")[1:]]:
        world.rate(token, 6)
    client.post(act, {"act": "close"})
    finding = reverse("framework:finding", args=[place.code, "markets-town"])
    answer = client.post(finding, world.PROVEN | {"version": "0", "dated": "hier"})
    assert answer.status_code == 400
    assert "n’est pas une date" in answer.content.decode()
    assert client.post(finding, world.PROVEN | {"version": "0"}).status_code == 302
    assert "prouvé" in client.get(reverse("framework:findings", args=[place.code])).content.decode()
    assert client.post(act, {"act": "publish"}).status_code == 302
    assert FrameworkEdition.objects.of(place).get().content["overall"] == 6.0


# --- Rights -------------------------------------------------------------------------------------------

KEEPERS = {"agent", "agent_above", "secretariat"}
JUDGES = {"agent": "staff", "elected": "elected", "partner": "actors"}


def test_who_keeps_and_who_judges_a_grid(people, tree):
    from tests.accounts.test_rights import PEOPLE

    for name in PEOPLE:
        before = Assessment.objects.count()
        try:
            services.open_grid(person=people[name], territory=tree["town"])
            allowed = True
        except NotAllowed:
            allowed = False
        assert allowed == (name in KEEPERS), (name, before)
    assessment = Assessment.objects.get()
    for name in PEOPLE:
        if name in JUDGES:
            assert services.begin(person=people[name], assessment=assessment).college == JUDGES[name]
            continue
        with pytest.raises(NotAllowed):
            services.begin(person=people[name], assessment=assessment)


def test_a_person_whose_account_closes_leaves_no_name(place_and_agent):
    from terreau.framework import panels

    place, agent = place_and_agent
    assessment = services.open_grid(person=agent, territory=place)
    services.begin(person=agent, assessment=assessment)
    elected = factories.person()
    from terreau.accounts.models import RoleGrant

    RoleGrant.objects.create(person=elected, role="elected", territory=place)
    services.begin(person=elected, assessment=assessment)
    assert panels.export(elected)["marks"][0]["college"] == "elected"
    panels.erase(elected)
    panels.erase(agent)
    assert not Judge.objects.exists()
    assert Assessment.objects.get().opened_by is None
