"""Every event that the code writes is told in French."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import terreau
from terreau.jobs.enums import JobState
from terreau.journal import sentences

_VERB = re.compile(
    r'"((?:organisation|filiere|import|coverage|diagnosis|territory|person|role|job)\.[a-z_]+)"'
)
# Kinds of job, which have the same look.
_NOT_EVENTS = {"diagnosis.prepare"}


def verbs():
    """What looks like the key of an event in the modules that write the journal."""
    found = set()
    for path in Path(terreau.__file__).parent.rglob("*.py"):
        source = path.read_text()
        if "journal.services import record" in source:
            found |= set(_VERB.findall(source)) - _NOT_EVENTS
    return sorted(
        found | {f"job.{state.value}" for state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)}
    )


@pytest.mark.parametrize("verb", verbs())
def test_an_event_has_its_sentence(verb):
    assert verb in sentences._sentences


def test_the_events_are_found():
    assert len(verbs()) > 15
