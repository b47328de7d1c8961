"""What a refusal says in one line."""

from __future__ import annotations

import pytest

from terreau.core.errors import TerreauError


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("/tmp/b.zip", "/tmp/b.zip\u00a0: Ce fichier n’existe pas. Vérifiez son nom."),
        ("Ligne 2 du fichier.", "Ligne 2 du fichier. Ce fichier n’existe pas. Vérifiez son nom."),
        ("--out\u00a0:", "--out\u00a0: Ce fichier n’existe pas. Vérifiez son nom."),
        ("", "Ce fichier n’existe pas. Vérifiez son nom."),
    ],
)
def test_a_bare_place_does_not_run_into_the_sentence(where, line):
    assert str(TerreauError("Ce fichier n’existe pas.", where=where, remedy="Vérifiez son nom.")) == line


def test_a_place_does_not_run_into_the_sentence():
    assert TerreauError("Déjà là.", where="Radio Île").place == "Radio Île\u00a0:"
    assert TerreauError("Déjà là.", where="Ligne 3.").place == "Ligne 3."
    assert TerreauError("Déjà là.").place == ""
