"""The organisation's own word without signing in weighs as much as when it signs in."""

from __future__ import annotations

import pytest

from terreau.directory import services as directory
from terreau.directory.models import Revision
from terreau.freshness import services
from tests.directory import factories as make


@pytest.fixture
def town(db):
    return make.territory("fr-com-99001", "Ville-Essai", national_code="99001")


def said(sheet, **values):
    sheet.refresh_from_db()
    return services.edit_as_actor(organisation=sheet, values=values, version=sheet.version, through="link")


def test_it_ends_the_choice_made_by_an_agent_at_a_merge(town):
    kept, other = (
        make.organisation("Essai", town, said_by=make.source(town, code=code), website=f"https://{code}.test")
        for code in ("l1", "l2")
    )
    agent = make.agent_of(town)
    directory.merge(person=agent, kept=kept, absorbed=other, choices={"website": "absorbed"})
    assert said(kept, website="https://sa-parole.test").shown_values["website"] == "https://sa-parole.test"


def test_what_it_hides_leaves_the_history(town):
    sheet = make.organisation("Essai", town)
    said(sheet, website="https://secret.test")
    said(sheet, website="")
    said(sheet, visibility={"website": False})
    assert "secret.test" not in str(Revision.objects.values_list("before", "after"))
