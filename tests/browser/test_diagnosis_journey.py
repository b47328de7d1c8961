"""The lines of a whole diagnosis judged on their screen, its edition published and read, in two languages.

Wide with script, and on a telephone with script and without; no page passed through breaks a rule of
accessibility.
"""

from __future__ import annotations

import pytest

from terreau.diagnosis import services
from terreau.diagnosis.reading import everything
from tests.browser.test_practice_journey import becomes, someone  # noqa: F401  (a fixture)
from tests.diagnosis.evidence import whole
from tests.diagnosis.world import filled, make_world
from tests.directory import factories

pytestmark = pytest.mark.browser


@pytest.fixture
def agent(transactional_db, small_world, monkeypatch, settings):
    """The agent of a town whose draft has something of everything."""
    monkeypatch.setattr(everything, "read_evidence", lambda territory, as_of: whole())
    settings.REPORT_LANGUAGES = ["fr", "en"]
    town = filled(make_world()).town
    agent = factories.agent_of(town)
    services.create_draft(person=agent, territory=town)
    return agent


def test_lines_are_judged_and_the_edition_is_published_and_read(client, agent, someone):  # noqa: F811
    becomes(someone, client, agent)
    town = agent.grants.get().territory
    someone.goes(f"/espace/{town.code}/diagnostic/")
    someone.sees("Préparer le diagnostic")
    someone.follows("Noter les forces et les faiblesses")
    someone.sees("Forces, faiblesses")
    someone.unfolds("Noter autrement")
    line = someone.page.locator("details[open]")
    line.get_by_label("Impact").select_option("5")
    line.get_by_label("Certitude").select_option("1")
    line.get_by_label("Pourquoi").fill("Vu en conseil d’essai.")
    line.get_by_role("button").click()
    someone.sees("Forces, faiblesses")
    someone.reads("Vu en conseil d’essai.", "Revenir à la règle")
    someone.follows("Revenir au brouillon")
    someone.presses("Publier cette édition")
    someone.sees(town.name)
    someone.reads("En une page", "Ce qui est recommandé", "Vu en conseil d’essai.")
    someone.follows("Lire en anglais")
    someone.sees(town.name)
    someone.reads("On one page", "What is recommended", "le reste en français")
