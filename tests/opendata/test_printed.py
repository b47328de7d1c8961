"""The printed directory of a territory."""

from __future__ import annotations

import io

import pypdf
import pytest
from django.utils import timezone

from terreau.core.text import fold
from terreau.directory.models import Organisation
from terreau.jobs.models import Job
from terreau.jobs.services import run_now
from terreau.opendata import printed
from terreau.territories.enums import Kind
from tests.directory import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(printed, "_folder", lambda: tmp_path / "imprimes")


@pytest.fixture
def town():
    make.load_nomenclatures()
    region = make.territory("xx-reg-1", "Région-Essai", kind=Kind.REGION)
    town = make.territory("xx-com-1", "Ville-Essai", parent=region)
    listed = make.source(town, code="liste", licence="Licence d’essai", publisher="Éditeur d’essai")
    make.organisation(
        "Zèbre d’essai",
        town,
        said_by=listed,
        family="association",
        sectors=["culture"],
        description="Écrire à quelqu’un@exemple.test ou au 05 49 00 00 00",
        address="1 rue de l’Essai",
        postal_code="00001",
        locality="Ville-Essai",
        website="https://essai.test",
    )
    make.organisation("Abeille d’essai", town, said_by=listed, family="association")
    make.organisation("#import *gras* ኢትዮጵያ 合作社 🙂", town, said_by=listed, family="mutuelle")
    make.organisation("Essai fini", town, said_by=listed, active="no")
    make.indexed()
    return town


def read(content):
    document = pypdf.PdfReader(io.BytesIO(content))
    return document, "\n".join(page.extract_text() for page in document.pages)


def test_the_document_says_what_it_must(client, town):
    response = client.get("/imprimer/xx-com-1/annuaire.pdf")
    assert response["Content-Type"] == "application/pdf"
    name = f"annuaire-xx-com-1-{timezone.localdate().isoformat()}.pdf"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'
    document, text = read(response.content)
    assert document.metadata.title.startswith("Annuaire de l’économie sociale et solidaire")
    assert document.trailer["/Root"]["/Lang"] == "fr"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in document.trailer["/Root"]["/Metadata"].get_data()
    for said in (
        *("Ville-Essai", "3 organisations en activité", "Établi le", "Licence d’essai", "Éditeur d’essai"),
        *("1 rue de l’Essai", "https://essai.test", "Jamais confirmée", "Index des secteurs", "#import"),
        *("page 1 sur", "Associations", "Mutuelles"),
    ):
        assert said in text, said
    assert text.rindex("Abeille d’essai") < text.index("Zèbre d’essai")
    for absent in ("Essai fini", "quelqu’un@", "05 49"):
        assert absent not in text, absent


def test_sectors_are_indexed_as_a_french_dictionary_does(town):
    every = ["education", "energie", "sante", "vie_associative", "epargne_assurance"]
    make.organisation("Tout d’essai", town, family="association", sectors=every)
    titles = [one["title"] for one in printed.prepare(town).data["index"]]
    assert titles == sorted(titles, key=fold)
    assert any(title[0] == "É" for title in titles)


def test_a_way_to_reach_is_printed_only_where_the_organisation_made_it_public(town):
    zebra = Organisation.objects.get(name="Zèbre d’essai")
    ways = {"telephone": "01 00 00 00 01", "email": "zebre@exemple.test"}
    make.said(zebra, kind="actor", **ways)
    assert "exemple.test" not in str(printed.prepare(town).data)
    assert "01 00 00 00 01" not in str(printed.prepare(town).data)
    make.said(zebra, kind="actor", code="acteur-essai", **ways, visibility={"telephone": True})
    told = str(printed.prepare(town).data)
    assert "01 00 00 00 01" in told
    assert "zebre@exemple.test" not in told


def test_the_address_of_a_person_is_not_printed(town):
    make.organisation(
        "Personne d’essai",
        town,
        said_by=make.source(town),
        nature="personne_physique",
        address="2 rue de l’Essai",
    )
    make.indexed()
    assert "2 rue de l’Essai" not in str(printed.prepare(town).data)


def test_it_is_kept_by_its_content(client, town, monkeypatch):
    made = []
    monkeypatch.setattr(printed, "render", lambda *_a, **_k: made.append(1) or b"%PDF-essai")
    for _time in range(2):
        client.get("/imprimer/xx-com-1/annuaire.pdf")
    assert len(made) == 1
    zebra = Organisation.objects.get(name="Zèbre d’essai")
    make.said(zebra, kind="agent", name="Zébu d’essai")
    make.indexed()
    client.get("/imprimer/xx-com-1/annuaire.pdf")
    assert len(made) == 2
    assert len(list(printed._folder().glob("*.pdf"))) == 1


def test_a_long_one_is_asked_for_once_and_made_by_a_job(client, town, monkeypatch):
    monkeypatch.setattr(printed, "MOST_AT_ONCE", 2)
    assert client.get("/imprimer/xx-com-1/annuaire.pdf").status_code == 302
    assert "Préparer le PDF" in client.get("/imprimer/xx-com-1/").content.decode()
    assert not Job.objects.exists()
    for _click in range(2):
        client.post("/imprimer/xx-com-1/")
    job = Job.objects.get()
    assert "se prépare" in client.get("/imprimer/xx-com-1/").content.decode()
    done = run_now(job)
    assert done.state == "done", done.message
    assert "Ouvrir le PDF" in client.get("/imprimer/xx-com-1/").content.decode()
    assert client.get("/imprimer/xx-com-1/annuaire.pdf").content.startswith(b"%PDF")


def test_nothing_to_print_and_too_much_to_print_are_said(client, town, monkeypatch):
    make.territory("xx-com-7", "Vide-Essai")
    empty = client.get("/imprimer/xx-com-7/")
    assert empty.status_code == 400
    assert "aucune fiche à imprimer" in empty.content.decode()
    monkeypatch.setattr(printed, "MOST_SHEETS", 2)
    assert "trop pour être imprimé" in client.get("/imprimer/xx-com-1/").content.decode()


def test_the_territory_leads_to_it(client, town):
    page = client.get("/territoires/xx-com-1/").content.decode()
    assert "/imprimer/xx-com-1/" in page
    assert "/partager/xx-com-1/" in page
