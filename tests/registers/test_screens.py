"""The wizard, the whole way through with what a browser would send."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.directory.models import Organisation, Source
from terreau.jobs.models import Job
from terreau.jobs.services import run_now
from terreau.registers.enums import RunState
from terreau.registers.models import ImportRun, Ruling, StagedRow, Translation
from terreau.registers.models import Mapping as StoredMapping
from tests.directory import factories as make

pytestmark = pytest.mark.django_db

LIST = "/espace/fr-com-86194/imports/"
HEADER = "Nom;Ville;Code postal;Rubrique;Site"
ROWS = (
    "Les Pommes de l’Essai;Poitiers;86000;Compost et terreau;https://pommes.test",
    "Vélos d’Essai réunis;Poitiers;86000;Compost et terreau;",
    "Chorale fictive du Clain;Poitiers;86000;Chant;",
    "Atelier sans ville connue;Nulle-Part-sur-Essai;;Chant;",
    ";Poitiers;86000;Chant;",
)
WHOLE = "\n".join((HEADER, *ROWS))


@pytest.fixture
def town(small_world):
    return small_world.poitiers


@pytest.fixture
def agent(town, client):
    person = make.agent_of(town)
    person.display_name = "Agente d’essai"
    person.save()
    client.force_login(person)
    return person


def plain(response):
    text = html.unescape(response.content.decode())
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " "))


def upload(text=WHOLE, name="liste.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return SimpleUploadedFile(name, content)


def asked(**more):
    return {"name": "Liste d’essai", "kind": "list", "extent": "whole", "file": upload(), **more}


def fields(response, start='<form method="post" id="colonnes">'):
    """What a browser would send of the page's form, without touching anything."""
    page = response.content.decode()
    form = page[page.index(start) :]
    form = form[: form.index("</form>")]
    data = {}
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        first = re.search(r'<option value="([^"]*)"', body)
        data.setdefault(name, []).append(html.unescape((chosen or first)[1]))
    for tag in re.findall(r"<input [^>]*>", form):
        kind = re.search(r'type="(\w+)"', tag)
        if kind and kind[1] in ("checkbox", "radio") and "checked" not in tag:
            continue
        name = re.search(r'name="([^"]+)"', tag)[1]
        value = re.search(r'value="([^"]*)"', tag)
        data.setdefault(name, []).append(html.unescape(value[1]) if value else "")
    return data


def test_a_list_is_not_dated_of_tomorrow(agent, client):
    response = client.post(f"{LIST}nouveau/", asked(dated_on="2099-01-01"))
    assert (response.status_code, "Cette date est à venir" in plain(response)) == (400, True)


def received(client, **more):
    response = client.post(f"{LIST}nouveau/", asked(**more))
    assert response.status_code == 302, plain(response)
    run = ImportRun.objects.order_by("-created_at").first()
    assert response["Location"] == f"{LIST}{run.pk}/colonnes/"
    return run


def finish(client, response):
    """Do the work that the page sends to, as the worker would, and follow on."""
    job = Job.objects.get(pk=response["Location"].split("/")[-2])
    done = run_now(job)
    assert done.state == "done", done.message
    return client.get(done.result_url)


def field_of(page, column):
    """The name of the select of a column."""
    text = html.unescape(page.content.decode())
    return re.search(rf"Champ de la colonne {column}</label><select name=\"(c\d+)\"", text)[1]


def compared(client, run, **changes):
    path = f"{LIST}{run.pk}/colonnes/"
    page = client.get(path)
    response = client.post(path, {**fields(page), **changes, "action": "compare"})
    assert response.status_code == 302, plain(response)
    return finish(client, response)


def applied(client, run):
    return finish(client, client.post(f"{LIST}{run.pk}/appliquer/"))


# --- The whole way --------------------------------------------------------------------------------


def test_of_an_empty_directory_a_first_list_is_what_waits(agent, client):
    first = "Poitiers : aucune organisation recensée, apporter une première liste"
    assert first in plain(client.get("/espace/"))
    assert "aucun diagnostic publié" not in plain(client.get("/espace/"))
    run = received(client)
    assert first not in plain(client.get("/espace/"))
    client.post(reverse("registers:abandon", args=[run.territory.code, run.pk]))
    assert first in plain(client.get("/espace/"))
    make.organisation("Les Jardins", run.territory)
    page = plain(client.get("/espace/"))
    assert first not in page
    assert "aucun diagnostic publié" in page


def test_from_the_file_to_the_directory(client, agent, town):
    empty = plain(client.get(LIST))
    assert "Aucune liste n’a encore été apportée." in empty
    assert "Apporter une liste" in empty
    run = received(client, publisher="Ville-Essai", licence="Licence Ouverte 2.0", dated_on="2024-03-01")
    assert (run.source.publisher, run.source.licence, run.dated_on.isoformat()) == (
        "Ville-Essai",
        "Licence Ouverte 2.0",
        "2024-03-01",
    )
    path = f"{LIST}{run.pk}/colonnes/"
    page = client.get(path)
    shown = plain(page)
    assert "Les Pommes de l’Essai" in shown
    assert "sûre" in shown
    category = field_of(page, "Rubrique")
    rows = client.post(path, {**fields(page), category: "categories", "action": "rows"})
    told = plain(rows)
    assert "La ligne n’a pas de nom." in told
    assert re.search(r'<td class="n"[^>]*>2</td>', told)
    assert "https://pommes.test" in told
    assert fields(rows)[category] == ["categories"]
    data = fields(rows)
    translations = [name for name in data if name.startswith("t-categories-")]
    assert translations
    assert StoredMapping.objects.count() == 0
    response = client.post(path, {**data, "action": "compare"})
    differences = finish(client, response)
    text = plain(differences)
    assert "Ce qui changerait" in text
    assert Organisation.objects.count() == 0
    run.refresh_from_db()
    assert run.counts["new"] == 3
    assert run.counts["rejected"] == 1
    assert run.counts["review"] == 1
    for said in ("Les Pommes de l’Essai", "La ligne n’a pas de nom.", "Atelier sans ville connue"):
        assert said in text
    assert "Revoir les différences" in plain(client.get(LIST))
    result = applied(client, run)
    assert "C’est fait" in plain(result)
    assert '<div class="unit">ligne rejetée</div>' in plain(result)
    assert f"source={run.source.code}" in result.content.decode()
    assert Organisation.objects.count() == 3
    assert "Examiner 1 ligne" in plain(client.get(LIST))
    row = StagedRow.objects.to_review().get()
    review = client.get(f"{LIST}a-revoir/?import={run.pk}")
    assert "Atelier sans ville connue" in plain(review)
    answered = client.post(
        f"{LIST}a-revoir/{row.pk}/", {"answer": "autre", "other": "fr-com-86194"}, follow=True
    )
    assert "1 réponse enregistrée." in plain(answered)
    assert "Rien à examiner." in plain(answered)
    assert Organisation.objects.get(name="Atelier sans ville connue").territory == town
    assert Ruling.objects.get().answer == {"code": "fr-com-86194"}
    end = plain(client.get(f"{LIST}{run.pk}/"))
    assert "Toutes les lignes à revoir ont reçu une réponse." in end


def test_translations_are_kept_with_who_said_them(client, agent):
    run = received(client)
    path = f"{LIST}{run.pk}/colonnes/"
    page = client.get(path)
    category = field_of(page, "Rubrique")
    rows = client.post(path, {**fields(page), category: "sectors", "action": "rows"})
    data = fields(rows)
    assert "2 valeurs à traduire" in plain(rows)
    name = re.search(r'<select name="(t-sectors-\w+)" aria-label="[^"]*Chant', rows.content.decode())[1]
    other = next(key for key in data if key.startswith("t-sectors-") and key != name)
    sector = re.search(r'<option value="(\w[^"]*)">', rows.content.decode().split(name)[1])[1]
    finish(client, client.post(path, {**data, name: [sector, ""], other: ["-"], "action": "compare"}))
    kept = {one.folded: one.codes for one in Translation.objects.filter(target="sectors")}
    assert kept == {"chant": [sector], "compost et terreau": []}
    again = plain(client.get(path))
    assert "confirmée par Agente d’essai" in again
    assert "2 valeurs reconnues" in again
    assert "à traduire" not in again
    applied(client, run)
    sung = Organisation.objects.get(name="Chorale fictive du Clain")
    assert sung.sectors == [sector]


def test_the_same_list_again_and_a_changed_one(client, agent):
    applied_run = received(client)
    compared(client, applied_run)
    applied(client, applied_run)
    source = applied_run.source.pk
    again = received(client, source=source, name="")
    page = client.get(f"{LIST}{again.pk}/colonnes/")
    assert "Ces colonnes sont connues" in plain(page)
    assert "par Agente d’essai" in plain(page)
    assert "rien ne change dans l’annuaire" in plain(compared(client, again))
    applied(client, again)
    changed = WHOLE.replace("https://pommes.test", "https://pommiers.test").replace(f"\n{ROWS[1]}", "")
    third = received(client, source=source, name="", file=upload(changed))
    text = plain(compared(client, third))
    assert "https://pommes.test" in text
    assert "https://pommiers.test" in text
    assert "Vélos d’Essai réunis" in text
    third.refresh_from_db()
    assert (third.counts["changed"], third.counts["gone"]) == (1, 1)
    rows = plain(client.get(f"{LIST}{third.pk}/lignes/changed/"))
    assert "https://pommes.test" in rows
    assert "Vélos d’Essai réunis" in plain(client.get(f"{LIST}{third.pk}/lignes/gone/"))
    assert client.get(f"{LIST}{third.pk}/lignes/autre/").status_code == 404


def test_rejected_rows_go_out_and_come_back_mended(client, agent):
    run = received(client)
    compared(client, run)
    applied(client, run)
    response = client.get(f"{LIST}{run.pk}/rejets.csv")
    assert response["Content-Disposition"].startswith("attachment")
    sent = b"".join(response.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(sent), delimiter=";")
    assert row["motif"] == "La ligne n’a pas de nom."
    assert list(row) == [*HEADER.split(";"), "motif"]
    form = client.get(f"{LIST}nouveau/?complete={run.pk}")
    assert "Renvoyer des lignes corrigées" in plain(form)
    assert "Nom de la nouvelle source" not in plain(form)
    mended = sent.replace("\n;", "\nHarmonie mendée;")
    # Sent as a whole list by mistake: what is not in it has not left for all that.
    hidden = {name: said[0] for name, said in fields(form, '<form method="post" enctype').items()}
    assert hidden["extent"] == "partial"
    assert hidden["source"] == str(run.source_id)
    data = asked(**hidden | {"extent": "whole", "name": "", "file": upload(mended, "rejets.csv")})
    back = client.post(f"{LIST}nouveau/?complete={run.pk}", data)
    second = ImportRun.objects.order_by("-created_at").first()
    assert back["Location"] == f"{LIST}{second.pk}/colonnes/"
    assert (second.partial, second.completes) == (True, run)
    compared(client, second)
    applied(client, second)
    second.refresh_from_db()
    assert (second.counts["new"], second.counts["gone"]) == (1, 0)
    assert Organisation.objects.filter(name="Harmonie mendée").exists()


def test_a_list_of_names_alone_takes_the_territory_chosen(client, agent, town):
    run = received(client, file=upload("Nom\nEssai un\nEssai deux\n"))
    path = f"{LIST}{run.pk}/colonnes/"
    page = client.get(path)
    assert "Aucune colonne ne dit sûrement où sont ces organisations." in plain(page)
    nowhere = client.post(path, {**fields(page), "k-country": "", "action": "compare"})
    assert nowhere.status_code == 400
    assert "Dites ce qui donne le lieu" in plain(nowhere)
    assert "k-country" in fields(nowhere)
    compared(client, run, **{"k-country": "", "k-territory": town.code})
    applied(client, run)
    assert {sheet.territory for sheet in Organisation.objects.all()} == {town}


def test_a_translation_of_before_can_be_changed(client, agent):
    run = received(client)
    path = f"{LIST}{run.pk}/colonnes/"
    page = client.get(path)
    category = field_of(page, "Rubrique")
    rows = client.post(path, {**fields(page), category: "sectors", "action": "rows"})
    names = sorted(name for name in fields(rows) if name.startswith("t-sectors-"))
    compared(client, run, **{category: "sectors", **{key: ["-"] for key in names}})
    shown = client.post(path, {**fields(client.get(path)), "tout": "1"})
    data = fields(shown)
    assert sorted(name for name in data if name.startswith("t-sectors-")) == names
    assert data[names[0]][0] == "-"
    compared(client, run, **{**data, names[0]: ["culture", ""]})
    assert sorted(one.codes for one in Translation.objects.filter(target="sectors")) == [[], ["culture"]]


def test_the_options_of_a_column_are_kept(client, agent):
    text = HEADER + "\nEssai un;Poitiers;86000;Chant, Danse;\nEssai deux;Poitiers;86000;Chant;"
    run = received(client, file=upload(text))
    path = f"{LIST}{run.pk}/colonnes/"
    page = client.get(path)
    category = field_of(page, "Rubrique")
    first = client.post(path, {**fields(page), category: "sectors"})
    split = client.post(
        path, {**fields(first), f"{category}-separator": ",", f"{category}-unknown": "review"}
    )
    assert fields(split)[f"{category}-separator"] == [","]
    assert "Danse" in plain(split)
    assert "n’a pas de traduction" in plain(split)
    finish(client, client.post(path, {**fields(split), "action": "compare"}))
    assert ImportRun.objects.get().counts["review"] == 2
    applied(client, run)
    review = client.get(f"{LIST}a-revoir/")
    assert "Que veut dire cette valeur ?" in plain(review)
    row = StagedRow.objects.to_review().get(name="Essai deux")
    assert "Répondre de même pour 1 autre ligne" in plain(review)
    client.post(f"{LIST}a-revoir/{row.pk}/", {"codes": ["culture", ""], "alike": "1"})
    left = StagedRow.objects.to_review().get()
    assert left.name == "Essai un"
    assert Organisation.objects.get().sectors == ["culture"]


def test_a_spelling_of_a_country_is_understood_by_where_its_rows_lie(client, agent):
    text = "Nom;Pays;Latitude;Longitude\nEssai de Bratislava;SR;48,15;17,11\nEssai de Žilina;SR;49,22;18,74\n"
    run = received(client, file=upload(text + "Essai mal écrit;Frace;46,58;0,34\n"))
    page = plain(client.get(f"{LIST}{run.pk}/colonnes/"))
    assert re.search(r"SR <small[^>]*>× 2</small></th><td>Slovaquie", page)
    assert re.search(r"Frace <small[^>]*>× 1</small></th><td>France", page)
    assert "à traduire" not in page


def test_what_means_nothing_in_one_list_is_not_proposed_in_another(client, agent):
    first = received(client)
    path = f"{LIST}{first.pk}/colonnes/"
    page = client.get(path)
    category = field_of(page, "Rubrique")
    rows = client.post(path, {**fields(page), category: "sectors", "action": "rows"})
    names = sorted(name for name in fields(rows) if name.startswith("t-sectors-"))
    compared(client, first, **{category: "sectors", names[0]: ["-"], names[1]: ["culture", ""]})
    second = received(client, name="Autre liste d’essai")
    path = f"{LIST}{second.pk}/colonnes/"
    rows = client.post(path, {**fields(client.get(path)), category: "sectors", "action": "rows"})
    assert {name: fields(rows)[name][0] for name in names} == {names[0]: "", names[1]: "culture"}


def test_a_filiere_of_the_territory_answers_a_question(client, agent, town, small_world):
    from terreau.directory.services import add_filiere

    other = make.agent_of(small_world.nantes)
    add_filiere(person=other, territory=small_world.nantes, label="Textile d’ailleurs")
    text = "Nom;Ville;Filière\nEssai un;Poitiers;Rebut\n"
    run = received(client, file=upload(text))
    page = client.get(f"{LIST}{run.pk}/colonnes/")
    assert "Nommer les filières du territoire" in plain(page)
    filiere = field_of(page, "Filière")
    compared(client, run, **{filiere: "filieres", f"{filiere}-unknown": "review"})
    applied(client, run)
    term = add_filiere(person=agent, territory=town, label="Déchets")
    review = plain(client.get(f"{LIST}a-revoir/"))
    assert "Déchets" in review
    assert "Textile d’ailleurs" not in review
    row = StagedRow.objects.to_review().get()
    client.post(f"{LIST}a-revoir/{row.pk}/", {"codes": [term.code, ""]})
    assert Organisation.objects.get().filieres == [term.code]


def test_a_legal_form_that_is_not_in_the_tables_may_be_asked(client, agent):
    run = received(client, file=upload("Nom;Ville;Forme\nEssai un;Poitiers;Amicale d’essai\n"))
    form = field_of(client.get(f"{LIST}{run.pk}/colonnes/"), "Forme")
    compared(client, run, **{form: "legal_form", f"{form}-unknown": "review"})
    applied(client, run)
    row = StagedRow.objects.to_review().get()
    client.post(f"{LIST}a-revoir/{row.pk}/", {"codes": ["9220", ""]})
    assert Organisation.objects.get().legal_form == "9220"


def test_an_import_that_stopped_says_why(client, agent):
    run = received(client)
    compared(client, run)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.FAILED, error="Une cellule est trop longue.")
    page = plain(client.get(f"{LIST}{run.pk}/"))
    assert "Une cellule est trop longue." in page
    assert "Arrêté par une erreur" in plain(client.get(LIST))
    finish(client, client.post(f"{LIST}{run.pk}/reprendre/"))
    run.refresh_from_db()
    assert run.state == RunState.COMPARED


# --- Doubles ------------------------------------------------------------------------------------------


def waiting_double(town):
    """An applied import, one row of which resembles a sheet."""
    sheet = make.organisation("Les Pommes de l’Essai", town, website="https://pommes.test")
    source = make.source(town, code="doublons")
    run = ImportRun.objects.create(
        source=source, territory=town, file_name="a.csv", file_digest="0", state=RunState.APPLIED
    )
    row = StagedRow.objects.create(
        run=run,
        number=2,
        outcome="review",
        source_ref="a",
        name="Pommes de l’Essai",
        values={"name": "Pommes de l’Essai", "place": make.place_of(town)},
        question="same",
        digest="00" * 16,
        candidates=[
            {"kind": "organisation", "key": sheet.pk, "score": 0.83, "explanation": ["Noms proches."]}
        ],
    )
    return sheet, row


def test_candidates_stand_side_by_side_and_the_answer_links(client, agent, town):
    sheet, row = waiting_double(town)
    page = plain(client.get(f"{LIST}a-revoir/"))
    for said in ("ressemblance de 83 %", "Noms proches.", "https://pommes.test", "Pommes de l’Essai"):
        assert said in page
    silent = client.post(f"{LIST}a-revoir/{row.pk}/", {})
    assert silent.status_code == 400
    assert "Dites si c’est l’une de ces fiches" in plain(silent)
    client.post(f"{LIST}a-revoir/{row.pk}/", {"answer": sheet.public_id})
    assert sheet.records.filter(source__code="doublons").count() == 1
    second = client.post(f"{LIST}a-revoir/{row.pk}/", {"answer": "different"}, follow=True)
    assert "déjà reçu une réponse" in plain(second)
    assert Organisation.objects.count() == 1


def test_another_organisation_or_none(client, agent, town):
    _sheet, row = waiting_double(town)
    client.post(f"{LIST}a-revoir/{row.pk}/", {"answer": "different"})
    assert Organisation.objects.count() == 2
    _sheet, row = (None, StagedRow.objects.create(**_copy(row)))
    client.post(f"{LIST}a-revoir/{row.pk}/", {"decision": "skip"})
    row.refresh_from_db()
    assert row.decision == "skip"
    assert Organisation.objects.count() == 2


def _copy(row):
    kept = ("run", "outcome", "name", "values", "question", "digest", "candidates")
    return {**{name: getattr(row, name) for name in kept}, "number": 9, "source_ref": "b"}


def test_places_of_one_name_are_told_apart_by_what_contains_them(client, agent, small_world):
    """Lyon and Nantes stand for two towns of one name."""
    run = received(client)
    compared(client, run)
    applied(client, run)
    row = StagedRow.objects.to_review().get()
    row.candidates = [{"code": code, "label": "Saint-Essai"} for code in ("fr-com-69123", "fr-com-44109")]
    row.save()
    page = plain(client.get(f"{LIST}a-revoir/"))
    assert "Lyon, Rhône" in page
    assert "Nantes, Loire-Atlantique" in page


def test_a_place_that_two_territories_bear_is_asked_again(client, agent, town):
    run = received(client)
    compared(client, run)
    applied(client, run)
    row = StagedRow.objects.to_review().get()
    path = f"{LIST}a-revoir/{row.pk}/"
    nowhere = client.post(path, {"answer": "autre", "other": "Xyzzyville"})
    assert nowhere.status_code == 400
    assert "Aucun territoire ne porte ce nom" in plain(nowhere)
    assert 'value="Xyzzyville"' in nowhere.content.decode()
    several = client.post(path, {"answer": "autre", "other": "Poitiers"})
    assert "Plusieurs territoires portent ce nom" in plain(several)
    assert 'value="fr-com-86194"' in several.content.decode()
    client.post(path, {"answer": "fr"})
    assert Organisation.objects.get(name="Atelier sans ville connue").precision == "country"


# --- What is refused ---------------------------------------------------------------------------------


def locked_workbook():
    """An archive whose entry says that it is encrypted."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
    content = bytearray(buffer.getvalue())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (lambda: upload(b"%PDF-1.7\n1 0 obj", "liste.pdf"), "PDF"),
        (lambda: upload(b"", "vide.csv"), "Le fichier est vide"),
        (lambda: upload(b"\n\n \n", "blanc.csv"), "Le fichier est vide"),
        (lambda: upload(locked_workbook(), "ferme.xlsx"), "mot de passe"),
        (lambda: upload(b"<!doctype html><p>Erreur", "page.csv"), "page web"),
    ],
)
def test_a_wrong_file_is_refused_and_what_was_typed_is_kept(client, agent, file, said):
    response = client.post(f"{LIST}nouveau/", asked(file=file(), publisher="Ville-Essai"))
    assert response.status_code == 400
    page = plain(response)
    assert said in page
    assert 'value="Ville-Essai"' in response.content.decode()
    assert 'value="Liste d’essai"' in page
    assert not ImportRun.objects.exists()
    assert not Source.objects.filter(name="Liste d’essai").exists()


def test_a_file_too_large_is_dropped_on_its_way(client, agent, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    data = asked(file=upload(b"Nom;Ville\n" + b"a;b\n" * 600_000), publisher="Ville-Essai")
    response = client.post(f"{LIST}nouveau/", data)
    assert response.status_code == 400
    assert "dépasse 1 Mo" in plain(response)
    assert 'value="Ville-Essai"' in response.content.decode()
    assert not ImportRun.objects.exists()


def test_a_source_is_chosen_or_named(client, agent):
    response = client.post(f"{LIST}nouveau/", asked(name=" "))
    assert response.status_code == 400
    assert "donnez un nom à la nouvelle" in plain(response)


def test_a_source_is_said_to_be_simulated_when_it_is_brought_or_later(client, agent, town):
    received(client, simulated="on")
    source = town.sources.get(kind="list")
    assert source.simulated
    page = client.get(reverse("registers:list", args=[town.code])).content.decode()
    assert "(données simulées)" in page
    address = reverse("registers:simulated", args=[town.code])
    for said in ("", "1"):
        answer = client.post(address, {"source": source.code, "simulated": said})
        assert answer.status_code == 302
        source.refresh_from_db()
        assert source.simulated == bool(said)
    assert client.get(address).status_code == 405


def test_the_upload_is_guarded_like_any_other_form(agent):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(agent)
    assert strict.post(f"{LIST}nouveau/", asked()).status_code == 403
    assert not ImportRun.objects.exists()


def test_a_mapping_that_lacks_something_says_what(client, agent):
    run = received(client)
    path = f"{LIST}{run.pk}/colonnes/"
    page = client.get(path)
    name, site = field_of(page, "Nom"), field_of(page, "Site")
    response = client.post(path, {**fields(page), name: "", "action": "compare"})
    assert response.status_code == 400
    assert "quelle colonne donne le nom" in plain(response)
    twice = client.post(path, {**fields(page), site: "name", "action": "compare"})
    assert twice.status_code == 400
    assert "« Nom » est donné par deux colonnes" in plain(twice)
    assert fields(twice)[site] == ["name"]
    assert StoredMapping.objects.count() == 0


# --- Second clicks, and two at once --------------------------------------------------------------------


def test_second_clicks_do_nothing_twice(client, agent):
    run = received(client)
    received_again = client.post(f"{LIST}nouveau/", asked())
    assert received_again["Location"] == f"{LIST}{run.pk}/colonnes/"
    path = f"{LIST}{run.pk}/colonnes/"
    data = {**fields(client.get(path)), "action": "compare"}
    first, second = client.post(path, data), client.post(path, data)
    assert first["Location"] == second["Location"]
    assert client.get(f"{LIST}{run.pk}/")["Location"] == first["Location"]
    finish(client, first)
    apply = f"{LIST}{run.pk}/appliquer/"
    first, second = client.post(apply), client.post(apply)
    assert first["Location"] == second["Location"]
    finish(client, first)
    assert client.post(apply)["Location"] == f"{LIST}{run.pk}/"
    assert Organisation.objects.count() == 3
    assert client.get(path)["Location"] == f"{LIST}{run.pk}/"


def test_an_import_given_up_twice_is_given_up_once(client, agent):
    run = received(client)
    for _click in range(2):
        assert client.post(f"{LIST}{run.pk}/abandonner/")["Location"] == LIST
    run.refresh_from_db()
    assert run.state == RunState.ABANDONED
    assert "Cet import a été abandonné" in plain(client.get(f"{LIST}{run.pk}/"))
    early = client.post(f"{LIST}{run.pk}/appliquer/", follow=True)
    assert "Il n’y a pas de différences à appliquer." in plain(early)


def test_what_was_cut_short_is_taken_up_again(client, agent):
    run = received(client)
    compared(client, run)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.APPLYING)
    page = plain(client.get(f"{LIST}{run.pk}/"))
    assert "Le travail a été interrompu." in page
    assert "Interrompu : rien n’est perdu" in plain(client.get(LIST))
    finish(client, client.post(f"{LIST}{run.pk}/reprendre/"))
    assert Organisation.objects.count() == 3


# --- Who -------------------------------------------------------------------------------------------------


def every_page(run):
    base = f"{LIST}{run.pk}/"
    return [
        LIST,
        f"{LIST}nouveau/",
        f"{LIST}a-revoir/",
        base,
        f"{base}colonnes/",
        f"{base}lignes/new/",
        f"{base}rejets.csv",
    ]


def every_write(run, row):
    base = f"{LIST}{run.pk}/"
    return [
        f"{LIST}nouveau/",
        f"{base}colonnes/",
        f"{base}appliquer/",
        f"{base}reprendre/",
        f"{base}abandonner/",
        f"{LIST}a-revoir/{row.pk}/",
    ]


@pytest.fixture
def waiting(client, agent):
    run = received(client)
    compared(client, run)
    applied(client, run)
    return run, StagedRow.objects.to_review().get()


PEOPLE = {
    "visitor": "login",
    "without role": 403,
    "agent elsewhere": 403,
    "agent": 200,
    "agent above": 200,
    "secretariat": 200,
}


def test_what_somebody_sent_waits_for_them_as_long_as_the_territory_is_theirs(waiting):
    run, _row = waiting
    sender = make.person()
    run.person = sender
    run.save(update_fields=["person"])
    client = Client()
    client.force_login(sender)
    review = reverse("registers:review", args=[run.territory.code])
    for role in (Role.AGENT, Role.SECRETARIAT):
        place = run.territory if role == Role.AGENT else None
        grant = RoleGrant.objects.create(person=sender, role=role, territory=place)
        assert review in client.get(reverse("portal:workspace")).content.decode()
        grant.delete()
        assert review not in client.get(reverse("portal:workspace")).content.decode()


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_see_and_do(who, waiting, small_world):
    run, row = waiting
    people = {
        "without role": make.person,
        "agent elsewhere": lambda: make.agent_of(small_world.nantes),
        "agent": lambda: make.agent_of(small_world.poitiers),
        "agent above": lambda: make.agent_of(small_world.grand_poitiers),
        "secretariat": make.secretary,
    }
    client = Client()
    if who in people:
        client.force_login(people[who]())
    answers = [client.get(path) for path in every_page(run)]
    for one in answers:
        if one.streaming:
            assert b"motif" in b"".join(one.streaming_content)
    writes = [client.post(path) for path in every_write(run, row)]
    if PEOPLE[who] == "login":
        assert all(one["Location"].startswith(reverse("account_login")) for one in (*answers, *writes))
    elif PEOPLE[who] == 403:
        assert {one.status_code for one in (*answers, *writes)} == {403}
    else:
        assert {one.status_code for one in answers} <= {200, 302}
        assert 403 not in {one.status_code for one in writes}
    assert StagedRow.objects.to_review().count() == 1


def test_an_import_is_seen_under_its_own_territory_only(waiting, small_world):
    run, row = waiting
    client = Client()
    client.force_login(make.secretary())
    elsewhere = "/espace/fr-com-44109/imports/"
    assert client.get(f"{elsewhere}{run.pk}/").status_code == 404
    assert client.post(f"{elsewhere}a-revoir/{row.pk}/", {"decision": "skip"}).status_code == 404


def test_the_workspace_and_the_territory_lead_there(client, agent, waiting):
    run, _row = waiting
    space = plain(client.get("/espace/"))
    assert "Poitiers : lignes d’import à examiner" in space
    assert f'href="{LIST}a-revoir/"' in space
    second = received(client, name="Une autre liste")
    assert "continuer l’import de « Une autre liste »" in plain(client.get("/espace/"))
    compared(client, second)
    assert "relire les différences de « Une autre liste »" in plain(client.get("/espace/"))
    panel = "Pour vous qui tenez cet annuaire"
    assert panel in plain(client.get("/territoires/fr-com-86194/"))
    assert panel not in plain(Client().get("/territoires/fr-com-86194/"))
    assert run.pk


# --- What it costs ---------------------------------------------------------------------------------------


def wide(columns, rows):
    head = ["Nom", "Ville", *[f"Champ {number}" for number in range(columns - 2)]]
    lines = [
        ";".join([f"Essai {line}", "Poitiers", *["x"] * (columns - 2)])
        if line % 2
        else ";".join([f"Essai {line}", f"Nulle-Part-{line}", *["x"] * (columns - 2)])
        for line in range(rows)
    ]
    return "\n".join([";".join(head), *lines])


def test_pages_cost_no_more_for_more_rows(client, agent, django_assert_max_num_queries):
    client.get(f"{LIST}a-revoir/")  # the territories are read once per process
    counted = []
    for rows in (4, 60):
        run = received(client, name=f"Liste de {rows}", file=upload(wide(50, rows)))
        with django_assert_max_num_queries(12) as columns:
            page = client.get(f"{LIST}{run.pk}/colonnes/")
        path = f"{LIST}{run.pk}/colonnes/"
        with django_assert_max_num_queries(15) as preview:
            client.post(path, {**fields(page), "action": "rows"})
        compared(client, run)
        with django_assert_max_num_queries(12) as differences:
            client.get(f"{LIST}{run.pk}/")
        applied(client, run)
        with django_assert_max_num_queries(12) as result:
            client.get(f"{LIST}{run.pk}/")
        with django_assert_max_num_queries(12) as review:
            client.get(f"{LIST}a-revoir/?import={run.pk}")
        with django_assert_max_num_queries(12) as listed:
            client.get(LIST)
        with django_assert_max_num_queries(12) as some:
            client.get(f"{LIST}{run.pk}/lignes/new/")
        counted.append([len(one) for one in (columns, preview, differences, result, review, listed, some)])
    assert counted[0] == counted[1]


def test_reviewing_doubles_costs_no_more_for_more_rows(client, agent, town, django_assert_max_num_queries):
    _sheet, row = waiting_double(town)
    client.get(f"{LIST}a-revoir/")  # the territories are read once per process
    with django_assert_max_num_queries(12) as one:
        client.get(f"{LIST}a-revoir/")
    for number in range(3, 20):
        sheet = make.organisation(f"Essai {number}", town)
        StagedRow.objects.create(
            **{
                **_copy(row),
                "number": number,
                "source_ref": str(number),
                "candidates": [{"kind": "organisation", "key": sheet.pk, "score": 0.8, "explanation": []}],
            }
        )
    with django_assert_max_num_queries(12) as many:
        client.get(f"{LIST}a-revoir/")
    assert len(one) == len(many)
