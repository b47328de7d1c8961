"""`terreau portfolio`: the examples of its guide, and documents that do not hold."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.decision.files.choosing import select
from terreau.decision.files.evaluating import METHODS, evaluate
from terreau.decision.files.weighing import weigh
from terreau.project import cli

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "methodes-par-fichier.md").read_text()
FILES = dict(re.findall(r"^`([\w-]+\.json)`\n\n```json\n(.*?)```", GUIDE, re.M | re.S))
COMMANDS = re.findall(r"```console\n\$ terreau (.*?)\n(.*?)```", GUIDE, re.S)


@pytest.fixture(autouse=True, scope="module")
def _files(tmp_path_factory):
    home = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("documents"))
    for name, text in FILES.items():
        Path(name).write_text(text)
    yield
    os.chdir(home)


def ask(*words, **document):
    """Status, output and complaint of a command on a document."""
    if document:
        Path("document.json").write_text(json.dumps(document))
        words = (*words, "document.json")
    out, complaint = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(complaint):
        status = cli.main(["portfolio", *words])
    return status, out.getvalue(), complaint.getvalue().replace("\u00a0", " ").replace("\u202f", " ")


def told(*words, **document):
    status, out, complaint = ask(*words, **document)
    assert (status, complaint) == (0, "")
    return json.loads(out)


def test_the_guide_has_its_examples():
    assert len(COMMANDS) == 6


@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=[one for one, _shown in COMMANDS])
def test_an_example_of_the_guide_says_what_it_shows(command, shown):
    _status, out, complaint = ask(*command.split()[1:])
    assert (out + complaint).replace("\r\n", "\n").strip() == shown.replace("\u00a0", " ").strip()


CRITERIA = [{"id": "a", "weight": 1}, {"id": "b", "weight": 1}]


def test_mcda_2_by_file():
    criteria = [
        {"id": key, "weight": weight, "preference": {"type": "usual"}}
        for key, weight in (("x", 0.5), ("y", 0.3), ("z", 0.2))
    ]
    projects = [
        {"id": str(at), "marks": dict(zip("xyz", row, strict=True))}
        for at, row in enumerate([(4, 3, 2), (3, 2, 4), (5, 1, 3)])
    ]
    found = told("evaluate", "--method", "promethee", criteria=criteria, projects=projects)
    assert [one["score"] for one in found["results"]] == [0.1, -0.3, 0.2]


def test_mcda_6_by_file():
    projects = [{"id": "A", "marks": {"a": 0.6, "b": 0.5}}, {"id": "B", "marks": {"a": 0.2, "b": 0.8}}]
    found = told("evaluate", "--method", "smaa", criteria=CRITERIA, projects=projects, draws=40000, seed=3)
    assert found["results"][0]["acceptability"][0] == pytest.approx(4 / 7, abs=4 * found["error"])
    assert (found["error"], found["seed"], found["draws"]) == (0.0025, 3, 40000)


def test_port_1_by_file():
    from tests.decision.test_choosing import COSTS, VALUES

    projects = [
        {"id": str(at), "cost": cost, "value": value}
        for at, (cost, value) in enumerate(zip(COSTS, VALUES, strict=True), start=1)
    ]
    found = told("choose", "--core", "--alternatives", "1", budget=165, projects=projects)
    assert (found["selected"], found["value"], found["cost"]) == (["1", "2", "3", "4", "6"], 309, 165)
    assert [key for key, index in found["core"].items() if index == 1] == found["selected"]
    assert found["alternatives"][0]["value"] == 284


def test_values_by_marks_and_the_core_over_the_agreed_order():
    projects = [
        {"id": "A", "cost": 1.5, "marks": {"a": 4, "b": 1}},
        {"id": "B", "cost": 1.25, "marks": {"a": 1, "b": 4}},
    ]
    asked = {"criteria": CRITERIA, "projects": projects, "budget": 1.5}
    assert told("choose", "--core", **asked)["core"] == {"A": 0.5, "B": 0.5}
    assert told("choose", "--core", **asked, weights_order=[["b"], ["a"]])["core"] == {"A": 1, "B": 0}


@pytest.mark.parametrize(("budget", "selected"), [(0.8, ["A"]), (0.79, [])])
def test_costs_of_several_years_add_up_to_the_cent(budget, selected):
    # As floating numbers, 0.1 and 0.7 are less than 0.8.
    projects = [{"id": "A", "costs": {"2027": 0.1, "2028": 0.7}, "value": 1}]
    found = told("choose", budget=budget, projects=projects)
    assert (found["selected"], found["cost"]) == (selected, 0.8 if selected else 0)


def test_a_value_given_besides_the_marks_is_the_one_to_choose_by():
    projects = [
        {"id": "A", "cost": 1, "value": 1, "marks": {"a": 0, "b": 0}},
        {"id": "B", "cost": 1, "value": 2, "marks": {"a": 4, "b": 4}},
        {"id": "C", "cost": 1, "value": 3, "marks": {"a": 2, "b": 2}},
    ]
    found = told("choose", "--core", criteria=CRITERIA, projects=projects, budget=1)
    assert found["selected"] == ["C"]
    assert found["core"] == {"A": 0, "B": 1, "C": 0}


def test_a_scale_for_all_the_criteria():
    projects = [{"id": "A", "marks": {"a": 15, "b": 5}}]
    for method in ("additive", "smaa", "promethee"):
        found = told("evaluate", "--method", method, criteria=CRITERIA, projects=projects, scale=[0, 20])
        assert len(found["results"]) == 1
    assert told("evaluate", criteria=CRITERIA, projects=projects, scale=[0, 20])["results"][0]["score"] == 0.5


def test_marks_without_a_scale_are_compared_by_promethee_only():
    projects = [{"id": "A", "marks": {"a": 150, "b": 5}}, {"id": "B", "marks": {"a": 120, "b": 3}}]
    assert ask("evaluate", criteria=CRITERIA, projects=projects)[0] == 1
    found = told("evaluate", "--method", "promethee", criteria=CRITERIA, projects=projects)
    assert [one["score"] for one in found["results"]] == [1, -1]


def test_members_are_merged():
    members = [
        {"college": "élus", "ranks": [["a"], ["b"]], "z": 3},
        {"college": "acteurs", "ranks": [["b"], ["a"]], "z": 3},
        {"college": "acteurs", "ranks": [["b", "a"]]},
    ]
    found = told("weights", members=members)
    assert found["colleges"] == {"élus": {"a": 25, "b": 75}, "acteurs": {"a": 62.5, "b": 37.5}}
    assert found["weights"] == {"a": 43.75, "b": 56.25}
    assert found["dispersion"]["a"]["greatest"] == 75


def test_every_method_has_its_csv():
    for command in ("evaluate projets.json --method smaa", "choose budget.json --core --alternatives 1"):
        status, out, _complaint = ask(*command.split(), "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(out)))
        assert status == 0
        assert {"épicerie", "ressourcerie", "tiers-lieu"} <= {row["id"] for row in rows}


def project(**more):
    return {"id": "P", "marks": {"a": 1, "b": 1}} | more


HUGE = 10**400
WRONG = {
    "mark out of scale": ("evaluate", {"projects": [project(marks={"a": 5})]}, "hors de l’échelle"),
    "unknown criterion": ("evaluate", {"projects": [project(marks={"z": 1})]}, "« z »"),
    "not a number": ("evaluate", {"projects": [project(marks={"a": "haut"})]}, "il faut ici un nombre"),
    "NaN": ("evaluate", {"projects": [project(marks={"a": float("nan")})]}, "ni texte, ni nan"),
    "huge": ("evaluate", {"projects": [project(marks={"a": HUGE})]}, "nombre"),
    "true": ("evaluate", {"projects": [project(marks={"a": True})]}, "nombre"),
    "three ends": ("evaluate", {"projects": [project(marks={"a": [1, 2, 3]})]}, "deux nombres"),
    "backwards": ("evaluate", {"projects": [project(marks={"a": [3, 2]})]}, "à l’envers"),
    "twice": ("evaluate", {"projects": [project(), project()]}, "donné deux fois"),
    "no project": ("evaluate", {"projects": []}, "« projects »"),
    "no marks": ("evaluate", {"projects": [{"id": "P"}]}, "entre accolades"),
    "key misspelt": ("evaluate", {"projects": [project(mark={})]}, "« mark » n’est pas connue"),
    "weight missing": (
        "evaluate",
        {"criteria": [{"id": "a", "weight": 1}, {"id": "b"}], "projects": [project()]},
        "manque le poids",
    ),
    "weights null": ("evaluate", {"criteria": [{"id": "a", "weight": 0}], "projects": [project()]}, "nuls"),
    "wrong sense": (
        "evaluate",
        {"criteria": [{"id": "a", "sense": "up"}], "projects": [project()]},
        "« max »",
    ),
    "flat scale": (
        "evaluate",
        {"criteria": [{"id": "a", "scale": [1, 1]}], "projects": [project()]},
        "échelle",
    ),
    "preference": (
        "evaluate",
        {"criteria": [{"id": "a", "preference": {"type": "v"}}], "projects": [project()]},
        "demande « p »",
    ),
    "p under q": (
        "evaluate",
        {
            "criteria": [{"id": "a", "preference": {"type": "linear", "q": 2, "p": 1}}],
            "projects": [project()],
        },
        "au moins égal",
    ),
    "card left out": ("weights", {"criteria": ["a", "b", "c"], "ranks": [["a"], ["b"]], "z": 2}, "« c »"),
    "card twice": ("weights", {"ranks": [["a"], ["a"]], "z": 2}, "deux fois"),
    "blanks left out": ("weights", {"ranks": [["a"], ["b"], ["c"]], "blanks": [1], "z": 2}, "donnez-en 2"),
    "no z": ("weights", {"ranks": [["a"], ["b"]]}, "« z »"),
    "z of nothing": ("weights", {"ranks": [["a"], ["b"]], "z": 0}, "de 1 à"),
    "half a card": ("weights", {"ranks": [["a"], ["b"]], "blanks": [0.5], "z": 2}, "entier"),
    "member": ("weights", {"members": [{"ranks": [["a"], ["a"]], "z": 2}]}, "n° 1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_document_that_does_not_hold_is_refused_in_french(name):
    action, document, said = WRONG[name]
    if action == "evaluate":
        document = {"criteria": [{"id": "a"}, {"id": "b"}], **document}
    status, out, complaint = ask(action, **document)
    assert (status, out) == (1, "")
    assert said.lower() in complaint.lower()
    assert "Traceback" not in complaint


def choice(**more):
    return {"id": "P", "cost": 1, "value": 1} | more


Q = {"id": "Q", "cost": 1, "value": 1}
WRONG_CHOICES = {
    "budgets that do not add up": ({"budget": 100, "budgets": {"2027": 60, "2028": 60}}, "font 120"),
    "costs that do not add up": ({"projects": [choice(costs={"2027": 3})]}, "font 3"),
    "no budget": ({"budget": None}, "« budget »"),
    "negative budget": ({"budget": -1}, "de 0 à"),
    "negative cost": ({"projects": [choice(cost=-1)]}, "de 0 à"),
    "no cost": ({"projects": [{"id": "P", "value": 1}]}, "« cost »"),
    "no value": ({"projects": [{"id": "P", "cost": 1}]}, "« value »"),
    "cost without its year": ({"budget": None, "budgets": {"2027": 1, "2028": 1}}, "« costs »"),
    "year without budget": (
        {"budget": None, "budgets": {"2027": 1}, "projects": [{"id": "P", "value": 1, "costs": {"2028": 1}}]},
        "2028",
    ),
    "circle": (
        {
            "projects": [choice(), Q],
            "constraints": [
                {"type": "requires", "project": "P", "needs": "Q"},
                {"type": "requires", "project": "Q", "needs": "P"},
            ],
        },
        "P → Q → P",
    ),
    "unknown type": ({"constraints": [{"type": "most"}]}, "le type est"),
    "unknown project": ({"constraints": [{"type": "keep", "project": "Z"}]}, "« Z »"),
    "nobody bears it": (
        {"constraints": [{"type": "count", "lever": "x", "min": 1}]},
        "aucun projet ne porte",
    ),
    "two labels": (
        {"constraints": [{"type": "count", "lever": "x", "zone": "y", "min": 1}]},
        "une seule clé",
    ),
    "no bound": ({"constraints": [{"type": "count"}]}, "« min » ou « max »"),
    "share above all": ({"constraints": [{"type": "share", "min": 30}]}, "de 0 à 1"),
    "min above max": ({"constraints": [{"type": "count", "min": 2, "max": 1}]}, "plus grand"),
    "one excluded": ({"constraints": [{"type": "excludes", "projects": ["P"]}]}, "deux projets"),
    "same name": (
        {"constraints": [{"type": "count", "min": 0, "name": "x"}, {"type": "count", "max": 9, "name": "x"}]},
        "« x »",
    ),
    "too precise": ({"projects": [choice(cost=0.12345678)]}, "décimales"),
    "too large": ({"projects": [choice(cost=1e15), Q | {"cost": 1e15 - 0.5}]}, "trop grands"),
    "share of nothing": ({"projects": [choice(min_share=2)]}, "de 0 à 1"),
    "criteria without marks": ({"criteria": [{"id": "a"}]}, "« marks »"),
    "value of some": (
        {"criteria": [{"id": "a"}], "projects": [choice(marks={}), {"id": "Q", "cost": 1, "marks": {}}]},
        "« value »",
    ),
    "core in part": ({"projects": [choice(min_share=0.5)]}, "financés en entier"),
    "budget named twice": ({"constraints": [{"type": "count", "min": 0, "name": "budget"}]}, "« budget »"),
}


@pytest.mark.parametrize("name", WRONG_CHOICES)
def test_a_choice_that_does_not_hold_is_refused_in_french(name):
    document, said = WRONG_CHOICES[name]
    status, out, complaint = ask("choose", "--core", **{"budget": 10, "projects": [choice()], **document})
    assert (status, out) == (1, "")
    assert said.lower() in complaint.lower()


ASKED = {
    "projets.json": [lambda given, method=method: evaluate(given, method) for method in METHODS],
    "cartes.json": [weigh],
    "budget.json": [lambda given: select(given, alternatives=1, with_core=True, with_prices=True)],
}
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(
        [0, -1, 0.5, 3, 1e300, 10**400, float("nan"), float("-inf"), "", "\x00", "épicerie", "count"]
    ),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just([1, 2, 3]),
    st.just({"": 1}),
)


def _places(value, path=()):
    """Every place of a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        yield from _places(one, (*path, key))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(ASKED)), st.data())
def test_whatever_stands_anywhere_is_read_or_refused(name, data):
    document = json.loads(FILES[name]) | ({"draws": 20} if name == "projets.json" else {})
    *path, last = data.draw(st.sampled_from([one for one in _places(document) if one]))
    place = document
    for key in path:
        place = place[key]
    place[last] = data.draw(ANYTHING)
    for ask_for in ASKED[name]:
        with contextlib.suppress(TerreauError):
            json.dumps(ask_for(document), allow_nan=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"ranks": [["a"]], "ranks": [["b"]]}', "donnée deux fois"),
        ("[" * 200_000, "trop de niveaux"),
        ('{"ranks": ', "n’est pas du JSON"),
        ("[]", "entre accolades"),
        ('{"ranks": [["a"], ["b"]], "z": NaN}', "nombre"),
        ('{"ranks": [["a"], ["b"]], "z": 1e999}', "nombre"),
        (" " * 20_000_001, "dépasse 20 Mo"),
    ],
    ids=["key twice", "deep", "cut", "list", "NaN", "infinite", "huge"],
)
def test_a_file_that_cannot_be_read_is_refused_in_french(text, said):
    Path("document.json").write_text(text)
    status, _out, complaint = ask("weights", "document.json")
    assert status == 1
    assert said in complaint
