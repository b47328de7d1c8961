"""From the files of a register to a vintage: layer after layer, checked, then promoted whole."""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from terreau.core.errors import TerreauError, disk_reason
from terreau.core.files import write_atomically
from terreau.core.numbers import french_number
from terreau.observatory import checks, confidential, generic, sirene
from terreau.observatory.engine import Engine
from terreau.observatory.geography import Geography
from terreau.observatory.landing import Landed, Portion, Request
from terreau.observatory.manifest import manifest
from terreau.observatory.perimeter import Combination, Decisions, decide_all
from terreau.observatory.reading import unreadable
from terreau.observatory.sources.catalogue import layer_sql
from terreau.observatory.store import MANIFEST, Vintage, check_name, drafting, vintages

Say = Callable[[str], None]
# Small enough that one territory is one row group, or two.
_ROW_GROUP = 8192
# What each source's second layer gives, in one order.
_MAPPED = {
    "units": ("unit", "active", "nameable", "facts", "reason", "written"),
    "facts": (
        "facts",
        "form",
        "region",
        "activity",
        "nomenclature",
        "ess_flag",
        "listed",
        "approvals",
    ),
    "establishments": (
        "unit",
        "grp",
        "active",
        "seat",
        "created",
        "closed",
        "place",
        "place_withheld",
        "section",
        "size_low",
        "size_high",
        "size_estimate",
        "size_unknown",
        "reason",
        "rank",
        "written",
    ),
}
_SECTIONS = [("number", "UTINYINT"), ("code", "VARCHAR")]
_REJECTS = [("kind", "VARCHAR"), ("row_id", "VARCHAR"), ("reason", "VARCHAR")]


def build(request: Request, say: Say = lambda line: None) -> Path:
    """Build a vintage; the folder of all vintages must be writable.

    Args:
        request: what to build.
        say: told each layer, in French.

    Returns:
        The folder of the vintage, promoted.

    Raises:
        TerreauError: a file cannot be read, a check failed, the disk is full; nothing has changed then.
    """
    check_name(request.vintage)
    newer = [name for name in vintages(request.out) if name > request.vintage]
    if newer and not request.older:
        raise TerreauError(
            f"Le millésime {newer[-1]} est déjà construit, et {request.vintage} lui est antérieur.",
            remedy="Si c’est voulu, ajoutez «\u00a0--older\u00a0».",
        )
    with _in_french(request), drafting(request.out, request.vintage) as draft:
        work = draft / "work"
        work.mkdir()
        engine = _engine(request, draft, work, say)
        try:
            _make(engine, request, _timed(say))
        finally:
            engine.close()
        shutil.rmtree(work)
    say(f"Millésime {request.vintage} construit.")
    return request.out / request.vintage


def _engine(request: Request, kept: Path, work: Path, say: Say) -> Engine:
    if request.spark is None:
        return Engine(kept, work, request.memory, request.threads, _percents(say))
    from terreau.observatory.spark import SparkEngine

    return SparkEngine(kept, work, request.memory, request.threads, master=request.spark)


def _make(engine: Engine, request: Request, say: Say) -> None:
    say("1/5 Lecture des fichiers")
    source = {"sirene": sirene, "generic": generic}[request.source]
    landed: Landed = source.land(engine, request)
    engine.table("sections", _SECTIONS, enumerate(["", *landed.sections]))
    say("2/5 Application des règles du périmètre")
    decided = _decide(engine, request, landed)
    secret = confidential.land(engine, request, landed, decided.perimeters)
    say("3/5 Établissements")
    _lay_places(engine, landed.geography)
    _union(engine, "units", landed.whole)
    # Empty: the first layers of the establishments only ask that it be there.
    engine.hold("decided_units", f"SELECT * FROM ({layer_sql('04_decided_units')}) LIMIT 0")
    source.lay_establishments(engine, request, landed)
    engine.table("rejects", _REJECTS, landed.unread)
    for number, portion in enumerate(landed.portions):
        _lay(engine, portion)
        _count(engine, request, first=not number)
        confidential.contributions(engine, secret, first=not number)
        if len(landed.portions) > 1:
            say(f"  {french_number(round(100 * (number + 1) / len(landed.portions)))}\u00a0%")
    decisions = decided.met(engine.run("SELECT decision, sum(units) FROM decision_units GROUP BY decision"))
    if not decisions.rows:
        raise TerreauError("Le registre ne contient aucune unité qui puisse être comptée.")
    if not landed.simulated:  # a small draw may list nobody
        checks.list_is_of_the_register(engine, request.ess_list, decisions)
    _lay_decisions(engine, decisions)
    say("4/5 Comptes par territoire")
    _mart(engine)
    confidential.protect(engine, request, landed.geography, decisions, secret, say)
    say("5/5 Vérifications")
    counts = checks.before_promotion(engine, landed.read)
    text = json.dumps(manifest(engine, request, landed, decisions, counts), ensure_ascii=False, indent=1)
    write_atomically(engine.kept / MANIFEST, text.encode())
    checks.vintage_is_whole(Vintage(engine.kept))
    confidential.record(engine, request, secret)


def _lay(engine: Engine, portion: Portion) -> None:
    """From here on, the views of the register show the rows of a portion."""
    for name, sql in portion.rows.items():
        engine.view(name, sql)
    for what in ("units", "establishments"):
        _union(engine, what, portion)


def _union(engine: Engine, what: str, portion: Portion) -> None:
    columns = ", ".join(_MAPPED[what])
    together = "\nUNION ALL\n".join(f"SELECT {columns} FROM {name}_mapped_{what}" for name in portion.sources)
    engine.view(f"unioned_{what}", layer_sql(f"03_unioned_{what}", **{f"mapped_{what}": together}))


def _count(engine: Engine, request: Request, *, first: bool) -> None:
    """What the counts need of a portion, put beside that of the others."""
    engine.hold("decided_units", layer_sql("04_decided_units"))
    checks.no_unit_twice(engine)
    engine.hold("enriched_establishments", layer_sql("04_enriched_establishments", **request.dates))
    checks.no_establishment_twice(engine)
    engine.add("rejects", layer_sql("05_rejects"))
    for name in ("counted", "employers", "conflicts", "decision_units"):
        (engine.hold if first else engine.add)(name, layer_sql(f"05_{name}"))


def _decide(engine: Engine, request: Request, landed: Landed) -> Decisions:
    _union(engine, "facts", landed.whole)
    engine.hold("facts", "SELECT * FROM unioned_facts")
    found = engine.run(f"{layer_sql('04_combinations')} ORDER BY ALL")
    decisions = decide_all(
        (Combination(*row) for row in found), landed.country, request.on, landed.public_forms
    )
    _lay_decisions(engine, decisions)
    engine.table(
        "in_field",
        [("grp", "SMALLINT"), ("perimeter", "VARCHAR")],
        [
            (group.number, perimeter)
            for group in decisions.groups
            for perimeter, (answer, _family) in zip(decisions.perimeters, group.standings, strict=True)
            if answer == "oui"
        ],
    )
    engine.hold("decision_of", layer_sql("04_decision_of"))
    return decisions


def _lay_decisions(engine: Engine, decisions: Decisions) -> None:
    texts = ("form", "region", "activity", "nomenclature", "ess_flag", "listed", "approvals")
    standings = [
        (f"{name}_{what}", "VARCHAR")
        for name in decisions.perimeters
        for what in ("answer", "family", "rule")
    ]
    engine.table(
        "decisions",
        [
            *((text, "VARCHAR") for text in texts),
            ("units", "BIGINT"),
            ("decision", "INTEGER"),
            ("grp", "SMALLINT"),
            ("conflict", "BOOLEAN"),
            *standings,
        ],
        (
            (
                *(getattr(row.combination, text) for text in texts),
                row.combination.units,
                row.number,
                row.group,
                row.conflict,
                *(
                    value
                    for standing in row.standings
                    for value in (standing.answer, standing.family, standing.rule)
                ),
            )
            for row in decisions.rows
        ),
    )


def _lay_places(engine: Engine, geography: Geography) -> None:
    places, holders = geography.places, geography.holders
    engine.columns("places", [("code", "VARCHAR", list(places)), ("place", "INTEGER", list(places.values()))])
    told = [" ".join(codes) for codes in holders.values()]
    engine.columns("holders_told", [("place", "INTEGER", list(holders)), ("territories", "VARCHAR", told)])
    engine.hold("holders", layer_sql("04_holders"))
    kinds = {
        "code": "VARCHAR",
        "kind": "VARCHAR",
        "name": "VARCHAR",
        "population": "BIGINT",
        "parent": "VARCHAR",
    }
    territories = geography.territories.values()
    engine.columns(
        "territories",
        [(name, kind, [getattr(one, name) for one in territories]) for name, kind in kinds.items()],
    )


def _mart(engine: Engine) -> None:
    engine.hold("cells", layer_sql("05_cells"))
    engine.keep("territory_cells", layer_sql("05_territory_cells"), row_group=_ROW_GROUP)
    engine.keep("concentration", layer_sql("05_concentration"), row_group=_ROW_GROUP)
    engine.keep("territories", "SELECT * FROM territories ORDER BY code", row_group=_ROW_GROUP)
    for name in ("cells", "rejects", "conflicts", "decisions", "places", "holders"):
        engine.keep(name, f"SELECT * FROM {name} ORDER BY ALL")


def _percents(say: Say) -> Callable[[float], None]:
    def told(percent: float) -> None:
        if 0 < percent < 100:
            say(f"  {french_number(round(percent))}\u00a0%")

    return told


def _timed(say: Say) -> Say:
    start = time.monotonic()

    def told(line: str) -> None:
        say(f"{line}… ({french_number(round(time.monotonic() - start, 1), 1)}\u00a0s)")

    return told


@contextmanager
def _in_french(request: Request) -> Iterator[None]:
    """Whatever DuckDB or the system refuses is told in French."""
    try:
        yield
    except duckdb.Error as error:
        given = (request.units, request.establishments, request.ess_list, request.rna)
        raise unreadable(", ".join(path.name for path in given if path), error) from error
    except OSError as error:
        raise TerreauError(
            f"Le millésime n’a pas pu être construit\u00a0: {disk_reason(error)}.",
            where=str(request.out),
            remedy="Le dernier millésime construit n’a pas changé.",
        ) from error
