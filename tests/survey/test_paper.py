"""Sheets of paper: their codes, the document printed, the screen that types them."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from terreau.core.errors import TerreauError
from terreau.survey.core_questionnaire import core
from terreau.survey.definition import NOT_APPLICABLE
from terreau.survey.enums import SubmissionState
from terreau.survey.models import Respondent, Submission
from terreau.survey.paper.codes import read_code, write_code
from terreau.survey.paper.entries import TypedError, entries, read_typed, show_typed
from terreau.survey.paper.printing import batch_pdf
from terreau.survey.paper.typing import prepare_batch
from tests.directory import factories
from tests.survey.field_world import open_new

BATCHES = st.integers(1, 9999)
SHEETS = st.integers(1, 999)


# --- Codes ------------------------------------------------------------------------------------------------


def test_the_digit_is_that_of_the_published_example():
    # Damm's own: 572 is followed by 4.
    from terreau.survey.paper.codes import check_digit

    assert check_digit("572") == "4"
    assert check_digit("5724") == "0"


@given(BATCHES, SHEETS)
def test_a_code_is_read_as_it_was_written_with_or_without_its_dashes(batch, sheet):
    code = write_code(batch, sheet)
    for typed in (code, code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert read_code(typed) == (batch, sheet)
    assert read_code(code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))) == (batch, sheet)


@given(BATCHES, SHEETS, st.integers(0, 20), st.integers(1, 9))
def test_a_wrong_digit_is_never_the_code_of_another_sheet(batch, sheet, place, shift):
    digits = write_code(batch, sheet).replace("-", "")
    place %= len(digits)
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert read_code(wrong) is None


@given(BATCHES, SHEETS, st.integers(0, 20))
def test_two_digits_swapped_are_never_the_code_of_another_sheet(batch, sheet, place):
    digits = write_code(batch, sheet).replace("-", "")
    place %= len(digits) - 1
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert swapped == digits or read_code(swapped) is None


@pytest.mark.parametrize("text", ["", "abc", "3-017", "0-017-1", "3-000-9", "3" * 20, "¹23456"])
def test_what_is_no_code_is_none(text):
    assert read_code(text) is None


# --- What is typed ----------------------------------------------------------------------------------------

ENTRIES = {entry.question.id: entry for _block, asked in entries(core()) for entry in asked}


@pytest.mark.parametrize(
    ("question", "typed", "value"),
    [
        ("family", "1", "cooperative"),
        ("family", " ٣ ", "association"),
        ("obstacles", "3 10", ["no_credit", "no_land"]),
        ("obstacles", "3,10,3", ["no_credit", "no_land"]),
        ("need_training_importance", "5", "5"),
        ("need_training_importance", "0", NOT_APPLICABLE),
        ("founded", "2 011", "2011"),
        ("legal_form", " coopérative ", "coopérative"),
        ("commune", "poitiers", "fr-com-86194"),
        ("commune", "fr-com-86194", "fr-com-86194"),
        ("family", "  ", None),
    ],
)
def test_numbers_typed_are_the_answers_of_every_other_way(question, typed, value):
    places = {"poitiers": "fr-com-86194", "fr-com-86194": "fr-com-86194"}
    assert read_typed(ENTRIES[question], typed, places) == value


@pytest.mark.parametrize(
    ("question", "typed", "said"),
    [
        ("family", "8", "un numéro de 1 à 7"),
        ("family", "1 2", "Un seul numéro"),
        ("family", "coop", "un numéro de 1 à 7"),
        ("obstacles", "3 99", "un numéro de 1 à"),
        ("need_training_importance", "6", "1, 2, 3, 4, 5, ou 0"),
        ("founded", "hier", "un nombre entier"),
        ("commune", "nulle part", "Aucun lieu"),
    ],
)
def test_what_is_no_answer_is_told_with_what_would_be(question, typed, said):
    with pytest.raises(TypedError, match=said):
        read_typed(ENTRIES[question], typed, {})


def test_what_was_typed_is_shown_as_it_was_typed():
    for question, typed in (("family", "3"), ("obstacles", "3 10"), ("need_training_importance", "0")):
        entry = ENTRIES[question]
        assert show_typed(entry, read_typed(entry, typed, {}), {}) == typed


def test_the_oral_sheet_has_three_steps():
    entry = next(
        entry for _b, asked in entries(core(), oral=True) for entry in asked if entry.question.kind == "scale"
    )
    assert read_typed(entry, "3", {}) == "3"
    with pytest.raises(TypedError):
        read_typed(entry, "2", {})


def test_a_second_click_prepares_no_second_batch(survey, agent, client):
    where = reverse("survey:paper", args=[survey.territory.code, survey.slug])
    client.force_login(agent)
    for number in ("1", "1", "2"):
        assert client.post(where, {"count": "60", "language": "fr", "number": number}).status_code == 302
    assert 'name="number" value="3"' in client.get(where).content.decode()
    assert survey.paper_batches.count() == 2


# --- The document -----------------------------------------------------------------------------------------


@pytest.fixture
def batch(survey, agent):
    return prepare_batch(person=agent, survey=survey, count=20, language="fr")


def test_each_sheet_bears_its_code_on_every_page_and_its_numbers_beside_the_boxes(batch):
    document = PdfReader(io.BytesIO(batch_pdf(batch, 1, 2)))
    pages = [page.extract_text() for page in document.pages]
    half = len(pages) // 2
    assert all(write_code(1, 1) in page for page in pages[:half])
    assert all(write_code(1, 2) in page for page in pages[half:])
    assert "1. De quelle famille" in pages[0].replace("\n", " ")
    assert "coopérative" in pages[0]
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_what_the_steps_mean_is_on_every_page_that_asks_them_and_no_other(batch):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(batch_pdf(batch, 1, 1))).pages]
    asked = ["aujourd’hui est-il" in page.replace("\n", " ") for page in pages]
    assert sum(asked) > 1
    assert ["pas du tout satisfaisant" in page and "pas important" in page for page in pages] == asked
    assert "Adressez-vous à mairie@exemple.org" in pages[0].replace("\n", " ")


def test_the_sheet_in_arabic_is_written_in_arabic(small_world, agent):
    oral = open_new(small_world.poitiers, agent, oral=True)
    batch = prepare_batch(person=agent, survey=oral, count=1, language="ar")
    content = batch_pdf(batch, 1, 1)
    document = PdfReader(io.BytesIO(content))
    assert document.trailer["/Root"]["/Lang"].startswith("ar")
    text = "".join(page.extract_text() for page in document.pages)
    assert any("\u0600" <= sign <= "\u06ff" or "\ufb50" <= sign <= "\ufeff" for sign in text)
    objects = (document.get_object(number) for number in range(1, document.trailer["/Size"]))
    languages = {one.get("/Lang") for one in objects if isinstance(one, dict)}
    assert languages == {None, "ar", "fr"}, "what is not translated is French, from left to right"


@pytest.mark.parametrize(("count", "language"), [(0, "fr"), (1000, "fr"), (10, "wo")])
def test_a_batch_that_cannot_be_is_refused_in_words(count, language, survey, agent):
    with pytest.raises(TerreauError):
        prepare_batch(person=agent, survey=survey, count=count, language=language)


# --- The screen -------------------------------------------------------------------------------------------


@pytest.fixture
def typing(survey, batch, agent):
    """Types a sheet; gives the page that follows."""
    client = Client()
    client.force_login(agent)
    where = reverse("survey:typing", args=[survey.territory.code, survey.slug])

    def type_it(code, **typed):
        address = f"{where}?feuille={code}"
        if not typed:
            return client.get(address)
        return client.post(address, {"A": "1", "B": "1", "save": "1", **typed}, follow=True)

    return type_it


CODE = write_code(1, 7)


def test_a_sheet_typed_is_an_answer(typing, survey, small_world):
    sheet = factories.organisation("Organisation d’essai", small_world.poitiers)
    page = typing(
        CODE,
        B="2",
        family="1",
        obstacles="3 10",
        need_training_importance="0",
        C=sheet.public_id,
        D="Awa Essai",
    )
    assert f"Feuille {CODE} enregistrée." in page.content.decode()
    answer = Submission.objects.get()
    assert answer.instance_id == f"paper:{CODE}"
    assert (answer.channel, answer.college, answer.organisation) == ("paper", "elected", sheet)
    assert answer.values == {
        "family": "cooperative",
        "obstacles": ["no_credit", "no_land"],
        "need_training_importance": "na",
    }
    assert answer.consent == survey.purpose
    assert Respondent.objects.get(submission_key=answer.pk).name == "Awa Essai"


def test_a_sheet_typed_twice_is_one_answer(typing):
    for _time in range(2):
        typing(CODE, family="1")
    assert Submission.objects.count() == 1


def test_a_sheet_typed_differently_shows_the_former_and_asks(typing):
    typing(CODE, family="1", founded="2011")
    page = typing(CODE, family="2", founded="2011").content.decode()
    assert "a déjà été tapée" in page
    assert "D’abord tapé" in page
    assert Submission.objects.get().values["family"] == "cooperative"
    typing(CODE, family="2", founded="2011", replace=f"paper:{CODE}")
    (counted,) = Submission.objects.counted()
    assert counted.values["family"] == "mutuelle"
    assert Submission.objects.count() == 2
    # Opened again, it shows what counts now.
    shown = typing(CODE).content.decode()
    assert 'name="family" value="2"' in shown
    assert f'name="replace" value="paper:{CODE}/2"' in shown


def test_two_people_who_correct_one_sheet_do_not_undo_each_other(typing):
    typing(CODE, family="1", founded="2011")
    seen = f"paper:{CODE}"
    typing(CODE, family="1", founded="2012", replace=seen)
    # The second opened the sheet before the first saved theirs.
    page = typing(CODE, family="2", founded="2011", replace=seen).content.decode()
    assert "a déjà été tapée" in page
    assert Submission.objects.counted().get().values == {"family": "cooperative", "founded": 2012}
    assert f'name="replace" value="{seen}/2"' in page
    # A fault in a field does not make one ask again.
    page = typing(CODE, family="9", founded="2012", replace=f"{seen}/2").content.decode()
    assert f'name="replace" value="{seen}/2"' in page


def test_wrong_fields_are_told_beside_them_and_nothing_is_lost(typing):
    page = typing(CODE, family="9", founded="2011", open_change="Un local", A="", C="zzzz")
    text = page.content.decode()
    assert page.status_code == 400
    for said in ("Tapez un numéro de 1 à 7.", "Tapez 1 pour oui, 2 pour non.", "Aucune fiche de l’annuaire"):
        assert said in text
    assert 'value="2011"' in text
    assert "Un local" in text
    assert not Submission.objects.exists()


def test_a_question_that_was_not_to_be_asked_is_told(typing):
    page = typing(CODE, offers="9", offer_words="rien à dire").content.decode()
    assert "n’était pas à poser" in page


def test_without_agreement_nothing_is_kept_of_the_sheet(typing):
    page = typing(CODE, A="2", family="9")
    assert "sans accord, rien n’est gardé" in page.content.decode()
    assert not Submission.objects.exists()


def test_an_agreement_found_missing_takes_away_what_was_typed_once_it_is_asked(typing):
    typing(CODE, family="1", D="Awa Essai")
    page = typing(CODE, A="2", family="1", replace=f"paper:{CODE}")
    assert page.status_code == 400
    assert "rien n’est gardé" not in page.content.decode()
    assert 'name="erase"' in page.content.decode()
    assert Submission.objects.counted().exists()
    page = typing(CODE, A="2", family="1", erase="1")
    assert "sans accord, rien n’est gardé" in page.content.decode()
    answer = Submission.objects.get()
    assert (answer.state, answer.values) == (SubmissionState.WITHDRAWN, {})
    assert not Respondent.objects.exists()
    # It is told, not lost in a page of error, to who types it again.
    assert "a été retirée" in typing(CODE).content.decode()
    page = typing(CODE, family="1", open_change="Un local")
    assert page.status_code == 400
    assert "a été retirée" in page.content.decode()
    assert "Un local" in page.content.decode()


def test_a_key_that_submits_a_form_without_script_saves_nothing(typing):
    """The first button of a form is the one that « Enter » presses: it only reads again."""
    page = typing(CODE).content.decode()
    buttons = [
        part.split('name="')[1].split('"')[0] for part in page.split("data-saisie")[1].split("<button")[1:]
    ]
    assert buttons[0] == "check"
    again = typing(CODE, family="1", check="1").content.decode()
    assert "Rien n’est encore enregistré." in again
    assert 'name="family" value="1"' in again
    assert not Submission.objects.exists()


@pytest.mark.parametrize("code", ["1-007-1", "9-007-1", "abc", write_code(1, 21), write_code(2, 1)])
def test_a_code_of_no_sheet_is_told(code, typing):
    page = typing(code)
    assert page.status_code == 400
    assert "Aucune feuille de cette enquête" in page.content.decode()


def test_sheets_are_prepared_printed_and_counted_as_they_come_back(typing, survey, agent, client):
    typing(CODE, family="1")
    typing(CODE, family="2", replace=f"paper:{CODE}")
    client.force_login(agent)
    where = reverse("survey:paper", args=[survey.territory.code, survey.slug])
    page = client.post(where, {"count": "60", "language": "ar"}, follow=True).content.decode()
    assert "51 à 60" in page
    assert "العربية" in page
    assert '<td class="n" data-of="Feuilles">20</td><td class="n" data-of="Revenues">1</td>' in page
    printed = client.get(reverse("survey:paper_pdf", args=[survey.territory.code, survey.slug, 1, 1]))
    assert printed["Content-Type"] == "application/pdf"
    assert (
        client.get(reverse("survey:paper_pdf", args=[survey.territory.code, survey.slug, 1, 2])).status_code
        == 404
    )
    assert client.post(where, {"count": "x", "language": "fr"}).status_code == 400
