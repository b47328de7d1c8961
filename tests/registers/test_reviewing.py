"""Questions of an import answered by a person: each row alone, each answer remembered."""

from __future__ import annotations

import pytest

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import Organisation, Record
from terreau.journal.models import Event
from terreau.registers.models import Ruling, StagedRow, Translation
from terreau.registers.reviewing import Answer, decide, decide_alike, sheets_proposed
from tests.directory.factories import agent_of, organisation
from tests.registers.lists import bring, counts, read, sheet


@pytest.fixture
def agent(small_world):
    return agent_of(small_world.france)


def asked(run):
    return list(StagedRow.objects.to_review().filter(run=run).select_related("run__source", "run__territory"))


def doubtful_place(small_world, *names: str):
    listed = [{"nom": name, "pays": "Aberdeenie"} for name in names or ("Essai égaré",)]
    return bring(listed, small_world.france)


@pytest.fixture
def double(small_world):
    """A row that resembles a sheet, without being surely the same."""
    known = organisation("Maison fictive des Couronneries", small_world.poitiers)
    run = bring([{"nom": "Maison fictive des Couronneries", "pays": "France"}], small_world.france)
    (row,) = asked(run)
    return known, run, row


def test_a_row_to_review_is_not_written(double):
    _known, run, row = double
    assert counts(run) == {"read": 1, "review": 1}
    assert row.question == "same"
    assert not Record.objects.filter(source=run.source).exists()
    assert [one.name for one in sheets_proposed(row).values()] == ["Maison fictive des Couronneries"]
    assert row.candidates[0]["explanation"]


def test_the_same_ties_the_row_to_the_sheet(double, agent):
    known, run, row = double
    decide(person=agent, row=row, answer=Answer("same", known.public_id))
    record = Record.objects.get(source=run.source)
    assert record.organisation == known
    assert (record.links.get().method, record.links.get().person) == ("person", agent)
    assert Organisation.objects.count() == 1
    assert not asked(run)


def test_different_gives_the_row_a_sheet_of_its_own(double, agent):
    _known, run, row = double
    decide(person=agent, row=row, answer=Answer("different"))
    assert Organisation.objects.filter(name="Maison fictive des Couronneries").count() == 2
    assert not asked(run)


@pytest.mark.parametrize("decision", ["same", "different", "skip"])
def test_the_same_question_is_not_asked_again(double, agent, small_world, decision):
    known, _run, row = double
    decide(person=agent, row=row, answer=Answer(decision, known.public_id))
    listed = [
        {"nom": "Maison fictive des Couronneries", "pays": "France"},
        {"nom": "Une autre fiction", "pays": "France"},
    ]
    again = bring(listed, small_world.france)
    assert again.counts["review"] == 0
    assert again.counts["new"] == 1
    assert again.counts["rejected"] == (1 if decision == "skip" else 0)


def test_a_row_left_aside_is_remembered_with_its_day(double, agent, small_world):
    _known, run, row = double
    decide(person=agent, row=row, answer=Answer("skip"))
    assert Ruling.objects.get().person == agent
    assert not Record.objects.filter(source=run.source).exists()
    assert not asked(run)


def test_a_place_chosen_holds_for_the_rows_that_say_the_same(small_world, agent):
    run = doubtful_place(small_world, "Essai égaré", "Essai perdu", "Essai errant")
    row = asked(run)[0]
    assert row.question == "place"
    assert decide_alike(person=agent, row=row, answer=Answer("place", "de")) == 3
    assert set(Organisation.objects.values_list("country_code", flat=True)) == {"DE"}
    assert Ruling.objects.get().answer == {"code": "de"}
    later = bring([{"nom": "Essai tardif", "pays": "Aberdeenie"}], small_world.france, partial=True)
    assert counts(later) == {"read": 1, "new": 1}
    assert sheet("Essai tardif").country_code == "DE"


def test_each_row_is_written_alone(small_world, agent):
    run = doubtful_place(small_world, "Essai égaré", "Essai perdu")
    first, second = asked(run)
    decide(person=agent, row=first, answer=Answer("place", "fr-com-86194"))
    assert [row.name for row in Organisation.objects.all()] == [first.name]
    assert [row.pk for row in asked(run)] == [second.pk]
    assert sheet(first.name).territory.code == "fr-com-86194"


def test_a_row_placed_may_then_be_a_double(small_world, agent):
    organisation("Essai égaré", small_world.poitiers)
    run = doubtful_place(small_world)
    (row,) = asked(run)
    decide(person=agent, row=row, answer=Answer("place", "fr-com-86194"))
    record = Record.objects.filter(source=run.source).first()
    if record is None:
        (again,) = asked(run)
        assert again.question == "same"
    else:
        assert record.organisation.records.count() == 2


def test_a_value_is_translated_for_good(small_world, agent):
    mapping = {
        "columns": {
            "nom": "name",
            "ville": "locality",
            "secteur": {"field": "sectors", "unknown": "review"},
        }
    }
    listed = [{"nom": f"Essai {n}", "ville": "Poitiers", "secteur": "astrologie"} for n in ["un", "deux"]]
    run = bring(listed, small_world.poitiers, mapping=mapping)
    assert counts(run) == {"read": 2, "review": 2}
    row = asked(run)[0]
    assert row.question == "value"
    assert decide_alike(person=agent, row=row, answer=Answer("value", codes=("culture",))) == 2
    assert [one.sectors for one in Organisation.objects.all()] == [["culture"], ["culture"]]
    assert Translation.objects.get(folded="astrologie").codes == ["culture"]
    more = [*listed, {"nom": "Essai trois", "ville": "Poitiers", "secteur": "Astrologie"}]
    again = bring(more, small_world.poitiers, mapping=mapping)
    assert (again.counts["review"], again.counts["new"]) == (0, 1)


def test_a_long_value_is_translated_for_good_too(small_world, agent):
    columns = {"nom": "name", "ville": "locality", "secteur": {"field": "sectors", "unknown": "review"}}
    listed = [{"nom": "Essai", "ville": "Poitiers", "secteur": "une très longue rubrique, " * 20}]
    run = bring(listed, small_world.poitiers, mapping={"columns": columns})
    decide(person=agent, row=asked(run)[0], answer=Answer("value", codes=("culture",)))
    more = [*listed, {**listed[0], "nom": "Autre essai"}]
    again = bring(more, small_world.poitiers, mapping={"columns": columns})
    assert (again.counts["review"], again.counts["new"]) == (0, 1)
    assert {tuple(one.sectors) for one in Organisation.objects.all()} == {("culture",)}


def test_a_row_decided_counts_as_unchanged_when_its_list_comes_again(small_world, agent):
    run = doubtful_place(small_world)
    decide(person=agent, row=asked(run)[0], answer=Answer("place", "de"))
    again = doubtful_place(small_world)
    assert counts(again) == {"read": 1, "unchanged": 1}


def test_the_next_list_asks_anew_what_was_not_answered(small_world):
    first = doubtful_place(small_world, "Essai égaré", "Essai perdu")
    second = doubtful_place(small_world, "Essai égaré")
    assert not asked(first)
    assert [row.name for row in asked(second)] == ["Essai égaré"]


def test_a_question_is_answered_once(double, agent):
    known, _run, row = double
    decide(person=agent, row=row, answer=Answer("same", known.public_id))
    with pytest.raises(TerreauError, match="déjà reçu une réponse"):
        decide(person=agent, row=row, answer=Answer("different"))


@pytest.mark.parametrize(
    "answer", [Answer("place", "fr"), Answer("same", "inconnu"), Answer("value", codes=("culture",))]
)
def test_an_answer_beside_the_question_is_refused_and_nothing_changes(double, agent, answer):
    _known, run, row = double
    with pytest.raises(TerreauError):
        decide(person=agent, row=row, answer=answer)
    assert len(asked(run)) == 1
    assert not Ruling.objects.exists()


def test_a_territory_that_does_not_exist_is_refused(small_world, agent):
    run = doubtful_place(small_world)
    with pytest.raises(TerreauError, match="n’existe pas"):
        decide(person=agent, row=asked(run)[0], answer=Answer("place", "fr-com-00000"))


def test_nothing_is_decided_before_the_rest_is_applied(small_world, agent):
    run = read([{"nom": "Essai égaré", "pays": "Aberdeenie"}], small_world.france)
    with pytest.raises(TerreauError, match="pas encore appliqué"):
        decide(person=agent, row=asked(run)[0], answer=Answer("place", "de"))


def test_a_stranger_decides_nothing(double, small_world):
    known, run, row = double
    with pytest.raises(NotAllowed):
        decide(person=agent_of(small_world.nantes), row=row, answer=Answer("same", known.public_id))
    assert len(asked(run)) == 1


def test_each_decision_is_written_in_the_journal(double, agent):
    known, run, row = double
    decide(person=agent, row=row, answer=Answer("same", known.public_id))
    event = Event.objects.get(verb="import.decided")
    assert (event.actor, event.subject, event.data["decision"]) == (agent, f"import:{run.pk}", "same")


def _groups(small_world, *places, source="Liste d’essai"):
    rows = [{"nom": "Benkadi", "village": place, "id": str(number)} for number, place in enumerate(places)]
    mapping = {
        "format": "terreau-mapping/1",
        "columns": {"nom": "name", "village": "locality", "id": "source_ref"},
        "constants": {"territory": "ml-gn-2460596"},
    }
    return bring(rows, small_world.france, source, mapping=mapping)


def test_two_groups_of_one_name_in_two_villages_of_a_list_are_not_made_one_unasked(small_world):
    run = _groups(small_world, "Djobolo", "Kanafa")
    assert (run.counts["new"], run.counts["review"], run.counts["twins"]) == (1, 1, 0)
    (row,) = asked(run)
    assert "deux groupes" in " ".join(row.reasons)


def test_rows_of_a_list_that_become_one_sheet_are_told(small_world):
    run = _groups(small_world, "Djobolo", "Djobolo", "DJOBOLO")
    assert (run.counts["new"], run.counts["review"], run.counts["twins"]) == (3, 0, 2)
    assert Organisation.objects.count() == 1
    told = [row.reasons for row in run.rows.order_by("number")]
    assert told == [[], ["Même fiche que la ligne 2."], ["Même fiche que la ligne 2."]]
    again = _groups(small_world, "Djobolo", source="Autre liste")
    assert [row.reasons for row in again.rows.all()] == [["Rejoint la fiche «\u00a0Benkadi\u00a0»."]]
