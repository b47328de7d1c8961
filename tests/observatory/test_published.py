from __future__ import annotations

import csv
import re
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from terreau.observatory.published import (
    SOCIAL_ECONOMY_SHARE,
    PublishedFigure,
    all_figures,
    figures_for,
    latest,
    latest_all,
)

FOLDER = Path(str(resources.files("terreau.observatory"))) / "data" / "published"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_becomes_a_figure_and_none_is_merged() -> None:
    compiled, insee = (
        rows("chiffres_ess_publies.csv"),
        rows("insee_itdd_poids_economie_sociale_2014_2008.csv"),
    )
    assert (len(compiled), len(insee)) == (196, 125)
    assert len(all_figures()) == len(compiled) + 2 * len(insee)
    shipped = Counter((row["territoire"], row["annee"], row["valeur"], row["source"]) for row in compiled)
    read = Counter(
        (f.territory_name, f.year, f.value, f.source_url)
        for f in all_figures()
        if f.indicator != SOCIAL_ECONOMY_SHARE
    )
    assert (
        Counter({(name, year, float(v), source): n for (name, year, v, source), n in shipped.items()}) == read
    )


def test_the_table_of_codes_and_the_figures_name_the_same_territories() -> None:
    named = {(row["territoire"], row["niveau"], row["pays"]) for row in rows("chiffres_ess_publies.csv")}
    coded = [(row["territoire"], row["niveau"], row["pays"]) for row in rows("territory_codes.csv")]
    assert set(coded) == named
    assert len(coded) == len(set(coded))
    for row in rows("territory_codes.csv"):
        assert bool(row["code"]) != bool(row["raison"]), "a code, or the reason why there is none"


def test_each_code_is_that_of_a_territory_shipped() -> None:
    data = Path(str(resources.files("terreau.territories"))) / "data"

    def column(name: str, *columns: str) -> set[str]:
        with (data / name).open(encoding="utf-8", newline="") as file:
            return {"-".join(row[one] for one in columns) for row in csv.DictReader(file)}

    shipped = {"fr", "be", "lu", "ma"}
    shipped |= {f"fr-reg-{code}" for code in column("regions_fr_2026.csv", "code")}
    shipped |= {f"fr-dep-{code}" for code in column("departments_fr_2026.csv", "code")}
    shipped |= {f"fr-epci-{code}" for code in column("epci_fr_2026.csv", "code")}
    cities = column("cities_francophonie.csv", "country", "admin1_code")
    shipped |= {code.lower().replace("-", "-adm1-", 1) for code in cities}
    codes = {figure.territory_code for figure in all_figures() if figure.territory_code}
    assert codes <= shipped
    assert {"fr-dep-2A", "fr-dep-974", "fr-reg-04", "ca-adm1-10", "be-adm1-wal", "ch-adm1-ge"} <= codes


@pytest.mark.parametrize(
    "name",
    [
        "AIMF",
        "Wallonie + Bruxelles",
        "Souss-Massa-Drâa",
        "Montréal",
        "France métropolitaine",
        "France de province",
    ],
)
def test_what_is_no_territory_of_the_platform_has_no_code(name: str) -> None:
    found = [figure for figure in all_figures() if figure.territory_name == name]
    assert found
    assert {figure.territory_code for figure in found} == {None}


@pytest.mark.parametrize(
    ("code", "indicator", "segment", "year", "text"),
    [
        ("fr", "part de l'emploi salarié", "total", "2019", "10,2\u00a0%"),
        ("fr", "Part de l’emploi privé", "total", "2019", "13,6\u00a0%"),
        ("fr", "emplois", "total", "2022", "2\u202f600\u202f000"),
        ("fr", "établissements employeurs", "total", "2022", "213\u202f000"),
        ("fr-dep-33", "salariés", "total", "2019", "55\u202f134"),
        ("fr-dep-33", SOCIAL_ECONOMY_SHARE, "total", "2014", "9,9\u00a0%"),
        ("fr-dep-86", SOCIAL_ECONOMY_SHARE, "total", "2014", "11,8\u00a0%"),
        ("fr-reg-53", SOCIAL_ECONOMY_SHARE, "total", "2014", "14,3\u00a0%"),
        ("fr-epci-244400404", "budget de fonctionnement ESS", "total", "s.d.", "1\u202f100\u202f000\u00a0€"),
        ("fr-epci-243300316", "salariés", "total", "2016 (page)", "36\u202f416"),
        ("ca-adm1-10", "revenus", "total", "2016", "47,8\u00a0milliards de dollars canadiens"),
        ("be-adm1-wal", "ETP", "total", "2021", "101\u202f421"),
        ("ma", "coopératives", "total", "2023", "60\u202f000"),
        ("ma", "coopératives", "féminines", "2015-06", "2\u202f140"),
    ],
)
def test_known_values(code: str, indicator: str, segment: str, year: str, text: str) -> None:
    figure = latest(code, indicator, segment)
    assert figure is not None
    assert (figure.territory_code, figure.year, figure.text) == (code, year, text)


def test_a_missing_value_is_never_zero() -> None:
    mayotte = figures_for(["fr-dep-976", "fr-reg-06"])
    assert len(mayotte) == 4
    assert {figure.value for figure in mayotte} == {None}
    assert {figure.text for figure in mayotte} == {"non disponible"}
    assert latest("fr-dep-976", SOCIAL_ECONOMY_SHARE) is None
    assert not any(figure.value == 0 for figure in all_figures())


def test_two_sources_for_the_same_figure_are_both_kept() -> None:
    associations = [
        f for f in figures_for(["fr-epci-243300316"]) if (f.indicator, f.segment) == ("salariés", "total")
    ]
    assert {(f.year, f.value) for f in associations} == {("2014", 34917.0), ("2016 (page)", 36416.0)}
    rows_of_2021 = [f for f in figures_for(["fr"]) if (f.indicator, f.segment) == ("emplois", "associations")]
    assert [(f.year, f.value) for f in rows_of_2021] == [("2022", 2_000_000), ("2019", 2_000_000)]


def test_figures_come_in_the_order_of_the_codes_asked_and_once() -> None:
    found = figures_for(["ma", "fr-dep-33", "ma", "xx"])
    codes = [figure.territory_code for figure in found]
    assert codes == sorted(codes, key=["ma", "fr-dep-33"].index)
    assert len(found) == len(set(map(id, found)))
    assert figures_for([]) == []


def test_every_figure_has_its_source_and_links_are_whole() -> None:
    for figure in all_figures():
        assert figure.source_url.strip()
        assert figure.indicator
        assert figure.year
        for link in figure.links:
            assert re.fullmatch(r"https?://[\w.-]+/\S*", link), link
    assert latest("ca-adm1-10", "emplois").links == (  # type: ignore[union-attr]
        "https://ccednet-rcdec.ca/fr/resource/leconomie-sociale-au-quebec-portrait-statistique-2016",
        "https://www.lelezard.com/communique-18733146.html",
    )
    assert not [f for f in all_figures() if "…" in f.source_url and any("…" in link for link in f.links)]


def test_undated_figures_come_after_dated_ones() -> None:
    undated = PublishedFigure("x", "fr", "pays", "FR", "s.d.", "i", "s", 1.0, "nb", "s")
    assert undated.sorting_year == 0
    assert latest_all("fr", "rien de tel") == []
    nantes = latest("fr-epci-244400404", "salariés")
    assert nantes is not None
    assert nantes.year == "s.d. (fiche RTES)"
