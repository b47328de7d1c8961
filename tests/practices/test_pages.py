"""The pages: what visitors find, what drafts never show, what an agent does from first word to tree."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.practices import figures, listing, services
from terreau.practices.loading import is_needed, link_actors, load, sheets
from terreau.practices.models import Adoption, Consent, Practice
from tests.directory import factories
from tests.practices.world import VALUES, drafted, published, town

pytestmark = pytest.mark.django_db
LIST = "/bonnes-pratiques/"


def sheet_url(practice):
    return reverse("practices:sheet", args=[practice.public_id])


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_visitor_finds_by_need_issue_sector_size_kind_country_and_words(client):
    published(
        *reversed(town("sn", people=8_000)),
        title="Épargne d’essai",
        actor="Coopérative d’essai",
        needs=["microcredit"],
    )
    published(*reversed(town("fr", people=300_000)), kind="rural", sectors=["sante"])
    every = listing.every_line()
    for query, count in (
        ("", 2),
        ("?besoin=microcredit", 1),
        ("?besoin=microcredit&besoin=visibility", 2),
        ("?secteur=sante", 1),
        ("?taille=under_10", 1),
        ("?taille=under_10&sorte=rural", 0),
        ("?pays=SN", 1),
        ("?q=epargne", 1),
        ("?q=senegal", 1),
        ("?q=cooperative+essai", 1),
        ("?enjeu=emploi", 2),
        ("?besoin=inconnu", 0),
        ("?page=99", 2),
    ):
        assert text_of(client.get(f"{LIST}{query}")).count('<article class="sheet">') == count, query
    found = listing.run(listing.Asking(codes={"needs": frozenset({"microcredit"})}), every)
    counts = {one.parameter: {option.code: option.count for option in one.options} for one in found.groups}
    # Each facet counts under the choices of the others, not under its own.
    assert counts["besoin"] == {"microcredit": 1, "networking": 1, "visibility": 1}
    # A single choice is none.
    assert "pays" not in counts


def test_the_sheet_says_what_it_knows_and_what_it_does_not(client):
    practice = published(failed="", context="")
    page = text_of(client.get(sheet_url(practice)))
    for words in (
        "Un marché d’essai",
        "douze étals d’essai",
        "registre de la place",
        "Confirmée par la ville",
    ):
        assert words in page
    assert "Pas encore renseigné : Contexte, Ce qui n’a pas marché, Conditions juridiques." in page
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert (data["@type"], data["name"]) == ("CreativeWork", VALUES["title"])
    told = client.get(reverse("practices:file", args=[practice.public_id])).json()
    assert told["champs"]["costs"][0]["amount"] == 500_000
    assert told["reprises"] == []


def test_what_is_typed_never_becomes_markup(client):
    practice = published(title="</script><b>x", problem="<img src=x onerror=alert(1)>")
    page = client.get(sheet_url(practice)).content.decode()
    assert "<img src=x" not in page
    assert "</script><b>" not in page


def test_a_draft_is_nowhere_for_visitors(client):
    where, agent = town()
    draft = drafted(agent, where, title="Secret d’essai")
    services.submit(person=agent, practice=draft)
    for path in (LIST, f"{LIST}bonnes-pratiques.csv", f"/territoires/{where.code}/"):
        assert "Secret d’essai" not in client.get(path).content.decode()
    for name in ("sheet", "file"):
        assert client.get(reverse(f"practices:{name}", args=[draft.public_id])).status_code == 404
    for name in ("edit", "history", "review"):
        assert client.get(reverse(f"practices:{name}", args=[draft.public_id])).status_code == 302
    client.force_login(factories.person())
    for name, arguments in (("edit", []), ("history", []), ("version", [1]), ("review", [])):
        assert client.get(reverse(f"practices:{name}", args=[draft.public_id, *arguments])).status_code == 403


def elected_of(where):
    person = factories.person()
    RoleGrant.objects.create(person=person, role=Role.ELECTED, territory=where)
    return person


def test_the_public_address_of_a_draft_leads_its_town_to_it(client):
    where, agent = town()
    draft = drafted(agent, where)
    for person, name in ((agent, "edit"), (elected_of(where), "history")):
        client.force_login(person)
        assert client.get(sheet_url(draft)).headers["Location"] == reverse(
            f"practices:{name}", args=[draft.public_id]
        )
        assert client.get(sheet_url(draft), follow=True).status_code == 200
    client.force_login(town()[1])
    assert client.get(sheet_url(draft)).status_code == 404


def test_a_published_sheet_keeps_its_draft_to_itself(client):
    where, agent = town()
    practice = published(agent, where)
    services.save(person=agent, practice=practice, number=1, values=VALUES | {"title": "Autre titre d’essai"})
    for path in (LIST, sheet_url(practice), f"{LIST}bonnes-pratiques.json"):
        page = client.get(path).content.decode()
        assert VALUES["title"] in page
        assert "Autre titre" not in page


def test_a_withdrawn_sheet_is_gone_and_says_so(client):
    where, agent = town()
    practice = published(agent, where)
    services.withdraw(person=agent, practice=practice)
    assert client.get(sheet_url(practice)).status_code == 410
    assert client.get(reverse("practices:file", args=[practice.public_id])).status_code == 410
    assert text_of(client.get(LIST)).count('<article class="sheet">') == 0


def test_the_files_hold_what_was_asked_for_and_no_formula(client):
    published(title="=1+1")
    published(needs=["digital"])
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{LIST}bonnes-pratiques.csv").content.decode("utf-8-sig")))
    )
    assert len(rows) == 2
    assert {row["nom"][0] for row in rows} == {"'", "U"}
    told = client.get(f"{LIST}bonnes-pratiques.json?besoin=digital").json()
    assert [row["besoins"] for row in told["pratiques"]] == [["digital"]]
    assert client.get(f"{LIST}bonnes-pratiques.exe").status_code == 404


def test_simulated_practices_say_so_on_every_way_out(client, settings):
    settings.EXERCISE = True
    practice = published()
    for path in (LIST, sheet_url(practice)):
        assert "Données simulées" in client.get(path).content.decode()
    assert client.get(f"{LIST}bonnes-pratiques.json").json()["pratiques"][0]["donnees_simulees"] == "oui"
    assert client.get(reverse("practices:file", args=[practice.public_id])).json()["donnees_simulees"] is True
    assert figures.answering("networking")[0].simulated


def typed(**values):
    """What a browser sends of the form of a sheet."""
    plain = {
        "title": VALUES["title"],
        "summary": VALUES["summary"],
        "problem": VALUES["problem"],
        "done": VALUES["done"],
        "needs": ["networking", "visibility"],
        "contact": "service d’essai",
        "cost-running-amount": "500 000,00",
        "cost-running-period": "yearly",
        "results-0-what": "douze étals d’essai",
        "partners": "Une coopérative d’essai\n",
    }
    return plain | values


def test_an_agent_writes_two_others_read_and_it_is_public(client):
    where, agent = town("fr")
    client.force_login(agent)
    new = reverse("practices:new", args=[where.code])
    drawn = re.search(r'name="practice" value="(\w+)"', client.get(new).content.decode())[1]
    for _click in range(2):
        assert client.post(new, typed(practice=drawn)).status_code == 302
    practice = Practice.objects.get()
    kept = practice.versions.get().values
    assert kept["costs"] == [{"nature": "running", "amount": 50_000_000, "period": "yearly"}]
    assert kept["partners"] == ["Une coopérative d’essai"]
    edit = reverse("practices:edit", args=[practice.public_id])
    assert "500\u202f000" in client.get(edit).content.decode()
    client.post(reverse("practices:act", args=[practice.public_id]), {"act": "submit"})
    for _peer in range(2):
        client.force_login(town()[1])
        assert VALUES["title"] in client.get(reverse("practices:reviews")).content.decode()
        review = reverse("practices:review", args=[practice.public_id])
        assert client.get(review).status_code == 200
        client.post(review, {"number": "1", "act": "approve", "words": ""})
    assert client.get(sheet_url(practice)).status_code == 200


def test_the_form_keeps_what_was_typed_when_it_is_refused_or_overtaken(client):
    where, agent = town()
    practice = drafted(agent, where)
    client.force_login(agent)
    edit = reverse("practices:edit", args=[practice.public_id])
    page = client.post(edit, typed(version="1", **{"cost-grants-amount": "beaucoup"}))
    assert page.status_code == 400
    assert "n’est pas un montant" in text_of(page)
    services.save(
        person=agent, practice=practice, number=1, values=VALUES | {"problem": "Le texte de l’autre."}
    )
    page = client.post(edit, typed(version="1", problem="Mon texte à moi."))
    shown = text_of(page)
    assert page.status_code == 400
    assert "Mon texte à moi." in shown
    assert "Le texte de l’autre." in shown
    assert 'name="version" value="2"' in shown
    assert client.post(edit, typed(version="2", problem="Mon texte à moi.")).status_code == 302
    assert practice.versions.first().values["problem"] == "Mon texte à moi."


def test_a_town_studies_takes_up_and_is_shown_in_the_tree(client):
    practice = published()
    where, agent = town()
    client.force_login(agent)
    study = reverse("practices:assess", args=[where.code, practice.public_id])
    assert study in client.get(sheet_url(practice)).content.decode()
    page = text_of(client.get(study))
    assert "Ce qui manque pour répondre" in page
    assert "Déduit" in page
    client.post(study, {"version": "0", "problem-mark": "4", "problem-evidence": "Enquête d’essai."})
    assert "Enquête d’essai." in text_of(client.get(study))
    adopt = reverse("practices:adoption", args=[where.code, practice.public_id])
    assert "de la ville d’origine" in text_of(client.get(adopt))
    client.post(adopt, {"act": "save", "adaptation": "Le samedi.", "source": "", "version": "0"})
    assert Adoption.objects.get().declared_on == timezone.localdate()
    assert "Un message vous le rappellera" in text_of(client.get(adopt))
    page = text_of(client.post(adopt, {"act": "result-6", "t6-words": "Trop tôt.", "t6-evidence": ""}))
    assert "à partir du" in page
    assert "Trop tôt." in page or "Un message vous le rappellera" in page
    client.logout()
    page = text_of(client.get(sheet_url(practice)))
    assert where.name in page
    assert "Le samedi." in page
    assert "Enquête d’essai." not in page
    assert where.name in text_of(client.get(reverse("portal:territory", args=[where.code])))


def test_an_elected_reader_reads_the_study_and_writes_nothing(client, people, tree):
    practice = published()
    client.force_login(people["elected"])
    where = tree["town"]
    study = reverse("practices:assess", args=[where.code, practice.public_id])
    assert client.get(study).status_code == 200
    assert client.post(study, {"version": "0"}).status_code == 403
    assert client.get(reverse("practices:own", args=[where.code])).status_code == 200
    assert client.get(reverse("practices:adoption", args=[where.code, practice.public_id])).status_code == 403
    client.force_login(people["elected_elsewhere"])
    assert client.get(study).status_code == 403


def test_a_town_consents_and_only_then_has_a_public_page(client):
    where, agent = town("sn")
    public = reverse("practices:alike", args=[where.code])
    assert client.get(public).status_code == 404
    client.force_login(agent)
    own = reverse("practices:compare", args=[where.code])
    assert client.get(own).status_code == 200
    said = {"version": "0", "kind": "urban", "coastal": "yes", "budget": "12 000 000"}
    client.post(own, said | {"indicators": ["organisations"]})
    assert Consent.objects.get().indicator == "organisations"
    assert "12\u202f000\u202f000" in client.get(own).content.decode()
    client.logout()
    page = text_of(client.get(f"{public}?population=0&kind=3"))
    assert "Ce qui compte" in page
    assert "12\u202f000\u202f000" not in page


def test_the_first_sheets_each_have_a_source_and_are_loaded_once(small_world):
    assert is_needed()
    load(lambda _done, _total: None)
    load(lambda _done, _total: None)
    assert not is_needed()
    shipped = Practice.objects.exclude(shipped_as=None)
    assert {"al-jisr", "groupe-sos", "artisans-d-angkor", "utm", "wouol", "alveole", "evergreen"} <= set(
        shipped.values_list("shipped_as", flat=True)
    )
    assert all(one.confirmed_on is None for one in shipped)
    assert all(sheet["values"]["sources"] for sheet in sheets())
    actor = factories.organisation("Association Al Jisr", small_world.casablanca)
    assert link_actors() == 1
    assert shipped.get(shipped_as="al-jisr").organisation == actor


def test_an_exercise_holds_no_real_practice(small_world, settings):
    settings.EXERCISE = True
    assert not is_needed()


def test_practices_that_answer_a_need_come_with_the_reason(client):
    near = published(*reversed(town("sn")), title="Proche d’essai")
    published(*reversed(town("ca", people=900_000)), title="Loin d’essai")
    where, _agent = town("sn")
    found = figures.answering("visibility", where)
    assert [one.title for one in found] == ["Proche d’essai", "Loin d’essai"]
    assert "visibilité et foires" in found[0].reason
    assert "même pays" in found[0].reason
    assert figures.answering("guarantee", where) == []
    assert found[0].url == sheet_url(near)
