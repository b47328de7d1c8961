"""Two people at the same instant: one is told so, or both did the same thing once; never a word lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from terreau.directory.models import new_public_id
from terreau.portfolio import services
from terreau.portfolio.models import Project, Proposal
from terreau.portfolio.writing import give_lever
from tests.portfolio.world import PDF, begun, town
from tests.racing import one_of_two, two_writers

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


def test_of_two_who_write_a_sheet_one_is_told_so(race):
    def prepare():
        place, agent = town()
        made = begun(agent, place)

        def writes(words):
            values = {"summary": words, "budget": [{"year": 2027, "nature": "running", "amount": len(words)}]}
            return lambda: services.save(person=agent, project=made, version=1, title="Halle", values=values)

        def check(people):
            done, _refused = one_of_two(people)
            kept = Project.objects.get(pk=made.pk)
            assert kept.summary == done.result.summary
            assert list(kept.budget_lines.values_list("amount", flat=True)) == [len(kept.summary)]

        return writes("un"), writes("trois"), check

    race(prepare)


def test_a_lever_chosen_while_the_sheet_is_written_is_kept_or_the_writer_is_told(race):
    def prepare():
        place, agent = town()
        made = begun(agent, place)

        def check(people):
            kept = Project.objects.get(pk=made.pk)
            assert kept.lever == "premises.lend"
            assert people[0].refusal is not None or kept.summary == "Relu."

        return (
            lambda: services.save(
                person=agent, project=made, version=1, title="Halle", values={"summary": "Relu."}
            ),
            lambda: give_lever(agent, place, made.public_id, "premises.lend"),
            check,
        )

    race(prepare)


def test_of_two_who_move_a_project_to_the_same_state_one_step_is_told(race):
    def prepare():
        place, agent = town()
        made = begun(agent, place)

        def moves():
            return services.move(person=agent, project=made, after="study")

        def check(_people):
            assert list(made.steps.values_list("before", "after")) == [("idea", "study")]

        return moves, moves, check

    race(prepare)


def test_a_proposal_taken_up_and_refused_at_once_has_one_answer(race):
    def prepare():
        place, agent = town()
        made = services.propose(territory=place, once=new_public_id(), title="Jardin", text="Un jardin.")

        def check(people):
            one_of_two(people)
            kept = Proposal.objects.get(pk=made.pk)
            assert (kept.answer == "accepted") == (kept.project is not None)

        return (
            lambda: services.accept(person=agent, proposal=made),
            lambda: services.refuse(person=agent, proposal=made, words="Le terrain est vendu."),
            check,
        )

    race(prepare)


def test_a_document_taken_away_while_it_is_added_again_keeps_its_file_if_its_row_stays(race):
    def prepare():
        place, agent = town()
        made = begun(agent, place)
        sent = {"person": agent, "project": made, "name": "essai.pdf", "content": PDF, "is_public": False}
        kept = services.add_document(**sent)

        def check(_people):
            assert all((Path(settings.HOME.files) / one.path).exists() for one in made.documents.all())

        return (
            lambda: services.remove_document(person=agent, document=kept),
            lambda: services.add_document(**sent),
            check,
        )

    race(prepare)
