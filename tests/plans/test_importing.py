"""A plan kept in a spreadsheet, brought in: merged titles and axes, what is kept, what is refused."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from terreau.core.money import to_units
from terreau.journal.models import Event
from terreau.plans import services
from terreau.plans.importing import changes_of
from terreau.plans.importing_amounts import Unread, read_units
from terreau.plans.importing_models import PlanFile
from terreau.plans.models import Action, Entry, Plan
from tests.directory import factories
from tests.plans import world

pytestmark = pytest.mark.django_db

FIRST = date.today().year


def spreadsheet(rows: list[list[Any]], merged: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def with_merged_titles(*, told: bool = True) -> bytes:
    """A title above, titles on two rows, an axis and an objective merged down, an axis across the table."""
    return spreadsheet(
        [
            ["Plan d’essai de la ville d’essai"],
            [],
            ["Axe", "Objectif", "N°", "Action", "Pilotage", None, "Calendrier", None, "Budget prévu", None],
            [None, None, None, None, "Élu", "Technique", "Début", "Fin", FIRST, FIRST + 1],
            [
                "Foncier",
                "Ouvrir",
                "1",
                "Ouvrir une cour d’essai",
                "adjointe",
                "service A",
                "01/03/2026",
                "2027",
                1000,
                "2 500,50 €",
            ],
            [None, None, "2", "Louer une remise d’essai", "adjointe", "service B", None, None, None, 300],
            [None, "Réparer", "3", "Refaire un toit d’essai", None, None, None, None, None, None],
            ["Axe 2 : acheter autrement"] + [None] * 9,
            [None, "Former", "4", "Former les acheteurs d’essai", None, None, None, "juin 2026", None, None],
            ["Total", None, None, None, None, None, None, None, 1000, 2800.5],
        ],
        ("A1:J1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:H3", "I3:J3", "A5:A7", "B5:B6", "A8:J8")
        if told
        else (),
    )


def units(plan: Plan, amount: str) -> int:
    """An amount in the smallest units of the plan."""
    return to_units(Decimal(amount), plan.currency)


def sent(client: Any, place: Any, content: bytes, name: str = "plan.xlsx", **more: str) -> PlanFile:
    file = io.BytesIO(content)
    file.name = name
    response = client.post(reverse("plans:import", args=[place.code]), {"file": file, **more})
    assert response.status_code == 302, response.content.decode()
    return PlanFile.objects.latest("pk")


def address(file: PlanFile) -> str:
    return reverse("plans:import_file", args=[file.plan.territory.code, file.public_id])


def brought(client: Any, place: Any, content: bytes, name: str = "plan.xlsx") -> PlanFile:
    file = sent(client, place, content, name)
    assert client.post(address(file), {"act": "import"}).status_code == 302
    file.refresh_from_db()
    return file


@pytest.fixture
def town(client):
    place, agent, plan = world.planned_town()
    client.force_login(agent)
    return place, agent, plan


@pytest.mark.parametrize("told", [True, False], ids=["XLSX", "no merged cells told, as ODS and CSV"])
def test_merged_titles_and_axes_are_understood(client, town, told):
    place, _agent, plan = town
    file = sent(client, place, with_merged_titles(told=told))
    assert file.titles_at == [3, 4]
    page = client.get(address(file)).content.decode()
    assert "Budget prévu " + str(FIRST) in page
    assert not Action.objects.of(plan).exists()
    client.post(address(file), {"act": "import"})
    found = {one.title: one for one in Action.objects.of(plan)}
    assert {title: (one.objective.axis.title, one.objective.title) for title, one in found.items()} == {
        "Ouvrir une cour d’essai": ("Foncier", "Ouvrir"),
        "Louer une remise d’essai": ("Foncier", "Ouvrir"),
        "Refaire un toit d’essai": ("Foncier", "Réparer"),
        "Former les acheteurs d’essai": ("Axe 2 : acheter autrement", "Former"),
    }
    one = found["Ouvrir une cour d’essai"]
    assert (one.reference, one.elected_pilot, one.technical_pilot) == ("1", "adjointe", "service A")
    assert (one.starts_on, one.ends_on) == (date(2026, 3, 1), date(2027, 12, 31))
    assert found["Former les acheteurs d’essai"].ends_on == date(2026, 6, 30)
    amounts = Entry.objects.filter(line__action=one).values_list("line__year", "kind", "amount")
    assert set(amounts) == {
        (FIRST, "planned", units(plan, "1000")),
        (FIRST + 1, "planned", units(plan, "2500.50")),
    }


def test_the_same_file_adds_nothing_and_a_second_click_neither(client, town):
    place, _agent, plan = town
    first = brought(client, place, with_merged_titles())
    assert first.outcome["counts"]["added"] == 4
    before = Action.objects.of(plan).count(), Entry.objects.count(), Event.objects.count()
    client.post(address(first), {"act": "import"})
    assert before == (Action.objects.of(plan).count(), Entry.objects.count(), Event.objects.count())
    again = brought(client, place, with_merged_titles())
    assert again.outcome["counts"] == {"added": 0, "changed": 0, "same": 4, "refused": 0, "kept": 0}
    assert before[:2] == (Action.objects.of(plan).count(), Entry.objects.count())


def test_what_both_changed_stays_as_on_the_screen_and_both_are_shown(client, town):
    place, agent, plan = town
    titles = ["Axe", "Objectif", "Action", "Description", "Pilote élu", "Budget 2026"]

    def content(words: str, pilot: str, amount: int) -> bytes:
        return spreadsheet([titles, ["A", "B", "Action d’essai", words, pilot, amount]])

    brought(client, place, content("Un texte d’essai.", "adjointe", 100))
    action = Action.objects.of(plan).get()
    services.save_action(person=agent, action=action, version=1, values={"words": "Dit à l’écran."})
    file = sent(client, place, content("Dit par le fichier.", "adjoint", 150))
    page = client.get(address(file)).content.decode()
    assert "Dit par le fichier." in page
    assert "Dit à l’écran." in page
    client.post(address(file), {"act": "import"})
    action.refresh_from_db()
    assert (action.words, action.elected_pilot) == ("Dit à l’écran.", "adjoint")
    assert sum(Entry.objects.filter(line__action=action).values_list("amount", flat=True)) == units(
        plan, "150"
    )
    told = client.get(address(file)).content.decode()
    assert "Dit par le fichier." in told
    assert "Dit à l’écran." in told
    # The file says again what it said first: the screen is not undone.
    again = brought(client, place, content("Un texte d’essai.", "adjoint", 150))
    assert again.outcome["counts"]["same"] == 1
    assert not again.outcome["lines"]


def test_what_cannot_be_read_is_refused_line_by_line(client, town):
    place, _agent, plan = town
    rows = [
        ["Axe", "Objectif", "Action", "Début", "Fin", "État", "Cause", "Budget", "Besoin"],
        ["A", "B", "Bonne d’essai", "2026", None, "en cours", None, None, "un mot inconnu"],
        ["A", "B", "Sans date d’essai", "bientôt", None, None, None, None, None],
        ["A", "B", "Sans état d’essai", None, None, "peut-être", None, None, None],
        ["A", "B", None, "2026", None, None, None, None, None],
        ["A", "B", "À rebours d’essai", "2027", "2026", None, None, None, None],
        ["A", "B", "Bloquée d’essai", None, None, "bloquée", None, None, None],
        ["A", "B", "Sans année d’essai", None, None, None, None, 1000, None],
        ["A", "B", "Jointe d’essai", None, None, None, "écrire à un@exemple.invalid", None, None],
    ]
    file = sent(client, place, spreadsheet(rows))
    page = client.get(address(file)).content.decode()
    for words in (
        "bientôt",
        "peut-être",
        "Il manque le nom",
        "avant le début",
        "ce qui bloque",
        "pas d’année",
    ):
        assert words in page, words
    client.post(address(file), {"act": "import"})
    assert [one.title for one in Action.objects.of(plan)] == ["Bonne d’essai"]
    file.refresh_from_db()
    assert file.outcome["counts"]["refused"] == 7
    assert "n’est pas dans la liste" in client.get(address(file)).content.decode()


def test_columns_are_corrected_and_kept_for_the_next_file(client, town):
    place, _agent, _plan = town
    content = "Axe;Objectif;Action;Remarques\nA;B;Action d’essai;Un texte d’essai.\n".encode()
    file = sent(client, place, content, "plan.csv")
    assert file.meanings == ["axis", "objective", "title", ""]
    columns = {f"column-{place}": one for place, one in enumerate(("axis", "objective", "title", "words"))}
    client.post(address(file), {"act": "columns", **columns})
    assert sent(client, place, content, "autre.csv").meanings[3] == "words"
    wrong = {**columns, "column-3": "title"}
    response = client.post(address(PlanFile.objects.latest("pk")), {"act": "columns", **wrong})
    assert response.status_code == 400
    assert "Deux colonnes" in response.content.decode()
    forged = {**columns, "column-3": "x" * 999}
    response = client.post(address(PlanFile.objects.latest("pk")), {"act": "columns", **forged})
    assert response.status_code == 400


def test_titles_that_are_not_found_are_asked_for(client, town):
    place, _agent, _plan = town
    file = sent(client, place, b"Quoi;Quand\nOuvrir;2026\n", "plan.csv")
    assert "Aucune ligne de titres" in client.get(address(file)).content.decode()
    for wrong in ("0", "9", "1-9", "x", "1-999999999", ""):
        assert client.post(address(file), {"act": "titles", "titles": wrong}).status_code == 400
    assert client.post(address(file), {"act": "import"}).status_code == 400
    client.post(address(file), {"act": "titles", "titles": "1"})
    client.post(address(file), {"act": "columns", "column-0": "title", "column-1": "ends_on"})
    client.post(address(file), {"act": "import"})
    action = Action.objects.get(title="Ouvrir")
    assert action.ends_on == date(2026, 12, 31)
    assert action.objective.title == "Actions du plan"


def test_files_of_another_kind_are_refused_in_words(client, town):
    place, _agent, _plan = town
    for content in (b"", b"PK\x03\x04rien", b"{}"):
        file = io.BytesIO(content)
        file.name = "plan.xlsx"
        response = client.post(reverse("plans:import", args=[place.code]), {"file": file})
        assert response.status_code == 400
    assert client.post(reverse("plans:import", args=[place.code]), {}).status_code == 400
    rows = [["Action", "Fin"], *([f"Action {number}", "2026"] for number in range(2001))]
    file = io.BytesIO("\n".join(";".join(row) for row in rows).encode())
    file.name = "plan.csv"
    response = client.post(reverse("plans:import", args=[place.code]), {"file": file})
    assert response.status_code == 400
    assert "lignes" in response.content.decode()


def test_numbers_that_count_anew_under_each_axis_are_no_identity(client, town):
    place, _agent, plan = town
    rows = [["Axe", "Objectif", "N°", "Action"], ["A", "B", 1, "Une d’essai"], ["C", "D", 1, "Autre d’essai"]]
    brought(client, place, spreadsheet(rows))
    assert Action.objects.of(plan).count() == 2
    assert brought(client, place, spreadsheet(rows)).outcome["counts"]["same"] == 2


def test_an_action_that_is_known_by_its_number_may_change_its_name(client, town):
    place, _agent, plan = town
    titles = ["Axe", "Objectif", "N°", "Action"]
    brought(client, place, spreadsheet([titles, ["A", "B", "F12", "Un nom d’essai"]]))
    brought(client, place, spreadsheet([titles, ["A", "Autre objectif", "F12", "Un autre nom d’essai"]]))
    action = Action.objects.of(plan).get()
    assert (action.title, action.objective.title) == ("Un autre nom d’essai", "Autre objectif")


def test_only_agents_of_the_territory_import(client, town):
    place, _agent, plan = town
    file = sent(client, place, with_merged_titles())
    client.force_login(factories.person())
    assert client.get(reverse("plans:import", args=[place.code])).status_code == 403
    assert client.post(address(file), {"act": "import"}).status_code == 403
    assert not Action.objects.of(plan).exists()


def test_a_plan_that_is_closed_takes_nothing(client, town):
    place, agent, plan = town
    file = sent(client, place, with_merged_titles())
    services.close_plan(person=agent, plan=plan)
    assert client.post(address(file), {"act": "import"}).status_code == 400
    assert not Action.objects.of(Plan.objects.get(pk=plan.pk)).exists()


def test_lines_without_name_add_to_the_action_above(client, town):
    place, _agent, plan = town
    rows = [
        ["Axe", "Objectif", "Action", "Année", "Financeur", "Montant prévu", "Indicateur"],
        ["A", "B", "Action d’essai", FIRST, "Ville d’essai", 100, "Étals d’essai"],
        [None, None, None, FIRST, "Région d’essai", 200, "Emplois d’essai"],
    ]
    brought(client, place, spreadsheet(rows))
    action = Action.objects.of(plan).get()
    assert set(Entry.objects.values_list("line__source", "amount")) == {
        ("Ville d’essai", units(plan, "100")),
        ("Région d’essai", units(plan, "200")),
    }
    assert [one.title for one in action.indicators.all()] == ["Étals d’essai", "Emplois d’essai"]


def test_pages_of_an_import_ask_little(client, town, django_assert_max_num_queries):
    place, _agent, _plan = town
    rows = [["Action", "Fin"], *([f"Action {number}", "2026"] for number in range(120))]
    file = sent(client, place, "\n".join(";".join(row) for row in rows).encode(), "plan.csv")
    with django_assert_max_num_queries(16):
        assert client.get(address(file)).status_code == 200
    assert len(changes_of(file)) == 120
    assert client.get(address(file), {"voir": "added", "page": "3"}).status_code == 200
    assert client.get(address(file), {"voir": "\x00", "page": "99999999999999"}).status_code == 200


@pytest.mark.parametrize(
    ("currency", "title", "cell", "amount", "said"),
    [
        ("XOF", "Budget", "12 500 000 F CFA", 12_500_000, ""),
        ("GNF", "Budget", "45 000 000 GNF", 45_000_000, ""),
        ("XOF", "Budget (en milliers de FCFA)", "12 500,5", 12_500_500, ""),
        ("XAF", "Coût en millions", "1,25", 1_250_000, ""),
        ("EUR", "Coût (k€)", "12,5", 1_250_000, ""),
        ("XOF", "Montant MFCFA", "3", 3_000_000, ""),
        ("GNF", "Coût (MGNF)", "3", 3_000_000, ""),
        ("EUR", "COÛT MISE EN ŒUVRE par mois", "3", 300, ""),
        ("TND", "Budget", "12,500", 12_500, ""),
        ("XOF", "Budget", "12,00", 12, ""),
        ("XOF", "Budget", "4166.666666666667", 4_167, "arrondi à 4\u202f167\u00a0F\u202fCFA"),
    ],
)
def test_an_amount_of_a_spreadsheet_is_taken_for_what_it_is(currency, title, cell, amount, said):
    units, note = read_units("planned", title, cell, currency, largest=Decimal(10) ** 14)
    assert units == amount
    assert said in note


@pytest.mark.parametrize(
    ("currency", "title", "cell", "said"),
    [
        ("XOF", "Budget", "12.500", "écrivez les milliers"),
        ("EUR", "Budget", "12,500", "écrivez les milliers"),
        ("XOF", "Budget", "12 500,5", "écrivez les milliers"),
        ("XOF", "Budget", "12 500 €", "autre monnaie"),
        ("GNF", "Budget en USD", "12 500", "autre monnaie"),
        ("EUR", "Budget (FCFA)", "12 500", "autre monnaie"),
        ("XOF", "Budget", "beaucoup", "écrivez un nombre"),
    ],
)
def test_an_amount_that_would_be_taken_for_another_is_refused(currency, title, cell, said):
    with pytest.raises(Unread, match=said):
        read_units("planned", title, cell, currency, largest=Decimal(10) ** 14)
