"""What visitors read: the strategy as last published, its revisions, the texts that were voted."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from terreau.accounts.rate_limits import limit
from terreau.core.numbers import whole_number
from terreau.directory.row_files import json_file, kept_file
from terreau.strategy import perms
from terreau.strategy.filing import path_of, texts_of
from terreau.strategy.models import Revision, Strategy, VotedText
from terreau.strategy.reading import compare, issues_in
from terreau.territories.models import Territory


@require_safe
def latest(request: HttpRequest, code: str) -> HttpResponse:
    """The strategy of a territory as last published."""
    territory = get_object_or_404(Territory, code=code)
    return _page(request, territory, _revision_or_404(territory))


@require_safe
def revision(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One revision."""
    territory = get_object_or_404(Territory, code=code)
    return _page(request, territory, _revision_or_404(territory, number))


def _revision_or_404(territory: Territory, number: int | None = None) -> Revision:
    found = Revision.objects.filter(territory=territory)
    one = (found if number is None else found.filter(number=number)).first()
    if one is None:
        raise Http404
    return one


def _page(request: HttpRequest, territory: Territory, found: Revision) -> HttpResponse:
    revisions = list(
        Revision.objects.filter(territory=territory).values_list("number", "published_on", "reason")
    )
    strategy = Strategy.objects.filter(territory=territory).first()
    context = shown(found.content, territory, texts_of(strategy)) | {
        "revision": found,
        "revisions": revisions,
        "newest": found.number == revisions[0][0],
    }
    return render(request, "strategy/revision.html", context)


def shown(content: dict[str, Any], territory: Territory, texts: dict[str, VotedText]) -> dict[str, Any]:
    """What a page that shows a whole strategy is given."""
    return {
        "territory": territory,
        "words": content["words"],
        "simulated": content["simulated"],
        "issues": issues_in(content, territory),
        "texts": [{**one, "kept": texts.get(one["digest"])} for one in content["texts"]],
    }


@require_safe
def comparison(request: HttpRequest, code: str) -> HttpResponse:
    """Two revisions side by side: the last two, unless others are asked for."""
    territory = get_object_or_404(Territory, code=code)
    numbers = list(Revision.objects.filter(territory=territory).values_list("number", flat=True))
    if len(numbers) < 2:
        raise Http404
    after = _among(request.GET.get("a", ""), numbers, numbers[0])
    before = _among(request.GET.get("de", ""), numbers, next((one for one in numbers if one < after), after))
    first, second = _revision_or_404(territory, before), _revision_or_404(territory, after)
    context = {
        "territory": territory,
        "numbers": numbers,
        "before": first,
        "after": second,
        "told": compare(first.content, second.content),
        "simulated": first.content["simulated"] or second.content["simulated"],
    }
    return render(request, "strategy/comparison.html", context)


def _among(asked: str, numbers: list[int], default: int) -> int:
    number = whole_number(asked, default)
    return number if number in numbers else default


@require_safe
def data(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A revision as a file."""
    limit(request, "export")
    territory = get_object_or_404(Territory, code=code)
    found = _revision_or_404(territory, number)
    told = {
        "territoire": territory.code,
        "revision": found.number,
        "publiee_le": found.published_on.isoformat(),
        "ce_qui_change": found.reason,
        "donnees_simulees": found.content["simulated"],
        "contenu": found.content,
        "empreinte": found.digest,
    }
    return json_file(told, f"strategie-{territory.code}-{found.number}")


@require_safe
def text(request: HttpRequest, code: str, digest: str) -> HttpResponseBase:
    """A text that was voted, once a revision names it; before, for those who prepare it."""
    territory = get_object_or_404(Territory, code=code)
    found = get_object_or_404(VotedText, strategy__territory=territory, digest=digest)
    contents = Revision.objects.filter(territory=territory).values_list("content", flat=True)
    is_public = any(digest == one["digest"] for content in contents for one in content["texts"])
    if not (is_public or perms.can_read(request.user, territory)):
        raise Http404
    return kept_file(path_of(territory, found), found.name)
