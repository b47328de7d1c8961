"""A driver: an import killed at each of its doors, and taken up again."""

from __future__ import annotations

import json
import sys

from tests.killing import be_driver, die, in_child

be_driver()

from terreau.directory import ingest  # noqa: E402
from terreau.directory.models import Link, Organisation, Record  # noqa: E402
from terreau.registers import comparing, running, services, staging  # noqa: E402
from terreau.registers.models import ImportRun  # noqa: E402
from tests.directory.factories import territory  # noqa: E402
from tests.registers.lists import csv_of  # noqa: E402

NUMBERS = range(30)
ROWS = [{"nom": f"Essai n° {n} de la coupure", "territoire": "xx-com-1", "id": str(n)} for n in NUMBERS]
LATER = [row | {"nom": row["nom"] + " bis"} if n % 3 == 0 else row for n, row in enumerate(ROWS)][:-5]
DOORS = {
    "reading": (staging.Part, "flush"),
    "fates": (comparing, "decide_fates"),
    "doubles": (running, "find_duplicates"),
    "report": (running, "report"),
    "records": (ingest.Ingest, "add"),
    "shown": (ingest.Ingest, "finish"),
    "journal": (running, "record"),
    "cleaning": (staging.Store, "clear"),
}


def receive(rows, place):
    run = services.receive(
        person=None,
        territory=place,
        about=services.About(name="Coupures"),
        name="liste.csv",
        content=[csv_of(rows)],
    )
    services.confirm_mapping(person=None, run=run, spec=services.plan(run).spec)
    return run.pk


def carry(key):
    run = ImportRun.objects.select_related("source", "territory", "mapping", "same_as").get(pk=key)
    if run.state not in ("compared", "applying", "applied"):
        services.read_and_compare(person=None, run=run)
    services.apply_run(person=None, run=run)


def killed_at(door):
    def work():
        owner, name = DOORS[door]
        # The first clearing of the scratch files is that of a fresh start: the last one is meant.
        if door == "cleaning":
            former = running._conclude

            def then(*arguments):
                former(*arguments)
                setattr(owner, name, die)

            running._conclude = then
        else:
            setattr(owner, name, die)
        carry(key)

    return work


def state():
    return {
        "names": sorted(Organisation.objects.values_list("name", flat=True)),
        "records": Record.objects.count(),
        "links": Link.objects.count(),
        "gone": Record.objects.exclude(gone_at=None).count(),
        "runs": sorted(ImportRun.objects.values_list("state", flat=True)),
    }


place = territory("xx-com-1", "Ville-Essai")
carry(receive(ROWS, place))
told = {}
rows = LATER
for door in sys.argv[1:]:
    before = state()
    # A new one each time, or nobody would look for doubles.
    key = receive([*rows, {"nom": f"Venue avec {door}", "territoire": "xx-com-1", "id": door}], place)
    signalled = in_child(killed_at(door))
    after = state()
    in_child(lambda: carry(key))  # noqa: B023  (run at once)
    told[door] = {"signal": signalled, "before": before, "after": after, "resumed": state()}
    rows = ROWS if rows is LATER else LATER
print(json.dumps(told))
