"""Two sheets made one, seen first, field by field; parted again whatever was said since."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory import services
from terreau.directory.enums import LinkMethod, Status
from terreau.directory.links import link_record, unlink_record
from terreau.directory.merging_candidates import alike, pairs_in
from terreau.directory.models import Link, Merge, Record
from tests.directory import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.territory("xx-com-1", "Ville-Essai")


@pytest.fixture
def agent(town):
    return make.agent_of(town)


@pytest.fixture
def kept(town):
    return make.organisation(
        "Les Essais réunis",
        town,
        website="https://un.test",
        offers=["pain"],
        stated_on=date(2020, 1, 1),
        identifiers={"siren": "732829320"},
    )


@pytest.fixture
def other(town):
    return make.organisation(
        "Essais Réunis (les)",
        town,
        said_by=make.source(town, code="autre-liste"),
        website="https://deux.test",
        offers=["vélos"],
        description="Nous essayons.",
        stated_on=date(2019, 1, 1),
        identifiers={"rna": "W751000000"},
    )


def shows(*sheets):
    found = []
    for sheet in sheets:
        sheet.refresh_from_db()
        found.append((sheet.name, sheet.description, sheet.status, sheet.merged_into_id, sheet.shown_values))
    return found


def edit(person, sheet, **values):
    sheet.refresh_from_db()
    return services.edit_organisation(person=person, organisation=sheet, values=values, version=sheet.version)


def undo(person, absorbed):
    merged = Merge.objects.get(absorbed=absorbed, undone_at=None)
    return services.unmerge(person=person, merged=merged)


def test_choices_field_by_field_outrank_until_they_are_undone(agent, kept, other):
    before = shows(kept, other)
    merged = services.merge(
        person=agent,
        kept=kept,
        absorbed=other,
        choices={"website": "absorbed", "offers": "both"},
        reason="Doublon",
    )
    assert merged.shown_values["website"] == "https://deux.test"
    assert merged.shown_values["offers"] == ["pain", "vélos"]
    assert merged.description == "Nous essayons."
    assert merged.shown_values["identifiers"] == {"siren": "732829320", "rna": "W751000000"}
    make.said(merged, kind="actor", website="https://organisation.test", stated_on=date(2030, 1, 1))
    assert merged.shown_values["website"] == "https://deux.test"
    Record.objects.get(source__kind="actor").delete()
    undo(agent, other)
    assert shows(kept, other) == before
    assert Link.objects.filter(undone_at=None).count() == 2


def test_a_choice_ends_where_the_field_is_said_again(agent, kept, other):
    services.merge(person=agent, kept=kept, absorbed=other, choices={"website": "absorbed"})
    assert edit(agent, kept, website="https://un.test").shown_values["website"] == "https://un.test"
    undo(agent, other)
    assert shows(other)[0][4]["website"] == "https://deux.test"


def test_a_chosen_absence_withdraws(agent, kept, other):
    merged = services.merge(person=agent, kept=kept, absorbed=other, choices={"description": "kept"})
    assert merged.description == ""
    merged = services.merge(
        person=agent,
        kept=kept,
        absorbed=make.organisation(
            "Troisième essai", kept.territory, identifiers={"siret": "73282932000074"}
        ),
        choices={"identifiers": "kept"},
    )
    assert merged.shown_values["identifiers"] == {"siren": "732829320", "rna": "W751000000"}


def test_undone_after_both_changed(agent, kept, other, town):
    services.merge(person=agent, kept=kept, absorbed=other)
    record = other.links.order_by("pk").first().record
    Record.objects.filter(pk=record.pk).update(values=record.values | {"description": "Lu de nouveau."})
    edit(agent, kept, website="https://agent.test")
    late = make.said(kept, code="l3", name="Essais", identifiers={"rna": "W751000000"})
    alone = make.said(kept, code="l4", offers=["thé"])
    undo(agent, other)
    (_n, _d, _s, _m, own), (_n2, described, _s2, _m2, others) = shows(kept, other)
    assert own["website"] == "https://agent.test"
    assert described == "Lu de nouveau."
    assert others["website"] == "https://deux.test"
    late.refresh_from_db()
    alone.refresh_from_db()
    assert (late.organisation, alone.organisation) == (other, kept)


def test_an_agents_word_on_the_merged_sheet_stays_with_the_kept_one(agent, kept, other):
    edit(agent, other, website="https://agent-autre.test")
    services.merge(person=agent, kept=kept, absorbed=other)
    assert edit(agent, kept, website="https://agent-apres.test").shown_values["website"] == (
        "https://agent-apres.test"
    )
    undo(agent, other)
    (kept_shown, other_shown) = shows(kept, other)
    assert kept_shown[4]["website"] == "https://agent-apres.test"
    assert other_shown[4]["website"] == "https://agent-autre.test"


def test_a_second_click_two_agents_and_what_was_not_seen(agent, kept, other):
    seen = (kept.version, other.version)
    edit(make.agent_of(kept.territory), other, description="Autre chose.")
    with pytest.raises(TerreauError, match="a changé"):
        services.merge(person=agent, kept=kept, absorbed=other, versions=seen)
    services.merge(person=agent, kept=kept, absorbed=other)
    with pytest.raises(TerreauError, match="réunie à une autre"):
        services.merge(person=agent, kept=kept, absorbed=other)
    with pytest.raises(TerreauError, match="réunie à une autre"):
        services.merge(person=agent, kept=other, absorbed=kept)
    merged = Merge.objects.get()
    services.unmerge(person=agent, merged=merged)
    with pytest.raises(TerreauError, match="déjà été séparées"):
        services.unmerge(person=agent, merged=merged)


def test_chains_undone_in_any_order(agent, kept, other, town):
    third = make.organisation("Essai troisième", town, said_by=make.source(town, code="l3"))
    before = shows(kept, other, third)
    for inner_first in (True, False):
        services.merge(person=agent, kept=other, absorbed=third)
        services.merge(person=agent, kept=kept, absorbed=other)
        third.refresh_from_db()
        assert third.merged_into == kept
        for sheet in (third, other) if inner_first else (other, third):
            undo(agent, sheet)
            sheet.refresh_from_db()
        assert shows(kept, other, third) == before


def test_separated_record_by_record_the_merge_is_over(agent, kept, other):
    before = shows(kept, other)
    services.merge(person=agent, kept=kept, absorbed=other, choices={"website": "absorbed"})
    record = Record.objects.get(source__code="autre-liste")
    assert unlink_record(person=agent, record=record) == other
    assert not Merge.objects.filter(undone_at=None).exists()
    assert shows(kept, other) == before


def test_tying_a_sheets_last_record_elsewhere_is_a_merge_that_can_be_undone(agent, kept, other):
    before = shows(kept, other)
    link_record(person=agent, record=other.records.get(), organisation=kept, method=LinkMethod.SIMILARITY)
    assert shows(other)[0][2:4] == (Status.HIDDEN, kept.pk)
    undo(agent, other)
    assert shows(kept, other) == before


def test_who_may(kept, other, agent):
    far = make.organisation("Essai lointain", make.territory("yy-com-2", "Autre-Ville"))
    for person, sheets in ((make.person(), (kept, other)), (agent, (kept, far)), (agent, (far, kept))):
        with pytest.raises(NotAllowed):
            services.merge(person=person, kept=sheets[0], absorbed=sheets[1])
    services.merge(person=make.secretary(), kept=kept, absorbed=far)
    with pytest.raises(NotAllowed):
        services.unmerge(person=agent, merged=Merge.objects.get())


def test_whatever_hangs_on_a_sheet_follows_and_comes_back(agent, kept, other):
    """Rows of the tables of other applications, without their saying so; a row that clashes stays behind."""
    from terreau.stewardship.models import Keeper

    both, one = make.person(), make.person()
    for person, sheet in ((both, kept), (both, other), (one, other)):
        Keeper.objects.create(person=person, organisation=sheet, role="owner")
    services.merge(person=agent, kept=kept, absorbed=other)
    assert set(Keeper.objects.filter(organisation=kept).values_list("person", flat=True)) == {both.pk, one.pk}
    late = Keeper.objects.create(person=make.person(), organisation=kept, role="editor")
    undo(agent, other)
    assert set(Keeper.objects.filter(organisation=other).values_list("person", flat=True)) == {
        both.pk,
        one.pk,
    }
    late.refresh_from_db()
    assert late.organisation == kept


def test_a_partner_of_projects_gives_way_and_comes_back(agent, kept, other, town):
    """What ties many sheets to many projects follows as well."""
    from tests.portfolio.world import begun

    alone = begun(agent, town, "Un projet d’essai")
    shared = begun(agent, town, "Un projet d’essai commun")
    alone.partners.set([other])
    shared.partners.set([kept, other])
    services.merge(person=agent, kept=kept, absorbed=other)
    assert list(alone.partners.all()) == [kept]
    assert list(shared.partners.shown()) == [kept]
    undo(agent, other)
    assert list(alone.partners.all()) == [other]
    assert set(shared.partners.all()) == {kept, other}


# --- Who may be the same ---------------------------------------------------------------------------------


def test_candidates_by_number_and_by_name(agent, kept, other, town):
    same = make.organisation("Tout autre nom", town, identifiers={"siren": "732829320"})
    make.organisation("Rien à voir", town)
    make.indexed()
    found = {one.sheet.pk: one.reasons for one in alike(kept)}
    assert set(found) == {same.pk, other.pk}
    assert "732829320" in found[same.pk][0]
    assert "noms voisins" in found[other.pk][0]
    services.say_distinct(person=agent, first=kept, second=other)
    services.say_distinct(person=agent, first=other, second=kept)
    assert [one.sheet.pk for one in alike(kept)] == [same.pk]


def test_pairs_of_a_territory(agent, kept, town):
    same = make.organisation("Tout autre nom", town, identifiers={"siren": "732829320"})
    twin = make.organisation("LES ESSAIS REUNIS", town)
    pairs, more = pairs_in(town)
    assert {(pair.first, pair.second) for pair in pairs} == {(kept, same), (kept, twin)}
    assert not more
    services.say_distinct(person=agent, first=kept, second=twin)
    assert len(pairs_in(town)[0]) == 1


def test_one_name_in_one_country_is_not_said_to_be_in_one_place(town):
    for _number in range(2):
        make.organisation("Les Essais sans ville", town.parent)
        make.organisation("Les Essais de la ville", town)
    reasons = {pair.first.name: pair.reason for pair in pairs_in(town.parent)[0]}
    assert reasons == {
        "Les Essais sans ville": "même nom, dans le même pays",
        "Les Essais de la ville": "même nom, au même endroit",
    }


# --- The screens ---------------------------------------------------------------------------------------


def test_the_result_is_seen_before_it_is_done(client, agent, kept, other):
    client.force_login(agent)
    path = f"/annuaire/{kept.public_id}/reunir/"
    make.indexed()
    assert other.public_id in client.get(path).content.decode()
    page = client.get(path, {"avec": other.public_id}).content.decode()
    for text in ("https://un.test", "https://deux.test", "Les deux"):
        assert text in page
    assert 'name="faire"' not in page
    page = client.get(path, {"avec": other.public_id, "voir": "1", "c-website": "absorbed"}).content.decode()
    assert 'name="faire"' in page
    kept.refresh_from_db()
    data = {
        "other": other.public_id,
        "version": kept.version,
        "other_version": other.version,
        "c-website": "absorbed",
        "faire": "1",
        "reason": "La même association",
    }
    stale = client.post(path, data | {"version": "0"})
    assert stale.status_code == 409
    assert "a changé" in stale.content.decode()
    assert client.post(path, data).status_code == 302
    again = client.post(path, data, follow=True)
    assert "déjà réunies" in again.content.decode()
    moved = client.get(f"/annuaire/{other.public_id}/")
    assert (moved.status_code, moved["Location"]) == (301, f"/annuaire/{kept.public_id}/")
    assert "must-revalidate" in moved["Cache-Control"]
    merged = Merge.objects.get()
    assert "La même association" in client.get(f"/annuaire/{kept.public_id}/liens/").content.decode()
    back = client.post(f"/annuaire/{kept.public_id}/defaire/{merged.pk}/")
    assert back["Location"] == f"/annuaire/{other.public_id}/"
    # Both often bear one name: the page says which is which, and links them.
    page = client.get(back["Location"]).content.decode()
    said = page[page.index('<ul class="messages">') : page.index("<h1>")]
    for told, one in (("séparée, que voici", other), ("où elle était", kept)):
        assert re.search(rf'{told}\s*: <a href="/annuaire/{one.public_id}/">', said)
    twice = client.post(f"/annuaire/{kept.public_id}/defaire/{merged.pk}/", follow=True)
    assert "déjà été séparées" in twice.content.decode()


def test_what_cannot_be_joined_is_said(client, agent, kept, other):
    client.force_login(agent)
    path = f"/annuaire/{kept.public_id}/reunir/"
    assert client.get(path, {"avec": "nulle-part"}).status_code == 400
    assert client.get(path, {"avec": kept.public_id}).status_code == 400
    client.force_login(make.person())
    assert client.get(path).status_code == 403
    assert client.get("/espace/xx-com-1/doublons/").status_code == 403


# --- Any sequence ------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "undo", "edit", "import", "tie"]), st.integers(0, 3), st.integers(0, 3)
    ),
    max_size=8,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_each_record_is_kept_once_and_undoing_gives_back(steps, town, agent):
    """The same steps with and without merges: once all are undone, sheets show the same."""
    from django.db import transaction

    def play(with_merges):
        sheets = [
            make.organisation(
                f"Essai {number}",
                town,
                said_by=make.source(town, code=f"liste-{number}"),
                website=f"https://{number}.test",
                stated_on=date(2020, 1, 1 + number),
            )
            for number in range(4)
        ]
        own = {sheet.pk: sheet.records.get().pk for sheet in sheets}
        for count, (step, one, other) in enumerate(steps):
            first, second = sheets[one], sheets[other]
            first.refresh_from_db()
            second.refresh_from_db()
            standing = first.merged_into_id is None and second.merged_into_id is None
            if step == "merge" and with_merges and one != other and standing:
                services.merge(person=agent, kept=first, absorbed=second, choices={"website": "absorbed"})
            elif step == "undo" and with_merges and second.merged_into_id:
                undo(agent, second)
            elif step == "import":
                record = Record.objects.get(pk=own[first.pk])
                record.values = record.values | {"description": f"Lu {count}."}
                record.save()
                services.refresh([record.organisation_id])
            assert Record.objects.filter(organisation=None, source__kind="list").count() == 0
        while merged := Merge.objects.filter(undone_at=None).order_by("pk").first():
            services.unmerge(person=agent, merged=merged)
        assert all(Record.objects.get(pk=own[sheet.pk]).organisation_id == sheet.pk for sheet in sheets)
        return shows(*sheets)

    found = []
    for with_merges in (True, False):
        with transaction.atomic():
            mark = transaction.savepoint()
            found.append(play(with_merges))
            transaction.savepoint_rollback(mark)
    assert found[0] == found[1]
