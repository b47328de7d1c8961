"""The agent's pages: edit a sheet, add one, confirm, withdraw, undo links, name filières."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.accounts.perms import can_edit_sheets
from terreau.core.errors import TerreauError
from terreau.core.text import fold
from terreau.directory import form_saving, perms, search, services
from terreau.directory.consolidation import view_of
from terreau.directory.enums import Nomenclature, SourceKind
from terreau.directory.forms import FiliereForm, HideForm, SheetForm
from terreau.directory.links import names_it
from terreau.directory.merging_moves import open_merges_into
from terreau.directory.models import Organisation, Record, Term, new_public_id
from terreau.directory.sheet import value_text
from terreau.territories.models import Territory


def _editable(request: HttpRequest, public_id: str, *, governing: bool = False) -> Organisation:
    """The sheet, if the person may change it; `governing` asks for what is an agent's alone.

    Raises:
        NotAllowed: with the reason.
    """
    organisations = Organisation.objects.select_related("territory", "source__territory", "merged_into")
    found = get_object_or_404(organisations, public_id=public_id)
    (perms.can_govern if governing else perms.can_edit).require(request.user, found)
    return found


def _territory_of(request: HttpRequest, code: str) -> Territory:
    territory = get_object_or_404(Territory, code=code)
    can_edit_sheets.require(request.user, territory)
    return territory


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The agent's form for a sheet."""
    organisation = _editable(request, public_id)
    if organisation.merged_into is not None:
        return redirect("directory:edit", organisation.merged_into.public_id)
    reason = request.POST.get("reason", "")[:300]
    saving = form_saving.save(
        request.POST or None,
        organisation,
        lambda form, version: services.edit_organisation(
            person=request.user,
            organisation=organisation,
            values=form.said(),
            version=version,
            reason=reason,
        ),
    )
    if saving.done:
        messages.success(request, _("La fiche est enregistrée."))
        return redirect("directory:sheet", organisation.public_id)
    context = {
        "form": saving.form,
        "organisation": saving.organisation,
        "territory": None,
        "problem": saving.problem,
        "version": saving.organisation.version,
        "reason": reason,
        "likeness": [],
        "is_keeper": bool(perms.keeps_sheet(request.user, organisation)),
        "title": _("Modifier la fiche"),
    }
    return render(request, "directory/edit.html", context, status=saving.status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, code: str) -> HttpResponseBase:
    """A new sheet in a territory."""
    territory = _territory_of(request, code)
    form = SheetForm(request.POST or None, territory=territory)
    problem: TerreauError | None = None
    likeness: list[search.Hit] = []
    drawn = request.POST.get("public_id", "") or new_public_id()
    if request.method == "POST" and form.is_valid():
        if not request.POST.get("distinct"):
            # A second click finds the sheet that the first one made.
            likeness = [hit for hit in alike(form.cleaned_data["name"], territory) if hit["id"] != drawn]
        if not likeness:
            try:
                made = services.create_organisation(
                    person=request.user, territory=territory, values=_whole(form), public_id=drawn
                )
            except TerreauError as error:
                problem = error
            else:
                another = format_html(
                    '{} <a href="{}">{}</a>',
                    _("La fiche est ajoutée."),
                    reverse("directory:add", args=[territory.code]),
                    _("Ajouter une autre organisation"),
                )
                messages.success(request, another)
                return redirect("directory:sheet", made.public_id)
    context = {
        "form": form,
        "organisation": None,
        "territory": territory,
        "problem": problem,
        "version": 0,
        "public_id": drawn,
        "likeness": likeness,
        "is_keeper": False,
        "title": _("Ajouter une organisation"),
    }
    return render(request, "directory/edit.html", context, status=400 if problem or form.errors else 200)


def _whole(form: SheetForm) -> dict[str, Any]:
    """All that the form says: in a new sheet, what was proposed and left is meant too."""
    place = form.place()
    return {**form.said(), **({"place": place} if place else {})}


def alike(name: str, territory: Territory) -> list[search.Hit]:
    """Sheets of the territory whose name holds all the words of this one."""
    found = search.search(search.Query(text=f"{name} ", territories=(territory.code,), ceased=True, size=5))
    exact = [] if found.match.fewer else found.hits
    return [hit for hit in exact if abs(len(fold(hit["n"])) - len(fold(name))) <= max(8, len(name) // 2)]


@login_required
@require_POST
def confirm(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """An agent vouches for a sheet as it stands."""
    services.confirm_organisation(person=request.user, organisation=_editable(request, public_id))
    messages.success(request, _("La fiche est confirmée à la date d’aujourd’hui."))
    return redirect("directory:sheet", public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Withdraw a sheet, saying why."""
    organisation = _editable(request, public_id, governing=True)
    form = HideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.hide_organisation(
            person=request.user, organisation=organisation, reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("La fiche est retirée de l’annuaire. Rien n’est effacé."))
        return redirect("directory:sheet", public_id)
    return render(request, "directory/hide.html", {"form": form, "organisation": organisation})


@login_required
@require_POST
def restore(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Show again a sheet that was withdrawn."""
    services.restore_organisation(
        person=request.user, organisation=_editable(request, public_id, governing=True)
    )
    messages.success(request, _("La fiche est de nouveau dans l’annuaire."))
    return redirect("directory:sheet", public_id)


@login_required
@require_safe
def records(request: HttpRequest, public_id: str) -> HttpResponse:
    """The records of a sheet, why each is tied to it, and the ways to separate or join."""
    return _records(request, _editable(request, public_id, governing=True))


def _records(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    rows = organisation.records.select_related("source").prefetch_related("links__person")
    shown = []
    for record in rows.order_by("first_seen_at", "pk"):
        links = [link for link in record.links.all() if link.undone_at is None]
        shown.append(
            {
                "record": record,
                "name": record.values.get("name", ""),
                "place": value_text("place", record.values["place"]) if record.values.get("place") else "",
                "on": view_of(record).dated_on("name"),
                "link": links[-1] if links else None,
                "reasons": [_reason(one) for one in links[-1].explanation] if links else [],
                "named": names_it(record),
                "ref": _reference(record),
            }
        )
    named = sum(row["named"] for row in shown)
    for row in shown:
        row["separable"] = row["named"] and named > 1
    merges = open_merges_into(organisation).select_related("absorbed", "person")
    context = {"organisation": organisation, "rows": shown, "merges": merges}
    return render(request, "directory/records.html", context)


def _reference(record: Record) -> str:
    """The reference of a row in its own list; nothing when it is one we gave it."""
    given = record.source.kind not in (SourceKind.LIST, SourceKind.REGISTER)
    return "" if given or record.source_ref.startswith("empreinte:") else record.source_ref


def _reason(one: Any) -> str:
    if isinstance(one, dict):
        return "\u00a0: ".join(str(part) for part in one.values() if part not in (None, ""))
    return str(one)


@login_required
@require_POST
def unlink(request: HttpRequest, public_id: str, record_id: int) -> HttpResponseBase:
    """Separate a record from a sheet."""
    organisation = _editable(request, public_id, governing=True)
    record = get_object_or_404(Record, pk=record_id, organisation=organisation)
    own = services.unlink_record(person=request.user, record=record)
    said = _("L’enregistrement a de nouveau sa propre fiche, avec toutes ses valeurs.")
    return _parted(request, said, own, organisation)


def _parted(request: HttpRequest, said: str, own: Organisation, home: Organisation) -> HttpResponseBase:
    """To the sheet that is apart again. Both often bear one name: each is told by what it was, and linked."""
    sheets = format_html_join(
        "",
        '<br>{} <a href="{}">{}</a>',
        (
            (told, reverse("directory:sheet", args=[one.public_id]), one.name)
            for told, one in (
                (_("La fiche séparée, que voici :"), own),
                (_("La fiche où elle était :"), home),
            )
        ),
    )
    messages.success(request, format_html("{}{}", said, sheets))
    return redirect("directory:sheet", own.public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def filieres(request: HttpRequest, code: str) -> HttpResponseBase:
    """The filières that a territory names."""
    territory = _territory_of(request, code)
    form = FiliereForm(request.POST or None)
    problem: TerreauError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("remove"):
                terms = Term.objects.filter(nomenclature=Nomenclature.FILIERE, territory=territory)
                services.remove_filiere(
                    person=request.user, term=get_object_or_404(terms, code=request.POST["remove"])
                )
                messages.success(request, _("La filière est retirée."))
                return redirect("directory:filieres", code)
            if form.is_valid():
                services.add_filiere(person=request.user, territory=territory, **form.cleaned_data)
                messages.success(request, _("La filière est ajoutée : elle se propose dans chaque fiche."))
                return redirect("directory:filieres", code)
        except TerreauError as error:
            problem = error
    above = Territory.objects.containing(territory)
    terms = Term.objects.filter(nomenclature=Nomenclature.FILIERE, territory__in=above)
    context = {
        "territory": territory,
        "terms": terms.select_related("territory").order_by("label"),
        "form": form if not request.POST.get("remove") else FiliereForm(),
        "problem": problem,
    }
    return render(request, "directory/filieres.html", context, status=400 if problem else 200)
