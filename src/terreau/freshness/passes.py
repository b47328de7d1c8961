"""What a visitor who proved to speak for one organisation may open: its sheet only, for two hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from terreau.directory.models import Organisation
from terreau.freshness.asking import Link
from terreau.freshness.models import PaperCode, Question
from terreau.freshness.reaching import still_speaks

KEPT_AS = "freshness_pass"
GOOD_FOR = timedelta(hours=2)
LINK, PAPER = "link", "paper"


@dataclass(frozen=True)
class Pass:
    """A sheet that is open to a visitor, and by what."""

    through: str
    organisation: Organisation
    link: Link | None = None


def open_pass(request: HttpRequest, through: str, key: int, reader: str = "") -> None:
    """Open the sheet of this question, put to this reader, or of this code; one at a time, the last one."""
    request.session.cycle_key()
    until = timezone.now() + GOOD_FOR
    request.session[KEPT_AS] = {
        "through": through,
        "key": key,
        "reader": reader,
        "until": until.isoformat(),
    }


def close_pass(request: HttpRequest) -> None:
    """Close it: the correction is made, or the visitor leaves a shared computer."""
    request.session.pop(KEPT_AS, None)


def pass_of(request: HttpRequest) -> Pass | None:
    """What is open to the visitor now; None once its time is over, its code taken back, its link used."""
    kept = request.session.get(KEPT_AS)
    return None if not kept or _is_over(kept) else _opened(kept)


def ended(request: HttpRequest) -> tuple[str, bool]:
    """By what a sheet that has closed was opened (nothing when none was), and whether that still serves."""
    kept = request.session.get(KEPT_AS)
    return (kept["through"], _opened(kept) is not None) if kept else ("", False)


def _is_over(kept: dict[str, Any]) -> bool:
    return timezone.now() >= datetime.fromisoformat(kept["until"])


def _opened(kept: dict[str, Any]) -> Pass | None:
    if kept["through"] == PAPER:
        return _by_paper(kept["key"])
    return _by_link(kept["key"], kept.get("reader", ""))


def _by_paper(key: int) -> Pass | None:
    codes = PaperCode.objects.good(timezone.now()).select_related(*_sheet())
    code = codes.filter(pk=key).first()
    return Pass(PAPER, _followed(code)) if code else None


def _by_link(key: int, reader: str) -> Pass | None:
    question = Question.objects.select_related(*_sheet()).filter(pk=key).first()
    if question is None or not question.is_open(timezone.now()):
        return None
    organisation = _followed(question)
    return Pass(LINK, organisation, Link(question, reader)) if still_speaks(organisation, reader) else None


def _sheet() -> tuple[str, ...]:
    return tuple(f"organisation__{name}" for name in ("territory", "source__territory", "merged_into"))


def _followed(one: Any) -> Organisation:
    organisation: Organisation = one.organisation
    return organisation.merged_into or organisation
