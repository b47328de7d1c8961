"""A small town, a sheet, an agent; what is sent is read where it is written."""

from __future__ import annotations

import re

import pytest

from terreau.notifications.models import Message
from terreau.stewardship import guarding
from terreau.stewardship.models import Keeper
from tests.directory import factories as make


@pytest.fixture
def town(db):
    return make.territory("fr-com-99001", "Ville-Essai", national_code="99001")


@pytest.fixture
def agent(town):
    return make.agent_of(town)


@pytest.fixture
def sheet(town):
    return make.organisation("Les Essais réunis", town, email="contact@essai.example")


@pytest.fixture
def unhurried(monkeypatch):
    """Tests type faster than people."""
    monkeypatch.setattr(guarding, "LEAST_SECONDS", 0)


@pytest.fixture
def keep():
    """Make somebody keep a sheet."""

    def made(organisation, role="owner", email=""):
        person = make.person(email)
        Keeper.objects.create(person=person, organisation=organisation, role=role)
        return person

    return made


@pytest.fixture
def code_in():
    """The last code written to an address."""

    def read(address):
        message = Message.objects.filter(address=address).order_by("-pk").first()
        return re.search(r"\b(\d{6})\b", " ".join(message.lines))[1] if message else ""

    return read
