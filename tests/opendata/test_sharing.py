"""Links that keep their filters, codes to photograph, the feed of new sheets."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
import qrcode
from django.test import override_settings
from django.utils import timezone

from terreau.core.atom import NAMESPACE
from terreau.directory.models import Organisation
from terreau.documents import qr
from tests.core.test_atom import check
from tests.directory import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    town = make.territory("xx-com-1", "Ville-Essai")
    make.load_nomenclatures()
    for number in range(3):
        made = make.organisation(f"Essai {number}", town, said_by=make.source(town), family="association")
        Organisation.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=9 - number))
    make.organisation("Essai mutuel", town, said_by=make.source(town), family="mutuelle", sectors=["culture"])
    make.indexed()
    return town


@override_settings(PUBLIC_URL="https://terreau.test")
def test_one_question_has_one_link_whatever_the_order_of_its_filters(client, town):
    links = set()
    for asked in (
        "?territoire=xx-com-1&famille=mutuelle&famille=association&page=3",
        "?famille=association&famille=mutuelle&territoire=xx-com-1&inconnu=1",
    ):
        text = client.get(f"/partager/{asked}").content.decode()
        links.add(html.unescape(re.search('id="adresse" value="([^"]+)"', text)[1]))
        mail = unquote(html.unescape(re.search('href="(mailto:[^"]+)"', text)[1]))
        assert mail.endswith(f"body={next(iter(links))}")
    assert links == {
        "https://terreau.test/annuaire/?famille=association&famille=mutuelle&territoire=xx-com-1"
    }
    found = client.get(links.pop().removeprefix("https://terreau.test"))
    assert "4 organisations" in found.content.decode()


def test_the_list_leads_to_its_feed_and_to_the_ways_to_share_it(client, town):
    text = html.unescape(client.get("/annuaire/?famille=mutuelle").content.decode())
    assert re.search(
        r'<link rel="alternate" type="application/atom\+xml" [^>]*'
        r'href="/annuaire/nouvelles-fiches.atom\?famille=mutuelle">',
        text,
    )
    assert 'href="/partager/?famille=mutuelle"' in text


def test_the_code_says_the_link(client, town):
    drawn = client.get("/partager/code.svg?famille=mutuelle")
    assert drawn["Content-Type"] == "image/svg+xml"
    text = drawn.content.decode()
    assert "<title>" in text
    # The dark modules drawn are those of the code of that very address.
    side = int(re.search(r'viewBox="0 0 (\d+) ', text)[1])
    dark = {
        (int(x) + step, int(y))
        for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", text)
        for step in range(int(run))
    }
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=qr.MARGIN)
    code.add_data("http://127.0.0.1:8000/annuaire/?famille=mutuelle")
    code.make(fit=True)
    rows = code.get_matrix()
    assert len(rows) == side
    assert dark == {(x, y) for y, row in enumerate(rows) for x, one in enumerate(row) if one}


def test_an_address_too_long_to_be_photographed_has_no_code(client, town):
    asked = "&".join(f"secteur={'x' * 60}{number}" for number in range(30))
    assert client.get(f"/partager/code.svg?{asked}").status_code == 404
    assert "code.svg" not in client.get(f"/partager/?{asked}").content.decode()


# --- The feed -----------------------------------------------------------------------------------------


def entries(client, asked=""):
    response = client.get(f"/annuaire/nouvelles-fiches.atom{asked}")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = check(response.content)
    found = root.findall(f"{{{NAMESPACE}}}entry")
    return root, [
        (one.find(f"{{{NAMESPACE}}}title").text, one.find(f"{{{NAMESPACE}}}id").text) for one in found
    ]


def test_the_last_entered_come_first(client, town):
    _root, found = entries(client, "?territoire=xx-com-1")
    assert [title for title, _id in found] == ["Essai mutuel", "Essai 2", "Essai 1", "Essai 0"]


def test_a_feed_keeps_its_filters_and_its_identifier(client, town):
    root, found = entries(client, "?famille=mutuelle&territoire=xx-com-1")
    other, again = entries(client, "?territoire=xx-com-1&famille=mutuelle")
    assert [title for title, _id in found] == ["Essai mutuel"]
    assert found == again
    identifier = f"{{{NAMESPACE}}}id"
    assert root.find(identifier).text == other.find(identifier).text
    assert entries(client)[0].find(identifier).text != root.find(identifier).text


def test_a_sheet_that_changes_is_not_new_again(client, town):
    _root, before = entries(client)
    sheet = Organisation.objects.get(name="Essai 0")
    make.said(sheet, name="Essai 0 autrement", kind="agent")
    make.indexed()
    _root, after = entries(client)
    assert [key for _title, key in before] == [key for _title, key in after]


def test_a_feed_without_sheet_is_a_feed(client, db):
    assert entries(client, "?q=zzzz")[1] == []


def test_nothing_withdrawn_nor_personal_is_in_the_feed(client, town):
    from terreau.directory.services import hide_organisation

    made = make.organisation(
        "Essai bavard", town, said_by=make.source(town), description="Écrire à essai@exemple.test"
    )
    hidden = Organisation.objects.get(name="Essai 1")
    hide_organisation(person=make.secretary(), organisation=hidden, reason="Essai")
    make.indexed()
    content = client.get("/annuaire/nouvelles-fiches.atom").content.decode()
    assert made.public_id in content
    assert "essai@exemple" not in content
    assert hidden.public_id not in content
