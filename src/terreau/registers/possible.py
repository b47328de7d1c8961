"""The codes among which a person chooses when asked what a value means, in the import's own territory."""

from __future__ import annotations

from terreau.directory.terms import filieres_of
from terreau.perimeters.rules import forms_of
from terreau.registers.models import StagedRow
from terreau.registers.translating import choices
from terreau.territories.models import Territory


class Possible:
    """Choices by target, each read once for a page of rows."""

    def __init__(self) -> None:
        self._filieres: dict[int, dict[str, str]] = {}

    def of(self, row: StagedRow, target: str) -> dict[str, str]:
        """Code → label: the filières of the import’s territory, the legal forms of the row’s country."""
        if target == "filieres":
            return self._of_territory(row.run.territory)
        if target == "legal_form":
            country = (row.values.get("place") or {}).get("country") or row.run.territory.country_code
            return {form.code: form.label for form in forms_of(country)}
        return choices(target)

    def _of_territory(self, territory: Territory) -> dict[str, str]:
        if territory.pk not in self._filieres:
            self._filieres[territory.pk] = filieres_of(territory)
        return self._filieres[territory.pk]
