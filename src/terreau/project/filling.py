"""What fills an instance by its users' own doors; what is there already is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.accounts.services import grant_role
from terreau.core.errors import TerreauError
from terreau.diagnosis.models import Edition
from terreau.diagnosis.services import create_draft, publish
from terreau.directory.models import Source
from terreau.jobs.enums import JobState
from terreau.jobs.models import Job
from terreau.jobs.services import run_now
from terreau.observatory.package.making import make as make_package
from terreau.observatory.package.making import package_of
from terreau.observatory.store import open_vintage
from terreau.registers import services as registers
from terreau.registers.spec import from_json
from terreau.territories.models import Territory

Say = Callable[[str], None]


def give(person: Person, role: Role, territory: Territory | None) -> None:
    """Give a role that the person does not hold yet."""
    if not RoleGrant.objects.filter(person=person, role=role, territory=territory).exists():
        grant_role(by=None, person=person, role=role, territory=territory)


def bring_in(
    path: Path,
    *,
    about: registers.About,
    mapping: Mapping[str, Any],
    territory: Territory,
    person: Person,
    say: Say,
) -> None:
    """Bring in a list, unless its source speaks of somebody already."""
    if Source.objects.filter(name=about.name, territory=territory, records__isnull=False).exists():
        return
    say(f"Import\u00a0: {about.name}…")
    run = registers.receive(
        person=person,
        territory=territory,
        about=about,
        name=path.name,
        content=registers.blocks_of(path),
    )
    spec = from_json(mapping, run.described["columns"])
    registers.confirm_mapping(person=person, run=run, spec=spec)
    run.refresh_from_db()
    work(registers.start_reading(person=person, run=run))
    run.refresh_from_db()
    work(registers.start_applying(person=person, run=run))
    run.refresh_from_db()
    say(f"  {_told(run.counts)}")


def work(job: Job) -> None:
    """Do here and now what a worker would do.

    Raises:
        TerreauError: when it failed.
    """
    done = run_now(job)
    if done.state != JobState.DONE:
        raise TerreauError(done.message, where=done.title)


def _told(counts: Mapping[str, Any]) -> str:
    names = {"new": "nouvelles", "review": "à examiner", "rejected": "refusées"}
    return (
        ", ".join(f"{counts[key]} {name}" for key, name in names.items() if counts.get(key))
        or "rien de nouveau"
    )


def ensure_package(root: Path, vintage: str) -> None:
    """Make what is downloaded of a vintage, unless it is there."""
    if package_of(root, open_vintage(root, vintage)) is None:
        make_package(root, vintage)


def publish_first(territory: Territory, person: Person, say: Say) -> None:
    """Publish the first diagnosis of a territory that has none."""
    if Edition.objects.filter(territory=territory).exists():
        return
    say(f"Diagnostic\u00a0: {territory.name}…")
    draft = create_draft(person=person, territory=territory)
    publish(person=person, territory=territory, draft_key=draft.key)
