"""`terreau observatory build`: what is told when the vintage is there and what comes after fails."""

from __future__ import annotations

import pytest

from terreau.core.errors import TerreauError
from terreau.observatory.package import making
from terreau.observatory.store import vintages
from terreau.project.cli import main
from tests.observatory.conftest import workshop  # noqa: F401  (a fixture)
from tests.observatory.registers import small


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
