"""Results of a survey: computed, protected, published, shown."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from terreau.accounts.models import RoleGrant
from terreau.core.errors import NotAllowed, TerreauError
from terreau.freshness.models import Refusal
from terreau.survey.core_questionnaire import core
from terreau.survey.definition import Choice, Question, extend
from terreau.survey.figures import published_results
from terreau.survey.models import Respondent, ResultsEdition, ShownRemark, Submission
from terreau.survey.publishing import open_survey, publish_version
from terreau.survey.results import remarks, shortlist
from terreau.survey.results.content import from_text, to_text
from terreau.survey.results.protecting import MEETING, PUBLIC
from terreau.survey.results.services import publish_results, read_edition, working_results
from tests.directory import factories
from tests.survey.answered import answer, answered_survey, sheets
from tests.survey.world import survey_of

pytestmark = pytest.mark.django_db


def _own(name: str, survey, *more) -> str:
    return reverse(f"survey:results_{name}", args=[survey.territory.code, survey.slug, *more])


def test_results_are_the_same_data_once_written_and_read_again():
    survey, _agent = answered_survey()
    results = working_results(survey)
    assert from_text(to_text(results)) == results
    assert results.sample.answers == 24
    assert results.sample.population == 40
    assert len(results.college("actors").needs) == 15
    assert {one.college for one in results.colleges} == {"actors", "elected", "staff"}


def test_no_published_figure_rests_on_fewer_than_ten_answers():
    survey, agent = answered_survey(answers=14, others=6)
    edition = publish_results(person=agent, survey=survey)
    results = read_edition(edition)
    assert results.least == PUBLIC
    for college in results.colleges:
        for need in college.needs:
            for told in (need.importance, need.satisfaction, need.score):
                assert told.value is None or told.n >= 10
    # Six elected officials: their answers are in no public figure.
    assert all(one.score.value is None for one in results.college("elected").needs)
    assert results.college("elected").n is None
    assert results.differences == ()
    assert working_results(survey, MEETING).college("elected").n == 6


def test_an_organisation_counts_once():
    survey, _agent = survey_of()
    sheet = sheets(survey.territory, 1)[0]
    answer(survey, {"need_training_importance": 1}, sheet=sheet)
    answer(survey, {"need_training_importance": 5}, sheet=sheet)
    results = working_results(survey)
    assert (results.sample.answers, results.sample.set_aside) == (1, 1)
    training = next(one for one in results.college("actors").needs if one.need == "training")
    assert training.importance.value == 5


def test_a_question_asked_from_now_on_is_in_the_results_before_anybody_answers_it():
    survey, agent = answered_survey()
    open_survey(person=agent, survey=survey)
    before = {one.id for one in working_results(survey).questions}
    market = Question(
        "market",
        "one",
        {"fr": "Viendriez-vous à un marché d’essai ?"},
        choices=(Choice("yes", {"fr": "oui"}), Choice("no", {"fr": "non"})),
        added=True,
    )
    publish_version(person=agent, survey=survey, questionnaire=extend(core(), "town_hall", (market,)))
    assert {one.id for one in working_results(survey).questions} - before == {"market"}


def test_not_applicable_is_no_mean_and_no_silence():
    survey, _agent = survey_of()
    for value in (5, 3, "na"):
        answer(survey, {"need_training_importance": value, "town_listening": value})
    results = working_results(survey)
    training = next(one for one in results.college("actors").needs if one.need == "training")
    assert (training.importance.value, training.importance.n) == (4, 2)
    listening = next(one for one in results.questions if one.id == "town_listening")
    assert listening.n == 3
    assert listening.choices[-1].share.value == pytest.approx(1 / 3)


def test_the_same_results_again_give_the_same_edition():
    survey, agent = answered_survey()
    first = publish_results(person=agent, survey=survey)
    assert publish_results(person=agent, survey=survey) == first
    assert ResultsEdition.objects.count() == 1


def test_an_edition_never_changes_and_never_goes():
    survey, agent = answered_survey()
    edition = publish_results(person=agent, survey=survey)
    for write in (edition.save, edition.delete, ResultsEdition.objects.all().delete):
        with pytest.raises(TerreauError, match="ne change jamais"):
            write()


def test_a_few_more_answers_make_no_edition():
    survey, agent = answered_survey()
    publish_results(person=agent, survey=survey)
    answer(survey, {"need_training_importance": 1, "need_training_satisfaction": 5})
    with pytest.raises(TerreauError, match="moins de dix réponses"):
        publish_results(person=agent, survey=survey)


def test_a_figure_that_a_few_more_answered_is_not_told_again():
    survey, agent = answered_survey(others=0)
    before = read_edition(publish_results(person=agent, survey=survey))
    for at in range(12):
        # All tell of training, three only of incubation.
        values = {"need_training_importance": 3, "need_training_satisfaction": 3}
        incubation = {"need_incubation_importance": 5, "need_incubation_satisfaction": 1}
        answer(survey, values | (incubation if at < 3 else {}))
    after = read_edition(publish_results(person=agent, survey=survey))
    needs = {one.need: one for one in after.college("actors").needs}
    assert needs["training"].score.value is not None
    assert needs["incubation"].score.masked == "recent"
    same = next(one for one in before.college("actors").needs if one.need == "premises")
    assert needs["premises"].score.n == same.score.n


def test_results_wait_for_the_close_and_for_ten_answers():
    survey, agent = answered_survey(answers=9, others=0)
    with pytest.raises(TerreauError, match="en demande dix"):
        publish_results(person=agent, survey=survey)
    open_survey(person=agent, survey=survey)
    survey.refresh_from_db()
    with pytest.raises(TerreauError, match="prend encore des réponses"):
        publish_results(person=agent, survey=survey)
    with pytest.raises(NotAllowed):
        publish_results(person=factories.person(), survey=survey)


def test_visitors_read_nothing_before_the_edition_then_the_same_figures_everywhere(client):
    survey, agent = answered_survey(simulated=True)
    code = survey.territory.code
    page = reverse("survey:results", args=[code])
    assert client.get(page).status_code == 404
    assert "besoin" not in client.get(reverse("portal:territory", args=[code])).content.decode().lower()
    edition = publish_results(person=agent, survey=survey)
    shown = client.get(page)
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "onnées simulées" in text
    numbered = [code, edition.number]
    answer = client.get(reverse("survey:results_json", args=numbered))
    name = f"besoins-{code}-{edition.number}.json"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    data = json.loads(answer.content)
    assert data["simulated"] is True
    table = client.get(reverse("survey:results_csv", args=numbered)).content
    lines = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert table.startswith(b"\xef\xbb\xbf")  # so that a spreadsheet reads the accents
    assert len(lines) == len(data["figures"])
    assert {one["notice"] for one in lines} == {"données simulées"}
    told = published_results(survey.territory)
    assert told.simulated
    assert told.needs[0].rank == 1
    assert f"1. {told.needs[0].label}" in text
    score = next(one for one in lines if one["id"] == told.needs[0].need and one["measure"] == "score")
    assert float(score["value"]) == pytest.approx(told.needs[0].score, abs=1e-6)
    for key in ("besoins", "quadrant"):
        drawn = client.get(reverse("survey:results_picture", args=[*numbered, key, "etroit"]))
        assert "Données simulées" in drawn.content.decode()
    assert (
        client.get(reverse("survey:results_picture", args=[*numbered, "autre", "etroit"])).status_code == 404
    )


def test_nothing_of_who_answered_is_in_what_is_published():
    survey, agent = answered_survey()
    kept = Submission.objects.first()
    Respondent.objects.create(submission_key=kept.pk, name="Nom d’essai", email="essai@exemple.test")
    edition = publish_results(person=agent, survey=survey)
    for secret in ("Nom d’essai", "essai@exemple", "Organisation d’essai", "local ouvert", kept.pk.hex):
        assert secret not in edition.content


def test_who_reads_what(client):
    survey, agent = answered_survey()
    place = survey.territory
    readers = {"agent": agent, "secretariat": factories.secretary(), "nobody": factories.person()}
    for role in ("elected", "partner"):
        readers[role] = factories.person()
        RoleGrant.objects.create(person=readers[role], role=role, territory=place)
    readers["state"] = factories.person()
    RoleGrant.objects.create(person=readers["state"], role="state", territory=place.parent or place)
    allowed = {
        "working": {"agent"},
        "meeting": {"agent", "elected", "secretariat"},
        "sample": {"agent", "secretariat"},
        "calls_csv": {"agent", "secretariat"},
        "calls_xlsx": {"agent", "secretariat"},
        "shortlist": {"agent", "secretariat"},
        "remarks": {"agent"},
    }
    for name, expected in allowed.items():
        found = set()
        for role, person in readers.items():
            client.force_login(person)
            if client.get(_own(name, survey)).status_code == 200:
                found.add(role)
        assert found == expected, name
        client.logout()
        assert client.get(_own(name, survey)).status_code == 302


def test_the_meeting_waits_for_the_close(client):
    survey, agent = answered_survey()
    client.force_login(agent)
    assert "Tableau des besoins" in client.get(_own("meeting", survey)).content.decode()
    open_survey(person=agent, survey=survey)
    text = client.get(_own("meeting", survey)).content.decode()
    assert "Tableau des besoins" not in text
    assert "prend encore des réponses" in text
    assert client.get(_own("meeting_picture", survey, "besoins", "large")).status_code == 404


def test_no_score_moves_under_the_eyes_of_who_does_not_read_the_answers(client):
    survey, agent = answered_survey()
    client.force_login(factories.secretary())
    assert "score" in client.get(_own("shortlist", survey)).content.decode()
    open_survey(person=agent, survey=survey)
    closed = client.get(_own("shortlist", survey)).content.decode()
    assert "score " not in closed
    assert "prend encore des réponses" in closed
    # Whoever reads the answers themselves has nothing to find out.
    client.force_login(agent)
    assert "score" in client.get(_own("shortlist", survey)).content.decode()


def test_those_who_have_not_answered_are_called_but_not_those_who_refused(client):
    survey, agent = answered_survey(answers=24, known=40)
    silent = list(survey.territory.organisations.order_by("pk"))[24:]
    Refusal.objects.create(organisation=silent[0])
    client.force_login(agent)
    page = client.get(_own("sample", survey))
    assert page.context["total"] == 15
    names = client.get(_own("calls_csv", survey)).content.decode()
    assert silent[0].name + "," not in names
    assert silent[1].name + "," in names
    assert "ont répondu" in names
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(_own("calls_xlsx", survey)).content)).active
    told = list(sheet.iter_rows(values_only=True))
    assert told[0] == ("Fiche", "Organisation", "Téléphone", "Courriel", "Lieu", "Pourquoi")
    assert [row[1] for row in told[1:]] == [
        line["organisation"] for line in csv.DictReader(names.lstrip("\ufeff").splitlines())
    ]


def test_a_committee_rates_its_shortlist_and_the_variant_is_named(client):
    survey, agent = answered_survey()
    client.force_login(agent)
    address = _own("shortlist", survey)
    pearl = {
        f"premises_{key}": "on"
        for key in ("propriety", "economics", "acceptability", "resources", "legality")
    }
    typed = {
        "variant": "hanlon",
        "committee": "Commission d’essai",
        "worked_on": "2026-01-15",
        "version": "0",
    }
    notes = {
        "premises_a": "8",
        "premises_b": "15",
        "premises_c": "6",
        "training_a": "5",
        "training_b": "4",
        "training_c": "3",
    }
    assert client.post(address, typed | notes | pearl).status_code == 302
    rows = {row.need: row for row in shortlist.read(survey).rows}
    assert rows["premises"].overall == 46
    assert rows["training"].overall == 0  # its boxes were not ticked
    assert rows["training"].basic == 9
    # Typed again on a page that a colleague has since changed: refused, and what was typed is still there.
    again = client.post(address, typed | notes | {"premises_a": "7,5"})
    assert again.status_code == 400
    assert 'value="7,5"' in again.content.decode()
    too_high = client.post(address, typed | notes | {"version": "1", "variant": "naccho"})
    assert "va de 0 à 10" in too_high.content.decode()
    edition = publish_results(person=agent, survey=survey)
    assert read_edition(edition).shortlist.variant == "hanlon"
    assert (
        "(A + B) × C ÷ 3"
        in client.get(reverse("survey:results", args=[survey.territory.code])).content.decode()
    )


def test_remarks_are_shown_rewritten_at_the_meeting_and_go_with_their_answer(client):
    survey, agent = answered_survey()
    client.force_login(agent)
    given = Submission.objects.counted().filter(values__open_change__isnull=False).first()
    form = {"answer": given.pk.hex, "question": "open_change", "show": "1"}
    refused = client.post(_own("remarks", survey), form | {"text": "Appelez le 05 49 00 00 00"})
    assert refused.status_code == 400
    assert client.post(_own("remarks", survey), form | {"text": "Un local le soir."}).status_code == 302
    assert "Un local le soir." in client.get(_own("meeting", survey)).content.decode()
    edition = publish_results(person=agent, survey=survey)
    assert "Un local le soir." not in edition.content
    Submission.objects.filter(pk=given.pk).update(state="withdrawn")
    assert remarks.shown_remarks(survey) == []
    assert ShownRemark.objects.count() == 1


def test_two_surveys_are_compared_where_they_asked_the_same(client):
    first, agent = answered_survey(seed=1)
    publish_results(person=agent, survey=first)
    second, _agent = answered_survey(
        first.territory, agent=agent, seed=2, known=0, title="Seconde enquête d’essai"
    )
    publish_results(person=agent, survey=second)
    page = client.get(reverse("survey:results_trend", args=[first.territory.code]))
    assert len(page.context["rows"]) == 15
    assert all(not row["refusal"] for row in page.context["rows"])
    assert client.get(page.request["PATH_INFO"] + "?avant=99").status_code == 404


def test_published_figures_are_those_of_the_last_edition():
    survey, agent = answered_survey()
    assert published_results(survey.territory) is None
    edition = publish_results(person=agent, survey=survey)
    told = published_results(survey.territory)
    assert told.edition == edition.number
    assert told.as_of == edition.as_of
    assert [one.rank for one in told.needs] == sorted(one.rank for one in told.needs)
    assert all(one.low <= one.score <= one.high for one in told.needs)
    assert len(told.strongest(3)) >= 3
    assert isinstance(told.as_of, date)
    assert sum(one.count for one in told.barriers) <= told.answers


def test_a_large_category_hidden_for_the_others_is_not_said_to_be_small(client):
    # Of 21 associations, 13 cooperatives and 6 foundations, thirteen beside the whole would give six.
    survey, agent = answered_survey(answers=40, known=40, others=0)
    edition = publish_results(person=agent, survey=survey)
    told = {row.key: row.answered for row in read_edition(edition).sample.strata[0].rows}
    assert told == {"association": 21, "cooperative": None, "fondation": None}
    where = [survey.territory.code, edition.number]
    page = client.get(reverse("survey:results_edition", args=where)).content.decode()
    assert ">moins de 10<" not in page
    assert page.count(">masqué<") >= 2
    assert "moins de 10 réponses, ou en protège un autre" in page
    lines = csv.DictReader(
        io.StringIO(client.get(reverse("survey:results_csv", args=where)).content.decode("utf-8-sig"))
    )
    masked = {
        one["group"]: one["masked"] for one in lines if (one["section"], one["id"]) == ("sample", "family")
    }
    assert masked == {"association": "0", "cooperative": "1", "fondation": "1"}
