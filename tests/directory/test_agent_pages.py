"""The agent's pages: what is typed is kept, what is refused is explained."""

from __future__ import annotations

import re
from datetime import date

import pytest

from terreau.directory import services
from terreau.directory.models import Organisation, Term
from tests.directory import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.territory("fr-com-99001", "Ville-Essai", national_code="99001")


@pytest.fixture
def agent(town, client):
    person = make.agent_of(town)
    client.force_login(person)
    return person


@pytest.fixture
def sheet(town):
    return make.organisation(
        "Les Essais réunis",
        town,
        stated_on=date(2017, 1, 1),
        legal_form="9220",
        website="https://liste.test",
        jobs={"low": 10, "high": 19, "on": "2020"},
        actions=[{"what": "Un verger", "for_whom": "les écoles", "since": "2015", "source_note": "rapport"}],
    )


def filled(client, path):
    """What a browser would send of the form, without touching anything."""
    page = client.get(path).content.decode()
    form = page[page.index('<form method="post">') :]
    data: dict[str, object] = {}
    for name, value in re.findall(
        r'<input type="(?:text|hidden|number)" name="([^"]+)"(?: value="([^"]*)")?', form
    ):
        data[name] = value
    for name, body in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        data[name] = body
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        data[name] = chosen[1] if chosen else ""
    for name, value in re.findall(
        r'<input type="checkbox" name="([^"]+)" value="([^"]+)"[^>]* checked', form
    ):
        data.setdefault(name, []).append(value)  # type: ignore[attr-defined]
    import html

    return {
        name: [html.unescape(one) for one in value] if isinstance(value, list) else html.unescape(str(value))
        for name, value in data.items()
    }


def path_of(sheet):
    return f"/annuaire/{sheet.public_id}/modifier/"


def test_the_form_sent_back_untouched_changes_nothing(client, agent, sheet):
    response = client.post(path_of(sheet), filled(client, path_of(sheet)))
    assert response.status_code == 302
    version = sheet.version
    sheet.refresh_from_db()
    assert sheet.version == version
    assert sheet.records.count() == 1


def test_why_a_sheet_changes_is_asked_and_told_in_its_history(client, agent, sheet):
    data = filled(client, path_of(sheet)) | {"website": "essais.test", "reason": "Vu à l’atelier d’essai"}
    assert client.post(path_of(sheet), data).status_code == 302
    assert "Vu à l’atelier d’essai" in client.get(f"/annuaire/{sheet.public_id}/historique/").content.decode()
    # What was typed stays when something is wrong.
    wrong = client.post(path_of(sheet), data | {"website": "essais .test"})
    assert wrong.status_code == 400
    assert 'value="Vu à l’atelier d’essai"' in wrong.content.decode()


def test_editing_through_the_form(client, agent, sheet):
    data = filled(client, path_of(sheet))
    data |= {
        "description": "Nous essayons.\nBeaucoup.",
        "website": "essais.test",
        "issues": ["sante", "emploi"],
        "offers": "du pain\n- des vélos\n\n",
        "members": "2 000",
        "members_on": "2026",
        "jobs": "",
        "jobs_on": "",
        "action_1_what": "Un atelier",
        "action_1_since": "2024-03",
        "id_siren": "732 829 320",
        "quality_ess_flag": "yes",
        "longitude": "0,5",
        "latitude": "46,5",
    }
    response = client.post(path_of(sheet), data, follow=True)
    page = response.content.decode()
    assert "La fiche est enregistrée." in page
    sheet.refresh_from_db()
    said = sheet.records.get(source__kind="agent").values
    assert said == {
        "description": "Nous essayons.\nBeaucoup.",
        "website": "https://essais.test",
        "issues": ["sante", "emploi"],
        "offers": ["du pain", "des vélos"],
        "members": {"value": 2000, "on": "2026"},
        "jobs": None,
        "actions": [{"what": "Un atelier", "for_whom": "", "source_note": "", "since": "2024-03"}],
        "identifiers": {"siren": "732829320"},
        "qualities": {"ess_flag": True},
        "place": {
            "country": "FR",
            "territory": "fr-com-99001",
            "longitude": 0.5,
            "latitude": 46.5,
            "precision": "point",
        },
    }
    assert [action["what"] for action in sheet.shown_values["actions"]] == ["Un atelier", "Un verger"]
    assert sheet.precision == "point"


def test_all_that_is_wrong_is_told_at_once_beside_its_field(client, agent, sheet):
    wrong = {"website": "pas un site", "id_siren": "123", "founded_on": "jadis", "action_1_since": "hier"}
    wrong |= {"action_1_what": "Un atelier", "jobs": "12", "jobs_on": "demain", "latitude": "400"}
    response = client.post(path_of(sheet), filled(client, path_of(sheet)) | wrong)
    page = response.content.decode()
    assert response.status_code == 400
    for name in ("website", "id_siren", "founded_on", "action_1_since", "jobs_on", "latitude"):
        assert f'id="id_{name}_error"' in page, name
        assert re.search(rf'name="{name}"[^>]*aria-invalid="true"', page), name
    assert 'value="pas un site"' in page
    assert not sheet.records.filter(source__kind="agent").exists()


def unfolded(page):
    """What is read of a page without unfolding anything."""
    return re.sub(r"<details.*?</details>", "", page, flags=re.S)


def test_the_form_shows_what_is_said_and_what_is_likely_the_rest_a_click_away(client, agent, sheet):
    whole = client.get(path_of(sheet)).content.decode()
    page = unfolded(whole)
    for told in ('name="jobs"', 'name="jobs_on"', 'name="action_0_what"', 'value="fr"', 'value="fsl"'):
        assert told in page
    for rest in ('name="members"', 'name="members_on"', 'name="action_1_what"', 'name="entry_0_what"'):
        assert rest in whole
        assert rest not in page
    for choice in ('value="bm"', 'name="sectors"', 'name="issues"'):
        assert choice in whole
        assert choice not in page


def test_what_was_typed_where_it_was_folded_is_shown_unfolded_when_refused(client, agent, sheet):
    typed = {"languages": ["bm"], "issues": ["sante"], "members_on": "2026", "short_name": "EER"}
    typed |= {"entry_1_price": "12 €", "action_2_what": "Un four", "name": ""}
    response = client.post(path_of(sheet), filled(client, path_of(sheet)) | typed)
    assert response.status_code == 400
    page = unfolded(response.content.decode())
    for name in ("members", "members_on", "short_name", "entry_1_price", "action_2_what"):
        assert f'name="{name}"' in page, name
    for code in ("bm", "sante"):
        assert re.search(rf'value="{code}"[^>]* checked', page), code
    assert page.count(" checked") == response.content.decode().count(" checked")


def test_emptying_an_action_removes_it(client, agent, sheet):
    data = filled(client, path_of(sheet))
    data |= {"action_0_what": "", "action_0_for_whom": "", "action_0_since": ""}
    client.post(path_of(sheet), data)
    sheet.refresh_from_db()
    assert "actions" not in sheet.shown_values


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "requis"),
        ("website", "pas une adresse", "pas une adresse de site"),
        ("where", "Nulle-Part-Essai-Xyz", "pas connu"),
        ("members", "beaucoup", "un nombre"),
        ("founded_on", "hier", "pas une date"),
        ("latitude", "cent", "nombre"),
        ("id_siren", "123", "SIREN"),
    ],
)
def test_what_was_typed_is_kept_when_something_is_wrong(client, agent, sheet, field, typed, message):
    data = filled(client, path_of(sheet)) | {"description": "À ne pas perdre.", field: typed}
    response = client.post(path_of(sheet), data)
    page = response.content.decode()
    assert message in page
    assert "À ne pas perdre." in page
    if typed:
        assert typed in page
    sheet.refresh_from_db()
    assert sheet.description == ""


def test_two_editors_are_told_and_lose_nothing(client, agent, sheet, town):
    data = filled(client, path_of(sheet)) | {"description": "Le second."}
    other = make.agent_of(town)
    services.edit_organisation(
        person=other, organisation=sheet, values={"description": "Le premier."}, version=sheet.version
    )
    response = client.post(path_of(sheet), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Quelqu’un d’autre" in page
    assert "Le second." in page
    assert "Le premier." in page
    sheet.refresh_from_db()
    assert f'name="version" value="{sheet.version}"' in page
    client.post(path_of(sheet), data | {"version": sheet.version})
    sheet.refresh_from_db()
    assert sheet.description == "Le second."


def test_the_form_says_whose_word_is_shown(client, agent, sheet):
    make.said(sheet, kind="actor", website="https://acteur.test", stated_on=date(2025, 1, 1))
    page = client.get(path_of(sheet)).content.decode()
    assert "la parole de l’organisation sera montrée avant la vôtre" in page
    assert "Liste d’essai list-essai-fr-com-99001" in page


def test_a_place_elsewhere_is_refused_with_the_reason(client, agent, sheet):
    make.territory("fr-com-99002", "Autre-Essai")
    data = filled(client, path_of(sheet)) | {"where": "Autre-Essai"}
    response = client.post(path_of(sheet), data)
    assert "dont vous êtes l’agent" in response.content.decode()


def test_two_places_of_one_name_must_be_told_apart(client, agent, sheet):
    make.territory("fr-com-99003", "Jumelle-Essai")
    make.territory("fr-com-99004", "Jumelle-Essai")
    data = filled(client, path_of(sheet)) | {"where": "Jumelle-Essai"}
    page = client.post(path_of(sheet), data).content.decode()
    assert "Jumelle-Essai, Pays FR (fr-com-99003)" in page
    assert "Jumelle-Essai, Pays FR (fr-com-99004)" in page


# --- Doors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["modifier/", "retirer/", "liens/"])
def test_a_visitor_is_sent_to_sign_in_and_a_stranger_refused(client, sheet, suffix):
    path = f"/annuaire/{sheet.public_id}/{suffix}"
    assert client.get(path).status_code == 302
    client.force_login(make.agent_of(make.territory("zz-com-1", "Ailleurs-Essai")))
    response = client.get(path)
    assert response.status_code == 403
    assert "agent du territoire" in response.content.decode()


@pytest.mark.parametrize("suffix", ["confirmer/", "remettre/", "distinguer/"])
def test_what_writes_is_never_done_by_reading(client, agent, sheet, suffix):
    assert client.get(f"/annuaire/{sheet.public_id}/{suffix}").status_code == 405


def test_confirm_hide_restore(client, agent, sheet):
    base = f"/annuaire/{sheet.public_id}/"
    assert "est confirmée" in client.post(f"{base}confirmer/", follow=True).content.decode()
    assert "Pourquoi" in client.get(f"{base}retirer/").content.decode()
    assert client.post(f"{base}retirer/", {"reason": ""}).status_code == 200
    page = client.post(f"{base}retirer/", {"reason": "Double"}, follow=True).content.decode()
    assert "Remettre dans l’annuaire" in page
    page = client.post(f"{base}remettre/", follow=True).content.decode()
    assert "Histoire de cette fiche" in page
    assert "Fiche retirée de l’annuaire" in page


def test_records_are_listed_with_their_link_and_can_be_separated(client, agent, sheet):
    record = make.said(sheet, code="autre-liste", name="ESSAIS REUNIS")
    link = record.links.get()
    link.score, link.explanation = 0.87, ["noms presque identiques", {"lieu": "même commune"}]
    link.save()
    page = client.get(f"/annuaire/{sheet.public_id}/liens/").content.decode()
    for text in (
        "ESSAIS REUNIS",
        "nom et lieu semblables",
        "87\u00a0%",
        "noms presque identiques",
        "même commune",
    ):
        assert text in page, text
    response = client.post(f"/annuaire/{sheet.public_id}/liens/{record.pk}/separer/", follow=True)
    assert "a de nouveau sa propre fiche" in response.content.decode()
    assert Organisation.objects.filter(name="ESSAIS REUNIS").exists()


# --- Adding ----------------------------------------------------------------------------------------------


def test_adding_an_organisation(client, agent, town):
    path = "/espace/fr-com-99001/annuaire/ajouter/"
    data = filled(client, path) | {"name": "Le Nouvel Essai", "landmark": "près du puits"}
    page = client.post(path, data, follow=True).content.decode()
    assert "La fiche est ajoutée. <a href=" in page
    assert "Ajouter une autre organisation" in page
    made = Organisation.objects.get(name="Le Nouvel Essai")
    assert (made.territory, made.precision) == (town, "commune")
    assert made.shown_values == {"landmark": "près du puits"}


def test_adding_one_that_resembles_another_asks_first(client, agent, sheet):
    make.indexed()
    path = "/espace/fr-com-99001/annuaire/ajouter/"
    data = filled(client, path) | {"name": "Essais réunis"}
    page = client.post(path, data).content.decode()
    assert "presque le même nom" in page
    assert Organisation.objects.count() == 1
    client.post(path, data | {"distinct": "1"})
    assert Organisation.objects.count() == 2


def test_adding_twice_by_a_second_click_makes_one_sheet(client, agent, town):
    path = "/espace/fr-com-99001/annuaire/ajouter/"
    data = filled(client, path) | {"name": "Le Nouvel Essai", "landmark": "près du puits"}
    first = client.post(path, data)
    make.indexed()
    second = client.post(path, data)
    assert second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Organisation.objects.count() == 1


def test_another_sheet_written_in_the_form_come_back_to_is_not_lost(client, agent, town):
    path = "/espace/fr-com-99001/annuaire/ajouter/"
    data = filled(client, path) | {"name": "Le Nouvel Essai"}
    client.post(path, data)
    client.post(path, data | {"name": "Tout autre chose"})
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Le Nouvel Essai", "Tout autre chose"}


def test_adding_elsewhere_is_refused(client, agent):
    make.territory("fr-com-99002", "Autre-Essai")
    assert client.get("/espace/fr-com-99002/annuaire/ajouter/").status_code == 403


def test_naming_filieres(client, agent, town):
    path = "/espace/fr-com-99001/filieres/"
    assert "Aucune filière" in client.get(path).content.decode()
    page = client.post(path, {"label": "Karité"}, follow=True).content.decode()
    assert "La filière est ajoutée" in page
    assert "déjà une filière" in client.post(path, {"label": "karite"}).content.decode()
    code = Term.objects.get(nomenclature="filiere").code
    assert "est retirée" in client.post(path, {"remove": code}, follow=True).content.decode()
    assert not Term.objects.filter(nomenclature="filiere").exists()
