"""A territory's figures, as a visitor reads them."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from terreau.observatory import labels
from terreau.observatory.figures import figures_of, written
from tests.statistics.fixtures import THIRD

pytestmark = pytest.mark.django_db


def read(client, page, code, query="", status=200):
    """The page as text, spaces made plain."""
    response = client.get(reverse(f"statistics:{page}", args=[code]) + query)
    assert response.status_code == status
    return plain(response.content.decode())


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text).replace("\u00a0", " ").replace("\u202f", " "))


def test_without_a_vintage_the_page_says_so_and_shows_what_others_published(client, small_world):
    text = read(client, "territory", small_world.vienne.code)
    assert "Aucun millésime de l’observatoire" in text
    assert "part de l’économie sociale dans l’emploi salarié, 2014" in text
    assert "fois France métropolitaine (10,5 %) : notre calcul" in text


def test_the_first_sentence_is_the_one_a_mayor_asks(client, small_world, register_read):
    text = read(client, "territory", small_world.poitiers.code, f"?millesime={THIRD}")
    # 110,5 jobs of the small register, and the 14,5 of the establishment added to the third.
    assert "pèse 7,7 % de l’emploi salarié : environ 125 emplois" in text
    assert "dans 4 établissements employeurs" in text


def test_every_figure_shown_tells_what_is_needed_to_judge_it(client, small_world, register_read):
    page = client.get(reverse("statistics:territory", args=[small_world.poitiers.code])).content.decode()
    cards = re.findall(r'<div class="figure">.*?</a></div>', page, re.S)
    assert len(cards) == 8
    for card in cards:
        assert "Date" in card
        assert "périmètre légal, novembre 2028" in card
        assert "Fiabilité" in card
        assert reverse("statistics:method") + "#" in card


def test_the_perimeters_stand_side_by_side_and_one_is_chosen(client, small_world, register_read):
    code = small_world.poitiers.code
    legal, statistical = (
        read(client, "territory", code),
        read(client, "territory", code, "?perimetre=statistical"),
    )
    assert "Les mêmes chiffres dans chaque périmètre" in legal
    assert "périmètre légal, novembre 2028" in legal
    assert "périmètre statistique, novembre 2028" in statistical
    assert "périmètre légal, novembre" not in statistical


@pytest.mark.parametrize("query", ["?perimetre=autre", "?millesime=2001-01", "?millesime=../.."])
def test_what_was_never_made_is_not_found(client, small_world, register_read, query):
    read(client, "territory", small_world.poitiers.code, query, status=404)


def test_a_published_share_and_ours_are_told_apart(client, small_world, register_read):
    text = read(client, "territory", small_world.vienne.code)
    assert "Ce qui fait la différence : poids dans l’ensemble de l’emploi salarié" in text
    assert "Année 2014 2024" in text
    assert "estimation au milieu des tranches d’effectifs du registre" in text


def test_the_files_are_those_of_the_command(client, small_world, register_read):
    code = small_world.poitiers.code
    ours = figures_of(register_read, code, THIRD)
    for form, kind in (("csv", "text/csv"), ("json", "application/json")):
        response = client.get(reverse("statistics:data", args=[code, form]))
        assert response["Content-Type"].startswith(kind)
        assert response.content.decode("utf-8-sig") == written(ours, form)
        # The mark lets a spreadsheet read the accents.
        assert response.content.startswith(b"\xef\xbb\xbf") == (form == "csv")
    assert client.get(reverse("statistics:data", args=[code, "xlsx"])).status_code == 404


def test_a_visitor_who_has_the_page_is_not_sent_it_again(client, small_world, register_read):
    address = reverse("statistics:territory", args=[small_world.poitiers.code])
    mark = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": mark}).status_code == 304


def test_charts_are_drawn_in_two_widths(client, small_world, register_read):
    for key in ("familles", "secteurs", "comparaison", "evolution"):
        for width in ("large", "etroit"):
            response = client.get(reverse("statistics:chart", args=[small_world.poitiers.code, key, width]))
            assert response["Content-Type"] == "image/svg+xml"
            assert response.content.startswith(b"<svg")
    unknown = reverse("statistics:chart", args=[small_world.poitiers.code, "autre", "large"])
    assert client.get(unknown).status_code == 404


def test_all_the_figures_can_be_read_page_by_page(client, small_world, register_read):
    code = small_world.poitiers.code
    found = [one for one in figures_of(register_read, code, THIRD).figures if one.perimeter == "legal"]
    rows = 0
    for number in range(1, 2 + len(found) // 40):
        address = reverse("statistics:everything", args=[code]) + f"?page={number}"
        rows += client.get(address).content.decode().count('<th scope="row"')
    assert rows == len(found)


def test_every_method_a_figure_names_is_on_the_page_of_methods(client):
    page = client.get(reverse("statistics:method")).content.decode()
    assert {told.anchor for told in labels.INDICATORS.values()} <= set(re.findall(r'id="([a-z0-9-]+)"', page))


def test_the_territory_s_page_leads_to_its_figures(client, small_world, register_read):
    page = client.get(reverse("portal:territory", args=[small_world.poitiers.code])).content.decode()
    assert "de l’emploi salarié" in page
    assert reverse("statistics:territory", args=[small_world.poitiers.code]) in page


def test_the_menu_leads_to_the_figures_only_where_there_are_some(
    client, small_world, monkeypatch, vintages_folder
):
    link = f'<a href="{reverse("statistics:home")}"'
    assert link not in client.get(reverse("portal:methods")).content.decode()
    monkeypatch.setattr("terreau.statistics.reading.folders", lambda: [vintages_folder])
    client.cookies["anything"] = "else"
    assert link in client.get(reverse("portal:legal_forms")).content.decode()


def test_a_territory_is_found_by_its_name(client, small_world, register_read):
    page = client.get(reverse("statistics:home"), {"q": "poitier"}).content.decode()
    assert reverse("statistics:territory", args=[small_world.poitiers.code]) in page
    nothing = client.get(reverse("statistics:home"), {"q": "bamako"}).content.decode()
    assert "Aucun territoire ne s’appelle" in nothing


def test_a_vintage_that_cannot_be_read_is_as_if_not_there(client, small_world, monkeypatch, tmp_path):
    (tmp_path / "2026-11").mkdir()
    (tmp_path / "2026-11" / "manifest.json").write_text("{")
    monkeypatch.setattr("terreau.statistics.reading.folders", lambda: [tmp_path])
    assert "Aucun millésime" in read(client, "territory", small_world.poitiers.code)
    assert client.get(reverse("portal:territory", args=[small_world.poitiers.code])).status_code == 200


def test_a_territory_that_the_register_does_not_count_sends_to_the_one_that_holds_it(
    client, small_world, register_read
):
    from tests.directory.factories import territory

    quarter = territory("fr-com-86194-q1", "Quartier d’essai", kind="sector", parent=small_world.poitiers)
    text = read(client, "territory", quarter.code)
    assert "ne compte pas ce territoire à part" in text
    assert not re.search(r"\d{4}-\d\d", text)
    assert "Les chiffres de : Poitiers" in text


def test_a_perimeter_chosen_elsewhere_is_left_aside_where_none_is(client, small_world, register_read):
    assert "Aucun millésime" in read(client, "territory", small_world.bamako.code, "?perimetre=statistical")


def test_many_published_figures_are_folded_after_the_first(client, small_world):
    page = client.get(reverse("statistics:territory", args=["fr"])).content.decode()
    shown, folded = page.split("autres chiffres publiés</summary>")
    assert shown.count("<dt>") == 6
    assert "part de l’emploi salarié, 2019" in plain(shown)
    assert folded.count("<dt>") > 20


def test_the_rows_of_a_file_are_not_among_the_first_published_figures(client, small_world):
    page = client.get(reverse("statistics:territory", args=["fr"])).content.decode()
    assert page.index("<details>") < page.index("lignes Stock")
