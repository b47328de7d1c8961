"""The card game by pointer and by keyboard: the same moves lay the same cards."""

from __future__ import annotations

import pytest

from terreau.directory.models import new_public_id
from terreau.evaluation import services
from terreau.evaluation.models import CardGame
from tests.evaluation import world

pytestmark = pytest.mark.browser


def by_pointer(page):
    """Strategy above all, the risk between, then the enterprise in one rank with the risk."""

    def drag(name, onto, part):
        card = page.locator(".card", has_text=name)
        row = page.locator("[data-table] li", has_text=onto)
        start, box = card.bounding_box(), row.bounding_box()
        # By its left edge: the buttons stand at its right.
        page.mouse.move(start["x"] + 8, start["y"] + start["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + 8, box["y"] + box["height"] * part, steps=4)
        page.mouse.up()

    drag("En phase", "En phase", 0.03)
    drag("Maîtrise", "Maîtrise", 0.03)
    drag("Dimension", "Maîtrise", 0.5)


def by_keyboard(page):
    """The same with the buttons, which keep the focus as their card moves."""
    for name, times in (("En phase", 1), ("Maîtrise", 1), ("Dimension", 2)):
        page.get_by_role("button", name=f"Monter : {name}").focus()
        for _press in range(times):
            page.keyboard.press("Enter")


def test_cards_are_dragged_or_moved_by_keyboard_alike(wide_page, live_server, transactional_db):
    place, agent = world.town()
    opened = world.evaluation(place, agent)
    tokens = services.invite(person=agent, evaluation=opened, college="actors", count=2, once=new_public_id())
    for token, lays in zip(tokens, (by_pointer, by_keyboard), strict=True):
        wide_page.goto(f"{live_server.url}/evaluer/{token}/cartes/")
        lays(wide_page)
        wide_page.get_by_role("button", name="Enregistrer mes cartes").click()
        wide_page.get_by_role("heading", name="Les poids que donnent ces cartes").wait_for()
    pointed, typed = ([sorted(rank) for rank in game.ranks] for game in CardGame.objects.order_by("pk"))
    assert pointed == typed
    assert [len(rank) for rank in pointed] == [2, 2, 1]
    assert pointed[-1] == ["strategy"]
    assert "risk" in pointed[1]
