"""What an operator may set, and every command, is in docs/exploitation.md."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver

from terreau.project import cli, settings
from terreau.project.logs import SECRETS

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


@pytest.mark.parametrize("name", sorted(cli.commands()))
def test_each_action_of_a_command_is_documented_and_says_what_it_does(name):
    parser = argparse.ArgumentParser()
    cli.commands()[name].add_arguments(parser)
    choices = [one.choices for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    actions = dict(choices[0]) if choices else {}
    (row,) = [line for line in GUIDE.splitlines() if line.startswith(f"| `terreau {name}` |")]
    assert [action for action in actions if not re.search(rf"`{action}[` ]", row)] == []
    assert [action for action, one in actions.items() if not one.description] == []


def test_no_command_is_documented_that_does_not_exist():
    named = set(re.findall(r"`terreau ([a-z]+)[` ]", GUIDE))
    assert named - set(cli.commands()) == set()


def test_the_defaults_are_those_of_the_code():
    for name, default in (("TERREAU_THREADS", settings.WEB_THREADS), ("TERREAU_UPLOAD_MAX_ROWS", 2000000)):
        assert f"| `{name}` | `{default}` |" in GUIDE


def personal_links(resolver, before=""):
    """Each address that a secret opens, with « SECRET » in its place."""
    for one in resolver.url_patterns:
        route = f"{before}{one.pattern}"
        if not isinstance(one, URLPattern):
            yield from personal_links(one, route)
        elif SECRETS & set(one.pattern.converters) or any(f":{name}>" in route for name in SECRETS):
            told = re.sub(rf"<\w+:({'|'.join(SECRETS)})>", "SECRET", route)
            yield "/" + re.sub(r"<\w+:\w+>", "1", told)


def test_the_examples_of_proxies_keep_no_personal_link_in_their_logs():
    # The doors of the guide’s editor to passwords are closed.
    links = [link for link in personal_links(get_resolver()) if not link.startswith("/redaction/")]
    assert len(links) > 20
    of_nginx = re.search(r'map \$uri \$page_notee \{\n +"~(.+)" \$avant;', GUIDE)[1].replace("?<", "?P<")
    of_caddy = re.search(r'request>uri regexp "(.+)" "\$\{1\}"', GUIDE)[1]
    for link in links:
        found = re.search(of_nginx, link)
        assert found, link
        assert "SECRET" not in found["avant"]
        # As it came: one letter written as a number, or the whole address, opens the same page.
        for written in (link, f"{link[:2]}%{ord(link[2]):X}{link[3:]}", f"http://ess.ville.example{link}"):
            assert "SECRET" not in re.sub(of_caddy, r"\1", written), written
    assert re.sub(of_caddy, r"\1", "/compte/connexion/?next=/voter/SECRET/") == "/compte/connexion/"
    for open_to_all in ("/annuaire/", "/territoires/fr-com-86194/plan/", "/enquetes/besoins-2026/"):
        assert re.sub(of_caddy, r"\1", open_to_all) == open_to_all
