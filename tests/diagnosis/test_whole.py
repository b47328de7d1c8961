"""A whole diagnosis, from evidence of every kind: the same on screen, on paper, in the files to edit."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from pypdf import PdfReader

from terreau.accounts.personal import gather
from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.registry import personal_data
from terreau.diagnosis import judging, services
from terreau.diagnosis.comparison import compare
from terreau.diagnosis.content import from_text
from terreau.diagnosis.evidence import Evidence
from terreau.diagnosis.exports import Issue, to_csv, to_json
from terreau.diagnosis.models import Draft, Edition, LineJudgement
from terreau.diagnosis.presentation import figure
from terreau.diagnosis.printing import to_pdf
from terreau.diagnosis.reading import everything
from terreau.diagnosis.trend import trend
from terreau.directory.models import new_public_id
from terreau.journal.models import Event
from tests.diagnosis.evidence import need, survey, whole
from tests.directory.factories import agent_of, person

WHOLE = [
    "synthese", "essentiel", "familles", "secteurs", "enjeux", "lieux", "besoins", "cadre", "pratiques",
    "semblables", "references", "swot", "recommandations", "sources", "methode",
]  # fmt: skip


@pytest.fixture
def told(monkeypatch):
    """What other applications published, as the test sets it."""
    given = {"evidence": whole()}
    monkeypatch.setattr(everything, "read_evidence", lambda territory, as_of: given["evidence"])
    return given


@pytest.fixture
def agent(world):
    return agent_of(world.town)


@pytest.fixture
def draft(world, agent, told):
    return services.create_draft(person=agent, territory=world.town)


@pytest.fixture
def edition(world, agent, draft):
    return services.publish(person=agent, territory=world.town, draft_key=draft.pk)


def squeezed(text: str) -> str:
    return "".join(text.split())


def keys(content) -> list[str]:
    return [part.key for part in content.sections]


def test_all_the_parts_are_there_in_their_order_and_the_text_comes_back_the_same(draft):
    content = from_text(draft.content)
    assert keys(content) == WHOLE
    assert services.to_text(content) == draft.content


def test_every_figure_is_accompanied_and_has_its_method(draft):
    content = from_text(draft.content)
    figures = list(content.figures())
    told = {one.key for one in content.part("methode").definitions}
    assert len({one.id for one in figures}) == len(figures)
    for one in figures:
        assert one.label
        assert one.counted
        assert one.date
        assert one.perimeter
        assert one.source
        assert one.reliability
        assert one.method in told, one.id
    by_id = content.by_id()
    assert by_id["besoins.microcredit"].value == 4.0
    assert by_id["obstacles.financial.part"].value == 50.0
    assert by_id["cadre.law-local"].value == 3.0
    assert by_id["faiblesses.besoin.microcredit"].value == 4


def test_every_line_and_recommendation_points_to_a_finding_of_the_edition(draft):
    content = from_text(draft.content)
    known = {one.key for one in content.findings}
    lines = [line for table in content.part("swot").tables for line in table.lines]
    assert {line.key for line in lines} <= known
    for part in ("swot", "recommandations", "pratiques"):
        for entry in content.part(part).entries:
            assert entry.marks
            assert {mark.key for mark in entry.marks} <= known


def test_what_is_missing_is_named_and_does_not_prevent_publication(world, agent, told):
    told["evidence"] = Evidence(survey=survey(need()))
    draft = services.create_draft(person=agent, territory=world.town)
    content = from_text(draft.content)
    assert "Le cadre réglementaire\u00a0: aucune évaluation" in content.part("manques").texts[0]
    assert "des pratiques" in content.part("manques").texts[0]
    assert services.publish(person=agent, territory=world.town, draft_key=draft.pk).number == 1


def test_the_summary_holds_on_one_page_at_the_head_of_a_tagged_document(edition):
    pdf = PdfReader(io.BytesIO(services.pdf_of(edition)))
    pages = [squeezed(page.extract_text()) for page in pdf.pages]
    assert squeezed("En une page") in pages[1]
    assert squeezed("Ce qui est recommandé") in pages[1]
    assert squeezed("Forces") in pages[1]
    assert squeezed("L’essentiel") in pages[2]
    assert f"page3sur{len(pages)}" in pages[2]
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    whole_text = "".join(pages)
    for part in services.read(edition).sections:
        assert squeezed(part.title) in whole_text
        for entry in part.entries if part.key != "synthese" else ():
            assert squeezed(entry.title) in whole_text


@pytest.mark.parametrize(("kind", "name"), [("docx", "word/document.xml"), ("odt", "content.xml")])
def test_a_document_to_edit_has_the_figures_of_the_table(client, edition, kind, name):
    found = client.get(reverse("diagnosis:editable", args=[edition.territory.code, edition.number, kind]))
    assert found.status_code == 200
    assert "attachment" in found["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
        text = squeezed("".join(ElementTree.fromstring(archive.read(name)).itertext()))
    content = services.read(edition)
    rows = list(csv.DictReader(io.StringIO(to_csv(content, services.issue_of(edition)))))
    figures = {one.id: one for one in content.figures()}
    assert {row["id"] for row in rows} == set(figures)
    for row in rows:
        assert squeezed(figure(figures[row["id"]]).value) in text, row["id"]
    for part in content.sections:
        assert squeezed(part.title) in text


def test_a_document_of_another_kind_is_not_found(client, edition):
    address = reverse("diagnosis:editable", args=[edition.territory.code, edition.number, "exe"])
    assert client.get(address).status_code == 404


def test_the_data_keep_where_a_recommendation_comes_from(edition):
    data = json.loads(to_json(services.read(edition), services.issue_of(edition)))
    known = {one["key"] for one in data["findings"]}
    entries = next(part for part in data["sections"] if part["key"] == "recommandations")["entries"]
    assert "besoin-microcredit" in {one["key"] for one in entries}
    assert all(one["findings"] and set(one["findings"]) <= known for one in entries)


def test_the_page_is_light_and_leads_to_each_whole_part(client, edition):
    import brotli

    code = edition.territory.code
    page = client.get(reverse("diagnosis:edition", args=[code, 1]))
    weight = len(brotli.compress(page.content, quality=5))
    assert weight <= 14_000
    part = reverse("diagnosis:part", args=[code, 1, "recommandations"])
    assert part in page.content.decode()
    told = client.get(part).content.decode()
    for entry in services.read(edition).part("recommandations").entries:
        assert entry.title in told
    assert client.get(reverse("diagnosis:part", args=[code, 1, "inconnue"])).status_code == 404


def test_simulated_data_is_said_on_every_way_out(world, agent, told):
    told["evidence"] = replace(whole(), survey=replace(whole().survey, simulated=True))
    draft = services.create_draft(person=agent, territory=world.town)
    content = from_text(draft.content)
    figures = content.by_id()
    assert figures["besoins.microcredit"].simulated
    assert figures["faiblesses.besoin.microcredit"].simulated
    assert not figures["organisations"].simulated
    assert "Données simulées" in content.part("essentiel").texts[0]
    pdf = PdfReader(io.BytesIO(to_pdf(content, draft.pictures, Issue(), draft=False)))
    assert squeezed("Données simulées") in squeezed(pdf.pages[0].extract_text())


# --- Editions of before, comparison, trend -----------------------------------------------------------


def test_an_edition_of_the_first_format_stays_readable(client, world, agent, told):
    told["evidence"] = Evidence()
    draft = services.create_draft(person=agent, territory=world.town)
    data = json.loads(draft.content)
    del data["findings"]
    data["format"] = 1
    for part in data["sections"]:
        del part["entries"]
    Draft.objects.filter(pk=draft.pk).update(content=json.dumps(data, ensure_ascii=False))
    edition = services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    assert services.read(edition).format == 1
    for name in ("edition", "pdf", "csv", "json"):
        assert client.get(reverse(f"diagnosis:{name}", args=[world.town.code, 1])).status_code == 200
    assert client.get(reverse("diagnosis:editable", args=[world.town.code, 1, "odt"])).status_code == 200


def test_needs_are_compared_and_recommendations_that_turned_are_told(world, told):
    before = services.assemble(world.town, services.timezone.localdate()).content
    told["evidence"] = Evidence(survey=survey(need("digital", score=2.0, low=1.8, high=2.2)))
    after = services.assemble(world.town, services.timezone.localdate()).content
    found = compare(before, after)
    assert any("Recommandations qui ne s’appliquent plus" in text for text in found.turned)
    changes = {change.id: change for group in found.groups for change in group.changes}
    assert changes["besoins.microcredit"].after is None
    assert changes["besoins.digital"].change == pytest.approx(2.0 - before.by_id()["besoins.digital"].value)


def test_a_trend_follows_a_figure_and_breaks_where_it_must(world, told):
    first = services.assemble(world.town, services.timezone.localdate()).content
    other_method = replace(first, method_version="0")
    other_perimeter = replace(first, subject=replace(first.subject, extent="autre"))
    courses = {one.id: one for one in trend([first, first]).courses}
    assert [point.text for point in courses["organisations"].points] == ["14", "14"]
    assert courses["besoins.microcredit"].reasons == ()
    broken = {one.id: one for one in trend([other_method, first]).courses}
    assert broken["organisations"].reasons == ("la méthode a changé",)
    moved = {one.id: one for one in trend([other_perimeter, first]).courses}
    assert moved["organisations"].reasons == ("le périmètre du territoire a changé",)
    assert trend([first]).courses == ()


def test_the_trend_is_on_its_page_and_in_the_next_edition(client, world, agent, edition):
    code = world.town.code
    earlier = services.timezone.localdate() - services.timezone.timedelta(days=30)
    page = client.get(reverse("diagnosis:evolution", args=[code]))
    assert "Il faut deux éditions" in page.content.decode()
    draft = services.create_draft(person=agent, territory=world.town, as_of=earlier)
    services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    draft = services.create_draft(person=agent, territory=world.town)
    assert from_text(draft.content).part("evolution").tables[0].lines
    page = client.get(reverse("diagnosis:evolution", args=[code])).content.decode()
    assert re.findall(r"[^>]*micro-crédit[^<]*", page) == ["Besoin\u00a0: micro-crédit (écart)"]


def test_a_part_that_one_edition_alone_has_is_not_told_line_by_line(client, world, agent, edition, told):
    told["evidence"] = Evidence()
    draft = services.create_draft(person=agent, territory=world.town)
    services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    page = client.get(reverse("diagnosis:comparison", args=[world.town.code])).content.decode()
    part = page[page.index("besoins des acteurs</h2>") :]
    part = part[: part.index("</section>")]
    assert "n’est que dans une des deux éditions" in part
    assert reverse("diagnosis:edition", args=[world.town.code, 1]) in part
    assert "<table" not in part


def test_two_editions_of_one_day_are_told_apart(client, world, agent, edition):
    draft = services.create_draft(person=agent, territory=world.town)
    services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    pages = [
        client.get(reverse(f"diagnosis:{name}", args=[world.town.code, *rest])).content.decode()
        for name, rest in (
            ("edition", [1]),
            ("edition", [2]),
            ("part", [1, "besoins"]),
            ("part", [2, "besoins"]),
        )
    ]
    titles = [page[page.index("<title>") : page.index("</title>")] for page in pages]
    assert len(set(titles)) == 4
    course = client.get(reverse("diagnosis:evolution", args=[world.town.code])).content.decode()
    assert "n°\u00a01, " in course
    assert "n°\u00a02, " in course
    home = client.get("/").content.decode()
    assert reverse("diagnosis:edition", args=[world.town.code, 2]) in home
    assert reverse("diagnosis:edition", args=[world.town.code, 1]) not in home


# --- What the territory says of the lines ------------------------------------------------------------


RATING = {"impact": 5, "certainty": 1, "reason": "Vu en conseil."}
RATED = {"key": "besoin.microcredit", "read": "", **RATING}
SAID = {"side": "threat", "text": "Un départ annoncé", "evidence": "besoin.microcredit", **RATING}
LINE = {"once": new_public_id(), **SAID}


def line_of(draft, key):
    content = from_text(draft.content)
    return next(
        (line for table in content.part("swot").tables for line in table.lines if line.key == key), None
    )


def test_a_line_is_rated_otherwise_and_comes_back_to_the_rule(agent, draft):
    before = line_of(draft, "besoin.microcredit").cells
    rated = judging.rate_line(person=agent, draft=draft, **RATED)
    assert line_of(rated, "besoin.microcredit").cells[:2] == (5, 1)
    assert line_of(rated, "besoin.microcredit").cells[3] == "Vu en conseil."
    again = judging.drop_judgement(person=agent, draft=draft, key="besoin.microcredit")
    assert line_of(again, "besoin.microcredit").cells == before


def test_a_line_of_ones_own_stays_in_the_next_draft(world, agent, draft):
    judging.add_line(person=agent, draft=draft, **LINE)
    again = services.create_draft(person=agent, territory=world.town)
    own = LineJudgement.objects.get().key
    assert line_of(again, own).label == "Un départ annoncé"
    assert "micro-crédit" in line_of(again, own).cells[2]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"evidence": "besoin.inconnu"}, "ne repose sur rien"),
        ({"reason": "  "}, "pourquoi"),
        ({"text": " "}, "constat"),
        ({"impact": 6}, "de 1 à 5"),
    ],
)
def test_no_line_without_evidence_reason_and_rating(agent, draft, change, message):
    with pytest.raises(TerreauError, match=message):
        judging.add_line(person=agent, draft=draft, **{**LINE, **change})
    assert not LineJudgement.objects.exists()


def test_a_line_that_is_not_there_is_not_rated(agent, draft):
    with pytest.raises(TerreauError, match="n’est plus dans le brouillon"):
        judging.rate_line(person=agent, draft=draft, **{**RATED, "key": "besoin.inconnu"})


def test_a_draft_that_was_replaced_takes_no_judgement(world, agent, draft):
    services.create_draft(person=agent, territory=world.town)
    with pytest.raises(TerreauError, match="n’existe plus"):
        judging.rate_line(person=agent, draft=draft, **RATED)
    assert not LineJudgement.objects.exists()


def test_only_those_who_prepare_the_diagnosis_judge_its_lines(world, draft):
    for someone in (person(), agent_of(world.other)):
        for attempt in (
            lambda someone=someone: judging.rate_line(person=someone, draft=draft, **RATED),
            lambda someone=someone: judging.add_line(person=someone, draft=draft, **LINE),
            lambda someone=someone: judging.drop_judgement(
                person=someone, draft=draft, key="besoin.microcredit"
            ),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_the_screen_of_the_lines_rates_adds_drops_and_says_what_is_wrong(client, world, agent, draft):
    client.force_login(agent)
    code = world.town.code
    address = reverse("diagnosis:lines", args=[code])
    assert "Noter autrement" in client.get(address).content.decode()
    posted = {"line": "besoin.microcredit"}
    posted |= {f"besoin.microcredit-{name}": value for name, value in RATING.items()}
    assert client.post(reverse("diagnosis:rate_line", args=[code]), posted).url == address
    assert "Vu en conseil." in client.get(address).content.decode()
    added = {"once": new_public_id()} | {f"nouvelle-{name}": value for name, value in SAID.items()}
    for _click in range(2):
        assert client.post(reverse("diagnosis:add_line", args=[code]), added).status_code == 302
    assert LineJudgement.objects.exclude(text="").count() == 1
    assert Event.objects.filter(verb="diagnosis.line_added").count() == 1
    refused = client.post(reverse("diagnosis:add_line", args=[code]), {**added, "nouvelle-evidence": ""})
    assert refused.status_code == 400
    own = LineJudgement.objects.exclude(text="").get().key
    client.post(reverse("diagnosis:drop_line", args=[code]), {"line": own})
    assert not LineJudgement.objects.filter(key=own).exists()


def test_two_people_judge_a_line_and_neither_loses_a_word(client, world, agent, draft):
    judging.rate_line(person=agent, draft=draft, **RATED)
    other = agent_of(world.town)
    # The same again is no quarrel.
    judging.rate_line(person=other, draft=draft, **RATED)
    client.force_login(other)
    code = world.town.code
    posted = {"line": "besoin.microcredit", "read": "", "besoin.microcredit-impact": "2"}
    posted |= {"besoin.microcredit-certainty": "2", "besoin.microcredit-reason": "Lu ailleurs."}
    refused = client.post(reverse("diagnosis:rate_line", args=[code]), posted)
    text = refused.content.decode()
    assert (refused.status_code, "Lu ailleurs." in text, "Vu en conseil." in text) == (400, True, True)
    assert LineJudgement.objects.get().reason == "Vu en conseil."
    mark = judging.marks_of(world.town)["besoin.microcredit"]
    assert mark in text
    assert (
        client.post(reverse("diagnosis:rate_line", args=[code]), posted | {"read": mark}).status_code == 302
    )
    assert LineJudgement.objects.get().reason == "Lu ailleurs."


def test_a_line_that_all_will_read_keeps_no_way_to_reach_a_person(agent, draft):
    for change in ({"text": "Écrire à essai@essai.invalid"}, {"reason": "Appeler le 06 12 34 56 78"}):
        with pytest.raises(TerreauError, match="adresse électronique"):
            judging.add_line(person=agent, draft=draft, **{**LINE, **change})


def test_what_a_person_said_of_lines_is_theirs_to_take_away_and_their_name_goes(world, agent, draft, edition):
    judged = services.create_draft(person=agent, territory=world.town)
    judging.rate_line(person=agent, draft=judged, **RATED)
    told = gather(agent)["diagnosis"]["contenu"]
    assert [one["reason"] for one in told["lines"]] == ["Vu en conseil."]
    assert [one["number"] for one in told["editions"]] == [edition.number]
    personal_data.entries["diagnosis"].erase(agent)
    assert LineJudgement.objects.get().author is None
    assert not gather(agent)["diagnosis"]["contenu"]["lines"]


def test_the_agent_is_told_how_to_fill_what_is_missing(client, world, agent, told):
    told["evidence"] = Evidence()
    services.create_draft(person=agent, territory=world.town)
    client.force_login(agent)
    page = client.get(reverse("diagnosis:draft", args=[world.town.code])).content.decode()
    assert reverse("survey:surveys", args=[world.town.code]) in page
    assert reverse("framework:own", args=[world.town.code]) in page
    assert Edition.objects.count() == 0
