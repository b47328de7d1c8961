"""What an edition says: whole on its round trip, honest when nothing or little is known."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.registry import Registry
from terreau.diagnosis import assembly, content, services
from terreau.diagnosis.content import Column, Content, Line, Part, Subject, Table
from terreau.diagnosis.definitions import DEFINITIONS
from terreau.diagnosis.sections import Section, sections
from terreau.diagnosis.wording import quoted
from tests.diagnosis.world import many
from tests.directory.factories import organisation, source

TODAY = timezone.localdate()


def assembled(place):
    return services.assemble(place, TODAY).content


def text_of(found):
    return content.to_text(found)


@pytest.mark.parametrize("place", ["town", "grouping", "department", "country"])
def test_a_content_comes_back_the_same_from_its_text(world, place):
    found = assembled(getattr(world, place))
    assert content.from_text(content.to_text(found)) == found
    assert content.to_text(assembled(getattr(world, place))) == content.to_text(found)


def test_a_text_of_another_format_is_refused():
    with pytest.raises(ValueError, match="format"):
        content.from_text('{"format": 99}')


def test_identifiers_of_figures_are_unique_and_each_has_its_definition(world):
    figures = list(assembled(world.department).figures())
    assert len({figure.id for figure in figures}) == len(figures)
    told = {one.key for one in assembled(world.department).part("methode").definitions}
    assert {figure.method for figure in figures} <= told <= set(DEFINITIONS)


def test_a_figure_never_stands_alone(world):
    for figure in assembled(world.town).figures():
        assert figure.label, figure
        assert figure.counted, figure
        assert figure.date, figure
        assert figure.perimeter, figure
        assert figure.source, figure
        assert figure.reliability, figure
        assert figure.method, figure
        assert (figure.value is None) == figure.masked == bool(figure.mask_reason)


def test_the_golden_figures_of_the_town(world):
    figures = assembled(world.town).by_id()
    expected = {
        "organisations": 14,
        "confirmees": 0,
        "familles.association": 12,
        "familles.association.part": 85.7,
        "familles.cooperative": 2,
        "familles.mutuelle": 0,
        "concentration": 0.71,
        "secteurs.culture": 12,
        "secteurs.culture.part": 85.7,
        "secteurs.education": 4,
        "secteurs.agriculture": 2,
        "enjeux.culture": 8,
        "precision.commune": 14,
        "habitants.xx-com-1": 20_000,
        "reference.xx-grp-1": 15,
        "reference.xx-dep-1": 15,
        "reference.xx": 15,
        "connaissance.famille": 14,
        "connaissance.secteur.part": 100,
        "connaissance.enjeu": 8,
        "sources.list-essai-xx-com-1": 14,
        "sources.list-essai-xx-com-1.placees": 100,
    }
    assert {key: figures[key].value for key in expected} == expected
    assert "enjeux.culture.part" not in figures
    assert (
        figures["familles.association.part"].numerator,
        figures["familles.association.part"].denominator,
    ) == (12, 14)


def test_what_no_family_holds_is_named_by_a_noun(world):
    many(3, world.other, family="hors_familles")
    texts = " ".join(assembled(world.other).part("essentiel").texts).replace("\u00a0", " ")
    assert "3 organisations hors familles et une mutuelle" in texts


def test_quotation_marks_inside_others_are_the_inner_ones():
    assert quoted("Répond à «\u00a0Cofinancement\u00a0»") == "«\u00a0Répond à “Cofinancement”\u00a0»"


def test_the_essentials_are_written_from_the_figures(world):
    texts = (
        " ".join(assembled(world.town).part("essentiel").texts).replace("\u00a0", " ").replace("\u202f", " ")
    )
    assert "l’annuaire connaît 14 organisations en activité" in texts
    assert "On y compte 12 associations et 2 coopératives." in texts
    assert "parmi les 14 organisations dont le secteur est connu" in texts
    assert "une seule source, datée de 2024" in texts
    assert "Ces nombres sont des minimums" in texts


def plain(texts):
    return " ".join(texts).replace("\u00a0", " ").replace("\u202f", " ")


def essentials(place):
    return plain(assembled(place).part("essentiel").texts)


def test_a_single_organisation_agrees_with_its_words(empty_world):
    many(
        11,
        empty_world.town,
        family="association",
        said_by=source(empty_world.town, dated_on=date(2017, 1, 1)),
    )
    organisation("De famille inconnue", empty_world.town, said_by=source(empty_world.town, code="autre"))
    assert "11 associations ; la famille de l’autre n’est pas connue." in essentials(empty_world.town)
    organisation("Encore une", empty_world.town, said_by=source(empty_world.town, code="autre"))
    assert "la famille des autres n’est pas connue." in essentials(empty_world.town)


def test_what_no_source_tells_is_said(empty_world):
    many(12, empty_world.town, family="association")
    assert "Aucune source ne dit le secteur d’activité ni l’enjeu territorial" in essentials(empty_world.town)
    organisation("Santé", empty_world.town, issues=["sante"])
    assert "Aucune source ne dit le secteur d’activité de ces" in essentials(empty_world.town)
    organisation("Culture", empty_world.town, sectors=["culture"])
    assert "Aucune source ne dit" not in essentials(empty_world.town)
    many(2, empty_world.other)
    told = (
        "Aucune source ne dit la famille, le secteur d’activité ni l’enjeu territorial de ces organisations."
    )
    assert told in essentials(empty_world.other)


def test_a_picture_made_by_one_list_says_so(empty_world):
    many(12, empty_world.town, family="association")
    told = essentials(empty_world.town)
    assert "Toutes les lignes qui les citent viennent de « Liste d’essai" in told
    assert "ce portrait est d’abord celui de cette source." in told
    register = source(empty_world.town, kind="register", code="registre-essai")
    many(2, empty_world.town, said_by=register)
    assert "12 des 14 lignes qui les citent viennent de" in essentials(empty_world.town)
    many(2, empty_world.other, said_by=register)
    many(5, empty_world.town, said_by=register)
    assert "ce portrait" not in essentials(empty_world.town)


def test_sources_without_date_are_not_made_older_or_newer(empty_world):
    old = source(empty_world.town, code="de-2017", dated_on=date(2017, 12, 31))
    organisation("Un", empty_world.town, said_by=old)
    organisation("Deux", empty_world.town, said_by=source(empty_world.town, code="sans-date"))
    assert "de 2 sources ; une seule est datée, de 2017." in essentials(empty_world.town)
    newer = source(empty_world.town, code="de-2020", dated_on=date(2020, 1, 1))
    organisation("Trois", empty_world.town, said_by=newer)
    assert "de celles qui sont datées, la plus ancienne est de 2017." in essentials(empty_world.town)


def point(place, longitude, latitude):
    return {
        "country": "XX", "territory": place.code, "precision": "point",
        "longitude": longitude, "latitude": latitude,
    }  # fmt: skip


def test_few_precise_places_do_not_hide_the_others_from_the_map(empty_world):
    town = empty_world.town
    many(8, town)
    organisation("À un point", town, place=point(town, 1.02, 10.02))
    part = assembled(town).part("lieux")
    assert (
        plain(part.texts)
        == "Une organisation sur 9 a un lieu précis ; des autres, on ne connaît que la commune."
    )
    assert "parmi les communes du groupement «\u00a0Groupement-Essai\u00a0»" not in part.pictures[0].title
    assert "Les 8 autres, dont on ne connaît pas le lieu précis, n’y sont pas." in part.pictures[0].caption
    many(12, town, stated_on=date(2024, 7, 1), said_by=source(town, code="seconde"))
    (picture,) = assembled(town).part("lieux").pictures
    assert "parmi les communes du groupement «\u00a0Groupement-Essai\u00a0»" in picture.title
    assert picture.caption == "Organisations connues, placées au centre de la commune."


def test_rows_abroad_are_not_told_as_lost(world):
    wide = source(world.country, code="liste-mondiale")
    for number, country in enumerate(("YY", "XX")):
        place = {
            "country": country,
            "territory": "",
            "precision": "country",
            "longitude": None,
            "latitude": None,
        }
        organisation(f"Sans lieu {number}", None, said_by=wide, place=place)
    told = plain(assembled(world.town).part("sources").notes)
    assert (
        "« Liste d’essai liste-mondiale » : une ligne n’a pas de lieu, on ne sait pas si elle est d’ici."
        in told
    )


def test_a_share_that_is_not_given_in_the_table_of_sources_says_why(empty_world):
    many(9, empty_world.town)
    table = assembled(empty_world.town).part("sources").tables[-1]
    assert "aucune n’est donnée sur moins de 10 lignes" in table.note
    many(1, empty_world.town, ref="dixième")
    assert "aucune n’est donnée" not in assembled(empty_world.town).part("sources").tables[-1].note


def test_no_density_anywhere_where_coverage_is_unknown(world):
    for place in (world.town, world.department):
        found = assembled(place)
        for figure in found.figures():
            if "1\u202f000 habitants" in figure.unit:
                assert (figure.value, figure.numerator, figure.denominator) == (None, None, None)
                assert "couverture inconnue" in figure.mask_reason
        assert not any(picture.key == "densite" for part in found.sections for picture in part.pictures)
        assert not any(
            column.key == "densite"
            for part in found.sections
            for table in part.tables
            for column in table.columns
        )


def test_densities_of_the_places_where_coverage_is_known(world):
    from tests.diagnosis.test_counting import claim

    claim(world.department, source(world.town))
    found = services.assemble(world.department, TODAY)
    figures = found.content.by_id()
    assert figures["densite"].value == 0.58
    assert figures["lieux.xx-com-1.densite"].value == 0.7
    assert figures["lieux.xx-com-2.densite"].value == 0
    assert figures["densite"].source == "Liste d’essai list-essai-xx-com-1"
    assert "densite-wide" in found.pictures


def test_a_source_complete_for_a_part_does_not_make_the_whole_reliable(world):
    from tests.diagnosis.test_counting import claim

    claim(world.town, source(world.town))
    figures = assembled(world.town).by_id()
    assert "couverture connue" in figures["organisations"].reliability
    assert "en partie" not in figures["organisations"].reliability
    assert "minimums" not in essentials(world.town)
    organisation("D’une autre liste", world.town, said_by=source(world.town, code="autre-liste"))
    figures = assembled(world.town).by_id()
    assert figures["organisations"].reliability.endswith("couverture connue en partie")
    assert figures["familles.association"].reliability.endswith("couverture connue en partie")
    assert figures["densite"].reliability.endswith("couverture connue")
    assert figures["densite"].label == "associations déclarées pour 1\u202f000 habitants"
    assert "Pour le reste, elle est inconnue : ces nombres sont des minimums." in essentials(world.town)
    claim(world.department, source(world.town))
    told = assembled(world.town).by_id()["reference.xx-dep-1"].reliability
    assert told == "couverture connue en partie"


def test_an_empty_town_says_so_in_short_sections(empty_world):
    found = assembled(empty_world.town)
    assert [part.key for part in found.sections] == [
        "essentiel",
        "references",
        "sources",
        "manques",
        "methode",
    ]
    texts = " ".join(found.part("essentiel").texts)
    assert "ne connaît encore aucune organisation" in texts
    assert "couverture est inconnue" in texts
    assert "Aucune source" in found.part("sources").texts[0]


def test_a_town_with_one_organisation_is_short_and_honest(empty_world):
    organisation("Mutuelle d’essai", empty_world.town, family="mutuelle", issues=["sante"])
    found = services.assemble(empty_world.town, TODAY)
    texts = " ".join(found.content.part("essentiel").texts)
    assert "une organisation en activité\u00a0: Mutuelle d’essai." in texts
    assert "Ce nombre est un minimum" in texts
    assert not any(
        figure.unit == "%"
        for figure in found.content.figures()
        if figure.id.startswith(("familles", "enjeux"))
    )
    assert [line.key for line in found.content.part("familles").tables[0].lines] == ["mutuelle"]
    assert set(found.pictures) == {"carte-wide", "carte-narrow"}


def test_nothing_is_promised(world):
    for place in (world.town, world.country):
        text = text_of(assembled(place)).lower()
        for promise in ("bientôt", "prochainement", "à venir", "en construction", "sera disponible"):
            assert promise not in text


def test_sections_register_themselves(world, monkeypatch):
    own = Registry()
    for section in sections:
        own.register(section)
    own.register(
        Section("essai", 15, "Essai", lambda facts, drawings: Part("essai", "Essai", (f"{facts.active}",)))
    )
    own.register(Section("muette", 16, "Muette", lambda facts, drawings: None))
    monkeypatch.setattr(assembly, "sections", own)
    found = assembled(world.town)
    assert [part.key for part in found.sections][:2] == ["essentiel", "essai"]
    assert found.part("essai").texts == ("14",)
    assert found.part("muette") is None


def test_a_long_list_of_places_is_closed_by_the_rest(world, monkeypatch):
    from terreau.diagnosis.parts import places

    monkeypatch.setattr(places, "LINES", 1)
    many(2, world.other)
    lines = assembled(world.grouping).part("lieux").tables[0].lines
    assert [(line.key, line.cells[0]) for line in lines] == [("xx-com-1", 14), ("autres", 3)]


@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 10**9))
def test_any_name_survives_the_round_trip(name, label, number):
    table = Table("t", label, "h", (Column("n", "N", "organisations"),), (Line("k", name, (number,)),))
    found = Content(
        Subject("xx", name, "commune", "XX"), "2026-01-01", (Part("p", label, (name,), tables=(table,)),)
    )
    clean = all(not 0xD800 <= ord(character) <= 0xDFFF for character in name + label)
    if clean:
        assert content.from_text(content.to_text(found)) == found
        assert json.loads(content.to_text(found))["subject"]["name"] == name
