"""The shipped territories brought into the database: whole, again, updated, cut."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from terreau.territories import gazetteer as memory
from terreau.territories import loading, services
from terreau.territories.loading import load_reference
from terreau.territories.models import (
    Ancestry,
    DataState,
    Membership,
    NetworkTie,
    Outline,
    Population,
    Succession,
    Territory,
)
from terreau.territories.reference.build import build
from terreau.territories.reference.files import digest
from terreau.territories.reference.rows import Shipped
from terreau.territories.rules import PlaceEvidence
from tests.territories.fixtures import SMALL_WORLD

pytestmark = pytest.mark.django_db


def contents():
    """Everything that is loaded, but for the keys of the database."""
    return (
        list(Territory.objects.order_by("code").values_list("code", "name", "parent__code", "valid_to")),
        sorted(Ancestry.objects.values_list("descendant__code", "ancestor__code")),
        sorted(Membership.objects.values_list("grouping__code", "member__code")),
        Population.objects.count(),
        Succession.objects.count(),
        Outline.objects.count(),
    )


def changed_world(change):
    """The small world as a later version of the data would have it."""
    world = build(SMALL_WORLD)
    later = dataclasses.replace(
        world,
        territories=dict(world.territories),
        names=list(world.names),
        memberships=list(world.memberships),
        populations=list(world.populations),
    )
    change(later)
    return later


def test_loading_again_changes_nothing(small_world):
    before = contents()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load_reference(only=SMALL_WORLD)
    assert contents() == before
    written = Counter(q["sql"].split()[0] for q in queries if "ancestry" not in q["sql"])
    assert written["INSERT"] == 0
    assert written["UPDATE"] <= 1  # the mark that tells processes to read again


def test_a_load_cut_in_the_middle_leaves_nothing(db, monkeypatch):
    def cut():
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "rebuild_closure", cut)
    with pytest.raises(KeyboardInterrupt):
        load_reference(only=SMALL_WORLD)
    assert not Territory.objects.exists()
    assert not DataState.objects.exists()
    monkeypatch.undo()
    load_reference(only=SMALL_WORLD)
    assert Territory.objects.filter(code="fr-com-86194").exists()


def test_a_later_version_renames_and_keeps_the_former_name(small_world, monkeypatch):
    def rename(world):
        row = world.territories["fr-com-86194"]
        world.territories["fr-com-86194"] = dataclasses.replace(row, name="Poitiers-la-Neuve")

    later = changed_world(rename)
    monkeypatch.setattr(loading, "shipped", lambda: Shipped(lambda only: later, digest))
    load_reference(only=SMALL_WORLD)
    assert small_world.poitiers.name == "Poitiers-la-Neuve"
    assert services.find("Poitiers")[0].code == "fr-com-86194"
    assert small_world.poitiers.names.filter(name="Poitiers", kind="former").exists()


def test_a_later_version_ends_what_it_no_longer_holds_and_deletes_nothing(small_world, monkeypatch):
    gone = small_world["fr-com-86195"]
    later = changed_world(lambda world: world.territories.pop(gone.code))
    later.names = [row for row in later.names if row.code != gone.code]
    later.populations = [row for row in later.populations if row.code != gone.code]
    later.memberships = [pair for pair in later.memberships if pair[1] != gone.code]
    later.postal_codes = [row for row in later.postal_codes if row[0] != gone.code]
    later.successions = [row for row in later.successions if gone.code not in (row.former, row.successor)]
    later.outlines = [row for row in later.outlines if row.code != gone.code]
    later.earlier_periods = [row for row in later.earlier_periods if row[0] != gone.code]
    monkeypatch.setattr(loading, "shipped", lambda: Shipped(lambda only: later, digest))
    load_reference()
    gone.refresh_from_db()
    assert gone.valid_to is not None
    assert gone.dates_note


def test_a_later_version_ends_a_membership_and_begins_another(small_world, monkeypatch):
    def move(world):
        old = ("fr-epci-200069854", "fr-com-86194")
        world.memberships[world.memberships.index(old)] = ("fr-epci-200043628", "fr-com-86194")

    later = changed_world(move)
    monkeypatch.setattr(loading, "shipped", lambda: Shipped(lambda only: later, digest))
    load_reference(only=SMALL_WORLD)
    links = dict(small_world.poitiers.grouping_links.values_list("grouping__code", "valid_to"))
    assert links["fr-epci-200069854"] is not None
    assert links["fr-epci-200043628"] is None
    assert small_world.poitiers not in Territory.objects.within(small_world.grand_poitiers)
    assert small_world.poitiers in Territory.objects.within(small_world["fr-epci-200043628"])


def test_a_town_s_own_subdivisions_survive_a_load(small_world):
    own = Territory.objects.create(
        code="fr-com-86194-gare",
        kind="sector",
        name="Gare",
        name_folded="gare",
        country_code="FR",
        parent=small_world.poitiers,
    )
    load_reference(only=SMALL_WORLD)
    own.refresh_from_db()
    assert own.valid_to is None
    assert own in Territory.objects.within(small_world.vienne)


def test_groupings_lie_in_the_smallest_territory_that_holds_their_members(small_world):
    assert small_world.grand_poitiers.parent == small_world.vienne
    across = Territory.objects.filter(kind="grouping", parent__kind__in=["region", "country"])
    assert across.exists()  # a few groupings cut across departments
    for grouping in across:
        departments = {link.member.parent_id for link in grouping.member_links.select_related("member")}
        assert grouping not in Territory.objects.within(small_world.vienne) or len(departments) <= 1


def test_populations_are_dated_or_say_why_not(small_world):
    assert small_world.poitiers.populations.get().year == 2023
    undated = small_world.bamako.populations.get()
    assert undated.year is None
    assert "GeoNames" in undated.note
    france = small_world.france.populations.get()
    assert (france.year, france.value == small_world.france.population) == (2023, True)
    assert 68_000_000 < france.value < 72_000_000
    assert "Mayotte en 2017" in france.note


def test_a_commune_merged_since_2018_has_the_union_of_the_outlines(small_world):
    merged = Outline.objects.exclude(note="").select_related("territory").first()
    assert merged.vintage > 2018
    parts = Outline.objects.filter(vintage=2018, territory__successors__successor=merged.territory)
    for part in parts:
        assert merged.west <= part.west
        assert part.east <= merged.east


def test_the_whole_of_the_shipped_data():
    """One load of everything, and what must be true of it."""
    told = []
    load_reference(lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    assert not loading.is_needed()
    check_counts()
    check_old_codes()
    check_network()
    check_overseas()
    check_places()


def check_counts():
    current = Counter(Territory.objects.current().order_by().values_list("kind", flat=True))
    assert current["commune"] > 34_969 + 3_800
    assert current["grouping"] == 1_255
    assert current["borough"] == 45
    assert current["country"] > 230
    assert Ancestry.objects.filter(descendant__code="fr-com-86194").count() == 5
    assert (
        Territory.objects.within(Territory.objects.get(code="fr")).current().filter(kind="commune").count()
        == 34_969
    )
    corsica = Territory.objects.get(code="fr-com-2a004")
    assert corsica.parent.code == "fr-dep-2a"


def check_old_codes():
    """Every old code leads to communes in force, but for those whose end no source follows."""
    ended = list(Territory.objects.filter(valid_to__isnull=False))
    today = services.in_force(ended)
    lost = {row.code for row in ended if not today[row.pk]}
    suppressed = {"77362", "51385", "60606", "45117", "51606", "08227"}
    unfollowed = {"02311", "08300", "16238", "25297", "26371", "42072", "71131", "72287"}
    assert lost == {f"fr-com-{code}" for code in suppressed | unfollowed}
    assert services.resolve("fr-com-60696").name == "Beauvais"
    assert services.resolve("fr-com-78282").name == "Commeny"  # Gouzangrez: two codes, then a merger
    assert services.resolve("fr-com-12114").code == "fr-com-12218"


def check_network():
    assert NetworkTie.objects.values("territory").distinct().count() == 41
    assert set(NetworkTie.objects.filter(kind="accession").values_list("territory__name", flat=True)) == {
        "Lafayette", "Bangangté", "Bertoua", "Foumban", "Manga",
    }  # fmt: skip
    paris = Territory.objects.get(code="fr-com-75056")
    assert sorted(paris.network_ties.values_list("kind", flat=True)) == ["board", "host"]
    assert Territory.objects.get(code="be-gn-2800866").name == "Bruxelles"
    assert not NetworkTie.objects.filter(evidence__contains="idem").exists()


def check_overseas():
    """The French overseas departments are those of INSEE, once."""
    assert not Territory.objects.filter(country_code__in=["RE", "GP", "MQ", "GF", "YT", "NC", "PF"]).exists()
    assert Territory.objects.current().filter(name="Saint-Denis", parent__code="fr-dep-974").count() == 1
    assert services.resolve("re").code == "fr-dep-974"
    noumea = Territory.objects.get(code="fr-com-98818")
    assert noumea.longitude == pytest.approx(166.4, abs=0.2)
    assert noumea.populations.get().year == 2025


def check_places():
    placed = memory.gazetteer().locate
    saint_denis = placed(PlaceEvidence(country="FR", locality="Saint-Denis"))
    assert saint_denis.certainty == "review"
    assert {"fr-com-97411", "fr-com-93066"} <= set(saint_denis.candidates)
    reunion = placed(PlaceEvidence(country="La Réunion", locality="Saint-Denis"))
    assert (reunion.territory_code, reunion.certainty) == ("fr-com-97411", "sure")
    split = placed(PlaceEvidence(country="FR", longitude=-1.3, latitude=46.79))
    assert split.certainty == "review"
    assert {"fr-com-85084", "fr-com-85165", "fr-com-85212"} == set(split.candidates)
    former = placed(PlaceEvidence(country="FR", commune_code="60696"))
    assert (former.territory_code, former.certainty) == ("fr-com-60057", "sure")
    lost = placed(PlaceEvidence(country="FR", commune_code="02311", longitude=3.5, latitude=49.4))
    assert lost.certainty in ("review", "sure")
    assert lost.territory_code != "fr-com-02311"
    assert services.resolve("fr-com-85165", on=date(2020, 1, 1)).code == "fr-com-85084"
    assert services.resolve("fr-com-85165", on=date(2010, 1, 1)).code == "fr-com-85165"
    assert services.resolve("fr-com-85165").code == "fr-com-85165"
