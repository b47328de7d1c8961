"""Each door that costs, or can be abused, is limited, and says in French how long to wait."""

from __future__ import annotations

import pytest

from terreau.accounts import rate_limits
from tests.directory import factories as make

SEARCHES = ["/annuaire/", "/annuaire/valeurs/secteur/", "/carte/", "/annuaire/nouvelles-fiches.atom"]
PARTS_OF_MAPS = ["/carte/carte.svg", "/carte/liste/", "/carte/tuiles/essai/0/0/0.pbf"]
EXPORTS = ["/annuaire/export.csv", "/annuaire/export.geojson", "/annuaire/export.csv-metadata.json"]
OF_A_TOWN = [("search", "/integrer/xx-com-1/annuaire/"), ("export", "/imprimer/xx-com-1/annuaire.pdf")]
READ = [
    *(("search", path) for path in SEARCHES),
    *(("map", path) for path in PARTS_OF_MAPS),
    *(("export", path) for path in EXPORTS),
    *OF_A_TOWN,
]


@pytest.fixture
def sheet(db):
    made = make.organisation("Essai", make.territory("xx-com-1", "Ville-Essai"))
    make.indexed()
    return made


def is_refused(page):
    assert page.status_code == 429
    text = page.content.decode()
    assert "Trop de demandes" in text
    assert "Attendez" in text
    assert int(page["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        ("203.0.113.4", "203.0.113.4"),
        # As a server that listens to both kinds of addresses writes it: one visitor, and not all of them.
        ("::ffff:203.0.113.4", "203.0.113.4"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
    ],
)
def test_by_what_a_visitor_is_counted(rf, written, counted):
    assert rate_limits.visitor_address(rf.get("/", REMOTE_ADDR=written)) == counted


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "203.0.113.9", "198.51.100.7"),  # nobody of ours wrote it
        (1, "192.0.2.66, 203.0.113.9", "203.0.113.9"),  # the first may be forged
        (1, "203.0.113.9:4431", "203.0.113.9"),
        (1, "[2001:db8:7:1::9]:4431", "2001:db8:7:1::"),
        (2, "192.0.2.66, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),  # it came through one proxy only
        (2, "", "198.51.100.7"),
        (1, "unknown", "198.51.100.7"),
        (1, "1" * 5000, "198.51.100.7"),
    ],
)
def test_behind_proxies_a_visitor_is_told_by_them_and_never_refused(
    rf, settings, proxies, forwarded, counted
):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get(
        "/", REMOTE_ADDR="198.51.100.7", **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    )
    assert rate_limits.visitor_address(request) == counted


@pytest.mark.parametrize(("action", "path"), READ)
def test_what_is_read(client, sheet, monkeypatch, action, path):
    monkeypatch.setitem(rate_limits.LIMITS, action, (rate_limits.Limit(2, 600),))
    # Other questions each time: a page that is kept in memory costs nothing, and is not counted.
    for number in range(2):
        assert client.get(path, {"q": f"essai {number}", "partie": "1"}).status_code == 200
    is_refused(client.get(path, {"q": "essai encore", "partie": "1"}))
    # Someone else, from elsewhere, is not kept waiting.
    assert client.get(path, {"q": "autre", "partie": "1"}, REMOTE_ADDR="198.51.100.9").status_code == 200


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ("report", "/annuaire/{sheet}/signaler/"),
        ("report", "/territoires/xx-com-1/proposer/"),
    ],
)
def test_what_is_sent(client, sheet, monkeypatch, action, path):
    monkeypatch.setitem(rate_limits.LIMITS, action, (rate_limits.Limit(2, 600),))
    data = {"words": "Essai", "name": "Essai"}
    for _time in range(2):
        assert client.post(path.format(sheet=sheet.public_id), data).status_code != 429
    is_refused(client.post(path.format(sheet=sheet.public_id), data))
