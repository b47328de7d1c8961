"""The editions of a plan: kept, listed, read, compared, taken away as documents.

One page for everybody: a visitor reads the public part of what is public, the territory's people the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terreau.accounts.perms import remember_roles
from terreau.accounts.rate_limits import limit
from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.directory.row_files import json_file
from terreau.plans import perms, printing, reading, services
from terreau.plans.comparing import Comparison, Side, compare
from terreau.plans.edition_models import PlanEdition, PlanEditionQuerySet
from terreau.plans.edition_words import Words, by_heading, told_of
from terreau.plans.editions import editions_of, read
from terreau.plans.enums import Outcome, Version
from terreau.plans.forms import EditionForm
from terreau.plans.models import Action, Plan
from terreau.plans.money import MoneyRow
from terreau.plans.rules import Sums
from terreau.plans.views import promises

# Of a comparison, on a page.
FATES = 40
TODAY = "aujourdhui"


@dataclass(frozen=True)
class Reader:
    """A plan, and what of it the person reads and writes."""

    plan: Plan
    every: bool
    writes: bool

    @property
    def editions(self) -> PlanEditionQuerySet:
        """The editions that they read, the last first."""
        return editions_of(self.plan, every=self.every)

    def edition(self, number: int) -> PlanEdition:
        """One of them."""
        found = self.editions.filter(number=number).first()
        if found is None:
            raise Http404
        found.plan = self.plan
        return found

    @property
    def context(self) -> dict[str, Any]:
        """What every page is given."""
        return {
            "plan": self.plan,
            "territory": self.plan.territory,
            "every": self.every,
            "writes": self.writes,
        }


def _reader(request: HttpRequest, public_id: str) -> Reader:
    plan = get_object_or_404(Plan.objects.select_related("territory"), public_id=public_id)
    remember_roles(request.user, plan.territory)
    every = bool(perms.can_read(request.user, plan.territory))
    if not every and plan.published_on is None:
        raise Http404
    return Reader(plan, every, bool(perms.can_write(request.user, plan.territory)))


@require_http_methods(["GET", "HEAD", "POST"])
def editions(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The editions of a plan and its documents; one more, for those who keep it."""
    reader = _reader(request, public_id)
    data = request.POST if request.method == "POST" else None
    form, problem = EditionForm(data, plan=reader.plan), None
    if data is not None:
        perms.can_write.require(request.user, reader.plan.territory)
        if form.is_valid():
            try:
                made = services.freeze(person=request.user, plan=reader.plan, **form.cleaned_data)
            except TerreauError as error:
                problem = error
            else:
                messages.success(
                    request,
                    _("Le plan est gardé\u00a0: édition n°\u00a0%(number)d.") % {"number": made.number},
                )
                return redirect("plans:editions", public_id)
    context = reader.context | {
        "form": form,
        "problem": problem,
        "editions": list(reader.editions.brief()),
        "versions": list(Version) if reader.every else [Version.PUBLIC],
        "kinds": list(printing.TYPES),
    }
    return render(request, "plans/editions.html", context, status=400 if problem or form.errors else 200)


@require_safe
def edition(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """One edition: the plan as it stood that day."""
    reader = _reader(request, public_id)
    found = reader.edition(number)
    side = printing.side_of(found, public=not reader.every)
    rows = told_of(side.content, found.as_of)
    axes = [{**one, "counts": reading.counted(one["rows"])} for one in by_heading(rows)]
    total = sum((row.sums for row in rows), Sums())
    context = reader.context | {
        "edition": found,
        "words": side.content["plan"]["words"],
        "simulated": side.content["simulated"],
        "money": {"total": MoneyRow("", total, side.content["plan"]["currency"])},
        "read_today": _readable(reader),
        "versions": list(Version) if reader.every else [Version.PUBLIC],
        "kinds": list(printing.TYPES),
        **promises(rows, axes, whole_number(str(request.GET.get("axe", "")))),
    }
    return render(request, "plans/edition.html", context)


def _readable(reader: Reader) -> set[str]:
    """The actions that can still be read: others have no link."""
    found = Action.objects.filter(objective__axis__plan=reader.plan)
    if not reader.every:
        found = found.filter(is_public=True)
    return set(found.values_list("public_id", flat=True))


@require_safe
def comparison(request: HttpRequest, public_id: str) -> HttpResponse:
    """Two editions, or one and today: the last one and today, unless others are asked for."""
    reader = _reader(request, public_id)
    known = list(reader.editions.brief())
    if not known:
        raise Http404
    numbers = [one.number for one in known]
    before = _among(request.GET.get("de"), numbers, numbers[0])
    asked = str(request.GET.get("a", TODAY))
    after = 0 if asked == TODAY else _among(asked, numbers, 0)
    if after and after < before:
        before, after = after, before
    found = compare(_side(reader, before), _side(reader, after))
    context = reader.context | {
        "known": known,
        "before": before,
        "after": after or TODAY,
        "today": TODAY,
        # Today's side has all that can be read today.
        "read_today": _readable(reader) if after else set(Words.of(found.after.content).titles),
        "told": found,
        "simulated": any(side.content["simulated"] for side in (found.before, found.after)),
        **_fates(request, found),
    }
    return render(request, "plans/comparison.html", context)


def _among(asked: Any, numbers: list[int], default: int) -> int:
    number = whole_number(str(asked or ""), default)
    return number if number in numbers else default


def _side(reader: Reader, number: int) -> Side:
    public = not reader.every
    if number:
        return printing.side_of(reader.edition(number), public=public)
    return printing.side_today(reader.plan, timezone.localdate(), public=public)


def _fates(request: HttpRequest, found: Comparison) -> dict[str, Any]:
    """The actions, those that became what is asked; without asking, all that are not the same."""
    asked = str(request.GET.get("quoi", ""))
    asked = asked if asked in Outcome.values else ""
    shown = [
        one for one in found.fates if one.outcome == asked or (not asked and one.outcome != Outcome.SAME)
    ]
    page = Paginator(shown, FATES).get_page(str(request.GET.get("page", "")))
    return {"page": page, "asked": asked}


@require_safe
def document(
    request: HttpRequest, public_id: str, version: str, kind: str, number: int | None = None
) -> HttpResponse:
    """A document of an edition, or of the plan today; the council's for those who read the whole."""
    reader = _reader(request, public_id)
    if version not in Version.values or kind not in printing.TYPES:
        raise Http404
    wanted = Version(version)
    if wanted == Version.COUNCIL and not reader.every:
        raise Http404
    limit(request, "export")
    if number is None:
        issue = printing.issue_today(reader.plan, wanted)
    else:
        issue = printing.issue_of(reader.edition(number), wanted)
    response = HttpResponse(printing.made(issue, kind), content_type=printing.TYPES[kind])
    shown = "inline" if kind == "pdf" else "attachment"
    name = printing.file_name(reader.plan, issue, kind)
    response["Content-Disposition"] = f'{shown}; filename="{name}"'
    return response


@require_safe
def data(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """All that an edition keeps, as data: the whole for the territory's people, else its public part."""
    limit(request, "export")
    reader = _reader(request, public_id)
    found = reader.edition(number)
    told = {
        "edition": found.number,
        "situation_au": found.as_of.isoformat(),
        "pourquoi": found.words,
        "empreinte": found.digest,
        "entier": reader.every,
        "contenu": read(found) if reader.every else printing.side_of(found, public=True).content,
    }
    return json_file(told, f"plan-{reader.plan.territory.code}-edition-{found.number}")
