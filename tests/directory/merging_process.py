"""A driver: merges and their undoing, killed anywhere."""

from __future__ import annotations

import json
import random
import sys

from tests.killing import Case, be_driver, kills

be_driver()

from terreau.directory import services  # noqa: E402
from terreau.directory.models import Link, Merge, Organisation, Record  # noqa: E402
from tests.directory import factories as make  # noqa: E402

town = make.territory("xx-com-1", "Ville-Essai")
agent = make.agent_of(town)
lists = [make.source(town, code=code) for code in ("l1", "l2")]


def pair() -> list[Organisation]:
    return [
        make.organisation(f"Essai {which.code}", town, said_by=which, website=f"https://{which.code}.test")
        for which in lists
    ]


def facts(sheets: list[Organisation]) -> dict:
    keys = [sheet.pk for sheet in sheets]
    here = Organisation.objects.filter(pk__in=keys).order_by("pk")
    records = Record.objects.filter(source_ref__in=references[sheets[0].pk]).order_by("pk")
    return {
        "sheets": [(one.name, one.status, one.merged_into_id in keys, one.version) for one in here],
        "homes": [keys.index(key) if key else None for key in records.values_list("organisation", flat=True)],
        "links": Link.objects.filter(undone_at=None, organisation__in=keys).count(),
        "merges": Merge.objects.filter(undone_at=None, absorbed__in=keys).count(),
    }


references: dict[int, list[str]] = {}


def prepared() -> list[Organisation]:
    sheets = pair()
    found = Record.objects.filter(organisation__in=sheets).order_by("pk")
    references[sheets[0].pk] = list(found.values_list("source_ref", flat=True))
    return sheets


def joined(sheets: list[Organisation]) -> None:
    kept, absorbed = (Organisation.objects.get(pk=one.pk) for one in sheets)
    services.merge(person=agent, kept=kept, absorbed=absorbed, choices={"website": "absorbed"})


def merging() -> Case:
    sheets = prepared()
    return Case(lambda: joined(sheets), lambda: facts(sheets))


def undoing() -> Case:
    sheets = prepared()
    joined(sheets)
    merged = Merge.objects.latest("pk")
    return Case(lambda: services.unmerge(person=agent, merged=merged), lambda: facts(sheets))


count, chance = int(sys.argv[1]), random.Random(4)
print(json.dumps({"merge": kills(merging, count, chance), "undo": kills(undoing, count, chance)}))
