"""Tables written as one XLSX file, read again by another library."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl

from terreau.core.workbooks import Sheet, workbook


def test_each_table_is_a_sheet_and_a_text_is_never_a_formula():
    made = workbook(
        [
            Sheet("Projets", ("nom", "montant", "jour"), [("=1+1", Decimal("12.5"), date(2026, 5, 1))]),
            Sheet("Un nom plus long que ne tient un onglet", ("a",), [(None,), ("https://ess.example",)]),
        ]
    )
    book = openpyxl.load_workbook(io.BytesIO(made))
    first, second = book.worksheets
    assert (first.title, second.title) == ("Projets", "Un nom plus long que ne tient u")
    name, amount, day = first[2]
    assert (name.value, name.data_type) == ("=1+1", "s")
    assert (amount.value, day.value.date()) == (12.5, date(2026, 5, 1))
    assert second["A2"].value is None
    assert second["A3"].hyperlink is None
