"""A confidential file that tells of other establishments than those of the register."""

from __future__ import annotations

import pytest

from terreau.core.errors import TerreauError
from terreau.observatory.store import vintages
from tests.observatory.test_confidential import field, office_of


def test_a_file_that_goes_with_another_register_is_refused(workshop):
    """Built without a word, its vintage had none of the figures that the file was given for."""
    units, establishments, known = field()
    others = {f"9{siret[1:]}": told for siret, told in known.items()}
    with pytest.raises(TerreauError, match="Aucune de ses lignes"):
        office_of(workshop)(units, establishments, others)
    assert vintages(workshop.out) == []
