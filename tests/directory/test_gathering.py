"""Two who write one sheet of the directory: what the second did not touch keeps what the first wrote."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.directory import services
from tests.directory import factories as make
from tests.sending import clashes, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(client):
    town = make.territory(
        "fr-com-99001", "Ville-Essai", parent=make.territory("fr", "France", kind="country")
    )
    agent = make.agent_of(town)
    client.force_login(agent)
    made = make.organisation("Essai", town)
    values = {
        "actions": [{"what": "Un jardin", "for_whom": "tous", "since": ""}],
        "catalogue": [{"kind": "sells", "what": "Des chaises", "price": "12 €"}],
        "email": "essai@essai.example",
    }
    return services.edit_organisation(person=agent, organisation=made, values=values, version=made.version)


def test_what_one_did_not_touch_of_a_sheet_keeps_what_the_other_wrote(sheet, client):
    page = reverse("directory:edit", args=[sheet.public_id])
    mine, theirs = sent_by(client.get(page)), sent_by(client.get(page))
    other = {
        "description": "Leur texte.",
        "issues": ["emploi"],
        "visibility": ["email"],
        "telephone": "0102030405",
    }
    other |= {
        "action_1_what": "Un atelier",
        "entry_1_kind": "seeks",
        "entry_1_what": "Du bois",
        "website": "",
    }
    assert client.post(page, theirs | other).status_code == 302
    # A fault mended in between does not hide it.
    wrong = client.post(page, mine | {"description": "Mon texte.", "founded_on": "hier"})
    assert wrong.status_code == 400
    typed = {"founded_on": "1999", "action_1_what": "Une fête", "entry_0_price": "15 €"}
    met = client.post(page, sent_by(wrong) | typed)
    assert clashes(met) == [("Activité", "Mon texte.", "Leur texte.")]
    assert {"Actions en cours", "Catalogue", "Téléphone"} <= set(met.context["form"].taken)
    assert "vous n’y aviez pas touché" in met.content.decode()
    assert client.post(page, sent_by(met)).status_code == 302
    sheet.refresh_from_db()
    kept = sent_by(client.get(page))
    assert (sheet.description, kept["founded_on"], kept["telephone"]) == ("Mon texte.", "1999", "0102030405")
    assert (kept["issues"], kept["visibility"]) == ("emploi", "email")
    actions = {kept[f"action_{place}_what"] for place in range(3)}
    assert actions == {"Un jardin", "Un atelier", "Une fête"}
    entries = {kept[f"entry_{place}_what"]: kept[f"entry_{place}_price"] for place in range(2)}
    assert entries == {"Des chaises": "15 €", "Du bois": ""}


def test_an_action_that_the_other_took_away_stays_away(sheet, client):
    page = reverse("directory:edit", args=[sheet.public_id])
    mine = sent_by(client.get(page))
    gone = {name: "" for name in mine if name.startswith("action_0_")}
    assert client.post(page, mine | gone).status_code == 302
    met = client.post(page, mine | {"description": "Mon texte.", "action_1_what": "Une fête"})
    assert clashes(met) == []
    assert client.post(page, sent_by(met)).status_code == 302
    kept = sent_by(client.get(page))
    assert (kept["action_0_what"], kept["action_1_what"]) == ("Une fête", "")
