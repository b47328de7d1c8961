"""Exports of KoboToolbox and ODK Central, in the layouts that these servers write."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from terreau.core.errors import TerreauError
from terreau.survey.core_questionnaire import core
from terreau.survey.exported.importing import bring
from terreau.survey.exported.matching import match, raw_answers
from terreau.survey.field import texts
from terreau.survey.field_models import AnswersFile
from terreau.survey.models import Submission
from tests.survey.field_world import agent_of, filled, telephone

ONE, TWO = "6f1c2f0e-9d0a-4c55-8a5e-3b1c9b7f0001", "6f1c2f0e-9d0a-4c55-8a5e-3b1c9b7f0002"
KOBO = {
    "start": "2026-05-04T09:00:00.000+01:00",
    "end": "2026-05-04T09:20:00.000+01:00",
    "CONSENT": "yes",
    "ANSWERS/COLLEGE": "actors",
    "ANSWERS/BLOCK_identity/family": "cooperative",
    "ANSWERS/BLOCK_identity/founded": "2011",
    "ANSWERS/BLOCK_needs/need_training_importance": "5",
    "ANSWERS/BLOCK_obstacles/obstacles": "no_credit no_land",
    "meta/instanceID": f"uuid:{ONE}",
    "__version__": "vAbCdEf123",
    "_id": "41",
    "_uuid": ONE,
    "_submission_time": "2026-05-04T10:00:00",
    "_validation_status": "",
    "_status": "submitted_via_web",
}
VALUES = {
    "family": "cooperative",
    "founded": 2011,
    "need_training_importance": 5,
    "obstacles": ["no_credit", "no_land"],
}


def kobo(**changes):
    return {**KOBO, **changes}


def second(**changes):
    return kobo(**{"_uuid": TWO, "meta/instanceID": f"uuid:{TWO}", "_id": "42"}, **changes)


def as_csv(rows, path, delimiter=";"):
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(
            file, list(dict.fromkeys(key for row in rows for key in row)), delimiter=delimiter
        )
        writer.writeheader()
        writer.writerows(rows)
    return path


def as_xlsx(rows, path, merged=""):
    book = openpyxl.Workbook()
    columns = list(dict.fromkeys(key for row in rows for key in row))
    book.active.append(columns)
    for row in rows:
        book.active.append([row.get(column, "") for column in columns])
    if merged:
        book.active.merge_cells(merged)
    book.save(path)
    return path


def as_kobo_json(rows, path):
    told = [{**row, "_attachments": [], "_geolocation": [None, None], "_notes": []} for row in rows]
    path.write_text(json.dumps({"count": len(rows), "next": None, "results": told}))
    return path


def as_central_json(rows, path):
    """OData, as ODK Central gives it: groups are objects."""
    told = []
    for row in rows:
        one = {
            "__id": row["meta/instanceID"],
            "start": row["start"],
            "end": row["end"],
            "CONSENT": row["CONSENT"],
            "__system": {
                "submissionDate": "2026-05-04T10:00:00.000Z",
                "formVersion": "1",
                "submitterId": "5",
            },
            "meta": {"instanceID": row["meta/instanceID"]},
            "ANSWERS": {},
        }
        for key, text in row.items():
            if key.startswith("ANSWERS/"):
                *groups, name = key.split("/")[1:]
                place = one["ANSWERS"]
                for group in groups:
                    place = place.setdefault(group, {})
                place[name] = text
        told.append(one)
    path.write_text(
        json.dumps({"value": told, "@odata.context": "https://exemple.org/$metadata#Submissions"})
    )
    return path


def as_central_csv(rows, path):
    told = [
        {
            "SubmissionDate": "2026-05-04T10:00:00.000Z",
            **{key.replace("/", "-"): text for key, text in row.items() if not key.startswith("_")},
            "KEY": row["meta/instanceID"],
            "SubmitterID": "5",
            "FormVersion": "1",
        }
        for row in rows
    ]
    return as_csv(told, path, ",")


@pytest.fixture
def bringing(survey, agent):
    def bring_it(path, **more):
        return bring(person=agent, survey=survey, form=survey.versions.get(), path=path, **more)

    return bring_it


@pytest.mark.parametrize("write", [as_csv, as_xlsx, as_kobo_json, as_central_json, as_central_csv])
def test_each_layout_gives_the_same_answers_and_twice_changes_nothing(write, bringing, tmp_path):
    path = write([kobo(), second()], tmp_path / "export")
    shown = bringing(path, dry_run=True)
    assert (shown.new, shown.same, shown.refused) == (2, 0, [])
    assert not Submission.objects.exists()
    assert bringing(path).new == 2
    answer = Submission.objects.get(instance_id=f"uuid:{ONE}")
    assert (answer.values, answer.unread, answer.channel, answer.college) == (VALUES, {}, "import", "actors")
    assert answer.started_at.isoformat() == "2026-05-04T08:00:00+00:00"
    again = bringing(path)
    assert (again.new, again.same) == (0, 2)
    assert Submission.objects.count() == 2


def test_what_came_by_the_telephone_and_comes_again_by_a_file_is_one_answer(
    bringing, survey, agent, client, tmp_path
):
    phone = telephone(client, survey, agent)
    phone.send(
        filled(
            survey.slug,
            instance=f"uuid:{ONE}",
            family="cooperative",
            founded="2011",
            need_training_importance="5",
            obstacles="no_credit no_land",
        )
    )
    report = bringing(as_csv([kobo()], tmp_path / "export.csv"))
    assert (report.new, report.same) == (0, 1)


def test_renamed_groups_are_seen_through(bringing, tmp_path):
    renamed = {
        key.replace("BLOCK_identity", "qui_etes_vous").replace("ANSWERS", "groupe"): text
        for key, text in KOBO.items()
    }
    assert bringing(as_csv([renamed], tmp_path / "export.csv")).new == 1
    assert Submission.objects.get().values == VALUES


def test_labels_in_the_place_of_codes_are_recognised(bringing, tmp_path):
    asked = core().by_id()

    def words(name, *codes):
        labels = {choice.code: choice.label["fr"] for choice in asked[name].choices}
        return " ".join(labels[code] for code in codes)

    row = {
        asked["family"].label["fr"]: words("family", "cooperative"),
        asked["founded"].label["ar"]: "2011",
        asked["need_training_importance"].label["fr"]: "très important",
        asked["obstacles"].label["fr"]: words("obstacles", "no_credit", "no_land"),
        "Êtes-vous d’accord pour que vos réponses soient gardées et servent à cela ?": "Oui",
        "Vous répondez en tant que…": "acteur de l’économie sociale et solidaire",
        "_uuid": ONE,
    }
    report = bringing(as_csv([row], tmp_path / "export.csv"))
    assert (report.new, report.refused, report.unknown) == (1, [], [])
    assert Submission.objects.get().values == VALUES


@pytest.mark.parametrize("ticked", ["1", "TRUE", "1.0"])
def test_a_column_for_each_choice_is_a_list_again(ticked):
    columns = ["g/obstacles/no_credit", "g/obstacles/no_land", "g/obstacles/no_cash"]
    row = dict(zip(columns, (ticked, ticked, "0"), strict=True))
    assert raw_answers(match(columns, core()), row, core()) == {"obstacles": ["no_credit", "no_land"]}


def test_a_correction_made_on_the_server_replaces_the_answer(bringing, tmp_path):
    bringing(as_csv([kobo()], tmp_path / "a.csv"))
    edited = second(**{"meta/deprecatedID": f"uuid:{ONE}", "ANSWERS/BLOCK_identity/family": "mutuelle"})
    report = bringing(as_csv([edited], tmp_path / "b.csv"))
    assert (report.new, report.replaced) == (0, 1)
    (counted,) = Submission.objects.counted()
    assert counted.values["family"] == "mutuelle"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"CONSENT": "no"}, "n’a pas donné son accord"),
        ({"CONSENT": ""}, "n’a pas de réponse"),
        ({"_uuid": "", "meta/instanceID": ""}, "L’identifiant de la réponse manque"),
        ({"_uuid": ONE, "meta/instanceID": f"uuid:{ONE}"}, "Le même identifiant est déjà à la ligne 2"),
        ({"FormVersion": "9"}, "La version « 9 » du questionnaire n’existe pas"),
        ({"ANSWERS/COLLEGE": "roi"}, "Le collège « roi » n’existe pas"),
    ],
)
def test_a_row_that_cannot_enter_is_told_with_its_reason_and_the_others_enter(
    changes, reason, bringing, tmp_path
):
    report = bringing(as_csv([kobo(), {**second(), **changes}], tmp_path / "export.csv"))
    assert report.new == 1
    (refused,) = report.refused
    assert refused["row"] == 3
    assert reason in refused["reason"].replace("\u00a0", " ")
    # To be mended and brought again; of who did not agree nothing is kept.
    kept = {} if "CONSENT" in changes else {"ANSWERS/BLOCK_identity/founded": "2011"}
    assert refused["values"].items() >= kept.items()
    assert bool(refused["values"]) == bool(kept)


def test_what_no_question_takes_is_kept_beside_the_answer(bringing, tmp_path):
    rows = [kobo(**{"ANSWERS/BLOCK_identity/family": "club", "ANSWERS/autre_chose": "42"})]
    report = bringing(as_csv(rows, tmp_path / "export.csv"))
    assert (report.unread, report.unknown) == (1, ["ANSWERS/autre_chose"])
    assert Submission.objects.get().unread == {"family": "club", "ANSWERS/autre_chose": "42"}


def test_merged_cells_are_refused_in_words(bringing, tmp_path):
    path = as_xlsx([kobo(), second()], tmp_path / "export.xlsx", merged="A2:A3")
    with pytest.raises(TerreauError) as refusal:
        bringing(path)
    assert "cellules fusionnées" in refusal.value.message
    assert "défusionnez" in refusal.value.remedy
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({key for key in KOBO if key.startswith("ANSWERS/BLOCK")}, "n’est une question de l’enquête"),
        ({"_uuid", "meta/instanceID"}, "ne dit pas l’identifiant"),
        ({"CONSENT"}, "ont donné leur accord"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_before_any_row(left, said, bringing, tmp_path):
    row = {key: text for key, text in KOBO.items() if key not in left}
    with pytest.raises(TerreauError, match=said):
        bringing(as_csv([row], tmp_path / "export.csv"))
    assert not Submission.objects.exists()


def test_an_agreement_asked_elsewhere_is_written_with_each_answer(bringing, tmp_path):
    row = {key: text for key, text in KOBO.items() if key != "CONSENT"}
    bringing(as_csv([row], tmp_path / "export.csv"), consent="Lu à voix haute avant l’entretien.")
    assert Submission.objects.get().consent == "Lu à voix haute avant l’entretien."


# --- The screens ------------------------------------------------------------------------------------------


@pytest.fixture
def page(survey, agent):
    client = Client(enforce_csrf_checks=False)
    client.force_login(agent)
    where = reverse("survey:exports", args=[survey.territory.code, survey.slug])

    def send(content, name="export.csv", **fields):
        file = SimpleUploadedFile(name, content)
        return client.post(where, {"file": file, **fields}, follow=True)

    return client, send


def _bytes(rows):
    path = io.StringIO()
    writer = csv.DictWriter(path, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return path.getvalue().encode()


def test_an_export_is_shown_then_written_then_forgotten(page, survey, settings):
    client, send = page
    shown = send(_bytes([kobo(), second(CONSENT="no")]))
    assert "Écrire 1 réponse" in shown.content.decode()
    assert not Submission.objects.exists()
    held = AnswersFile.objects.get()
    file = Path(settings.HOME.files) / held.path
    assert file.exists()
    address = shown.redirect_chain[-1][0]
    done = client.post(address, follow=True).content.decode()
    assert "Ce que l’export a changé" in done
    assert Submission.objects.get().values == VALUES
    refused = client.get(f"{address}refusees.csv").content.decode()
    assert "La personne n’a pas donné son accord." in refused
    assert "déjà été écrit" in client.post(address, follow=True).content.decode()


def test_an_export_that_is_brought_again_takes_the_place_of_the_one_left_unwritten(page):
    _client, send = page
    send(_bytes([kobo()]))
    send(_bytes([kobo()]))
    assert AnswersFile.objects.count() == 1


def test_a_refused_file_leaves_nothing_and_what_was_typed_stays(page, survey, settings):
    _client, send = page
    folder = Path(settings.HOME.files) / f"survey/{survey.pk}/exports"
    before = set(folder.glob("*"))
    response = send(b"a;b\n1;2\n", consent="Lu à voix haute.")
    assert response.status_code == 400
    assert "n’est une question de l’enquête" in response.content.decode()
    assert "Lu à voix haute." in response.content.decode()
    assert not AnswersFile.objects.exists()
    assert set(folder.glob("*")) == before


def test_an_export_is_read_by_the_agents_of_its_territory_only(page, survey, small_world, client):
    _client, send = page
    address = send(_bytes([kobo()])).redirect_chain[-1][0]
    client.force_login(agent_of(small_world.lyon))
    assert client.get(address).status_code == 403


def test_the_sheet_is_read_under_the_words_it_was_once_asked_in():
    for label in (texts.SHEET_LABEL["fr"], texts.FORMER_SHEET_LABEL["fr"]):
        assert match([label], core()).own == {texts.SHEET: [label]}
