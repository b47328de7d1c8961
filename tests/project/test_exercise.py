"""The exercise: an invented country in an instance of its own, apart from anything real."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse
from pypdf import PdfReader
from shapely import union_all

from terreau.accounts.models import Person
from terreau.core.countries import country_from_text, country_name, is_country, iso2_codes
from terreau.core.errors import TerreauError
from terreau.core.home import Home
from terreau.core.outlines import countries_near, country_of
from terreau.core.text import fold
from terreau.diagnosis.models import Edition
from terreau.directory.models import Organisation, Source
from terreau.directory.services import create_organisation
from terreau.directory.simulated import mark_source
from terreau.directory.terms import load_nomenclatures
from terreau.journal.models import Event
from terreau.observatory.figures import figures_of
from terreau.observatory.secrecy.protecting import protect
from terreau.perimeters.rules import Facts, countries_covered, decide, forms_of
from terreau.perimeters.rules import version as version_of_rules
from terreau.portal import editorial
from terreau.project.cli import main
from terreau.project.exercise import actors, country, filling, people, register
from terreau.project.exercise.home import check_apart, check_restored, claim
from terreau.project.exercise.mail import ConsoleOfExercise
from terreau.registers.models import ImportRun
from terreau.stewardship.models import Item
from terreau.territories.loading import is_needed, load_reference
from terreau.territories.models import Territory
from terreau.territories.reference.build import build as build_real
from terreau.territories.reference.files import table
from tests.directory import factories
from tests.project.invented import NOTICE, exercise  # noqa: F401  (a fixture)


def quiet(_line):
    return None


# --- The country ----------------------------------------------------------------------------------------


def test_no_invented_place_bears_the_name_of_a_real_one():
    files = ("communes_fr_2026", "communes_fr_former", "cities_francophonie", "departments_fr_2026")
    files += ("regions_fr_2026", "epci_fr_2026", "names_fr", "cities_network")
    real = {fold(row.get("name") or row.get("ville") or "") for name in files for row in table(name)}
    names = [row["name"] for row in country.rows()]
    assert not real & {fold(name) for name in names}
    assert len(set(map(fold, names))) == len(names)
    assert country_from_text(country.NAME) is None


def test_its_code_and_its_ground_are_nobody_s():
    assert country.ISO2 not in iso2_codes()
    assert re.fullmatch("A[A]|Q[M-Z]|X[A-Z]|ZZ", country.ISO2), "a code that ISO 3166-1 leaves to its users"
    for outline in country.outlines().values():
        assert countries_near(outline.centroid.x, outline.centroid.y, within_km=500) == set()


def test_its_communes_fill_it_without_gap_nor_overlap():
    outlines = list(country.outlines().values())
    whole = union_all(outlines)
    assert all(outline.is_valid for outline in outlines)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert whole.area == pytest.approx(sum(outline.area for outline in outlines))


def test_each_total_is_that_of_its_parts():
    rows = {row["code"]: row for row in country.rows()}
    told = {code: int(row["population"]) for code, row in rows.items() if not row["places"]}
    summed = dict.fromkeys(told, 0)
    for row in rows.values():
        above = row["parent"] if row["places"] else ""
        while above:
            summed[above] += int(row["population"])
            above = rows[above]["parent"]
    assert summed == told


def test_the_country_is_known_to_its_instance_alone(exercise):  # noqa: F811
    middle = country.outlines()[actors.SONGEMONT].centroid
    assert is_country("XT")
    assert country_name("XT") == "Imaginie"
    assert country_name("XT", "en") == "Imaginia"
    assert country_from_text("imaginie") == "XT"
    assert country_of(middle.x, middle.y) == "XT"
    assert "XT" in {item.country for item in countries_covered()}


def test_a_real_instance_knows_nothing_of_it():
    assert not is_country("XT")
    assert "XT" not in {item.country for item in countries_covered()}


def test_its_law_is_read_like_any_other(exercise, db):  # noqa: F811
    from datetime import date

    def answer(form, **others):
        return decide(Facts("XT", date(2026, 11, 1), form, **others)).in_scope

    assert answer("xt-association") == "oui"
    assert answer("xt-societe") == "non"
    assert answer("xt-entreprise-sociale") == "indetermine"
    assert answer("xt-entreprise-sociale", approvals=frozenset({"agrement"})) == "oui"
    assert {form.reliability for form in forms_of("XT")} == {"V", "K"}


def test_another_law_is_another_version(exercise):  # noqa: F811
    with_it = version_of_rules()
    from terreau.perimeters import forms

    forms._folders.pop()
    version_of_rules.cache_clear()
    assert version_of_rules() != with_it


def test_loaded_once_it_is_not_needed_again(exercise, db):  # noqa: F811
    assert is_needed()
    load_reference()
    assert not is_needed()
    assert set(Territory.objects.values_list("country_code", flat=True)) == {"XT"}
    town = Territory.objects.get(code=actors.SONGEMONT)
    above = set(Territory.objects.containing(town).values_list("code", flat=True))
    assert above == {"xt", "xt-reg-3", "xt-pro-31", "xt-grp-1", actors.SONGEMONT}
    assert town.parent.code == "xt-pro-31"


# --- Apart ----------------------------------------------------------------------------------------------


def test_it_has_a_folder_of_its_own_beside_the_real_one(tmp_path, monkeypatch):
    monkeypatch.setattr("terreau.project.exercise.home.find_home", _homes(tmp_path))
    monkeypatch.delenv("TERREAU_HOME")
    claim()
    assert (tmp_path / "exercice" / "exercise").exists()
    claim()


def _homes(root):
    import os
    from pathlib import Path

    from terreau.core.home import Home

    return lambda: Home(Path(os.environ.get("TERREAU_HOME") or root))


def test_it_refuses_a_folder_that_holds_something_else(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TERREAU_HOME", str(tmp_path))
    (tmp_path / "terreau.sqlite3").write_bytes(b"")
    assert main(["exercise", "--no-serve"]) == 1
    told = capsys.readouterr().err
    assert "n’est pas celui d’une instance d’exercice" in told
    assert str(tmp_path) in told
    assert [path.name for path in tmp_path.iterdir()] == ["terreau.sqlite3"]


def test_help_marks_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("TERREAU_HOME", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["exercise", "--help"])
    assert not list(tmp_path.iterdir())


def test_an_exercise_refuses_a_real_base(small_world, exercise):  # noqa: F811
    with pytest.raises(TerreauError, match="contient de vrais territoires"):
        check_apart()


def test_a_real_instance_refuses_the_base_of_an_exercise(exercise, db):  # noqa: F811
    load_reference()
    check_apart()
    exercise.EXERCISE = False
    with pytest.raises(TerreauError, match="celle d’une instance d’exercice"):
        check_apart()


def test_a_back_up_goes_to_its_own_sort(exercise, db):  # noqa: F811
    check_restored(exercise=True)
    with pytest.raises(TerreauError, match="instance réelle"):
        check_restored(exercise=False)
    exercise.EXERCISE = False
    check_restored(exercise=False)
    with pytest.raises(TerreauError, match="tout y est inventé"):
        check_restored(exercise=True)


def test_the_demonstration_refuses_the_folder_of_an_exercise(exercise, capsys):  # noqa: F811
    assert main(["demo", "--no-serve"]) == 1
    assert "ne montre que du vrai" in capsys.readouterr().err


def test_the_real_world_holds_nothing_of_it():
    from terreau.territories.reference.rows import Only

    world = build_real(Only(departments=frozenset({"86"})))
    assert not [code for code in world.territories if code.startswith("xt")]


# --- Said on every way out ------------------------------------------------------------------------------


def test_every_page_and_every_frame_says_it(small_world, exercise, client):  # noqa: F811
    code = small_world.poitiers.code
    for path in (
        "/",
        "/annuaire/",
        "/carte/",
        "/nulle-part/",
        reverse("opendata:frame", args=[code, "carte"]),
    ):
        assert NOTICE in client.get(path).content.decode(), path


def test_a_real_page_says_nothing_of_it(client, small_world):
    assert "exercice" not in client.get("/annuaire/").content.decode()


def test_the_guide_s_editors_read_it_once(small_world, exercise, client):  # noqa: F811
    from django.contrib.auth.models import Permission

    person = factories.secretary()
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(person)
    assert client.get("/redaction/").content.decode().count(NOTICE) == 1


def test_every_page_of_a_document_says_it(exercise):  # noqa: F811
    from terreau.documents.pdf import render

    source = '#import "/maison.typ": *\n#show: house.with(title: "Essai")\n= Un\n#pagebreak()\n= Deux\n'
    pages = PdfReader(io.BytesIO(render(source, {}))).pages
    assert len(pages) >= 3
    for page in pages:
        assert "Instance d’exercice" in " ".join(page.extract_text().split())


def test_every_message_says_it_and_none_leaves(exercise):  # noqa: F811
    out = io.StringIO()
    backend = ConsoleOfExercise(stream=out)
    backend.send_messages([EmailMessage("Code", "Voici", None, ["a@exercice.invalid"])])
    assert NOTICE in out.getvalue()


def test_files_say_it(small_world, exercise, client):  # noqa: F811
    factories.organisation("Atelier d’essai", small_world.poitiers)
    factories.indexed()
    for form in ("jsonld", "geojson"):
        assert NOTICE in b"".join(client.get(reverse("directory:export", args=[form]))).decode()


def test_whoever_speaks_there_is_simulated(small_world, exercise):  # noqa: F811
    secretary = factories.secretary()
    sheet = create_organisation(
        person=secretary, territory=small_world.poitiers, values={"name": "Atelier d’essai"}
    )
    source = Source.objects.get(records__organisation=sheet)
    assert source.simulated
    with pytest.raises(TerreauError, match="toutes les données sont simulées"):
        mark_source(person=secretary, source=source, simulated=False)


# --- The register ---------------------------------------------------------------------------------------


def test_the_register_is_always_the_same(tmp_path):
    register.write(tmp_path / "a")
    register.units.cache_clear()
    register.write(tmp_path / "b")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    sizes = [register.file_of(tmp_path / "a", vintage).stat().st_size for vintage in register.VINTAGES]
    assert len(set(sizes)) == len(register.VINTAGES)


@pytest.mark.parametrize("vintage", register.VINTAGES)
def test_its_figures_are_simulated_and_shown_as_far_as_they_may_be(exercise, tmp_path, vintage):  # noqa: F811
    from terreau.observatory.build import build
    from terreau.observatory.landing import Request

    register.write(tmp_path)
    build(
        Request(
            source="generic",
            vintage=vintage,
            out=tmp_path / "out",
            units=register.file_of(tmp_path, vintage),
            mapping=register.mapping_of(tmp_path, vintage),
        )
    )
    manifest = json.loads((tmp_path / "out" / vintage / "manifest.json").read_text())
    assert manifest["notice"] == "données simulées"
    assert manifest["counts"]["rejected"] == []
    found = figures_of(tmp_path / "out", actors.SONGEMONT, vintage)
    assert found.get("structures", perimeter="national").value > 100
    assert found.get("emplois", perimeter="national").masked == (vintage == register.WITHHELD)
    wages = [one for one in found.figures if one.id == "masse_salariale"]
    assert bool(wages) == (vintage >= register.PAID)
    if wages:
        assert {one.masked for one in wages} == {False, True}, (
            "what is left to be read, and what is taken away"
        )


def test_the_table_left_to_be_protected_is_protected(exercise):  # noqa: F811
    told = protect(register.table_to_protect())
    assert told["audit"]["passed"]
    statuses = {cell["status"] for cell in told["cells"]}
    assert "published" in statuses
    assert len(statuses) > 1


# --- The whole ------------------------------------------------------------------------------------------


def test_the_lists_hold_what_lists_hold():
    first, second, third = actors.lists()
    assert len({row["numero"] for row in first.rows}) == len(first.rows) > 300
    assert {row["forme"] for row in first.rows} == set(actors._LABELS.values())
    assert any(not row["nom"] for row in second.rows)
    assert {row["forme"] for row in third.rows} == {"groupement"}


@pytest.fixture
def home(exercise, db, tmp_path):  # noqa: F811
    """A home of its own with its country, its nomenclatures and its guide, and nothing else."""
    exercise.HOME = Home(tmp_path).ensure()
    load_reference()
    load_nomenclatures()
    editorial.load(lambda _done, _total: None)
    return exercise.HOME


class CutError(Exception):
    """What stops a step halfway."""


def test_a_step_that_was_cut_is_done_again_whole(home, monkeypatch):
    monkeypatch.setattr(filling, "_register", quiet)
    done = []

    def cut():
        people.bring_in()
        done.append("cut")
        raise CutError

    with pytest.raises(CutError):
        filling._once("people", "Comptes", cut, quiet)
    assert not Person.objects.exists()
    filling._once("people", "Comptes", people.bring_in, quiet)
    assert Person.objects.count() == len(people.ACCOUNTS)
    filling._once("people", "Comptes", cut, quiet)
    assert done == ["cut"]


# Every part one may play → what the pages of its workspace must show.
EMPTY = re.compile(
    r"Aucun travail long|Aucun doublon|Aucune subdivision|Aucune filière|Aucun message pour|Rien à appeler"
)


def test_every_screen_has_something_to_show(home, client, monkeypatch):
    # A third of the time goes in drawing the same charts; their tests are elsewhere.
    monkeypatch.setattr("terreau.diagnosis.drawings.bar_chart", lambda *given, **options: "<svg/>")
    told = []
    filling.build(told.append)
    before = [(model, model.objects.count()) for model in (Organisation, Item, Edition, ImportRun, Event)]
    filling.build(told.append)
    assert before == [(model, model.objects.count()) for model, _count in before]
    assert not Source.objects.filter(simulated=False).exists()
    assert Organisation.objects.filter(merged_into=None).count() > 400
    for account in people.AGENTS:
        client.force_login(people.person_of(account))
        for page in _pages_of(account.territory):
            answer = client.get(page)
            text = answer.content.decode()
            assert (answer.status_code, NOTICE in text, EMPTY.findall(text)) == (200, True, []), page


def _pages_of(code):
    town = {"code": code}
    names = ("portal:dashboard", "diagnosis:draft", "directory:filieres", "freshness:calls", "registers:list")
    names += ("stewardship:moderation", "territories:subdivisions", "accounts_team", "accounts_journal")
    return [reverse(name, kwargs=town) for name in names] + [
        "/espace/",
        "/espace/messages/",
        reverse("diagnosis:latest", kwargs=town),
        f"/espace/{code}/doublons/",
        f"/espace/{code}/changements/",
    ]
