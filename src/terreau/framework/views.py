"""What visitors read: the library, the published framework of a territory, what is asked of States."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terreau.accounts.care import territories_looked_after
from terreau.accounts.perms import is_signed_in
from terreau.accounts.rate_limits import limit
from terreau.core.countries import country_name, is_country
from terreau.core.text import fold
from terreau.directory.row_files import rows_file
from terreau.framework import grid, places, shelf
from terreau.framework.content import FEWEST_RANKED
from terreau.framework.enums import (
    BarrierCategory,
    College,
    Level,
    Lever,
    ProposalState,
    StateAnswer,
    Verdict,
)
from terreau.framework.models import Advocacy, FrameworkEdition
from terreau.framework.presentation import told
from terreau.framework.rules import LEAST_JUDGES, WIDE_GAP
from terreau.territories.models import Territory


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The laws and texts, with what may narrow them."""
    asking, texts = shelf.read(request.GET), shelf.every()
    found = shelf.sift(texts, asking)
    page = Paginator(found, shelf.PER_PAGE).get_page(request.GET.get("page"))
    titles = shelf.titles()
    context = {
        "asking": asking,
        "rows": [shelf.shown(text) for text in page],
        "page": page,
        "total": len(found),
        "lists": [
            {
                "field": field,
                "name": shelf.PARAMETERS[field],
                "label": titles[field],
                "options": options,
                "value": getattr(asking, field),
            }
            for field, options in shelf.choices(texts).items()
        ],
        "keeps": _kept_by(request.user),
    }
    return render(request, "framework/library.html", context)


def _kept_by(person: Any) -> Territory | None:
    """The territory from which a person may propose a text."""
    return next(iter(territories_looked_after(person)), None) if is_signed_in(person) else None


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The texts that answer, as a file."""
    limit(request, "export")
    rows = [shelf.record_of(text) for text in shelf.sift(shelf.every(), shelf.read(request.GET))]
    told_of = {"du": timezone.localdate().isoformat(), "textes": rows}
    return rows_file(form, "textes", shelf.COLUMNS, rows, told_of)


@require_safe
def country(request: HttpRequest, country: str) -> HttpResponse:
    """The law that holds in a country."""
    if not places.is_place(country):
        raise Http404
    code = country.partition("-")[0]
    held = places.laws_of(code) if is_country(code.upper()) else (country,)
    texts = [text for text in shelf.every() if shelf.version_of(text).place in held]
    groups = [
        {
            "name": places.place_name(place),
            "forms": places.forms_page(place),
            "rows": [shelf.shown(text) for text in texts if shelf.version_of(text).place == place],
        }
        for place in held
    ]
    context = {
        "name": places.place_name(country),
        "country": country,
        "forms": places.forms_page(country),
        "groups": [group for group in groups if group["rows"]],
    }
    return render(request, "framework/country.html", context)


@require_safe
def text(request: HttpRequest, text: str) -> HttpResponse:
    """One text."""
    found = get_object_or_404(shelf.published(), code=text)
    version = shelf.version_of(found)
    context = shelf.shown(found) | {
        "keeps": _kept_by(request.user),
        "country": version.place,
        "many": found.versions.filter(state=ProposalState.PUBLISHED).count() > 1,
    }
    return render(request, "framework/text.html", context)


@require_safe
def versions(request: HttpRequest, text: str) -> HttpResponse:
    """What a text was said to be, version after published version."""
    found = get_object_or_404(shelf.published(), code=text)
    every = found.versions.filter(state=ProposalState.PUBLISHED).order_by("-number")
    context = {"text": found, "rows": [shelf.shown(found, one) for one in every]}
    return render(request, "framework/versions.html", context)


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How a grid is judged, counted and published."""
    context = {
        "grid": grid.current(),
        "levels": dict(Level.choices),
        "levers": dict(Lever.choices),
        "least": LEAST_JUDGES,
        "wide": WIDE_GAP,
        "ranked": FEWEST_RANKED,
    }
    return render(request, "framework/method.html", context)


# --- A territory --------------------------------------------------------------------------------------


@require_safe
def latest(request: HttpRequest, code: str) -> HttpResponseBase:
    """The framework of a territory as last published."""
    territory = get_object_or_404(Territory, code=code)
    found = FrameworkEdition.objects.of(territory).first()
    if found is None:
        raise Http404
    return _edition_page(request, territory, found)


@require_safe
def edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition."""
    territory = get_object_or_404(Territory, code=code)
    return _edition_page(
        request, territory, get_object_or_404(FrameworkEdition, territory=territory, number=number)
    )


def _edition_page(request: HttpRequest, territory: Territory, one: FrameworkEdition) -> HttpResponse:
    numbers = list(FrameworkEdition.objects.of(territory).values_list("number", "as_of"))
    context = told(one.content) | {
        "territory": territory,
        "edition": one,
        "others": [(number, day) for number, day in numbers if number != one.number],
    }
    return render(request, "framework/edition.html", context)


EDITION_COLUMNS = (
    *("territoire", "edition", "date", "domaine", "affirmation", "texte", "note_sur_10", "notes_donnees"),
    *("note_elus", "note_services", "note_acteurs", "constat", "niveau", "levier", "ce_que_peut_la_commune"),
    *("preuve", "article", "date_de_la_preuve", "adresse", "donnees_simulees"),
)


@require_safe
def edition_file(request: HttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """An edition as a file: one line a statement; in JSON, all of it."""
    limit(request, "export")
    territory = get_object_or_404(Territory, code=code)
    one = get_object_or_404(FrameworkEdition, territory=territory, number=number)
    rows = [
        _edition_row(territory, one, area, statement)
        for area in one.content["areas"]
        for statement in area["statements"]
    ]
    whole = {
        "territoire": territory.code,
        "edition": one.number,
        "date": one.as_of.isoformat(),
        **one.content,
    }
    return rows_file(form, f"cadre-{territory.code}-{one.number}", EDITION_COLUMNS, rows, whole)


def _edition_row(territory: Territory, one: FrameworkEdition, area: Any, statement: Any) -> dict[str, Any]:
    finding = statement["finding"] or {}
    colleges = statement["colleges"]
    return {
        "territoire": territory.code,
        "edition": one.number,
        "date": one.as_of.isoformat(),
        "domaine": area["label"],
        "affirmation": statement["key"],
        "texte": statement["text"],
        "note_sur_10": statement["value"],
        "notes_donnees": statement["count"],
        "note_elus": colleges.get(College.ELECTED),
        "note_services": colleges.get(College.STAFF),
        "note_acteurs": colleges.get(College.ACTORS),
        "constat": str(Verdict(finding["verdict"]).label) if finding else "",
        "niveau": str(Level(finding.get("level") or statement["level"]).label),
        "levier": str(Lever(finding.get("lever") or statement["lever"]).label),
        "ce_que_peut_la_commune": finding.get("lever_words", ""),
        "preuve": finding.get("title", ""),
        "article": finding.get("article", ""),
        "date_de_la_preuve": finding.get("dated", ""),
        "adresse": finding.get("url", ""),
        "donnees_simulees": "oui" if one.content["simulated"] else "non",
    }


# --- What is asked of States --------------------------------------------------------------------------


@require_safe
def advocacy(request: HttpRequest) -> HttpResponse:
    """How many points towns carry to their States, by country and by what the State answers."""
    points = list(
        Advocacy.objects.filter(withdrawn_on=None).values_list(
            "country_code", "answer", "category", "simulated"
        )
    )
    by_country = Counter((code, answer) for code, answer, _category, _simulated in points)
    by_category = Counter((category, answer) for _code, answer, category, _simulated in points)
    codes = sorted({code for code, *_rest in points}, key=lambda code: fold(country_name(code)))
    countries = [_line(country_name(code), code, by_country) for code in codes]
    categories = [
        _line(str(label), code, by_category)
        for code, label in BarrierCategory.choices
        if any(category == code for category, _answer in by_category)
    ]
    context = {
        "total": len(points),
        "answers": [label for _code, label in StateAnswer.choices],
        "tables": [
            (_("Par pays"), _("Pays"), countries),
            (_("Par catégorie de frein"), _("Catégorie"), categories),
        ],
        "simulated": any(simulated for *_rest, simulated in points),
        "today": timezone.localdate(),
    }
    return render(request, "framework/advocacy.html", context)


def _line(label: str, key: str, counts: Counter[tuple[str, str]]) -> dict[str, Any]:
    cells = [
        {"of": answer_label, "count": counts[key, answer]} for answer, answer_label in StateAnswer.choices
    ]
    return {"label": label, "cells": cells, "total": sum(cell["count"] for cell in cells)}
