"""The field as its agent lives it, in a real browser: an access, sheets typed by keyboard, an export read.

Wide with script, and on a telephone without; no page passed through breaks a rule of accessibility.
"""

from __future__ import annotations

import pytest

from terreau.survey.models import Submission
from terreau.survey.paper.codes import write_code
from tests.browser.test_practice_journey import becomes
from tests.browser.visiting import WAYS, visitor
from tests.directory import factories
from tests.survey.field_world import open_new
from tests.survey.test_exports import as_csv, kobo, second

pytestmark = pytest.mark.browser


@pytest.fixture(params=WAYS)
def someone(chromium, live_server, request):
    made = visitor(chromium, live_server, request.param)
    yield made
    made.page.context.close()


def _types_a_sheet(someone, *, family):
    """From the code to the button, by the keys of the keyboard alone."""
    keys = someone.page.keyboard
    keys.type(write_code(1, 1).replace("-", ""))
    keys.press("Enter")
    someone.sees(f"Feuille {write_code(1, 1)}")
    # With script « Entrée » goes on to the next field; without, « Tab » does.
    onwards = "Enter" if someone.script else "Tab"
    someone.page.get_by_label("Êtes-vous d’accord").focus()
    for typed in ("1", "1", family):
        keys.type(typed)
        keys.press(onwards)


def test_the_agent_prepares_the_field_types_what_comes_back_and_reads_an_export(
    transactional_db, small_world, client, someone, tmp_path
):
    agent = factories.agent_of(small_world.poitiers)
    survey = open_new(small_world.poitiers, agent)
    becomes(someone, client, agent)
    someone.goes(f"/espace/{small_world.poitiers.code}/enquetes/{survey.slug}/telephones/")
    someone.sees("Enquêter avec des téléphones")
    someone.types("Équipe ou personne", "Équipe du marché")
    someone.presses("Donner un accès")
    someone.sees("Enquêter avec des téléphones")
    someone.reads("Montré cette seule fois", f"{survey.slug}-1")
    someone.follows("Papier")
    someone.sees("Enquêter sur papier")
    someone.types("Feuilles", "3")
    someone.presses("Préparer un lot")
    someone.sees("Enquêter sur papier")
    someone.follows("Saisir une feuille")
    someone.sees("Saisir une feuille")
    _types_a_sheet(someone, family="99")
    someone.presses("Enregistrer la feuille")
    someone.sees("Feuille")
    someone.reads("Tapez un numéro de 1 à 7.")
    someone.types("De quelle famille", "1")
    someone.presses("Enregistrer la feuille")
    someone.sees("Saisir une feuille")
    assert Submission.objects.get().values == {"family": "cooperative"}
    someone.follows("Reprendre un export")
    someone.sees("Reprendre un export")
    file = as_csv([kobo(), second(CONSENT="no")], tmp_path / "export.csv")
    someone.page.get_by_label("Fichier exporté").set_input_files(file)
    someone.presses("Voir ce que le fichier change")
    someone.sees("Ce que l’export changerait")
    someone.reads("La personne n’a pas donné son accord.")
    someone.presses("Écrire 1 réponse")
    someone.sees("Ce que l’export a changé")
    assert Submission.objects.counted().count() == 2
    assert someone.broken == {}
