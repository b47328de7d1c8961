"""The index of keys by which doubles are looked for: it follows the directory, whoever makes it."""

from __future__ import annotations

import sqlite3

import pytest

from terreau.directory.models import Organisation
from terreau.registers import neighbours
from tests.directory import factories as make


def marks() -> set[tuple[int, int]]:
    with neighbours.neighbours():
        pass
    with sqlite3.connect(neighbours.path()) as connection:
        return set(connection.execute("SELECT hash, organisation FROM mark"))


@pytest.mark.django_db(transaction=True)
def test_several_processes_make_the_index_that_one_makes(monkeypatch):
    town = make.territory("xx-com-1", "Ville-Essai")
    for word in ("Verger", "Fanfare", "Lavoir", "Rucher", "Fournil", "Chorale", "Grange"):
        make.organisation(f"{word} des essais", town)
    neighbours.path().unlink(missing_ok=True)
    alone = marks()
    assert {organisation for _key, organisation in alone} == set(
        Organisation.objects.values_list("pk", flat=True)
    )
    neighbours.path().unlink()
    monkeypatch.setattr(neighbours, "processes_for", lambda _rows: 2)
    monkeypatch.setattr(neighbours, "_CHUNK", 2)
    monkeypatch.setattr(neighbours, "_SORTED_AT_ONCE", 5)
    assert marks() == alone
    assert Organisation.objects.count() == 7


@pytest.mark.django_db
def test_it_follows_what_changes():
    town = make.territory("xx-com-1", "Ville-Essai")
    first = make.organisation("Verger des essais", town)
    before = marks()
    second = make.organisation("Fanfare des essais", town)
    after = marks()
    assert before <= after
    assert {organisation for _key, organisation in after} == {first.pk, second.pk}
