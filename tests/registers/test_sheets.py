"""Which sheet of a workbook is read, and from which row."""

from __future__ import annotations

import re

import pytest
import xlsxwriter

from terreau.core.errors import TerreauError
from terreau.directory.models import Organisation
from terreau.registers import services
from terreau.registers.enums import RunState
from terreau.registers.reading import open_table
from tests.directory import factories as make
from tests.registers.lists import bring, read
from tests.registers.test_screens import LIST, applied, compared, finish, plain, received, upload

NOTICE = [["Mode d’emploi"], ["Cette liste est tenue par la ville."]]
LISTED = [["Nom", "Ville"], ["Essai du Clain", "Poitiers"], ["Essai de la Boivre", "Poitiers"]]
OLDER = [["Nom", "Ville"], ["Essai d’avant", "Poitiers"]]


def workbook(path, **sheets):
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


@pytest.fixture
def agent(small_world, client):
    person = make.agent_of(small_world.poitiers)
    client.force_login(person)
    return person


def names():
    return sorted(Organisation.objects.values_list("name", flat=True))


def test_a_notice_before_the_list_is_passed_over(tmp_path):
    path = workbook(tmp_path / "avec-notice.xlsx", Notice=NOTICE, Vide=[], Associations=LISTED)
    with open_table(path) as table:
        found = table.describe()
    assert (found.sheet, found.rows) == ("Associations", 2)
    assert found.sheets == ("Notice", "Vide", "Associations")


def test_a_list_of_names_alone_is_read_before_a_lone_title(tmp_path):
    path = workbook(tmp_path / "noms.xlsx", Titre=[["Liste"]], Noms=[["Nom"], ["Essai du Clain"]])
    with open_table(path) as table:
        assert table.describe().sheet == "Noms"


@pytest.mark.django_db
def test_an_agent_reads_another_sheet_and_it_is_remembered(client, agent, tmp_path):
    path = workbook(tmp_path / "annees.xlsx", **{"2023": OLDER, "2024": LISTED})
    run = received(client, file=upload(path.read_bytes(), "annees.xlsx"))
    page = plain(client.get(f"{LIST}{run.pk}/colonnes/"))
    assert "feuille « 2023 »" in page
    assert "Lire une autre feuille du classeur" in page
    answer = client.post(f"{LIST}{run.pk}/lecture/", {"sheet": "2024", "header_row": ""})
    assert answer["Location"] == f"{LIST}{run.pk}/colonnes/"
    assert "feuille « 2024 »" in plain(client.get(answer["Location"]))
    compared(client, run)
    applied(client, run)
    assert names() == ["Essai de la Boivre", "Essai du Clain"]
    again = received(client, file=upload(path.read_bytes(), "annees.xlsx"))
    assert again.described["sheet"] == "2024"


@pytest.mark.django_db
def test_another_sheet_of_the_same_file_is_not_the_same_list(small_world, tmp_path):
    path = workbook(tmp_path / "annees.xlsx", **{"2023": OLDER, "2024": LISTED})
    bring(path, small_world.poitiers)
    run = read(path, small_world.poitiers, sheet="2024")
    assert (run.counts["new"], run.counts["gone"]) == (2, 1)


@pytest.mark.django_db
def test_the_columns_are_asked_anew_after_the_differences_were_seen(client, agent, tmp_path):
    path = workbook(tmp_path / "annees.xlsx", **{"2023": OLDER, "2024": LISTED})
    run = received(client, file=upload(path.read_bytes(), "annees.xlsx"))
    compared(client, run)
    client.post(f"{LIST}{run.pk}/lecture/", {"sheet": "2024"})
    run.refresh_from_db()
    assert (run.state, run.mapping) == (RunState.RECEIVED, None)
    refused = client.post(f"{LIST}{run.pk}/appliquer/", follow=True)
    assert "Il n’y a pas de différences à appliquer." in plain(refused)
    compared(client, run)
    run.refresh_from_db()
    assert run.counts["new"] == 2


@pytest.mark.django_db
def test_a_person_says_where_the_titles_are(client, agent):
    run = received(client, file=upload("Essai du Clain;Poitiers\nEssai de la Boivre;Poitiers\n"))
    assert run.described["columns"] == ["Essai du Clain", "Poitiers"]
    client.post(f"{LIST}{run.pk}/lecture/", {"header_row": "0"})
    run.refresh_from_db()
    assert run.described["columns"] == ["Colonne A", "Colonne B"]
    page = client.get(f"{LIST}{run.pk}/colonnes/")
    answer = client.post(f"{LIST}{run.pk}/colonnes/", {"c0": "name", "c1": "locality", "action": "compare"})
    assert page.status_code == 200
    finish(client, answer)
    applied(client, run)
    assert names() == ["Essai de la Boivre", "Essai du Clain"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        {"sheet": "Inconnue"},
        {"header_row": "-1"},
        {"header_row": "9" * 40},
        {"header_row": "77"},
        {"header_row": "x\0"},
    ],
)
def test_a_forged_sheet_or_row_is_refused_and_nothing_is_lost(client, agent, tmp_path, said):
    path = workbook(tmp_path / "annees.xlsx", **{"2023": OLDER, "2024": LISTED})
    run = received(client, file=upload(path.read_bytes(), "annees.xlsx"))
    page = client.post(f"{LIST}{run.pk}/lecture/", said, follow=True)
    assert page.status_code == 200
    assert re.search("n’existe pas dans le fichier|elle ne peut pas porter les titres", plain(page))
    run.refresh_from_db()
    assert run.described["sheet"] == "2023"


@pytest.mark.django_db
def test_an_applied_import_is_not_read_otherwise(small_world, tmp_path):
    run = bring(workbook(tmp_path / "a.xlsx", **{"2023": OLDER, "2024": LISTED}), small_world.poitiers)
    with pytest.raises(TerreauError, match="en cours ou terminé"):
        services.read_otherwise(person=None, run=run, sheet="2024")
