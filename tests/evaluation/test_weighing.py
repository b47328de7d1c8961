"""Weights by cards: each member's, merged; used or not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from terreau.core.errors import TerreauError
from terreau.evaluation import criteria, forms, services
from terreau.evaluation.gathering import gather
from terreau.evaluation.weighing import Laid
from tests.evaluation import world

pytestmark = pytest.mark.django_db

STRAIGHT = Laid({key: at for at, key in enumerate(world.FACTORS, start=1)}, {}, Decimal(5))


@pytest.fixture
def place_and_agent():
    return world.town()


def lay(assessor, laid=STRAIGHT, version=0):
    return services.save_cards(person=None, assessor=assessor, version=version, laid=laid)


def test_cards_give_the_weights_of_the_revised_procedure(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    assessor = world.link(agent, opened)
    lay(assessor)
    world.mark(assessor, 2)
    services.close_first(person=agent, evaluation=opened)
    opened.refresh_from_db()
    # Five ranks, z = 5: u = 1, so 1 to 5 over 15.
    merged = gather(opened).merged
    assert [round(merged.weights[key], 4) for key in world.FACTORS] == [
        pytest.approx(100 * rank / 15, abs=1e-3) for rank in range(1, 6)
    ]
    assert set(gather(opened).weights.values()) == {20}
    services.use_weights(person=agent, evaluation=opened, weighting="cards")
    opened.refresh_from_db()
    assert gather(opened).weights["enterprise"] == pytest.approx(100 / 3, abs=1e-3)


def test_colleges_weigh_alike_however_many_their_members(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    backwards = Laid({key: 6 - rank for key, rank in STRAIGHT.ranks.items()}, {}, Decimal(5))
    world.mark(world.link(agent, opened), 2)
    lay(world.link(agent, opened, "elected"))
    for _member in range(3):
        lay(world.link(agent, opened, "actors"), backwards)
    services.close_first(person=agent, evaluation=opened)
    opened.refresh_from_db()
    merged = gather(opened).merged
    assert all(weight == pytest.approx(20) for weight in merged.weights.values())
    assert merged.spreads["strategy"].least < merged.spreads["strategy"].greatest


def test_cards_left_out_misplaced_or_impossible_are_told_in_words(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    assessor = world.link(agent, opened)
    ranks = dict(STRAIGHT.ranks)
    del ranks["risk"]
    with pytest.raises(TerreauError, match="Maîtrise du risque"):
        lay(assessor, Laid(ranks, {}, Decimal(5)))
    with pytest.raises(TerreauError, match="après lequel il n’y a rien"):
        lay(assessor, Laid(STRAIGHT.ranks, {5: 1}, Decimal(5)))
    for times in (Decimal(0), Decimal(100)):
        with pytest.raises(TerreauError, match="rapport va de 1"):
            lay(assessor, Laid(STRAIGHT.ranks, {}, times))
    assert lay(assessor).version == 1
    assert lay(assessor).version == 1
    with pytest.raises(TerreauError, match="posées autrement ailleurs"):
        lay(assessor, Laid(STRAIGHT.ranks, {1: 2}, Decimal(5)))
    assert lay(assessor, Laid(STRAIGHT.ranks, {1: 2}, Decimal(5)), version=1).blanks == [2, 0, 0, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rank-risk": "9" * 5000},
        {"rank-risk": "0"},
        {"rank-risk": "6"},
        {"rank-risk": "\0"},
        {"blank-1": "beaucoup"},
        {"z": ""},
        {"z": "1e400"},
        {"z": "NaN"},
        {"z": "-2"},
    ],
)
def test_what_no_form_gives_is_refused_in_words(wrong):
    data = {f"rank-{key}": str(rank) for key, rank in STRAIGHT.ranks.items()} | {"z": "6,5"}
    assert forms.read_cards(data, criteria.factors()).times == Decimal("6.5")
    with pytest.raises(TerreauError, match="n’est pas un nombre"):
        forms.read_cards(data | wrong, criteria.factors())


def test_cards_nobody_laid_are_not_used_and_are_read_after_the_first_round(place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    lay(assessor := world.link(agent, opened))
    assert gather(opened).hands == ()
    with pytest.raises(TerreauError, match="premier tour clos"):
        services.use_weights(person=agent, evaluation=opened, weighting="cards")
    world.mark(assessor, 2)
    services.close_first(person=agent, evaluation=opened)
    services.close(person=agent, evaluation=opened)
    with pytest.raises(TerreauError, match="les cartes ne changent plus"):
        lay(assessor, Laid(STRAIGHT.ranks, {1: 1}, Decimal(5)), version=1)
    other = world.closed(place, agent, ("actors", 2), titles=("Autre",))
    with pytest.raises(TerreauError, match="encore posé ses cartes"):
        services.use_weights(person=agent, evaluation=other, weighting="cards")
