"""What two records must have in common to be one organisation, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.registers.matching import (
    AUTOMATIC,
    REVIEW,
    Candidate,
    Match,
    NameIndex,
    blocking_keys,
    own_number,
    prepare,
    score,
    similarity,
)
from terreau.registers.matching_names import domain_of, site_of, split_sigle, tokenise

# Names of the real lists; the words of Poitiers are common in them, as they are in that town.
NAMES = [
    *(f"STADE POITEVIN {sport}" for sport in ("TENNIS", "BOXE", "KARATE", "ESCRIME", "RUGBY", "NATATION")),
    *(f"COMITE DE QUARTIER DE {place}" for place in ("SAINT ELOI", "TROIS CITES", "BLOSSAC", "MONTMIDI")),
    *(f"NAHhaft {city}" for city in ("Berlin", "Dresden", "Kassel")),
    *(f"Structure {rank}" for rank in range(60)),
]
INDEX = NameIndex.build((name, "") for name in NAMES)
POITIERS = Candidate("STADE POITEVIN TENNIS", country="FR", commune_code="86194", locality="Poitiers")


def compare(a: Candidate, b: Candidate, index: NameIndex | None = INDEX) -> Match:
    return similarity(prepare(a, index), prepare(b, index))


# Identifiers


def test_the_same_siren_is_the_same_organisation_whatever_the_establishment():
    a = Candidate("Le Local", country="FR", identifiers={"siret": "30629266500012"})
    b = Candidate("ASSOCIATION LE LOCAL POITIERS", country="FR", identifiers={"siret": "30629266500038"})
    match = compare(a, b)
    assert match.verdict == "same"
    assert match.identifier == "siren"
    assert match.explanation[0] == "Même SIREN (306292665)."


def test_two_sirens_are_two_organisations_even_with_one_name_in_one_place():
    a = replace(POITIERS, identifiers={"siren": "781564786"})
    match = compare(a, replace(POITIERS, identifiers={"siren": "353170509"}))
    assert match.verdict == "different"
    assert match.explanation[0] == "SIREN différents."


def test_two_rna_numbers_leave_a_doubt():
    a = replace(POITIERS, identifiers={"rna": "W863001507"})
    assert compare(a, replace(POITIERS, identifiers={"rna": "W862001169"})).verdict == "review"


def test_a_shared_number_under_unlike_names_and_places_is_asked_about():
    a = replace(POITIERS, identifiers={"siren": "781564786"})
    b = Candidate("Jardins de Gascogne", commune_code="32013", identifiers={"siren": "781564786"})
    match = compare(a, b)
    assert match.verdict == "review"
    assert "ni le nom ni le lieu" in match.explanation[0]


def test_identifiers_of_unlike_kinds_do_not_meet():
    a = replace(POITIERS, identifiers={"neq": "1140000000"})
    match = compare(a, replace(POITIERS, identifiers={"siren": "781564786"}))
    assert match.identifier == ""
    assert match.verdict == "same"


# Names and places


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("TROUVER SONNETTE A SON PIED", "Trouver sonnette à son pied"),
        ("L'ECOLE DU CHAT LIBRE", "École du chat libre (association)"),
        ("Beescoop", "BEES Coop"),
        ("Park Slop<br>Food Coop", "Park Slop Food Coop"),
        ("SOCIETE MYCOLOGIQUE DU POITOU - SMP", "Société mycologique du Poitou"),
        ("THEATRE AU CAMPUS - T.A.C.", "Théâtre au campus"),
        ("Fanzinothèque de Poitiers", "Fanzinoteque de Poitiers"),
        ("Les ami.e.s de Coop\\'cinelles", "Les amies de Coop'cinelles"),
    ],
)
def test_one_name_written_two_ways_in_one_commune(left, right):
    a = replace(POITIERS, name=left)
    assert compare(a, replace(POITIERS, name=right)).verdict == "same"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("STADE POITEVIN TENNIS", "STADE POITEVIN BOXE"),
        ("ART 86", "ART 79"),
        ("COMITE DE QUARTIER DE SAINT ELOI", "COMITE DE QUARTIER DES TROIS CITES"),
        ("SAINT ELOI LOISIRS", "ASSOCIATION SPORTIVE DE ST ELOI"),
    ],
)
def test_neighbours_with_common_words_are_different(left, right):
    a = replace(POITIERS, name=left)
    assert compare(a, replace(POITIERS, name=right)).verdict == "different"


def test_a_section_or_an_activity_is_asked_about():
    a = replace(POITIERS, name="CERCLE D'EDUCATION PHYSIQUE POITIERS")
    b = replace(POITIERS, name="CERCLE D'EDUCATION PHYSIQUE POITIERS GYMNASTIQUE")
    assert compare(a, b).verdict == "review"


def test_a_name_and_its_sigle():
    a = replace(POITIERS, name="SPMV", short_name="")
    b = replace(POITIERS, name="Société poitevine de mycologie vivante", short_name="SPMV")
    assert compare(a, b).verdict in ("same", "review")


def test_the_same_name_without_a_place_is_never_linked_unasked():
    name = "Observatoire francophone de la médecine de la personne"
    match = compare(Candidate(name, country="FR"), Candidate(name, country="FR"))
    assert match.verdict == "review"
    assert match.explanation[0] == "Sans lieu des deux côtés, un homonyme est possible."


def test_the_same_name_in_two_towns_is_not_linked():
    a = Candidate(
        "Les Pot'iront", country="FR", longitude=6.4675, latitude=43.5378, website="coop-lespotiront.fr"
    )
    b = replace(a, longitude=6.7425, latitude=43.4226)
    match = compare(a, b)
    assert match.verdict == "review"
    assert match.explanation[0] == "Deux lieux\u00a0: succursale ou déménagement\u202f?"


@pytest.mark.parametrize(
    ("here", "there", "verdict"),
    [
        ({"locality": "Djobolo"}, {"locality": "Kanafa"}, "review"),
        ({"landmark": "près de la mosquée"}, {"landmark": "sous le grand tamarinier"}, "review"),
        ({"locality": "Djobolo"}, {"locality": "DJOBOLO"}, "same"),
        ({"locality": "Djobolo"}, {}, "same"),
        ({"part": "Djobolo"}, {"part": "Kanafa"}, "review"),
        ({"part": "Djobolo"}, {"locality": "Djobolo"}, "same"),
        ({"part": "Djobolo"}, {"locality": "Djenné"}, "review"),
        ({"locality": "86035 POITIERS CEDEX"}, {"locality": "Poitiers"}, "same"),
        ({"landmark": "près de la mosquée"}, {"landmark": "derrière la mosquée"}, "same"),
    ],
)
def test_two_groups_of_one_name_in_two_villages_of_a_commune_are_asked_about(here, there, verdict):
    common = {"name": "Benkadi", "country": "ML", "commune_code": "ml-gn-2458589"}
    found = similarity(prepare(Candidate(**common, **here)), prepare(Candidate(**common, **there)))
    assert found.verdict == verdict
    assert ("deux groupes" in found.explanation[0]) == (verdict == "review")


def test_a_village_told_on_one_side_alone_is_asked_about():
    common = {"name": "Benkadi", "country": "ML", "commune_code": "ml-gn-2458589"}
    match = similarity(prepare(Candidate(**common, part="Djobolo")), prepare(Candidate(**common)))
    assert match.verdict == "review"
    assert "n’est dit que d’un côté" in match.explanation[0]


def test_nearer_is_likelier():
    a = Candidate("Horta Solidária", country="PT", longitude=-9.05, latitude=38.64)
    values = [
        score(prepare(a), prepare(replace(a, latitude=38.64 + step))) for step in (0, 0.005, 0.02, 0.3, 2)
    ]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 5


def test_other_country_other_organisation():
    a = Candidate("Aide à domicile en milieu rural", country="FR")
    assert compare(a, replace(a, country="BE")).verdict == "different"


def test_a_commune_code_and_a_postal_code_are_not_compared():
    a = Candidate("Le Toit du Monde", commune_code="86194")
    match = compare(a, Candidate("Le Toit du Monde", postal_code="86000"))
    assert "Lieu inconnu d’un côté au moins." in match.explanation


def test_other_family_speaks_against():
    a = replace(POITIERS, family="association")
    other = replace(POITIERS, family="cooperative")
    assert compare(a, other).score < compare(a, a).score
    assert "Familles différentes." in compare(a, other).explanation


# Web sites


def test_one_page_speaks_for_and_a_platform_does_not():
    a = Candidate("La Mouette", country="FR", website="https://www.lamouette.example.org/")
    none = compare(a, replace(a, website=""))
    assert compare(a, replace(a, website="http://lamouette.example.org")).score > none.score
    page = replace(a, website="https://www.facebook.com/LaMouette.epicerie")
    assert compare(page, replace(page, website="https://facebook.com/LaMouetteDeBrest")).score < none.score
    assert compare(page, replace(page, website="facebook.com/LaMouette.epicerie?ref=page")).score > none.score


def test_a_site_shared_by_a_chain_says_nothing():
    shops = [
        (f"{city} Foodbank", "foodbank.org.uk") for city in ("Gloucester", "Boston", "Nottingham", "Leeds")
    ]
    index = NameIndex.build(shops * 20)
    a, b = (Candidate(name, website=site) for name, site in shops[:2])
    assert index.is_shared("foodbank.org.uk")
    assert score(prepare(a, index), prepare(b, index)) == score(
        prepare(replace(a, website=""), index), prepare(replace(b, website=""), index)
    )


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.petitsriens.be", "petitsriens.be"),
        ("hdb.dibk.at/node_404", "dibk.at"),
        ("http://www.fairtrade.org.uk/", "fairtrade.org.uk"),
        ("update6", ""),
        ("contact@example.org", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_domains(address, domain):
    assert domain_of(address) == domain


def test_one_page_however_written():
    assert site_of("HTTPS://www.Example.org/a/?x=1#y") == site_of("http://example.org/a") == "example.org/a"


# Words


def test_words_that_tell_nothing_are_left_out_unless_there_are_no_others():
    assert tokenise("L'association SCOP de la Fourmilière e.V.") == ("fourmiliere",)
    assert tokenise("La Scop") == ("la", "scop")
    assert tokenise("!!!") == ()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("SOCIETE MYCOLOGIQUE DU POITOU - SMP", ("SOCIETE MYCOLOGIQUE DU POITOU", "smp")),
        ("ASSOCIATION DES PARALYSES DE FRANCE (APF)", ("ASSOCIATION DES PARALYSES DE FRANCE", "apf")),
        ("ENFANCE ET FAMILLES D'ADOPTION - EFA 86", ("ENFANCE ET FAMILLES D'ADOPTION", "efa86")),
        ("POITIERS CLUB - TENNIS", ("POITIERS CLUB - TENNIS", "")),
        ("Gemeinwohlökonomie (Wien)", ("Gemeinwohlökonomie (Wien)", "")),
    ],
)
def test_a_sigle_is_one_only_when_its_letters_come_from_the_name(name, parts):
    assert split_sigle(name) == parts


def test_rare_words_weigh_more_than_common_ones():
    assert INDEX.weight("stade") < INDEX.weight("karate") == 1.0
    assert INDEX.weight("club") <= 0.45
    assert NameIndex().weight("wouol") == 1.0


def test_keys_name_what_they_rest_on():
    a = replace(
        POITIERS,
        identifiers={"siren": "781564786"},
        longitude=0.34,
        latitude=46.58,
        website="spt.example.org",
    )
    keys = blocking_keys(prepare(a, INDEX))
    assert {"i:siren:781564786", "t:poitevin", "p:FR:86194:stad", "w:example.org"} <= keys
    assert sum(key.startswith("g:") for key in keys) == 2


def test_points_a_step_apart_share_a_square():
    a = prepare(Candidate("Le Local", longitude=0.33999, latitude=46.57999))
    b = prepare(Candidate("Le Local", longitude=0.34001, latitude=46.58001))
    shared = blocking_keys(a) & blocking_keys(b)
    assert any(key.startswith("g:") for key in shared)


# Properties

WORDS = st.text("abcdefghijklmnoprstuvyéèàçœ", min_size=3, max_size=9)
PLAIN_NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
PLACES = st.tuples(st.floats(-180, 180), st.floats(-90, 90)) | st.just((None, None))


@st.composite
def candidates(draw):
    longitude, latitude = draw(PLACES)
    return Candidate(
        name=draw(PLAIN_NAMES | st.text(max_size=30)),
        short_name=draw(st.sampled_from(["", "SMP", "AAA", "x"])),
        country=draw(st.sampled_from(["", "FR", "ML"])),
        commune_code=draw(st.sampled_from(["", "86194", "44109"])),
        postal_code=draw(st.sampled_from(["", "86000", "44000"])),
        locality=draw(st.sampled_from(["", "Poitiers", "Bamako"])),
        longitude=longitude,
        latitude=latitude,
        identifiers=draw(
            st.sampled_from(
                [
                    *({}, {"siren": "781564786"}, {"siret": "35317050900011", "rna": "W1"}),
                    *({"siren": "781564786", "rna": "W1"}, {"rna": "W2"}, {"neq": "1140000000"}),
                ]
            )
        ),
        website=draw(st.sampled_from(["", "https://a.example.org", "facebook.com/x", "pas de site"])),
        family=draw(st.sampled_from(["", "association", "cooperative"])),
    )


@given(candidates(), candidates())
def test_similarity_is_symmetric_and_bounded_and_explained(a, b):
    one, other = compare(a, b), compare(b, a)
    assert one == other
    assert 0.0 <= one.score <= 1.0
    assert one.score == score(prepare(a, INDEX), prepare(b, INDEX))
    assert one.explanation
    assert all(text.endswith((".", "?")) for text in one.explanation)
    expected = "same" if one.score >= AUTOMATIC else "review" if one.score >= REVIEW else "different"
    assert one.verdict == expected


@given(candidates(), candidates())
def test_what_own_numbers_tell_apart_is_never_linked_nor_asked_about(a, b):
    one, other = prepare(a, INDEX), prepare(b, INDEX)
    (scheme, number), (other_scheme, other_number) = own_number(one), own_number(other)
    told_apart = scheme and scheme == other_scheme and number != other_number
    in_common = one.identifiers.items() & other.identifiers.items()
    if told_apart and not in_common:
        assert similarity(one, other).verdict == "different"


@given(PLAIN_NAMES, st.sampled_from(["86194", "44109"]))
def test_a_record_is_the_same_as_its_copy(name, commune):
    a = Candidate(name, country="FR", commune_code=commune)
    telling = prepare(a, INDEX).total >= 0.4
    assert not telling or compare(a, a).verdict == "same"


@given(candidates(), candidates(), st.sampled_from(["association", "SCOP", "SARL", "asbl"]))
def test_case_accents_and_legal_words_change_nothing(a, b, legal):
    # Some letters have no capital of their own, or more than one small letter.
    plain = "".join(char for char in a.name if char.isascii() or char in "éèàçœ")
    a = replace(a, name=f"wouol {plain}")
    bare = str.maketrans("éèàç", "eeac")
    dressed = replace(a, name=f"{legal} {a.name.translate(bare).upper()}")
    assert score(prepare(dressed, INDEX), prepare(b, INDEX)) == score(prepare(a, INDEX), prepare(b, INDEX))
