"""A State's reader, from what the communes have brought to the tables and the files."""

from __future__ import annotations

import pytest
from django.utils import timezone

from terreau.territories.models import Territory
from tests.browser.visiting import WAYS, visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("way", WAYS)
def test_from_the_communes_to_the_tables_and_the_files(
    chromium, live_server, transactional_db, small_world, register_read, way
):
    Territory.objects.filter(code="fr-com-86194").update(opened_on=timezone.localdate())
    reader = visitor(chromium, live_server, way)
    reader.goes("/territoires/fr/chiffres/communes/")
    reader.sees("France")
    reader.reads("n’a encore apporté sa connaissance", "Poitiers")
    reader.follows("Départements ou provinces")
    reader.follows("Vienne")
    reader.sees("Vienne")
    reader.reads("ouverte dans le réseau")
    reader.follows("Tableaux")
    reader.sees("Vienne")
    reader.page.get_by_label("Détail").select_option("secteurs")
    reader.presses("Montrer")
    reader.reads("Établissements, par secteur")
    reader.follows("Télécharger tous ces nombres")
    reader.sees("Vienne")
    reader.reads("CSV (tableur)", "pas encore prêt")
    assert reader.broken == {}
