"""The report in another language of the instance: what is translated is, the rest says that it is French."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from terreau.core.tongues import Kept, Tongue, told
from terreau.diagnosis import languages, services
from terreau.diagnosis.recommending import rule_book
from terreau.diagnosis.swot import SIDE_LABELS
from terreau.framework import grid
from terreau.framework.enums import BarrierCategory, BarrierState, Level, Lever, Lifter, Verdict
from terreau.survey.enums import Need
from tests.diagnosis.evidence import whole

ENGLISH = Tongue(
    "en", "GB", "anglais", {"Le besoin": "The need", "force": "strength", "État": "State", "À": "To"}
)


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Le besoin", "The need"),
        ("Le besoin.", "The need."),
        ("Force", "Strength"),
        ("À", "To"),
        ("Le besoin\u00a0: force", "The need: strength"),
        ("force\u202f; État", "strength; State"),
        ("Le besoin (force, État)", "The need (strength, State)"),
    ],
)
def test_a_text_made_of_known_parts_is_told_whole(french, english):
    found = told(french, ENGLISH)
    assert (found, isinstance(found, Kept)) == (english, False)


@pytest.mark.parametrize("text", ["Le frein", "Le besoin\u00a0: le frein", "force (inconnue)"])
def test_a_text_of_which_a_part_is_unknown_stays_french_whole(text):
    found = told(text, ENGLISH)
    assert found == text
    assert isinstance(found, Kept)


_texts = st.text(max_size=12)


@given(_texts | st.lists(_texts | st.dictionaries(_texts, _texts, max_size=3), max_size=3))
def test_nothing_is_lost_or_made_up(value):
    assert told(value, Tongue("en", "GB", "anglais", {})) == value


def test_what_rules_and_lists_say_is_translated():
    texts = languages.tongue("en").texts
    wanted = {text for rule in rule_book().rules for text in (rule.title, rule.text, *rule.levers)}
    wanted |= {one.text.rstrip(".") for one in grid.current().statements} | set(SIDE_LABELS.values())
    for choices in (Need, BarrierCategory, BarrierState, Level, Lever, Lifter, Verdict):
        wanted |= {str(label) for label in choices.labels}
    assert wanted - set(texts) == set()


@pytest.fixture
def edition(world, monkeypatch):
    from terreau.diagnosis.reading import everything
    from tests.directory.factories import agent_of

    monkeypatch.setattr(everything, "read_evidence", lambda territory, as_of: whole())
    agent = agent_of(world.town)
    draft = services.create_draft(person=agent, territory=world.town)
    return services.publish(person=agent, territory=world.town, draft_key=draft.pk)


def address(edition, name="edition", *more):
    return reverse(f"diagnosis:{name}", args=[edition.territory.code, edition.number, *more])


def test_the_page_is_read_in_the_languages_of_the_instance_and_no_other(client, edition, settings):
    settings.REPORT_LANGUAGES = ["fr"]
    assert "hreflang" not in client.get(address(edition)).content.decode()
    assert "What is recommended" not in client.get(f"{address(edition)}?langue=en").content.decode()
    settings.REPORT_LANGUAGES = ["fr", "en"]
    assert '?langue=en" hreflang="en"' in client.get(address(edition)).content.decode()
    page = client.get(f"{address(edition)}?langue=en").content.decode()
    assert '<div class="report" lang="en">' in page
    assert "What is recommended" in page
    assert "Open local access to micro-credit" in page
    assert "What is recommended" not in client.get(f"{address(edition)}?langue=xx\0").content.decode()
    # A sentence made of figures stays French and says so.
    assert re.search(r'<p lang="fr">[^<]*14\s+organisations', page)
    part = client.get(f"{address(edition, 'part', 'besoins')}?langue=en").content.decode()
    assert "Needs, from the widest gap to the narrowest" in part


def test_the_document_is_tagged_in_both_languages(client, edition, settings):
    settings.REPORT_LANGUAGES = ["fr", "en"]
    assert client.get(address(edition, "pdf")).content == services.pdf_of(edition)
    answer = client.get(f"{address(edition, 'pdf')}?langue=en")
    assert "-en.pdf" in answer["Content-Disposition"]
    pdf = PdfReader(io.BytesIO(answer.content))
    assert pdf.trailer["/Root"]["/Lang"] == "en"
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    assert "Whatisrecommended" in text
    assert "Needs,fromthewidestgaptothenarrowest" in text


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("docx", "word/document.xml", '<w:lang w:val="fr"/>'),
        ("odt", "content.xml", 'text:style-name="In-fr"'),
    ],
)
def test_a_document_to_edit_says_the_language_of_each_text(client, edition, settings, kind, name, said):
    settings.REPORT_LANGUAGES = ["fr", "en"]
    plain = services.editable_of(edition, kind)
    answer = client.get(f"{address(edition, 'editable', kind)}?langue=en")
    texts = []
    for data in (plain, answer.content):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts.append(archive.read(name).decode())
    assert said not in texts[0]
    assert said in texts[1]
    assert "What is recommended" in texts[1]
