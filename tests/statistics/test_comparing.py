"""What lies inside, beside, and before: the table and the map, the comparison, the evolution."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from terreau.observatory.figures import figures_of
from tests.statistics.fixtures import FIRST, SECOND, THIRD
from tests.statistics.test_pages import plain, read

pytestmark = pytest.mark.django_db


def names(client, query=""):
    page = client.get(reverse("statistics:map", args=["fr-dep-86"]) + query)
    assert page.status_code == 200
    return re.findall(r'<th scope="row"[^>]*><a [^>]*>([^<]*)</a>', page.content.decode())


def test_the_table_is_that_of_the_map_and_is_sorted_without_script(client, small_world, register_read):
    assert names(client)[:2] == ["Châtellerault", "Poitiers"]
    assert names(client, "?tri=nom")[0] == "Adriers"
    assert names(client, "?tri=-nom")[0] == "Yversay"
    assert names(client, "?tri=-emplois")[:2] == ["Poitiers", "Châtellerault"]
    assert names(client, "?tri=habitants&page=6")[-1] == "Poitiers"


def test_what_has_no_value_stays_last_in_both_orders(client, small_world, register_read):
    for order in ("poids_emploi_total", "-poids_emploi_total"):
        assert set(names(client, f"?tri={order}")[:2]) == {"Châtellerault", "Poitiers"}


@pytest.mark.parametrize("query", ["?tri=autre", "?niveau=village", "?indicateur=emplois", "?tri=-top5"])
def test_an_order_or_a_figure_that_is_not_offered_is_not_found(client, small_world, register_read, query):
    assert client.get(reverse("statistics:map", args=["fr-dep-86"]) + query).status_code == 404


def test_the_headings_say_which_order_is_in_force(client, small_world, register_read):
    page = client.get(reverse("statistics:map", args=["fr-dep-86"]) + "?tri=nom").content.decode()
    assert page.count("aria-sort") == 1
    assert re.search(r'aria-sort="ascending">Territoire<', page)
    assert "tri=-nom" in page


def test_the_map_hatches_what_has_no_value_and_names_its_vintage(client, small_world, register_read):
    for width in ("large", "etroit"):
        drawn = client.get(reverse("statistics:map_picture", args=["fr-dep-86", width])).content.decode()
        assert drawn.startswith("<svg")
        assert "non disponible" in drawn
        assert f"Périmètre légal, {THIRD}" in plain(drawn)


def test_a_department_is_drawn_from_its_communes(client, small_world, register_read):
    drawn = client.get(reverse("statistics:map_picture", args=["fr", "large"]))
    assert drawn.status_code == 200
    assert "ne sont pas sur la carte" in plain(drawn.content.decode())


def test_a_commune_has_nothing_inside_to_show(client, small_world, register_read):
    page = client.get(reverse("statistics:map", args=[small_world.poitiers.code])).content.decode()
    assert "ne distingue aucun territoire" in page
    assert reverse("statistics:map", args=["fr-dep-86"]) in page
    # No page leads there.
    figures = client.get(reverse("statistics:territory", args=[small_world.poitiers.code])).content.decode()
    assert reverse("statistics:map", args=[small_world.poitiers.code]) not in figures
    picture = reverse("statistics:map_picture", args=[small_world.poitiers.code, "large"])
    assert client.get(picture).status_code == 404


def test_a_territory_stands_beside_all_that_contain_it(client, small_world, register_read):
    text = read(client, "comparison", small_world.poitiers.code)
    ours, there = (
        figures_of(register_read, code, THIRD).get("emplois", perimeter="legal").value
        for code in (small_world.poitiers.code, "fr")
    )
    share = f"{100 * ours / there:.1f}".replace(".", ",")
    assert f"ici : {share} % du total" in text
    for name in ("Grand Poitiers", "Vienne", "Nouvelle-Aquitaine", "France"):
        assert name in text


def test_others_are_chosen_by_name_up_to_four(client, small_world, register_read):
    address = reverse("statistics:comparison", args=[small_world.poitiers.code])
    page = client.get(address, {"ajouter": "nantes"}).content.decode()
    offered = re.search(r'href="([^"]*avec=fr-com-44109[^"]*)"', page)[1]
    page = client.get(offered).content.decode()
    assert "Retirer" in page
    four = ["fr-com-44109", "fr-com-69123", "fr-dep-44", "fr-dep-69", "fr-com-86066"]
    page = client.get(address, {"avec": four}).content.decode()
    assert "4 territoires au plus" in plain(page)
    assert page.count("Retirer") == 4


def test_a_territory_of_another_country_or_unknown_is_not_compared(client, small_world, register_read):
    address = reverse("statistics:comparison", args=[small_world.poitiers.code])
    page = client.get(address, {"avec": ["ml-gn-2460596", "rien"], "ajouter": "bamako"})
    assert page.status_code == 200
    assert "Aucun territoire de ce pays" in page.content.decode()
    assert "Retirer" not in page.content.decode()


def test_growth_is_told_with_the_values_it_comes_from(client, small_world, register_read):
    text = read(client, "evolution", small_world.poitiers.code)
    assert "Emplois salariés : +15 (+13,1 %)." in text  # 14,5 jobs more than 110,5
    assert "novembre 2027 3 3 111" in text
    assert "novembre 2028 4 4 125" in text
    assert "Part de l’évolution due au pays" in text


def test_a_vintage_of_another_perimeter_is_refused_and_it_is_said_why(client, small_world, register_read):
    code = small_world.poitiers.code
    text = read(client, "evolution", code)
    assert "novembre 2026 Pas de comparaison : le périmètre ou la version de ses règles diffère" in text
    assert "Pas de comparaison" in read(client, "evolution", code, f"?depuis={FIRST}")
    read(client, "evolution", code, "?depuis=2001-01", status=404)


def test_a_first_vintage_has_no_evolution_yet(client, small_world, register_read):
    code = small_world.poitiers.code
    assert "pas de millésime antérieur" in read(client, "evolution", code, f"?millesime={FIRST}")
    picture = reverse("statistics:chart", args=[code, "evolution", "large"])
    assert client.get(f"{picture}?millesime={SECOND}").status_code == 404
