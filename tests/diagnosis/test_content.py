"""What an edition says: whole on its round trip, honest when nothing or little is known."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.registry import Registry
from terreau.diagnosis import assembly, content, services
from terreau.diagnosis.content import Column, Content, Line, Part, Subject, Table
from terreau.diagnosis.definitions import DEFINITIONS
from terreau.diagnosis.sections import Section, sections
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


def test_the_essentials_are_written_from_the_figures(world):
    texts = (
        " ".join(assembled(world.town).part("essentiel").texts).replace("\u00a0", " ").replace("\u202f", " ")
    )
    assert "l’annuaire connaît 14 organisations en activité" in texts
    assert "On y compte 12 associations et 2 coopératives." in texts
    assert "parmi les 14 organisations dont le secteur est connu" in texts
    assert "une seule source, datée de 2024" in texts
    assert "Ces nombres sont des minimums" in texts


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


def test_an_empty_town_says_so_in_three_short_sections(empty_world):
    found = assembled(empty_world.town)
    assert [part.key for part in found.sections] == ["essentiel", "references", "sources", "methode"]
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
