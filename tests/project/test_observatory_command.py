"""`terreau observatory build`: what is told when the vintage is there and what comes after fails."""

from __future__ import annotations

import pytest

from terreau.core.errors import TerreauError
from terreau.core.home import Home
from terreau.observatory.package import making
from terreau.observatory.store import countries, vintages
from terreau.project.cli import main
from terreau.statistics import reading
from tests.observatory.conftest import workshop  # noqa: F401  (a fixture)
from tests.observatory.registers import small
from tests.observatory.test_generic import abroad  # noqa: F401  (a fixture)


@pytest.fixture
def full_disk(monkeypatch):
    def fill(*arguments, **others):
        raise TerreauError("il n’y a plus de place sur le disque.")

    monkeypatch.setattr(making, "make", fill)


def test_a_vintage_whose_package_fails_is_served_and_said_to_be(workshop, full_disk, capsys):  # noqa: F811
    units, places = workshop.write(*small())
    given = ["--units", str(units), "--establishments", str(places), "--out", str(workshop.out)]
    assert main(["observatory", "build", "--source", "sirene", "--vintage", "2026-11", *given]) == 1
    told = capsys.readouterr().err
    assert "Le millésime 2026-11 est construit et servi" in told
    assert "terreau observatory package --vintage 2026-11" in told
    assert vintages(workshop.out) == ["2026-11"]


def test_two_countries_of_the_same_month_stand_side_by_side(
    workshop,  # noqa: F811
    abroad,  # noqa: F811
    capsys,
    monkeypatch,
    settings,
    tmp_path,
):
    settings.HOME = Home(tmp_path / "home").ensure()
    monkeypatch.setenv("TERREAU_HOME", str(settings.HOME.root))
    units, places = workshop.write(*small())
    build = ["observatory", "build", "--vintage", "2026-11", "--no-package"]
    assert main([*build, "--source", "sirene", "--units", str(units), "--establishments", str(places)]) == 0
    abroad.build()
    given = ["--units", str(abroad.folder / "registre.csv"), "--mapping", str(abroad.folder / "mapping.json")]
    assert main([*build, "--source", "generic", *given]) == 0
    assert reading.countries() == ["FR", "ML"]
    assert [one.manifest["country"] for one in reading.vintages("ml")] == ["ML"]
    capsys.readouterr()
    figures = ["observatory", "figures", "--vintage", "2026-11", "--format", "csv", "--territory"]
    for code in ("fr-com-86194", "ml-c1"):
        assert main([*figures, code]) == 0
        assert "2026-11" in capsys.readouterr().out
    assert main(["observatory", "package"]) == 1
    assert "--country" in capsys.readouterr().err


def test_a_country_whose_build_was_refused_is_not_one_more(capsys, monkeypatch, settings, tmp_path):
    settings.HOME = Home(tmp_path / "home").ensure()
    monkeypatch.setenv("TERREAU_HOME", str(settings.HOME.root))
    assert main(["observatory", "build", "--source", "sirene", "--vintage", "2026-11"]) == 1
    assert (settings.HOME.root / "observatory" / "fr").is_dir()
    capsys.readouterr()
    assert countries(settings.HOME.root) == []
    assert (
        main(["observatory", "figures", "--vintage", "2026-11", "--format", "csv", "--territory", "fr"]) == 1
    )
    assert f"{settings.HOME.root / 'observatory' / 'fr'}\u00a0: Il n’y a aucun millésime ici." in (
        capsys.readouterr().err
    )
