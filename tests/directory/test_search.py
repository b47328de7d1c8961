"""Searching as people type."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from terreau.directory import clusters, matching_words, search
from terreau.directory.search import Query
from terreau.territories.enums import Kind
from tests.directory import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Two towns of one country and one of another, and six organisations."""
    region = make.territory("ml-adm1-1", "Région-Essai", kind=Kind.REGION)
    bamako = make.territory("ml-gn-1", "Bamako", parent=region, longitude=-8.0, latitude=12.65)
    segou = make.territory("ml-gn-2", "Ségou", parent=region, longitude=-6.26, latitude=13.43)
    dakar = make.territory("sn-gn-1", "Dakar", longitude=-17.44, latitude=14.69)
    sheets = {
        "mutuelle": make.organisation(
            "Mutuelle de santé L’Essai", bamako, family="mutuelle", sectors=["sante"], issues=["sante"]
        ),
        "ecole": make.organisation(
            "École du fleuve",
            segou,
            family="association",
            sectors=["education"],
            issues=["education", "jeunesse"],
        ),
        "cooperative": make.organisation(
            "Coopérative des teinturières",
            bamako,
            family="cooperative",
            sectors=["artisanat-industrie", "commerce"],
            offers=["pagnes teints"],
            seeks=["machines à coudre"],
            actions=[{"what": "Apprentissage du bogolan", "for_whom": "jeunes filles", "since": "2021"}],
        ),
        "caisse": make.organisation(
            "Caisse d’épargne solidaire",
            dakar,
            family="mutuelle",
            sectors=["finance"],
            identifiers={"siren": "732829320"},
        ),
        "jardin": make.organisation(
            "Jardin partagé de l’Essai", dakar, family="association", sectors=["agriculture"]
        ),
        "nulle": make.organisation("Association sans lieu", family="association"),
    }
    make.indexed()
    return sheets


def names(text="", **query):
    return [hit["n"] for hit in search.search(Query(text=text, **query)).hits]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ecole", "École du fleuve"),
        ("ÉCOLE DU FLEUVE", "École du fleuve"),
        ("teinturiere", "Coopérative des teinturières"),  # singular for plural
        ("teint", "Coopérative des teinturières"),  # start of the last word
        ("cooperative tein", "Coopérative des teinturières"),
        ("coop tein", "Coopérative des teinturières"),  # the start of every word
        ("epar solid", "Caisse d’épargne solidaire"),
        ("teinturieres cooperative", "Coopérative des teinturières"),  # any order
        ("pagne", "Coopérative des teinturières"),  # what it offers
        ("machine à coudre", "Coopérative des teinturières"),  # what it seeks
        ("bogolan", "Coopérative des teinturières"),  # its actions
        ("732 829 320", "Caisse d’épargne solidaire"),  # a SIREN
        ("73282932000074", "Caisse d’épargne solidaire"),  # a SIRET of it
        ("l'ecole", "École du fleuve"),
        ("la caisse d epargne", "Caisse d’épargne solidaire"),
    ],
)
def test_found_as_people_type(world, typed, found):
    assert names(typed)[0] == found


@pytest.mark.parametrize(
    ("typed", "found", "shown"),
    [
        ("mutuele sante bamko", "Mutuelle de santé L’Essai", "Mutuelle santé Bamako"),
        ("teintrieres", "Coopérative des teinturières", "teinturières"),
        ("coperatvie", "Coopérative des teinturières", "Coopérative"),
        ("bmaako", "Coopérative des teinturières", "Bamako"),
        ("jradin", "Jardin partagé de l’Essai", "Jardin"),
        ("jrdin", "Jardin partagé de l’Essai", "Jardin"),
    ],
)
def test_a_slip_is_mended_and_said(world, typed, found, shown):
    results = search.search(Query(text=typed))
    assert found in [hit["n"] for hit in results.hits]
    assert results.match.corrected
    assert " ".join(results.match.shown).lower() == shown.lower()


def test_a_word_that_is_whole_elsewhere_may_be_half_typed_here(world):
    make.organisation("Coop d’en face")
    make.indexed()
    results = search.search(Query(text="coop teint"))
    assert [hit["n"] for hit in results.hits] == ["Coopérative des teinturières"]
    assert not results.match.fewer


def test_a_doubled_letter_left_out_is_that_word_and_no_other_as_near(world):
    make.organisation("Emmaüs d’essai")
    for number in range(3):
        make.organisation(f"Eau vive {number}")
    make.indexed()
    assert names("emaus") == ["Emmaüs d’essai"]


def test_a_slip_on_the_first_letter_still_finds(world):
    assert "Jardin partagé de l’Essai" in names("kardin")


def test_exact_words_are_not_mended(world):
    assert names("mutuele sante bamko", exact=True) == []
    assert names("mutuelle sante bamako", exact=True) == ["Mutuelle de santé L’Essai"]


def test_short_words_are_not_mended(world):
    assert names("lsi") == []


def test_a_postal_code_names_a_place():
    make.organisation("Association d’essai", postal_code="86000", offers=["fête de 2025"])
    make.organisation("Association voisine", postal_code="86100")
    make.indexed()
    assert names("86000") == ["Association d’essai"]
    assert names("association 86000") == ["Association d’essai"]


def test_a_number_is_not_taken_for_another():
    make.organisation("Comité de jumelage 2013")
    make.indexed()
    found = search.search(Query(text="jumelage 2012"))
    assert found.match.shown == ("jumelage", "2012")
    assert found.match.fewer


def test_a_beginning_that_many_words_share():
    """Few words that begin alike are asked for one by one, many together: the same is found."""
    ends = [chr(97 + number // 26) + chr(97 + number % 26) for number in range(matching_words._FEW_WORDS + 5)]
    make.organisations({"name": f"Essai vitr{end}x"} for end in ends)
    make.indexed()
    assert search.search(Query(text="vitr")).total == matching_words._FEW_WORDS + 5
    assert search.search(Query(text="vitra")).total == 26
    assert search.search(Query(text="vitraa")).total == 1


def test_when_nothing_holds_all_the_words_fewer_are_asked(world):
    results = search.search(Query(text="mutuelle poisson dakar"))
    assert results.match.fewer
    assert results.hits[0]["n"] == "Caisse d’épargne solidaire"
    assert not search.search(Query(text="mutuelle dakar")).match.fewer


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "l",
        "*",
        "name:x AND",
        '"',
        "(((",
        "~2",
        "a" * 5000,
        "é" * 300,
        "\x00",
        "名前",
        "+-!{}[]^\\/",
        "12345678901234",
    ],
)
def test_anything_may_be_typed(world, typed):
    assert search.search(Query(text=typed)).total >= 0


def test_the_name_counts_more_than_the_description(world):
    make.organisation("Le Verger", description="Nous aimons les jardins, le jardin et le jardinage.")
    make.indexed()
    assert names("jardin")[0] == "Jardin partagé de l’Essai"


def test_a_whole_name_comes_first(world):
    make.organisation("École du fleuve et du fleuve encore, école")
    make.indexed()
    assert names("ecole du fleuve")[0] == "École du fleuve"


# --- Facets -------------------------------------------------------------------------------------------


def facets(**query):
    asked = ("family", "sector", "issue", "country", "commune", "precision")
    return {name: dict(counts) for name, counts in search.search(Query(facets=asked, **query)).facets.items()}


def test_counts_of_everything(world):
    found = facets()
    assert found["family"] == {"association": 3, "mutuelle": 2, "cooperative": 1}
    assert found["sector"]["commerce"] == found["sector"]["artisanat-industrie"] == 1
    assert found["issue"] == {"sante": 1, "education": 1, "jeunesse": 1}
    assert found["country"] == {"ml": 3, "sn": 2}
    assert found["precision"] == {"commune": 5, "none": 1}


def test_counts_take_account_of_the_other_filters_and_not_of_their_own(world):
    found = facets(families=("mutuelle",))
    assert found["family"] == {"association": 3, "mutuelle": 2, "cooperative": 1}
    assert found["country"] == {"ml": 1, "sn": 1}
    found = facets(families=("mutuelle",), territories=("ml",))
    assert found["family"] == {"mutuelle": 1, "cooperative": 1, "association": 1}
    assert facets(text="bamako")["family"] == {"mutuelle": 1, "cooperative": 1}


def test_filters_join_values_of_one_facet_and_cross_those_of_several(world):
    assert names(families=("mutuelle", "cooperative"), territories=("ml",)) == [
        "Coopérative des teinturières",
        "Mutuelle de santé L’Essai",
    ]
    assert names(sectors=("commerce",)) == ["Coopérative des teinturières"]
    assert names(territories=("ml-adm1-1",), issues=("jeunesse",)) == ["École du fleuve"]
    assert names(families=("fondation",)) == []


def test_what_has_ceased_is_left_out_unless_asked_for(world):
    make.said(world["jardin"], kind="register", active="no")
    make.indexed()
    assert "Jardin partagé de l’Essai" not in names()
    assert "Jardin partagé de l’Essai" in names(ceased=True)


def test_what_was_confirmed(world):
    make.said(world["jardin"], kind="agent", stated_on=date(2026, 1, 5), website="https://a.test")
    make.indexed()
    assert names(confirmed=("yes",)) == ["Jardin partagé de l’Essai"]


# --- Order and pages --------------------------------------------------------------------------------------


def test_without_words_the_order_is_that_of_names(world):
    assert names() == sorted(names(), key=lambda name: name.replace("É", "E").lower())


def test_pages_hold_everything_once(world):
    query = Query(size=2)
    pages = [[hit["id"] for hit in search.search(replace(query, page=page)).hits] for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 2, 0]
    assert len({key for page in pages for key in page}) == 6


@pytest.mark.parametrize("size", [1, 2, 3, 4, 10])
@pytest.mark.parametrize("text", ["verger", "verger commun", "verg"])
def test_pages_of_what_names_bear_then_of_the_others(text, size):
    """The seam between sheets named so and those that only say so loses nothing and repeats nothing."""
    for number in range(5):
        said = {"name": f"Les Voisins {number}", "description": "Un verger commun, en commun."}
        make.organisations([{"name": f"Verger commun {number}"}, said])
    make.indexed()
    query = Query(text=text, size=size)
    found: list[str] = []
    for page in range(1, 12 // size + 2):
        found += [hit["n"] for hit in search.search(replace(query, page=page)).hits]
    assert len(found) == len(set(found)) == search.search(query).total == 10
    assert all(name.startswith("Verger") for name in found[:5])


def test_a_large_index_is_asked_several_things_at_once(world, monkeypatch):
    query = Query(text="essai", families=("association",), facets=("family", "country"))
    alone = search.search(query)
    search.forget()
    monkeypatch.setattr(search, "_AT_ONCE_FROM", 0)
    together = search.search(query)
    assert (together.hits, together.total, together.facets) == (alone.hits, alone.total, alone.facets)
    assert alone.total == 2


def test_the_nearest_first(world):
    results = search.search(Query(sort="near", near=(-17.0, 14.7)))
    assert [hit.get("l") for hit in results.hits] == ["Dakar", "Dakar", "Bamako", "Bamako", "Ségou", None]
    assert results.distances[:-1] == sorted(results.distances[:-1])
    assert results.distances[0] == pytest.approx(47.3, abs=1)
    assert (results.distances[-1], results.total) == (None, 6)  # the one without a place comes last
    pages = [
        search.search(Query(sort="near", near=(-17.0, 14.7), size=2, page=page)) for page in (1, 2, 3, 4)
    ]
    assert [hit["id"] for page in pages for hit in page.hits] == [hit["id"] for hit in results.hits]


def test_spots_for_the_map(world):
    found = clusters.spots(Query())
    assert (found.placed, found.total) == (5, 6)
    assert sorted(spot.count for spot in found.spots) == [1, 2, 2]


# --- The index follows the base ----------------------------------------------------------------------------


def test_a_change_is_found_and_what_was_is_not(world):
    make.said(world["ecole"], kind="agent", name="Lycée du fleuve")
    make.indexed()
    assert names("lycee") == ["Lycée du fleuve"]
    assert names("ecole", exact=True) == []


def test_withdrawn_sheets_leave_the_index(world, django_capture_on_commit_callbacks):
    from terreau.directory.services import hide_organisation, restore_organisation

    with django_capture_on_commit_callbacks(execute=True):
        hide_organisation(person=make.secretary(), organisation=world["ecole"], reason="Doublon d’essai")
    assert "École du fleuve" not in names()
    with django_capture_on_commit_callbacks(execute=True):
        restore_organisation(person=make.secretary(), organisation=world["ecole"])
    assert "École du fleuve" in names()


def test_contacts_are_not_searched(world):
    make.organisation(
        "Essai discret", description="Écrire à contact@essai.test ou appeler le 05 49 00 00 00."
    )
    make.indexed()
    assert names("contact essai test") != ["Essai discret"]
    assert "@" not in str(search.search(Query(text="discret")).hits)
    assert "49 00" not in str(search.search(Query(text="discret")).hits)


def test_nothing_is_indexed_twice(world):
    assert search.sync(wait=True) == 0
    assert search.rebuild() == 6
    assert search.search(Query()).total == 6


def test_before_any_index_the_directory_is_empty_and_reading_makes_none():
    from terreau.directory import index_store

    assert search.search(Query(text="essai", facets=("family",))).total == 0
    assert clusters.spots(Query()).total == 0
    assert not index_store.root().exists()


def test_an_index_of_another_line_of_changes_is_built_anew(world):
    from terreau.directory.models import ChangeCounter

    ChangeCounter.objects.update(lineage="other")
    assert search.is_behind()
    assert search.sync(wait=True) == 6
    assert not search.is_behind()


def test_an_index_that_saw_more_than_the_base_is_built_anew(world):
    from terreau.directory.models import ChangeCounter, Organisation

    Organisation.objects.filter(pk=world["ecole"].pk).delete()
    ChangeCounter.objects.update(value=1)
    search.sync(wait=True)
    assert search.search(Query()).total == 5


def test_a_damaged_state_is_healed(world):
    from terreau.directory import index_store

    (index_store.root() / "state.json").write_text("{")
    assert search.search(Query()).total in {0, 6}
    search.sync(wait=True)
    assert search.search(Query()).total == 6
