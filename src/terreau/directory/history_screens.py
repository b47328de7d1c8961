"""The screens of history: of one sheet, of a territory, and the feed of what changed for everybody."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terreau.accounts.models import Person
from terreau.accounts.perms import can_read_journal
from terreau.core import atom
from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.core.text import of_place
from terreau.directory import history_feed, perms
from terreau.directory.editing import _editable
from terreau.directory.enums import ChangeKind, Status
from terreau.directory.history_feed import PUBLIC_KINDS, Line, Wanted
from terreau.directory.history_reading import changes_of, former_values, label_of, present_state, text_of
from terreau.directory.history_restoring import give_back
from terreau.directory.models import Organisation, Revision
from terreau.territories.models import Territory

_MOST_PEOPLE = 60


def _number(text: str) -> int:
    return whole_number(text, digits=15)


@require_safe
def history(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The changes of one sheet: whole for those who keep it, dates and kinds for everybody."""
    sheets = Organisation.objects.select_related("territory", "source__territory", "merged_into")
    found = get_object_or_404(sheets, public_id=public_id)
    whole = bool(request.user.is_authenticated and perms.can_edit(request.user, found))
    if not whole:
        if found.merged_into is not None:
            return redirect("directory:history", found.merged_into.public_id)
        if found.status == Status.HIDDEN:
            return render(request, "directory/withdrawn.html", status=410)
    changes, following = changes_of(found, whole=whole, below=_number(request.GET.get("avant", "")))
    context = {
        "organisation": found,
        "changes": changes,
        "following": following,
        "whole": whole,
        "absorbed": list(found.absorbed.all()) if whole else [],
        "may_part": whole and bool(perms.can_govern(request.user, found)),
    }
    return render(request, "directory/history.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def former_state(request: HttpRequest, public_id: str, number: int) -> HttpResponseBase:
    """The sheet as it was before a change, beside what it is, and the fields to be given back."""
    organisation = _editable(request, public_id)
    if organisation.merged_into is not None:
        return redirect("directory:history", organisation.merged_into.public_id)
    revision = get_object_or_404(Revision, pk=number, organisation=organisation)
    trouble: TerreauError | None = None
    if request.method == "POST":
        try:
            give_back(
                person=request.user,
                organisation=organisation,
                revision=revision,
                keys=request.POST.getlist("field"),
                version=_number(request.POST.get("version", "")),
                reason=request.POST.get("reason", "")[:300],
            )
        except TerreauError as error:
            trouble = error
            organisation.refresh_from_db()
        else:
            messages.success(
                request, _("L’ancien état est rendu. Rien n’est effacé : c’est un changement de plus.")
            )
            return redirect("directory:sheet", public_id)
    context = {
        "organisation": organisation,
        "revision": revision,
        "rows": _rows(organisation, revision, request.POST.getlist("field")),
        "reason": request.POST.get("reason", "")[:300],
        "trouble": trouble,
    }
    return render(request, "directory/history_state.html", context, status=409 if trouble else 200)


def _rows(organisation: Organisation, revision: Revision, kept: list[str]) -> list[dict[str, Any]]:
    """Each field that was otherwise; those of the change itself are proposed first."""
    present, country = present_state(organisation), organisation.country_code
    chosen = set(kept) or set(revision.after)
    return [
        {
            "key": key,
            "label": label_of(key),
            "former": text_of(key, value, country),
            "now": text_of(key, present.get(key), country),
            "checked": key in chosen,
        }
        for key, value in former_values(organisation, revision).items()
    ]


# --- A territory -------------------------------------------------------------------------------------------


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _kinds() -> list[tuple[str, str]]:
    return [
        ("new", _("fiches nouvelles")),
        ("changed", _("fiches modifiées")),
        ("confirmed", _("fiches confirmées")),
        ("ceased", _("activités cessées")),
        *((kind.value, str(kind.label)) for kind in ChangeKind if kind not in {ChangeKind.OTHER}),
    ]


@login_required
@require_safe
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """What changed in the sheets of a territory, for its agent: by kind, by whom, from when to when."""
    territory = get_object_or_404(Territory, code=code)
    can_read_journal.require(request.user, territory)
    people = _people(territory)
    kinds = _kinds()
    asked = {name: request.GET.get(name, "")[:40] for name in ("genre", "qui", "du", "au")}
    person = asked["qui"] if any(str(one.pk) == asked["qui"] for one in people) else ""
    wanted = Wanted(
        kind=asked["genre"] if asked["genre"] in dict(kinds) else "",
        person=person,
        since=_day(asked["du"]),
        until=_day(asked["au"]),
        cursor=request.GET.get("suite", "")[:40],
        whole=True,
    )
    lines, cursor = history_feed.read(territory, wanted)
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "territory": territory,
        "lines": lines,
        "following": f"?{urlencode({**kept, 'suite': cursor})}" if cursor else "",
        "asked": asked,
        "kinds": kinds,
        "people": [(str(one.pk), str(one)) for one in people],
    }
    return render(request, "directory/changes.html", context)


def _people(territory: Territory) -> list[Person]:
    """Those who changed sheets of the territory, by their shown names."""
    made = Revision.objects.filter(
        person__isnull=False, territory__ancestor_links__ancestor=territory
    ).values("person")
    return sorted(Person.objects.filter(pk__in=made)[:_MOST_PEOPLE], key=str)


@require_safe
def changes_feed(request: HttpRequest, code: str) -> HttpResponse:
    """The public changes of a territory's sheets as an Atom feed: new, changed, confirmed, ceased."""
    territory = get_object_or_404(Territory, code=code)
    kind = request.GET.get("genre", "")
    if kind and kind not in PUBLIC_KINDS:
        raise Http404
    lines, cursor = history_feed.read(territory, Wanted(kind=kind, cursor=request.GET.get("suite", "")[:40]))
    own = f"{settings.PUBLIC_URL}{reverse('directory:changes_feed', args=[code])}"
    asked = {"genre": kind} if kind else {}
    feed = atom.Feed(
        id=atom.tag_id(settings.PUBLIC_URL, f"/annuaire/changements/{code}{f'/{kind}' if kind else ''}"),
        title=_("Annuaire %(of)s\u00a0: ce qui change") % {"of": of_place(territory.name)},
        subtitle=_("Fiches nouvelles, modifiées, confirmées, activités cessées."),
        own_url=f"{own}?{urlencode(asked)}" if asked else own,
        url=f"{settings.PUBLIC_URL}{reverse('directory:list')}?territoire={code}",
        updated=lines[0].change.at if lines else timezone.now().replace(hour=0, minute=0, second=0),
        author=territory.name,
        entries=tuple(_entry(line) for line in lines),
        next_url=f"{own}?{urlencode({**asked, 'suite': cursor})}" if cursor else "",
    )
    return HttpResponse(atom.atom(feed), content_type=atom.CONTENT_TYPE)


def _entry(line: Line) -> atom.Entry:
    sheet, change = line.sheet, line.change
    path = reverse("directory:sheet", args=[sheet.public_id])
    told = ", ".join(one.label for one in change.fields)
    parts = [part for part in (told, change.voice) if part]
    return atom.Entry(
        id=atom.tag_id(settings.PUBLIC_URL, f"{path}{change.number or 'nouvelle'}"),
        title=f"{sheet.name}\u00a0: {change.label}",
        url=f"{settings.PUBLIC_URL}{path}",
        updated=change.at,
        published=change.at,
        summary=" · ".join(parts),
        categories=(atom.Category(change.kind, change.label),),
    )
