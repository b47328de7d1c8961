"""The report of a whole diagnosis: assembled, then as PDF, DOCX and ODT, under five seconds for the PDF.

Serves best with `--home` set to an instance of exercise, where a town has its survey and its framework.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.report import Line

AIM = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> Iterator[Line]:
    from django.utils import timezone

    from terreau.diagnosis.assembly import assemble
    from terreau.diagnosis.editing import to_editable
    from terreau.diagnosis.exports import Issue
    from terreau.diagnosis.printing import to_pdf
    from terreau.documents.docx import to_docx
    from terreau.documents.odt import to_odt

    territory = _fullest()
    issue = Issue()
    assembled, seconds = _timed(lambda: assemble(territory, timezone.localdate()))
    content, pictures = assembled.content, assembled.pictures
    parts = len(content.sections)
    yield Line(f"diagnostic de {territory.name} assemblé, {parts} sections", seconds, None, "s")
    _, seconds = _timed(lambda: to_pdf(content, pictures, issue, draft=False))
    yield Line("PDF", seconds, AIM, "s", "à tenir")
    for name, write in (("DOCX", to_docx), ("ODT", to_odt)):
        _, seconds = _timed(lambda write=write: write(to_editable(content, pictures, issue)))
        yield Line(name, seconds, None, "s")


def _fullest() -> Any:
    """The town with a published survey, else a country."""
    from terreau.survey.models import ResultsEdition
    from terreau.territories.enums import Kind
    from terreau.territories.models import Territory

    edition = ResultsEdition.objects.select_related("territory").order_by("-pk").first()
    return edition.territory if edition else Territory.objects.filter(kind=Kind.COUNTRY).first()


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    done = work()
    return done, time.perf_counter() - started
