"""Lists brought in: what is new, changed, unchanged, gone, back; nothing twice, nothing lost."""

from __future__ import annotations

from datetime import date

import pytest

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory import ingest, large_write
from terreau.directory.enums import Status
from terreau.directory.models import Identifier, Link, Organisation, Record, Source
from terreau.directory.services import edit_organisation
from terreau.journal.models import Event
from terreau.registers import running, services
from terreau.registers.enums import RunState
from terreau.registers.models import ImportRun, Mapping, Translation
from tests.directory.factories import agent_of, organisation, person, secretary
from tests.registers.lists import bring, counts, csv_of, read, reasons, sheet, shown

ROWS = [
    {
        "nom": "Les Essais du Clain",
        "cp": "86000",
        "ville": "Poitiers",
        "siren": "732829320",
        "secteur": "culture",
    },
    {
        "nom": "Atelier fictif de Naintré",
        "cp": "86530",
        "ville": "Naintré",
        "siren": "",
        "secteur": "insertion",
    },
    {"nom": "Jardin imaginaire", "cp": "86000", "ville": "Poitiers", "siren": "", "secteur": ""},
]


def rows(*changes: dict[str, str]) -> list[dict[str, str]]:
    """The rows of the list, with some columns of some of them changed."""
    return [row | change for row, change in zip(ROWS, [*changes, *({} for _row in ROWS)], strict=False)]


def test_a_list_becomes_sheets_with_their_source(small_world):
    run = bring(ROWS, small_world.poitiers, dated_on=date(2024, 3, 1))
    assert counts(run) == {"read": 3, "new": 3}
    found = sheet("Les Essais du Clain")
    assert (found.territory.code, found.country_code, found.precision) == ("fr-com-86194", "FR", "commune")
    assert found.sectors == ["culture"]
    assert found.source.name == "Liste d’essai"
    record = found.records.get()
    assert record.source_ref == "siren:732829320"
    assert record.stated_on == date(2024, 3, 1)
    assert list(Identifier.objects.values_list("scheme", "value")) == [("siren", "732829320")]
    assert Link.objects.filter(record=record, organisation=found).count() == 1


def test_nothing_is_seen_before_the_import_is_applied(small_world):
    run = read(ROWS, small_world.poitiers)
    assert run.state == RunState.COMPARED
    assert counts(run) == {"read": 3, "new": 3}
    assert not Organisation.objects.exists()
    assert not Record.objects.exists()


def test_the_same_file_again_changes_nothing_and_is_not_read(small_world):
    first = bring(ROWS, small_world.poitiers)
    before = shown()
    again = bring(ROWS, small_world.poitiers)
    assert counts(again) == {"read": 3, "unchanged": 3}
    assert again.same_as == first
    assert shown() == before
    assert Record.objects.filter(last_seen_at__gte=again.applied_at).count() == 3


def test_the_same_rows_in_another_order_change_nothing(small_world):
    bring(ROWS, small_world.poitiers)
    before = shown()
    again = bring(ROWS[::-1], small_world.poitiers)
    assert again.same_as is None
    assert counts(again) == {"read": 3, "unchanged": 3}
    assert shown() == before


def test_a_changed_row_changes_its_sheet_only(small_world):
    bring(ROWS, small_world.poitiers)
    addresses = {row.name: row.public_id for row in Organisation.objects.all()}
    run = bring(rows({"secteur": "sport"}), small_world.poitiers)
    assert counts(run) == {"read": 3, "changed": 1, "unchanged": 2}
    assert sheet("Les Essais du Clain").sectors == ["sport-loisirs"]
    assert {row.name: row.public_id for row in Organisation.objects.all()} == addresses


def test_a_row_that_left_the_list_is_marked_and_comes_back(small_world):
    bring(ROWS, small_world.poitiers)
    run = bring(ROWS[:2], small_world.poitiers)
    assert counts(run) == {"read": 2, "unchanged": 2, "gone": 1}
    gone = sheet("Jardin imaginaire")
    assert gone.records.get().gone_at is not None
    assert gone.status == Status.ACTIVE
    assert Organisation.objects.count() == 3
    back = bring(ROWS, small_world.poitiers)
    assert counts(back) == {"read": 3, "changed": 1, "unchanged": 2}
    assert sheet("Jardin imaginaire").records.get().gone_at is None
    assert sheet("Jardin imaginaire").public_id == gone.public_id


def test_a_complement_marks_nothing_as_gone(small_world):
    bring(ROWS, small_world.poitiers)
    more = [{"nom": "Nouvelle venue fictive", "cp": "86000", "ville": "Poitiers", "siren": "", "secteur": ""}]
    run = bring(more, small_world.poitiers, partial=True)
    assert counts(run) == {"read": 1, "new": 1}
    assert not Record.objects.exclude(gone_at=None).exists()


def test_an_agents_correction_outlives_the_next_import(small_world):
    bring(ROWS, small_world.poitiers)
    agent = agent_of(small_world.poitiers)
    found = sheet("Jardin imaginaire")
    edit_organisation(
        person=agent,
        organisation=found,
        values={"name": "Jardin imaginaire du Breuil", "sectors": ["agriculture"]},
        version=found.version,
    )
    changed = rows({}, {}, {"secteur": "commerce"})
    run = bring(changed, small_world.poitiers, dated_on=date(2099, 1, 1))
    assert counts(run)["changed"] == 1
    kept = Organisation.objects.get(pk=found.pk)
    assert (kept.name, kept.sectors) == ("Jardin imaginaire du Breuil", ["agriculture"])
    assert kept.records.get(source=run.source).values["sectors"] == ["commerce"]


def test_a_hidden_sheet_stays_hidden_when_its_list_is_read_again(small_world):
    bring(ROWS, small_world.poitiers)
    Organisation.objects.filter(name="Jardin imaginaire").update(status=Status.HIDDEN)
    bring(rows({}, {}, {"secteur": "commerce"}), small_world.poitiers)
    assert sheet("Jardin imaginaire").status == Status.HIDDEN


def test_the_same_national_number_links_without_asking(small_world):
    known = organisation(
        "LES ESSAIS DU CLAIN (ASSOCIATION)", small_world.poitiers, identifiers={"siren": "732829320"}
    )
    run = bring(ROWS[:1], small_world.poitiers)
    assert counts(run) == {"read": 1, "new": 1, "joined": 1}
    record = Record.objects.get(source=run.source)
    assert record.organisation == known
    assert record.links.get().method == "identifier"
    assert "SIREN" in record.links.get().explanation[0]
    assert Organisation.objects.count() == 1


def test_the_same_name_at_the_same_place_links_two_lists(small_world):
    bring(ROWS, small_world.poitiers, "Première liste d’essai")
    other = [{"nom": "LES ESSAIS DU CLAIN", "commune": "Poitiers", "site": "https://essais.exemple.test"}]
    run = bring(other, small_world.poitiers, "Seconde liste d’essai")
    assert counts(run) == {"read": 1, "new": 1, "joined": 1}
    found = sheet("Les Essais du Clain")
    assert found.records.count() == 2
    # It shows what it showed; yet the index must learn that the second list names it too.
    before = Organisation.objects.get(pk=found.pk).change
    third = bring(other, small_world.poitiers, "Troisième liste d’essai")
    assert counts(third) == {"read": 1, "new": 1, "joined": 1}
    assert Organisation.objects.get(pk=found.pk).change > before
    link = found.records.get(source=run.source).links.get()
    assert link.method == "similarity"
    assert link.score > 0.9
    assert link.explanation
    assert found.shown_values["website"] == "https://essais.exemple.test"


def test_two_numbers_for_one_name_are_two_organisations(small_world):
    pair = [ROWS[0], ROWS[0] | {"siren": "552100554"}]
    run = bring(pair, small_world.poitiers)
    assert counts(run) == {"read": 2, "new": 2}
    assert Organisation.objects.count() == 2


def test_one_organisation_told_twice_in_a_list_is_one_sheet(small_world):
    listed = [
        {
            "id": "a1",
            "nom": "Fanfare fictive de Biard",
            "ville": "Biard",
            "site": "https://fanfare.exemple.test",
        },
        {
            "id": "a2",
            "nom": "FANFARE FICTIVE DE BIARD",
            "ville": "Biard",
            "site": "https://fanfare.exemple.test",
        },
    ]
    run = bring(listed, small_world.poitiers)
    assert counts(run) == {"read": 2, "new": 2, "twins": 1}
    assert Organisation.objects.get().records.count() == 2
    assert Link.objects.filter(method="first").count() == 1


def test_rows_told_twice_word_for_word_are_taken_once(small_world):
    run = bring([*ROWS, ROWS[2]], small_world.poitiers)
    assert counts(run) == {"read": 4, "new": 3, "rejected": 1}
    assert "Même organisation que la ligne 4" in reasons(run)[5]


def test_rows_without_a_name_or_a_place_are_rejected_with_their_reason(small_world):
    bad = rows({"nom": ""}, {"cp": "", "ville": "", "siren": ""}, {"nom": "M. Dupont Jean"})
    run = bring(bad, small_world.poitiers)
    assert counts(run) == {"read": 3, "rejected": 3}
    told = reasons(run)
    assert "pas de nom" in told[2]
    assert "Rien ne dit où" in told[3]
    assert "désigne une personne" in told[4]


def test_sole_traders_are_never_taken(small_world):
    listed = [
        {"nom": "Tissages de la fiction", "categorie_juridique": "9220", "ville": "Poitiers"},
        {"nom": "Boulangerie fictive", "categorie_juridique": "1000", "ville": "Poitiers"},
        {"nom": "Menuiserie fictive", "categorie_juridique": "Auto-entrepreneur", "ville": "Poitiers"},
    ]
    run = bring(listed, small_world.poitiers, kind="register")
    assert counts(run) == {"read": 3, "new": 1, "rejected": 2}
    assert all("Entrepreneur individuel" in reason for reason in reasons(run).values())


def test_units_that_have_ceased_do_not_swell_the_directory(small_world):
    listed = [
        {"nom": "Chorale en activité fictive", "est_active": "True", "ville": "Poitiers"},
        {"nom": "Théâtre fermé fictif", "est_active": "False", "ville": "Poitiers"},
    ]
    bring(listed, small_world.poitiers)
    assert [row.name for row in Organisation.objects.active()] == ["Chorale en activité fictive"]
    assert sheet("Théâtre fermé fictif").status == Status.CEASED


def test_rejected_rows_are_downloaded_mended_and_sent_again(small_world):
    broken = rows({}, {"nom": ""}, {"cp": "", "ville": ""})
    run = bring(broken, small_world.poitiers)
    assert counts(run) == {"read": 3, "new": 1, "rejected": 2}
    text = run.rejects.read_text("utf-8-sig")
    assert text.splitlines()[0] == "nom;cp;ville;siren;secteur;motif"
    mended = text.replace(";86530;", "Atelier fictif de Naintré;86530;").replace(
        "Jardin imaginaire;;", "Jardin imaginaire;86000;Poitiers"
    )
    again = bring(mended.encode("utf-8-sig"), small_world.poitiers, name="rejets.csv")
    assert again.partial
    assert counts(again) == {"read": 2, "new": 2}
    assert Organisation.objects.count() == 3
    assert not Record.objects.exclude(gone_at=None).exists()


def test_formulas_in_rejected_rows_are_neutralised(small_world):
    run = bring(rows({"nom": "", "secteur": "=1+1"}), small_world.poitiers)
    assert ";'=1+1;" in run.rejects.read_text("utf-8-sig")


def test_the_mapping_and_its_translations_are_remembered(small_world):
    agent = agent_of(small_world.poitiers)
    mapping = {
        "columns": {"nom": "name", "cp": "postal_code", "ville": "locality", "secteur": "sectors"},
        "translations": {"sectors": {"culture": ["medias"]}},
    }
    bring(ROWS, small_world.poitiers, mapping=mapping, person=agent)
    kept = Mapping.objects.get()
    assert kept.confirmed_by == agent
    assert Translation.objects.get(folded="culture").confirmed_by == agent
    run = services.receive(
        person=agent,
        territory=small_world.poitiers,
        about=services.About(name="Liste d’essai"),
        name="suivante.csv",
        content=[csv_of(ROWS[:1])],
    )
    plan = services.plan(run)
    assert plan.remembered == kept
    assert plan.is_certain
    assert plan.spec.translations["sectors"]["culture"] == ("medias",)
    assert sheet("Les Essais du Clain").sectors == ["medias"]


def test_another_columns_set_asks_for_another_mapping(small_world):
    bring(ROWS, small_world.poitiers)
    run = services.receive(
        person=None,
        territory=small_world.poitiers,
        about=services.About(name="Liste d’essai"),
        name="autre.csv",
        content=[b"titre;commune\nEssai;Poitiers\n"],
    )
    assert services.plan(run).remembered is None


def test_an_import_writes_in_the_journal_who_did_what(small_world):
    agent = agent_of(small_world.poitiers)
    run = bring(ROWS, small_world.poitiers, person=agent)
    events = Event.objects.filter(subject=f"import:{run.pk}").order_by("id")
    assert [event.verb for event in events] == ["import.received", "import.mapped", "import.applied"]
    assert {event.actor for event in events} == {agent}
    assert events[2].data["counts"]["new"] == 3
    assert events[2].territory_code == "fr-com-86194"


@pytest.mark.parametrize("who", ["nobody", "agent elsewhere"])
def test_only_those_who_may_bring_lists_in(small_world, who):
    stranger = person() if who == "nobody" else agent_of(small_world.nantes)
    with pytest.raises(NotAllowed):
        read(ROWS, small_world.poitiers, person=stranger)
    assert not ImportRun.objects.exists()
    assert not Source.objects.exists()


@pytest.mark.parametrize("who", ["agent of the region", "secretariat"])
def test_rights_follow_the_tree_downwards(small_world, who):
    bringer = secretary() if who == "secretariat" else agent_of(small_world.vienne)
    assert counts(bring(ROWS, small_world.poitiers, person=bringer))["new"] == 3


def test_each_step_is_refused_to_a_stranger(small_world):
    run = read(ROWS, small_world.poitiers)
    stranger = agent_of(small_world.nantes)
    for step in (services.read_and_compare, services.apply_run, services.abandon):
        with pytest.raises(NotAllowed):
            step(person=stranger, run=run)
    assert not Organisation.objects.exists()


def test_an_import_applied_twice_is_applied_once(small_world):
    run = bring(ROWS, small_world.poitiers)
    services.apply_run(person=None, run=run)
    assert Organisation.objects.count() == 3
    assert Event.objects.filter(verb="import.applied").count() == 1


def test_what_changed_since_the_comparison_is_compared_again(small_world):
    run = read(ROWS, small_world.poitiers)
    other = [{"nom": "Les Essais du Clain", "siren": "732829320", "ville": "Poitiers"}]
    bring(other, small_world.poitiers, "Autre liste d’essai")
    services.apply_run(person=None, run=run)
    assert Organisation.objects.count() == 3
    assert sheet("Les Essais du Clain").records.count() == 2


def test_an_abandoned_import_writes_nothing_and_cannot_be_applied(small_world):
    run = read(ROWS, small_world.poitiers)
    services.abandon(person=None, run=run)
    with pytest.raises(TerreauError):
        services.apply_run(person=None, run=run)
    assert not Organisation.objects.exists()


def test_a_second_import_of_a_source_under_way_is_refused_in_french(small_world):
    from terreau.registers.running import holding

    run = read(ROWS, small_world.poitiers)
    with (
        holding(run.source),
        pytest.raises(TerreauError, match="Un autre import de cette source est en cours"),
    ):
        services.apply_run(person=None, run=run)
    run.refresh_from_db()
    assert run.state == RunState.COMPARED


def test_what_a_dead_process_left_under_way_does_not_block_the_next(small_world):
    dead = read(ROWS, small_world.poitiers)
    ImportRun.objects.filter(pk=dead.pk).update(state=RunState.APPLYING)
    dead.refresh_from_db()
    assert services.is_interrupted(dead)
    bring(ROWS[:2], small_world.poitiers)
    dead.refresh_from_db()
    assert dead.state == RunState.FAILED
    assert "interrompu" in dead.error


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "vide"),
        (b"%PDF-1.7 un document", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b'{"a": [', "JSON"),
    ],
)
def test_a_wrong_file_is_refused_in_french_and_nothing_is_kept(small_world, settings, content, message):
    before = set((settings.HOME.files / "imports").glob("*"))
    with pytest.raises(TerreauError, match=message):
        read(content, small_world.poitiers)
    assert not ImportRun.objects.exists()
    assert not Source.objects.exists()
    assert set((settings.HOME.files / "imports").glob("*")) == before


def test_a_file_past_the_bound_is_refused(small_world, settings):
    settings.UPLOAD_MAX_BYTES = 50
    with pytest.raises(TerreauError, match="taille permise"):
        read(ROWS, small_world.poitiers)
    assert not ImportRun.objects.exists()


def test_a_mapping_without_a_name_is_refused(small_world):
    with pytest.raises(TerreauError, match="colonne du nom"):
        read(ROWS, small_world.poitiers, mapping={"columns": {"ville": "locality"}})


def test_a_source_of_a_very_long_name_is_known_again(small_world):
    name = "Liste des associations de la ville, " * 9
    bring([{"nom": "Essai", "ville": "Poitiers"}], small_world.poitiers, name)
    again = bring([{"nom": "Essai", "ville": "Poitiers"}], small_world.poitiers, name)
    assert counts(again) == {"read": 1, "unchanged": 1}


def test_the_address_of_a_source_is_that_of_a_page(small_world):
    with pytest.raises(TerreauError, match="pas l’adresse d’une page"):
        read([{"nom": "Essai", "ville": "Poitiers"}], small_world.poitiers, url="javascript:alert(1)")
    assert not ImportRun.objects.exists()


def test_a_source_keeps_its_kind_and_its_newest_date(small_world):
    bring(ROWS, small_world.poitiers, kind="register", dated_on=date(2024, 1, 1), licence="Licence d’essai")
    bring(ROWS[:2], small_world.poitiers, dated_on=date(2023, 1, 1))
    source = Source.objects.get(name="Liste d’essai")
    assert (source.kind, source.dated_on, source.licence) == ("register", date(2024, 1, 1), "Licence d’essai")


def test_a_long_list_is_written_as_a_short_one(small_world, monkeypatch):
    """Read ahead by another process, its log carried over apart: every row is there, once, in its order."""
    monkeypatch.setattr(running, "processes_for", lambda _rows: 2)
    monkeypatch.setattr(ingest, "BATCH", 7)
    monkeypatch.setattr(running, "BATCH", 7)
    monkeypatch.setattr(large_write, "_APART_FROM", 10)
    names = [f"{kind} {of}" for kind in ("Verger", "Fanfare", "Lavoir") for of in ("du Clain", "aux loups")]
    names = [f"{name} {town}" for name in names for town in ("Ardennes", "Bocage", "Cévennes", "Dunes")]
    run = bring([{**ROWS[0], "nom": name, "siren": ""} for name in names], small_world.poitiers)
    assert counts(run) == {"read": 24, "new": 24}
    records = Record.objects.filter(source=run.source).order_by("pk")
    assert [record.values["name"] for record in records] == names
    assert [record.organisation.name for record in records.select_related("organisation")] == names
    assert Link.objects.filter(record__in=records).count() == 24


def test_a_list_that_brings_nobody_new_looks_for_no_double(small_world, monkeypatch):
    bring(ROWS, small_world.poitiers)

    def refuse() -> None:
        raise AssertionError("the keys of the directory were asked for")

    monkeypatch.setattr(running, "neighbours", refuse)
    assert counts(bring(rows({"secteur": "sport"}), small_world.poitiers)) == {
        "read": 3,
        "changed": 1,
        "unchanged": 2,
    }
