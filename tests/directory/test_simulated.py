"""Simulated data says so wherever it appears: sheet, lists, map, frames, feed, files, paper, diagnosis."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.core import mercator
from terreau.core.errors import NotAllowed
from terreau.diagnosis import exports as diagnosis_exports
from terreau.diagnosis import pages, services
from terreau.diagnosis.printing import document_data
from terreau.directory import clusters, labels
from terreau.directory.search import Query
from terreau.directory.services import ensure_source, mark_source
from terreau.opendata import printed
from tests.directory import factories as make

pytestmark = pytest.mark.django_db
MARK = "Données simulées"
AMONG = "Des données simulées sont parmi"


@pytest.fixture(autouse=True)
def _no_page_is_kept(settings):
    """A test never commits, hence never tells the page cache that something changed."""
    dummy = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.CACHES = {**settings.CACHES, "pages": dummy}


@pytest.fixture
def town():
    make.load_nomenclatures()
    return make.territory("xx-com-1", "Ville-Essai", longitude=0.34, latitude=46.58)


@pytest.fixture
def exercise(town):
    return make.source(town, code="exercice", name="Liste d’exercice", simulated=True)


@pytest.fixture
def sheets(town, exercise):
    """One simulated, one genuine, one of which both speak."""
    place = make.place_of(town, longitude=0.34, latitude=46.58)
    genuine = make.source(town, code="vraie", name="Liste vraie")
    simulated = make.organisation("Simulée d’essai", town, said_by=exercise, place=place)
    real = make.organisation("Vraie d’essai", town, said_by=genuine)
    both = make.organisation("Mêlée d’essai", town, said_by=genuine)
    make.record_of(both, exercise, {"name": "Mêlée d’essai"})
    make.indexed()
    return simulated, real, both


def text_of(client, address, **asked):
    return client.get(address, asked).content.decode()


def test_a_sheet_is_simulated_when_all_its_sources_are(client, sheets):
    found = [text_of(client, reverse("directory:sheet", args=[one.public_id])) for one in sheets]
    assert ["a été inventée pour s’exercer" in page for page in found] == [True, False, False]
    assert [f'"disambiguatingDescription":"{MARK}"' in page for page in found] == [True, False, False]
    assert ["Liste d’exercice (données simulées)" in page for page in found] == [True, False, True]


def test_lists_and_map_and_frames_say_it(client, sheets):
    simulated, _real, _both = sheets
    listed = text_of(client, reverse("directory:list"))
    assert listed.count(f'<span class="tag warn">{MARK}</span>') == 1
    frame = text_of(client, reverse("opendata:frame", args=["xx-com-1", "annuaire"]))
    assert frame.count(f'<span class="tag warn">{MARK}</span>') == 1
    pages_of = [
        listed,
        frame,
        text_of(client, reverse("opendata:frame", args=["xx-com-1", "carte"])),
        text_of(client, reverse("directory:map")),
        text_of(client, reverse("portal:territory", args=["xx-com-1"])),
        text_of(client, "/"),
    ]
    assert [AMONG in page for page in pages_of] == [True] * len(pages_of)
    assert AMONG not in text_of(client, reverse("directory:list"), source="vraie", q="vraie")
    zone = {"zone": "0,46,1,47", "partie": "1"}
    assert MARK in text_of(client, reverse("directory:map_list"), **zone)
    summary = reverse("directory:map_summary", args=[simulated.public_id])
    assert MARK in text_of(client, summary, partie="1")
    assert "(données simulées)" in text_of(client, reverse("directory:picture"))
    x, y = (int(2**12 * part) for part in mercator.fractions(0.34, 46.58))
    names = [spot.name for spot in clusters.in_tile(Query(text="simulée"), 12, x, y)]
    assert names == ["Simulée d’essai (données simulées)"]


def test_each_export_has_its_column_and_names_its_sources(client, sheets):
    answer = lambda form: b"".join(  # noqa: E731
        client.get(reverse("directory:export", args=[form])).streaming_content
    )
    expected = {"Simulée d’essai": "1", "Vraie d’essai": "", "Mêlée d’essai": ""}
    rows = list(csv.DictReader(io.StringIO(answer("csv").decode("utf-8-sig"))))
    assert list(rows[0])[-1] == "simulated"
    assert {row["name"]: row["simulated"] for row in rows} == expected
    book = openpyxl.load_workbook(io.BytesIO(answer("xlsx")))
    head, *lines = book.worksheets[0].iter_rows(values_only=True)
    assert {line[1]: line[head.index("simulated")] or "" for line in lines} == expected
    assert [line[6] for line in book.worksheets[1].iter_rows(min_row=7, values_only=True)] == [
        *(MARK, "oui", "non")
    ]
    found = json.loads(answer("geojson"))
    told = {one["properties"]["name"]: one["properties"]["simulated"] for one in found["features"]}
    assert told == expected
    assert [one["simulated"] for one in found["provenance"]["sources"]] == ["1", ""]
    graph = json.loads(answer("jsonld"))["@graph"]
    assert [one["name"] for one in graph if one.get("disambiguatingDescription") == MARK] == [
        "Simulée d’essai"
    ]
    about = client.get(reverse("directory:export_metadata")).json()
    assert about["tableSchema"]["columns"][-1]["name"] == "simulated"
    assert [one["simulated"] for one in about["notes"][0]["sources"]] == ["1", ""]


def test_the_feed_and_the_printed_directory_say_it(client, sheets, town, tmp_path, monkeypatch):
    assert text_of(client, reverse("opendata:feed")).count("d’essai (données simulées)</title>") == 1
    monkeypatch.setattr(printed, "_folder", lambda: tmp_path)
    data = printed.prepare(town).data
    names = [one["name"] for family in data["families"] for one in family["sheets"]]
    assert [name for name in names if "données simulées" in name] == ["Simulée d’essai (données simulées)"]
    assert "Liste d’exercice (données simulées)" in [one[0] for one in data["sources"]]


def test_the_diagnosis_says_which_of_its_figures_rest_on_it(sheets, town):
    found = services.assemble(town, timezone.localdate())
    issue = diagnosis_exports.Issue()
    table = list(csv.DictReader(io.StringIO(diagnosis_exports.to_csv(found.content, issue))))
    assert list(table[0])[-1] == "simulated"
    told = {row["id"]: row["simulated"] for row in table}
    assert told["organisations"] == told["reference.xx"] == "1"
    data = json.loads(diagnosis_exports.to_json(found.content, issue))
    assert {one["id"]: one["simulated"] for one in data["figures"]}["organisations"] is True
    assert f"{MARK}\u00a0: des chiffres" in data["sections"][0]["texts"][0]
    assert f"{MARK}\u00a0: des chiffres" in pages.file_page(found.content, found.pictures, issue)
    paper = document_data(found.content, issue, draft=False)
    assert MARK in paper["notes"][0]
    assert MARK in paper["parts"][0]["texts"][0]


def test_where_nothing_is_simulated_nothing_says_it(client, town, django_assert_num_queries):
    make.organisation("Vraie d’essai", town)
    make.indexed()
    for address in ("/", reverse("directory:list"), reverse("directory:map")):
        assert "simulée" not in text_of(client, address)
    found = services.assemble(town, timezone.localdate())
    assert not any(figure.simulated for figure in found.content.figures())
    labels.simulated_sources()
    with django_assert_num_queries(0):
        labels.simulated_sources()


def test_the_mark_is_put_and_taken_by_an_agent_and_the_index_follows(client, town):
    source = make.source(town, code="liste")
    make.organisation("Une d’essai", town, said_by=source)
    make.indexed()
    agent = make.agent_of(town)
    for simulated in (True, False):
        mark_source(person=agent, source=source, simulated=simulated)
        make.indexed()
        assert (f">{MARK}</span>" in text_of(client, reverse("directory:list"))) == simulated
    with pytest.raises(NotAllowed):
        mark_source(person=make.person(), source=source, simulated=True)


def test_bringing_a_list_again_without_a_word_takes_no_mark_away(town, exercise):
    about = {"code": exercise.code, "name": exercise.name, "kind": exercise.kind, "territory": town}
    assert ensure_source(**about, simulated=False).simulated
    exercise.simulated = False
    exercise.save()
    assert ensure_source(**about, simulated=True).simulated
