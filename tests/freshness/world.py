"""What the tests of freshness share: sheets confirmed on a day, kept by someone, asked."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from terreau.directory.enums import SourceKind
from terreau.freshness import asking
from terreau.freshness.models import Question
from terreau.stewardship.models import Keeper
from tests.directory import factories


def ago(days: int) -> date:
    """A day so many days before today."""
    return timezone.localdate() - timedelta(days=days)


def sheet(place, name="Atelier d’essai", confirmed: date | None = None):
    """A sheet known from a list, confirmed by an agent on that day if one is given."""
    made = factories.organisation(name, place, description="Répare des objets d’essai.")
    if confirmed is not None:
        factories.said(made, kind=SourceKind.AGENT, stated_on=confirmed)
    return made


def kept(place, name="Atelier d’essai", confirmed: date | None = None):
    """A sheet and the person who keeps it."""
    made, person = sheet(place, name, confirmed), factories.person()
    Keeper.objects.create(person=person, organisation=made, role="owner")
    return made, person


def asked(place, name="Atelier d’essai"):
    """A sheet whose yearly question was just put, and the token of the link sent to who keeps it."""
    made, person = kept(place, name)
    assert asking.ask_all_due() >= 1
    question = Question.objects.get(organisation=made)
    return made, asking.token_of(question, str(person.pk))
