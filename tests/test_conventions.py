"""The habits of the house, held by tests so that nobody has to remember them."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "terreau"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def _glossary() -> list[tuple[str, str]]:
    pairs = []
    for line in (ROOT / "docs" / "glossaire.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[1].startswith("`"):
            names = re.findall(r"`(\w+)`", cells[1])
            modules = re.findall(r"`([\w.]+)`", cells[2])
            pairs += [(name, modules[min(i, len(modules) - 1)]) for i, name in enumerate(names)]
    return pairs


@pytest.mark.parametrize(("name", "module"), _glossary())
def test_each_term_of_the_glossary_names_something_in_the_code(name, module):
    source = Path(importlib.import_module(f"terreau.{module}").__file__).read_text()
    assert re.search(rf"\b{name}\b", source)


def test_no_module_is_longer_than_five_hundred_lines():
    long = {
        str(path.relative_to(ROOT)): n for path in MODULES if (n := len(path.read_text().splitlines())) > 500
    }
    assert long == {}


def test_every_module_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT)) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    empty_packages = [name for name in silent if name.endswith("__init__.py")]
    assert [name for name in silent if name not in empty_packages] == []


def test_every_dependency_is_named_with_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    reasons = (ROOT / "docs" / "adr" / "0002-pieces.md").read_text().lower()
    names = [re.split(r"[\[<>=~]", line)[0] for line in project["dependencies"]]
    known_as = {"vl-convert-python": "vl-convert", "psycopg": "psycopg 3"}
    assert [name for name in names if known_as.get(name, name) not in reasons] == []


def test_templates_hold_no_inline_script_or_style():
    """The content security policy would refuse them; a data block (JSON-LD) is not a script."""
    wrong = []
    for path in PACKAGE.glob("*/templates/**/*.html"):
        text = path.read_text()
        inline = re.search(
            r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)|<style|\sstyle=|\son\w+=", text
        )
        if inline and "file-document" not in text:
            wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


def test_templates_hold_no_untranslated_french():
    """Words between tags must come through gettext."""
    wrong = []
    for path in PACKAGE.glob("*/templates/**/*.html"):
        text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", path.read_text(), flags=re.S)
        text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|&\w+;", "", text, flags=re.S)
        text = re.sub(r"<script.*?</script>|<[^>]*>", " ", text, flags=re.S)
        words = [
            word
            for word in re.findall(r"[A-Za-zÀ-ÿ’]{4,}", text)
            if word not in {"Terreau", "JSON", "GeoJSON", "XLSX"}
        ]
        if words:
            wrong.append((str(path.relative_to(ROOT)), words[:5]))
    assert wrong == []


def test_the_version_is_said_once_the_same_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    from terreau import __version__

    assert __version__ == version
    assert f"softwareVersion: {version}" in (ROOT / "publiccode.yml").read_text()


def test_user_facing_french_has_its_typography():
    """A straight apostrophe between letters or a plain space before a double sign, in templates."""
    wrong = []
    for path in PACKAGE.glob("*/templates/**/*.html"):
        for text in re.findall(r"{%\s*translate \"([^\"]*)\"", path.read_text()):
            if re.search(r"[a-zà-ÿ]'[a-zà-ÿ]| [;:?!»](?:\s|$)|« ", text):
                wrong.append((str(path.relative_to(ROOT)), text[:60]))
    assert wrong == []
