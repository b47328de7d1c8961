"""What the journal keeps, and what it never does."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.journal import sentences
from terreau.journal.models import Event
from terreau.journal.rules import is_way_to_reach, ways_to_reach
from terreau.journal.services import record

WAYS_TO_REACH = [
    "awa@exemple.org",
    "écrire à Awa.Diop+ville@mairie.exemple.org, merci",
    "06 12 34 56 78",
    "0612345678",
    "tél. 05.49.00.00.00",
    "+33 6 12 34 56 78",
    "+221 77 123 45 67",
    "0033 6 12 34 56 78",
    "(+226) 70 12 34 56",
]
HARMLESS = [
    "Association de quartier n° 12",
    "552 100 554",
    "00552100554012",
    "55210055400013",
    "W751012345",
    "2026-11-22 21:51:35",
    "22-11-2026 10:00 2026-01-01",
    "01234567-89ab-cdef-0123-456789abcdef",
    "86000 Poitiers",
    "-1.553621, 47.218371",
    "1 924 lignes, 324 associations",
    "groupe @voisins",
]


@pytest.mark.parametrize("text", WAYS_TO_REACH)
def test_a_way_to_reach_someone_is_recognised(text):
    assert is_way_to_reach(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_figures_are_left_alone(text):
    assert not is_way_to_reach(text)


@given(
    st.uuids(),
    st.dates(min_value=date(1000, 1, 1)),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_identifiers_dates_and_numbers_pass(key, day, whole, decimal):
    assert not list(
        ways_to_reach({"a": str(key), "b": day.isoformat(), "c": [whole, decimal], "d": f"job:{key}"})
    )


@given(st.uuids())
@example(UUID("4303a652-0080-4205-8028-471cdba84818"))
def test_no_key_passes_for_a_telephone(key):
    assert not is_way_to_reach(f"import:{key}")
    assert is_way_to_reach(f"import:{key} 06 12 34 56 78")


def test_it_is_found_however_deep():
    assert list(ways_to_reach({"a": [{"b": "awa@exemple.org"}], "c": "rien"})) == ["a.b"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", WAYS_TO_REACH)
def test_the_journal_refuses_it(text):
    with pytest.raises(TerreauError, match="le journal ne garde"):
        record(verb="source.added", subject="source:essai", title=text)
    with pytest.raises(TerreauError):
        record(verb="source.added", subject=f"source:{text}")
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_is_written_in_the_transaction_of_its_change():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(verb="source.added", subject="source:essai")


@pytest.mark.django_db
def test_an_event_is_told_in_french():
    sentences.register("test.done", "a fait un essai")
    line = sentences.tell(record(verb="test.done", subject="thing:a-b", name="Essai"))
    assert (line.who, line.what, line.subject, line.url) == ("La plateforme", "a fait un essai", "Essai", "")


@pytest.mark.django_db
@pytest.mark.parametrize("subject", ["", "sans-genre", "job:pas-un-identifiant", "territory:"])
def test_telling_an_event_never_fails(subject):
    line = sentences.tell(record(verb="unknown.verb", subject=subject))
    assert "unknown.verb" in line.what
    assert line.url == ""
