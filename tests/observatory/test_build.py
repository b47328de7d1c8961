"""A small register in the genuine formats, to the counts of its territories."""

from __future__ import annotations

import gzip
import hashlib
import re
import zipfile
from datetime import date

import duckdb
import pytest

from terreau.core.errors import TerreauError
from terreau.observatory import checks
from terreau.observatory.figures import figures_of
from terreau.observatory.sources.catalogue import source
from terreau.observatory.verify import verify
from terreau.perimeters.rules import Facts, decide
from tests.observatory.conftest import VINTAGE, rows
from tests.observatory.registers import CRIMOLOIS, PARIS_1, POITIERS, establishment, small, unit


def national(vintage):
    found = duckdb.connect().execute(
        f"""SELECT CAST(sum(establishments) AS BIGINT), CAST(sum(employers) AS BIGINT), sum(jobs),
            CAST(sum(jobs_low) AS BIGINT), CAST(sum(jobs_high) AS BIGINT)
            FROM read_parquet('{vintage.path("territory_cells")}') WHERE territory = 'fr'"""
    )
    return found.fetchall()[0]


def test_every_unit_is_counted_once(small_vintage):
    assert national(small_vintage) == (11, 9, 1787.0, 1191, 2383)


def test_sole_traders_are_dropped_at_the_first_layer(small_vintage):
    counts = small_vintage.manifest["counts"]
    assert counts["read"]["sole_traders"] == 1
    assert counts["units"] == counts["read"]["units"] - 1
    assert counts["kept_establishments"] == counts["read"]["establishments"] - 1
    assert rows(small_vintage, "decisions", "form = '1000'") == []


def test_the_rules_of_the_perimeters_are_asked_and_their_answers_kept(small_vintage):
    on = date(2026, 11, 1)
    for row in rows(small_vintage, "decisions"):
        form, _region, activity, nomenclature, flag, listed = row[:6]
        facts = Facts(
            country="FR",
            on=on,
            form_code=form,
            activity=activity,
            activity_nomenclature=nomenclature,
            ess_flag=flag or None,
            on_ess_list=listed == "oui",
        )
        for perimeter, standing in (("legal", row[11:14]), ("statistical", row[14:17])):
            verdict = decide(facts, perimeter)
            assert (standing[0], standing[2]) == (verdict.in_scope, verdict.rule_id)


def test_conflicts_are_counted_and_listed_without_those_who_asked_not_to_be_shown(small_vintage):
    assert small_vintage.manifest["counts"]["conflicts"] == 2
    assert [row[0] for row in rows(small_vintage, "conflicts")] == ["100000006"]


def test_each_rule_tells_how_many_units_it_decided(small_vintage):
    rules = small_vintage.manifest["counts"]["rules"]
    assert rules["legal"]["fr-legal-liste"] == 1
    assert all(sum(found.values()) == small_vintage.manifest["counts"]["units"] for found in rules.values())


def test_a_borough_is_in_its_commune_and_a_merged_commune_in_the_one_that_followed(small_vintage):
    found = {row[0] for row in rows(small_vintage, "territory_cells", columns="DISTINCT territory")}
    assert {"fr-com-75101", "fr-com-75056", "fr-dep-75", "fr-reg-11"} <= found
    assert "fr-com-21452" in found
    assert "fr-com-21213" not in found


def test_the_code_in_force_is_that_of_the_vintage(workshop):
    units, establishments = small()
    for row in (*units, *establishments):
        for name in row:
            if name.startswith("dateDernierTraitement"):
                row[name] = "2018-05-30T00:00:00"
    vintage = workshop.build(*workshop.write(units, establishments), vintage="2018-06")
    found = {row[0] for row in rows(vintage, "territory_cells", columns="DISTINCT territory")}
    assert "fr-com-21213" in found


def test_a_withheld_commune_counts_in_the_country_only(small_vintage):
    assert rows(small_vintage, "cells", "place = 0", "establishments, created") == [(1, 1)]
    regions = rows(small_vintage, "territory_cells", "territory LIKE 'fr-reg-%'", "establishments")
    assert sum(row[0] for row in regions) == national(small_vintage)[0] - 1


@pytest.mark.parametrize("form", ["csv", "gz", "zip", "parquet", "gz of parquet"])
def test_each_form_of_the_files_gives_the_same(workshop, small_vintage, form):
    units, establishments = (_as(form, path) for path in workshop.write(*small()))
    listed = workshop.folder / "liste.csv"
    listed.write_text("SIREN,Nom\n100000012,Exemple\n")
    vintage = workshop.build(units, establishments, ess_list=listed)
    assert rows(vintage, "cells") == rows(small_vintage, "cells")


def test_two_archives_of_one_name_are_two_files(workshop, small_vintage):
    """They are told by the name they were given with, not by that of what was unpacked."""
    listed = workshop.folder / "liste.csv"
    listed.write_text("SIREN,Nom\n100000012,Exemple\n")
    given = []
    for path in workshop.write(*small()):
        (workshop.folder / path.stem).mkdir()
        packed = _as("zip", _as("parquet", path))
        given.append(packed.rename(workshop.folder / path.stem / "stock.zip"))
    vintage = workshop.build(*given, ess_list=listed)
    assert rows(vintage, "cells") == rows(small_vintage, "cells")
    files = vintage.manifest["source"]["files"]
    assert [one["name"] for one in files] == ["stock.zip"] * 2 + ["liste.csv"]
    marks = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (*given, listed)]
    assert [one["sha256"] for one in files] == marks


@pytest.mark.parametrize(
    "written",
    [
        *("100 000 012", "100\u00a0000\u00a0012", "10000001200011", " 100000012 ", "100\u202f000\u202f012"),
        *("100000012.0", "10000001200011.0"),
    ],
)
def test_the_numbers_of_the_list_however_they_are_written(workshop, small_vintage, written):
    listed = workshop.folder / "liste.csv"
    listed.write_text(f"SIREN,Nom\n{written},Exemple\n")
    assert rows(workshop.small(ess_list=listed), "cells") == rows(small_vintage, "cells")


@pytest.mark.parametrize("written", ["", "abc,Exemple\n"])
def test_a_list_without_a_number_is_refused(workshop, written):
    listed = workshop.folder / "liste.csv"
    listed.write_text(f"SIREN,Nom\n{written}")
    with pytest.raises(TerreauError, match="Aucun numéro ne se lit"):
        workshop.small(ess_list=listed)


def test_a_list_of_which_nobody_is_in_the_register_is_refused_but_of_an_extract(workshop, monkeypatch):
    listed = workshop.folder / "liste.csv"
    listed.write_text("SIREN,Nom\n999999999,Exemple\n")
    workshop.small(ess_list=listed)
    monkeypatch.setattr(checks, "_TELLING", 1)
    with pytest.raises(TerreauError, match="Aucune des structures de cette liste"):
        workshop.small(ess_list=listed)


def _as(form, path):
    if form == "gz of parquet":
        return _as("gz", _as("parquet", path))
    if form == "gz":
        packed = path.with_name(path.name + ".gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        return packed
    if form == "zip":
        packed = path.with_suffix(".zip")
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(path, path.name)
        return packed
    if form == "parquet":
        packed = path.with_suffix(".parquet")
        dates = "dateDebut: 'DATE', " if "Etab" in path.name else ""
        duckdb.connect().execute(
            f"COPY (SELECT * FROM read_csv('{path}', all_varchar = true)) TO '{packed}' (FORMAT parquet)"
            if not dates
            else f"""COPY (SELECT * REPLACE (CAST(dateDebut AS DATE) AS dateDebut,
                    CAST(dateCreationEtablissement AS DATE) AS dateCreationEtablissement,
                    CAST(etablissementSiege AS BOOLEAN) AS etablissementSiege,
                    CAST(dateDernierTraitementEtablissement AS TIMESTAMP)
                        AS dateDernierTraitementEtablissement,
                    CAST(anneeEffectifsEtablissement AS INTEGER) AS anneeEffectifsEtablissement)
                FROM read_csv('{path}', all_varchar = true)) TO '{packed}' (FORMAT parquet)"""
        ).fetchall()
        return packed
    return path


def test_a_parquet_whose_types_were_guessed_from_its_values_gives_the_same(workshop):
    """Codes of countries, of legal categories, numbers of units: digits, and so taken for numbers."""
    units, establishments = small()
    establishments.append(establishment("100000001", "", nic="00037", abroad="99131", seat="false"))
    written = workshop.write(units, establishments)
    told = workshop.build(*written)
    expected = {table: rows(told, table) for table in ("cells", "decisions", "rejects")}
    guessed = [path.with_suffix(".parquet") for path in written]
    for path, packed in zip(written, guessed, strict=True):
        duckdb.connect().execute(
            f"COPY (SELECT * FROM read_csv('{path}', sample_size = -1)) TO '{packed}' (FORMAT parquet)"
        ).fetchall()
    kinds = duckdb.connect().execute(f"DESCRIBE FROM '{guessed[1]}'").fetchall()
    assert ("codePaysEtrangerEtablissement", "BIGINT") in [row[:2] for row in kinds]
    again = workshop.build(*guessed)
    assert {table: rows(again, table) for table in expected} == expected
    assert "établissement à l’étranger" in [row[2] for row in rows(again, "rejects")]


def test_both_generations_of_columns_are_read_by_name(workshop, small_vintage):
    listed = workshop.folder / "liste.csv"
    listed.write_text("SIREN,Nom\n100000012,Exemple\n")
    vintage = workshop.build(*workshop.write(*small(), generation=2019), ess_list=listed)
    assert rows(vintage, "cells") == rows(small_vintage, "cells")


def test_either_classification_of_activities(workshop):
    units = [unit("100000001", "9220", ess="O", activity="62.01Z", activity_25="62.10Y")]
    places = [establishment("100000001", POITIERS, activity="62.01Z", activity_25="62.10Y")]
    files = workshop.write(units, places)
    old = workshop.build(*files)
    assert [row[0] for row in rows(old, "cells", columns="section")] == ["J"]
    assert [row[3] for row in rows(old, "decisions")] == ["nafrev2"]
    new = workshop.build(*files, nomenclature="naf2025")
    assert [row[0] for row in rows(new, "cells", columns="section")] == ["K"]
    assert [row[3] for row in rows(new, "decisions")] == ["naf2025"]


def test_an_activity_in_an_old_coding_has_no_section_and_is_not_guessed(workshop):
    units = [unit("100000001", "9220", ess="O", activity="80.4D", nomenclature="NAP")]
    places = [establishment("100000001", POITIERS, activity="80.4D", nomenclature="NAP")]
    vintage = workshop.build(*workshop.write(units, places))
    assert rows(vintage, "cells", columns="section") == [("",)]
    assert rows(vintage, "decisions", columns="statistical_rule") == [("fr-stat-activite-inconnue",)]


def test_creations_closures_and_survival_come_from_dates(workshop):
    units = [unit(f"10000000{n}", "9220", ess="O") for n in range(1, 7)]
    places = [
        establishment("100000001", POITIERS, created="2026-10-31"),  # created in the year
        establishment("100000002", POITIERS, created="2026-11-01"),  # after the day of the register
        establishment("100000003", POITIERS, state="F", created="2001-01-01", since="2025-11-01"),  # closed
        establishment("100000004", POITIERS, created="2022-11-01"),  # survived
        establishment(
            "100000005", POITIERS, state="F", created="2023-10-31", since="2026-10-30"
        ),  # a day short
        establishment("100000006", POITIERS, state="F", created="2023-10-31", since="2026-10-31"),  # just
    ]
    vintage = workshop.build(*workshop.write(units, places))
    found = rows(vintage, "cells", columns="created, closed, cohort, survivors")
    assert found == [(1, 3, 3, 2)]


@pytest.mark.parametrize("commune", [POITIERS, PARIS_1, CRIMOLOIS])
def test_withheld_values_are_unknown_and_not_refused(workshop, commune):
    units = [
        unit("100000001", "9220", ess="[ND]", activity="[ND]", diffusion="P"),
        unit("100000002", "9220", ess="O"),
    ]
    places = [
        establishment("100000001", commune, "[ND]", activity="[ND]", created="[ND]"),
        establishment("100000002", commune),
    ]
    vintage = workshop.build(*workshop.write(units, places))
    assert vintage.manifest["counts"]["rejected"] == []
    assert sum(row[0] for row in rows(vintage, "cells", columns="unknown_sizes")) == 2


def test_a_built_vintage_verifies_and_an_altered_one_does_not(workshop):
    vintage = workshop.small()
    assert all(line.sound for line in verify(workshop.out))
    path = vintage.path("cells")
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert [line for line in verify(workshop.out) if not line.sound]


@pytest.mark.parametrize("left", [b"", b"PAR1", None])
def test_a_vintage_that_lost_a_file_says_so_where_it_is_read(workshop, left):
    vintage = workshop.small()
    path = vintage.path("territory_cells")
    path.unlink() if left is None else path.write_bytes(left)
    with pytest.raises(TerreauError, match="manque ou est abîmé"):
        figures_of(workshop.out, "fr", VINTAGE)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"vintage": "2026-11"}'])
def test_a_vintage_whose_description_is_not_whole_says_so(workshop, text):
    folder = workshop.small().folder
    (folder / "manifest.json").write_text(text)
    with pytest.raises(TerreauError, match="n’est pas entier"):
        list(verify(folder))


def test_verifying_nothing_is_an_error(tmp_path):
    with pytest.raises(TerreauError, match="aucun millésime"):
        list(verify(tmp_path))


def test_what_names_or_locates_a_person_is_never_read():
    read = {column.name for columns in source("sirene").columns.values() for column in columns}
    told = re.compile(
        r"nom[A-Z]|prenom|denom|enseigne|sigle|sexe|pseudo|.*(Voie|Adresse|Lambert|Postal|Repetition)"
    )
    assert not [name for name in read if told.match(name)]
