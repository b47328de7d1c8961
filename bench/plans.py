"""A plan of five hundred actions: each of its views, in the process, as its agent reads it; its documents."""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.report import Line

WORST = 0.150
# Of a PDF and of a workbook, in seconds.
LONGEST, LONGEST_TABLE = 8.0, 3.0
ACTIONS, AXES, OBJECTIVES, ENTRIES = 500, 6, 24, 4
TRIES = 7
VIEWS = ("own", "table", "calendar", "gantt", "money", "chains", "structure")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--actions", type=int, default=ACTIONS)


def run(options: argparse.Namespace) -> Iterator[Line]:
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["*"]
    plan, agent = _plan(options.actions)
    client = Client()
    client.force_login(agent)
    for name in VIEWS:
        seconds = _best(client, reverse(f"plans:{name}", args=[plan.territory.code]))
        yield Line(f"plan de {options.actions} actions\u00a0: {name}", seconds, WORST, "s", "seuil")
    public = reverse("plans:public", args=[plan.territory.code])
    yield Line(
        f"plan de {options.actions} actions\u00a0: public",
        _best(Client(), public, fresh=True),
        WORST,
        "s",
        "seuil",
    )
    yield from _tables(plan, agent, client)
    yield from _documents(plan, agent, client)


def _tables(plan: Any, agent: Any, client: Any) -> Iterator[Line]:
    """The workbook, the same cells by openpyxl beside it; the same workbook back in another plan."""
    from django.urls import reverse

    from terreau.core.workbooks import workbook
    from terreau.plans import services
    from terreau.plans.exporting import sheets_of

    about = "plan en XLSX"
    seconds = _best(client, reverse("plans:workbook", args=[plan.territory.code]), tries=3)
    yield Line(f"{about}, lu de la base et écrit", seconds, LONGEST_TABLE, "s", "seuil")
    sheets = sheets_of(plan)
    clock = time.perf_counter()
    content = workbook(sheets)
    ours = time.perf_counter() - clock
    yield Line(f"{about}, écrit", ours, _by_openpyxl(sheets), "s", "les mêmes cellules par openpyxl")
    other, keeper = _empty_plan("xx-com-mesure-2")
    clock = time.perf_counter()
    file = services.receive_file(person=keeper, plan=other, name="plan.xlsx", content=[content])
    services.import_file(person=keeper, file=file)
    yield Line("plan importé d’un XLSX", time.perf_counter() - clock, None, "s")


def _by_openpyxl(sheets: Iterable[Any]) -> float:
    import openpyxl

    clock = time.perf_counter()
    book = openpyxl.Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.append(list(sheet.columns))
        for row in sheet.rows:
            page.append(list(row))
    book.save(io.BytesIO())
    return time.perf_counter() - clock


def _documents(plan: Any, agent: Any, client: Any) -> Iterator[Line]:
    """An edition, the two days compared, the documents; the same DOCX laid out by an office beside ours."""
    from django.urls import reverse

    from terreau.plans import printing, services
    from terreau.plans.enums import Version

    about = f"plan de {plan.axes.count()} axes"
    clock = time.perf_counter()
    edition = services.freeze(person=agent, plan=plan, words="Édition mesurée.", is_public=True)
    yield Line(f"{about}\u00a0: édition gardée", time.perf_counter() - clock, None, "s")
    for name, address in (
        ("édition lue", reverse("plans:edition", args=[plan.public_id, edition.number])),
        ("édition comparée à aujourd’hui", reverse("plans:comparison", args=[plan.public_id])),
    ):
        yield Line(f"{about}\u00a0: {name}", _best(client, address), WORST, "s", "seuil")
    for version in Version:
        made = {}
        for kind in printing.TYPES:
            clock = time.perf_counter()
            made[kind] = printing.made(printing.issue_today(plan, version), kind)
            seconds = time.perf_counter() - clock
            aim = LONGEST if kind == "pdf" else None
            yield Line(f"{kind.upper()} {version.label}", seconds, aim, "s", "à tenir")
            if kind == "pdf":
                pdf = seconds
        office = _by_an_office(made["docx"])
        if office:
            yield Line(
                f"PDF {version.label}, par les blocs", pdf, office, "s", "le même DOCX par LibreOffice"
            )


def _by_an_office(document: bytes) -> float:
    """How long an office takes to make a PDF of a DOCX; 0 where there is none."""
    program = shutil.which("soffice")
    if not program:
        return 0.0
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "plan.docx"
        source.write_bytes(document)
        clock = time.perf_counter()
        order = [
            program,
            "--headless",
            f"-env:UserInstallation=file://{folder}/profil",
            "--convert-to",
            "pdf",
        ]
        subprocess.run([*order, "--outdir", folder, str(source)], check=True, capture_output=True)
        seconds = time.perf_counter() - clock
        return seconds if source.with_suffix(".pdf").exists() else 0.0


def _best(client: Any, address: str, *, fresh: bool = False, tries: int = TRIES) -> float:
    """The best of some tries: what the machine does besides is no part of the view."""
    from django.core.cache import caches

    found = []
    for _time in range(tries):
        if fresh:
            caches["pages"].clear()
        clock = time.perf_counter()
        assert client.get(address).status_code == 200, address
        found.append(time.perf_counter() - clock)
    return min(found)


def _plan(count: int) -> tuple[Any, Any]:
    """A plan with so many actions, each with a step, money and who helps."""
    from terreau.directory.models import new_public_id
    from terreau.plans.models import Action, Axis, BudgetLine, Entry, Objective, Partner, Step

    plan, agent = _empty_plan("xx-com-mesure")
    start = plan.starts_on
    axes = [Axis.objects.create(plan=plan, title=f"Axe {number}", rank=number) for number in range(AXES)]
    objectives = [
        Objective.objects.create(axis=axes[number % AXES], title=f"Objectif {number}", rank=number)
        for number in range(OBJECTIVES)
    ]
    states = ("to_start", "under_way", "blocked", "done", "dropped")
    actions = Action.objects.bulk_create(
        Action(
            objective=objectives[number % OBJECTIVES],
            rank=number,
            title=f"Action {number} qui dit en quelques mots ce que la ville promet",
            words="Une description de deux phrases. Elle dit comment cela se fait.",
            elected_pilot="adjointe à l’économie",
            technical_pilot=f"service {number % 20}",
            starts_on=start + timedelta(days=number % 700),
            ends_on=start + timedelta(days=300 + number % 1100),
            state=states[number % 5],
            cause="Le local promis n’est pas libre." if number % 5 == 2 else "",
            need=("premises", "training", "purchasing", "")[number % 4],
            result="Douze emplois et un atelier de plus." if number % 5 == 3 else "",
        )
        for number in range(count)
    )
    Step.objects.bulk_create(Step(action=one, title="Étape", due_on=one.starts_on) for one in actions)
    Partner.objects.bulk_create(Partner(action=one, name="Une coopérative") for one in actions)
    lines = BudgetLine.objects.bulk_create(
        BudgetLine(action=one, year=start.year + number % 4, nature="running", source=f"Source {number % 8}")
        for number, one in enumerate(actions)
    )
    kinds = ("planned", "secured", "committed", "paid")
    Entry.objects.bulk_create(
        Entry(line=line, public_id=new_public_id(), kind=kinds[number], amount=400_000 - number, on=start)
        for line in lines
        for number in range(ENTRIES)
    )
    return plan, agent


def _empty_plan(code: str) -> tuple[Any, Any]:
    """A town with its agent and a plan that is public."""
    from terreau.accounts.models import Person, RoleGrant
    from terreau.plans.models import Plan
    from terreau.territories.models import Ancestry, Territory

    town = Territory.objects.create(
        code=code, kind="commune", name="Mesure", name_folded="mesure", country_code="FR"
    )
    Ancestry.objects.create(ancestor=town, descendant=town)
    agent = Person.objects.create_user(f"{code}@exemple.invalid")
    RoleGrant.objects.create(person=agent, role="agent", territory=town)
    start = date.today().replace(month=1, day=1)
    plan = Plan.objects.create(
        territory=town,
        title="Plan mesuré",
        starts_on=start,
        ends_on=start.replace(year=start.year + 4),
        currency="EUR",
        published_on=start,
    )
    return plan, agent
