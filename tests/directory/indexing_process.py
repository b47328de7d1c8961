"""A driver: edits, syncs and rebuilds of the index killed at any moment, amid the index's own writes too.

Killed by the clock, at moments drawn by chance, since most of the work is done out of Python's sight; what
must hold does not depend on where a kill falls.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import sys
import time

from tests.killing import be_driver, in_child

be_driver()

from terreau.directory import search  # noqa: E402
from terreau.directory.models import Organisation  # noqa: E402
from terreau.directory.services import create_organisation, edit_organisation, hide_organisation  # noqa: E402
from tests.directory import factories as make  # noqa: E402

SHEETS = 40
versions = itertools.count(1)


def in_base() -> list[str]:
    return sorted(Organisation.objects.filter(status="active").values_list("name", flat=True))


def in_index(*, healed: bool) -> tuple[list[str], bool]:
    """What the index answers, read by a process of its own, caught up or as it was left."""
    reading, writing = os.pipe()

    def read() -> None:
        if healed:
            search.sync(wait=True)
        hits = search.search(search.Query(size=1000)).hits
        found = [sorted(hit["n"] for hit in hits), search.is_behind()]
        with os.fdopen(writing, "w") as told:
            json.dump(found, told)

    in_child(read)
    os.close(writing)
    with os.fdopen(reading) as told:
        names, behind = json.load(told)
    return names, behind


def edit() -> None:
    """Several sheets change one after the other, one leaves: each change brings the index along."""
    version = next(versions)
    # Each changes once: what the index holds meanwhile is of before, or of after.
    gone, *others = Organisation.objects.filter(status="active").order_by("?")[:4]
    for sheet in others:
        edit_organisation(
            person=agent,
            organisation=sheet,
            values={"name": f"Essai {sheet.pk} {version}"},
            version=sheet.version,
        )
    hide_organisation(person=agent, organisation=gone, reason="Essai")
    create_organisation(person=agent, territory=town, values={"name": f"Essai neuf {version}"})


def rebuild() -> None:
    edit()
    search.rebuild()


def lasts(work) -> float:
    began = time.monotonic()
    in_child(work)
    return time.monotonic() - began


def killed(work, seconds: float) -> dict | None:
    """What became of the base and of the index; None when the work came to its end before."""
    before = in_base()
    if not in_child(work, killed_after=seconds):
        return None
    base = in_base()
    left, _behind = in_index(healed=False)
    healed, behind = in_index(healed=True)
    return {"before": before, "base": base, "left": left, "healed": healed, "behind": behind}


town = make.territory("xx-com-1", "Ville-Essai")
agent = make.agent_of(town)
for number in range(SHEETS):
    make.organisation(f"Essai {number}", town)
in_index(healed=True)
count, chance = int(sys.argv[1]), random.Random(5)
seen: list[dict] = []
tries = 0
for work, much in ((edit, count - count // 2), (rebuild, count // 2)):
    duration = lasts(work)
    wanted = len(seen) + much
    while len(seen) < wanted:
        tries += 1
        assert tries < 10 * count, "most of the works ended before they were killed"
        one = killed(work, chance.random() * duration)
        next(versions)
        seen += [one] if one else []
print(json.dumps(seen))
