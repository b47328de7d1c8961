"""What an operator may set, and every command, is in docs/exploitation.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from terreau.project import cli, settings

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "exploitation.md").read_text()
READERS = "text|flag|whole|whole_of|database|time_zone|log_level|web_address|sender|words"
SETTINGS = sorted(
    {*re.findall(rf"\b(?:{READERS})\(\s*\"(\w+)\"", Path(settings.__file__).read_text()), "TERREAU_HOME"}
)


def documented():
    """The names in the first column of the table of settings."""
    section = GUIDE.split("## Les réglages")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_the_settings_are_found():
    assert len(SETTINGS) > 12
    assert {"DATABASE_URL", "TERREAU_DEBUG"} <= set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_documented(name):
    assert name in documented()


def test_no_setting_is_documented_that_does_not_exist():
    assert documented() - set(SETTINGS) == set()


@pytest.mark.parametrize("name", sorted(cli.commands()))
def test_a_command_is_documented(name):
    section = GUIDE.split("## Les commandes")[1].split("\n## ")[0]
    assert f"| `terreau {name}` |" in section


def test_no_command_is_documented_that_does_not_exist():
    named = set(re.findall(r"`terreau ([a-z]+)[` ]", GUIDE))
    assert named - set(cli.commands()) == set()


def test_the_defaults_are_those_of_the_code():
    for name, default in (("TERREAU_THREADS", settings.WEB_THREADS), ("TERREAU_UPLOAD_MAX_ROWS", 2000000)):
        assert f"| `{name}` | `{default}` |" in GUIDE
