"""The real demonstration shows the register's figures when it is given the register's own files."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from terreau.core.home import Home
from terreau.observatory import sirene
from terreau.observatory.figures import figures_of
from terreau.observatory.geography import french_geography
from terreau.observatory.simulate import simulate
from terreau.project import demonstration, preparation
from terreau.project.cli import main
from tests.observatory.conftest import workshop  # noqa: F401  (a fixture)
from tests.observatory.registers import small


@pytest.fixture
def demo(settings, tmp_path, monkeypatch):
    """The command with nothing to prepare but the figures."""
    settings.HOME = Home(tmp_path / "home").ensure()
    monkeypatch.setattr(preparation, "prepare_home", lambda: None)
    monkeypatch.setattr(demonstration, "build", lambda say: None)
    return lambda *arguments: main(["demo", "--no-serve", *map(str, arguments)])


@pytest.fixture
def _one_department(monkeypatch):
    """What is downloaded tells each territory of the country: here those of a hundredth of it."""

    def smaller(on):
        whole = french_geography(on)
        kept = {code for holders in whole.holders.values() if "fr-dep-86" in holders for code in holders}
        return replace(
            whole,
            territories={code: one for code, one in whole.territories.items() if code in kept},
            holders={
                number: tuple(code for code in holders if code in kept)
                for number, holders in whole.holders.items()
            },
        )

    monkeypatch.setattr(sirene, "french_geography", smaller)


@pytest.mark.usefixtures("_one_department")
def test_the_figures_of_a_folder_are_built_once(demo, settings, workshop, capsys):  # noqa: F811
    workshop.write(*small())
    assert demo("--sirene", workshop.folder) == 0
    out = settings.HOME.root / "observatory" / "fr"
    assert figures_of(out, "fr", "2026-11").get("structures", perimeter="statistical").value > 0
    (package,) = (out / "packages").glob("*.zip")
    made = package.stat()
    capsys.readouterr()
    assert demo("--sirene", workshop.folder) == 0
    assert "2026-11 est déjà construit" in capsys.readouterr().err
    assert package.stat() == made


@pytest.mark.usefixtures("_one_department")
def test_the_month_may_be_told(demo, settings, workshop):  # noqa: F811
    workshop.write(*small())
    assert demo("--sirene", workshop.folder, "--vintage", "2026-10") == 0
    assert (settings.HOME.root / "observatory" / "fr" / "2026-10" / "manifest.json").is_file()


def test_simulated_files_are_refused_before_anything_is_done(demo, settings, tmp_path, capsys):
    simulate(300, tmp_path / "simulated")
    assert demo("--sirene", tmp_path / "simulated") == 1
    assert "simulés" in capsys.readouterr().err
    assert not (settings.HOME.root / "observatory").exists()


def test_the_demonstration_s_own_folder_refuses_them_too(demo, settings, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TERREAU_HOME", str(settings.HOME.root))
    settings.DEMO = True
    simulate(300, tmp_path / "simulated")
    files = [
        tmp_path / "simulated" / f"Stock{name}_utf8.parquet" for name in ("UniteLegale", "Etablissement")
    ]
    given = ["--units", str(files[0]), "--establishments", str(files[1]), "--vintage", "2026-11"]
    assert main(["observatory", "build", "--source", "sirene", *given]) == 1
    assert "ne montre que du vrai" in capsys.readouterr().err
    assert not (settings.HOME.root / "observatory").exists()


def test_a_missing_folder_is_told(demo, tmp_path, capsys):
    shutil.rmtree(tmp_path / "rien", ignore_errors=True)
    assert demo("--sirene", tmp_path / "rien") == 1
    assert "Ce dossier n’existe pas" in capsys.readouterr().err
