"""Two editions side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from terreau.diagnosis import services
from terreau.diagnosis.comparison import compare
from tests.diagnosis.world import many
from tests.directory.factories import organisation, source

TODAY = timezone.localdate()


def assembled(place):
    return services.assemble(place, TODAY).content


def changes(found):
    return {change.id: change for group in found.groups for change in group.changes}


def test_what_changed_is_told_figure_by_figure(world):
    before = assembled(world.town)
    many(6, world.town, family="cooperative", sectors=["culture"], said_by=source(world.town))
    found = compare(before, assembled(world.town))
    assert found.refusal == ""
    assert found.remarks == ()
    told = changes(found)
    assert (told["organisations"].before, told["organisations"].after, told["organisations"].change) == (
        14,
        20,
        6,
    )
    assert told["organisations"].rate == 42.9
    assert told["familles.cooperative"].change == 6
    assert told["familles.cooperative"].rate is None


def test_a_new_source_is_said_before_any_rise(world):
    before = assembled(world.town)
    organisation("Nouvelle", world.town, said_by=source(world.town, code="nouvelle-liste"))
    found = compare(before, assembled(world.town))
    assert "nouvelle-liste" in found.remarks[0]
    assert "Une hausse peut venir" in found.remarks[0]
    assert not any(key.startswith("sources.nouvelle-liste") for key in changes(found))
    back = compare(assembled(world.town), before)
    assert "Une baisse peut venir" in back.remarks[0]


def test_a_section_in_one_edition_only(world):
    before = assembled(world.other)
    organisation("Ferme d’essai", world.other, family="association", sectors=["agriculture"])
    told = changes(compare(before, assembled(world.other)))
    assert told["secteurs.agriculture"].change is None
    assert told["secteurs.agriculture"].note == "absent de la première édition"
    gone = changes(compare(assembled(world.other), before))
    assert gone["secteurs.agriculture"].note == "absent de la seconde édition"


def test_nothing_is_subtracted_across_methods(world):
    one = assembled(world.town)
    found = compare(replace(one, method_version="0"), one)
    assert "méthode a changé" in found.refusal
    assert all(change.change is None for change in changes(found).values())
    assert changes(found)["organisations"].before == 14


def test_nothing_is_subtracted_across_perimeters(world):
    before = assembled(world.grouping)
    from tests.directory.factories import territory

    territory("xx-com-3", "Hameau-Essai", parent=world.department, groupings=(world.grouping,))
    found = compare(before, assembled(world.grouping))
    assert "périmètre" in found.refusal
    assert all(change.change is None for change in changes(found).values())


def test_two_territories_are_not_compared(world):
    with pytest.raises(ValueError, match="two territories"):
        compare(assembled(world.town), assembled(world.other))


def test_figures_of_others_are_never_subtracted(world):
    one = assembled(world.town)
    assert not any(key.startswith(("reference", "publie", "habitants")) for key in changes(compare(one, one)))


def test_shares_and_concentration_are_compared_though_counted_over_another_number(world):
    before = assembled(world.town)
    many(6, world.town, family="cooperative", sectors=["culture"], said_by=source(world.town))
    told = changes(compare(before, assembled(world.town)))
    for key in (
        "familles.association.part",
        "concentration",
        "precision.commune.part",
        "secteurs.culture.part",
    ):
        assert told[key].note == "", key
    assert told["familles.association.part"].change == pytest.approx(60.0 - 85.7)
    assert told["connaissance.enjeu"].change == 0
