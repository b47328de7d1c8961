"""The invented country, made known to one test and forgotten after it."""

from __future__ import annotations

import pytest

from terreau.core import countries, money, outlines
from terreau.perimeters import forms
from terreau.project.exercise import country

NOTICE = "Instance d’exercice\u00a0: pays, villes et acteurs inventés, données simulées."


@pytest.fixture
def exercise(settings, monkeypatch):
    """What the settings of an exercise say, and its country."""
    settings.EXERCISE = True
    settings.INSTANCE_NOTICE = NOTICE
    settings.SHIPPED_WORLD = "terreau.project.exercise.country.SHIPPED"
    monkeypatch.setattr(countries, "_added", {})
    monkeypatch.setattr(outlines, "_added", {})
    monkeypatch.setattr(money, "_added", {})
    monkeypatch.setattr(forms, "_folders", list(forms._folders))
    country.install()
    yield settings
    monkeypatch.undo()
    for kept in (
        *(countries.iso2_codes, countries.country_name, countries._plain_index, countries._all_names),
        *(outlines._world, forms._countries, forms._members_of_groups, forms._forms_by_place, forms._index),
        *(forms._words, forms._excluded_activities, forms.version),
    ):
        kept.cache_clear()
