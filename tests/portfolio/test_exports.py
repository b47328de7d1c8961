"""The portfolio as files: whole for those who work on it, what is public for the others."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from terreau.portfolio import exporting
from terreau.portfolio.models import Project
from tests.portfolio.world import begun, town

pytestmark = pytest.mark.django_db


def book_of(answer):
    """The tables of an answer: name → rows, each by the names of its columns."""
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    told = {}
    for sheet in book.worksheets:
        head, *rows = sheet.iter_rows(values_only=True)
        told[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return told


def test_the_workbook_of_a_town_holds_all_that_it_works_on(client):
    place, agent = town()
    other, _its_agent = town()
    begun(
        agent,
        place,
        results="Vingt étals d’essai.",
        yearly_income=100_000_00,
        yearly_fixed=30_000_00,
        variable_percent=40,
        shares=[{"territory": other.code, "percent": 40, "part": "Prête le terrain."}],
    )
    client.force_login(agent)
    told = book_of(client.get(reverse("portfolio:export", args=[place.code, "xlsx"])))
    (project,) = told["Projets"]
    assert project["Résultats attendus"] == "Vingt étals d’essai."
    assert (project["Part assurée"], project[f"Part de {place.name}"]) == (0.6, 0.6)
    assert project["Seuil d’équilibre"] == 5_000_000
    (line,) = told["Budget"]
    assert (line["Année"], line["Montant"]) == (2027, 10_000_000)
    (funding,) = told["Plan de financement"]
    assert (funding["Financeur"], funding["État"], funding["Montant"]) == ("Région", "obtenu", 6_000_000)
    (risk,) = told["Risques"]
    assert (risk["Risque"], risk["Ce qui le maîtrise"]) == ("Retard des travaux", "Pénalités")
    (share,) = told["Territoires associés"]
    assert (share["Part du budget"], share["Budget de sa part"]) == (0.4, 4_000_000)


def test_the_public_workbook_has_public_projects_only_and_neither_fundings_nor_risks(client):
    place, agent = town()
    begun(agent, place, "Halle d’essai", is_public=True)
    begun(agent, place, "Toit d’essai")
    told = book_of(client.get(reverse("portfolio:public_file", args=[place.code, "xlsx"])))
    assert [one["Projet"] for one in told["Projets"]] == ["Halle d’essai"]
    assert set(told) == {"À lire", "Projets", "Budget", "Territoires associés"}
    assert not {"Demandé", "Seuil d’équilibre"} & set(told["Projets"][0])
    answer = client.get(reverse("portfolio:public_file", args=[place.code, "csv"]))
    assert answer["Content-Disposition"] == f'attachment; filename="projets-publics-{place.code}.csv"'
    text = answer.content.decode()
    assert "Toit d’essai" not in text
    page = client.get(reverse("portfolio:public", args=[place.code])).content.decode()
    assert reverse("portfolio:public_file", args=[place.code, "xlsx"]) in page


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_simulated_projects_say_so_in_every_file(client, form):
    place, agent = town()
    begun(agent, place, is_public=True)
    Project.objects.update(is_simulated=True)
    answer = client.get(reverse("portfolio:public_file", args=[place.code, form]))
    if form == "xlsx":
        told = book_of(answer)
        assert told["À lire"][0]["Portefeuille de projets"] == "Données simulées"
        assert told["Projets"][0]["Données"] == "données simulées"
    else:
        assert "données simulées" in answer.content.decode()


def test_a_text_that_begins_like_a_formula_is_none(client):
    place, agent = town()
    begun(agent, place, "=1+1", is_public=True)
    answer = client.get(reverse("portfolio:public_file", args=[place.code, "xlsx"]))
    cell = openpyxl.load_workbook(io.BytesIO(answer.content))["Projets"]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    text = client.get(reverse("portfolio:public_file", args=[place.code, "csv"])).content.decode()
    assert ",'=1+1," in text
    assert client.get(reverse("portfolio:public_file", args=[place.code, "exe"])).status_code == 404


def test_the_columns_for_programs_never_change():
    assert exporting.COLUMNS[:16] == (
        *("id", "title", "state", "origin", "need", "lever", "zone", "bearer"),
        *("people", "women", "young", "disabled", "currency", "budget", "secured", "share_secured"),
    )
