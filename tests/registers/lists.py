"""Lists for the tests of the imports: written from rows, brought in through the services."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from terreau.directory.models import Organisation
from terreau.registers import services
from terreau.registers.models import ImportRun
from terreau.registers.reporting import rejects_told
from terreau.registers.spec import from_json

DATA = Path(__file__).parent / "data"


def csv_of(rows: list[dict[str, str]], separator: str = ";") -> bytes:
    """A CSV file with the columns of the first row."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def read(
    content: bytes | Path | list[dict[str, str]],
    territory: Any,
    source: str = "Liste d’essai",
    *,
    name: str = "liste.csv",
    person: Any = None,
    mapping: dict[str, Any] | None = None,
    partial: bool | None = None,
    sheet: str = "",
    **about: Any,
) -> ImportRun:
    """A list received, its mapping confirmed, read and compared; nothing is written."""
    if isinstance(content, list):
        content = csv_of(content)
    if isinstance(content, Path):
        name, content = content.name, content.read_bytes()
    run = services.receive(
        person=person,
        territory=territory,
        about=services.About(name=source, **about),
        name=name,
        content=[content],
        partial=partial,
        sheet=sheet,
    )
    spec = from_json(mapping, run.described["columns"]) if mapping else services.plan(run).spec
    services.confirm_mapping(person=person, run=run, spec=spec)
    run.refresh_from_db()
    return services.read_and_compare(person=person, run=run)


def bring(content: Any, territory: Any, source: str = "Liste d’essai", **options: Any) -> ImportRun:
    """The same, applied."""
    run = read(content, territory, source, **options)
    return services.apply_run(person=options.get("person"), run=run)


def counts(run: ImportRun) -> dict[str, int]:
    """The counts of an import that are not zero."""
    return {key: value for key, value in run.counts.items() if value}


def reasons(run: ImportRun) -> dict[int, str]:
    """Why each rejected row was."""
    return {told["row"]: told["reason"] for told in rejects_told(run)}


def sheet(name: str) -> Organisation:
    """The one sheet of this name."""
    return Organisation.objects.select_related("territory").get(name=name)


def shown() -> dict[str, Any]:
    """All that the directory shows, in a form that can be compared."""
    rows = Organisation.objects.order_by("public_id").values()
    return json.loads(json.dumps({row["public_id"]: row for row in rows}, default=str))
