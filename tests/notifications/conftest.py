"""Kinds of messages that only tests know, and two readers."""

from __future__ import annotations

import pytest

from terreau.accounts import services
from terreau.core.registry import MessageKind, message_kinds


@pytest.fixture(autouse=True)
def kinds():
    made = [
        MessageKind("tests.news", 1, "Nouvelles d’essai", frequency="at_once"),
        MessageKind("tests.daily", 2, "Résumé d’essai", frequency="daily"),
        MessageKind("tests.code", 3, "Codes d’essai", frequency="at_once", essential=True),
    ]
    for kind in made:
        message_kinds.register(kind)
    yield
    for kind in made:
        message_kinds.entries.pop(kind.key, None)


@pytest.fixture
def awa(db):
    return services.ensure_person(email="awa@exemple.org", display_name="Personne d’essai")
