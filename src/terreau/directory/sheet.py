"""What a sheet shows, made ready for its template: each value with its source and its date."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.countries import country_name
from terreau.core.identifiers import SCHEMES
from terreau.core.numbers import french_number
from terreau.directory import labels, languages
from terreau.directory.catalogue import CATALOGUE_KINDS, by_kind
from terreau.directory.confirmations import Confirmation, confirmation
from terreau.directory.consolidation import view_of
from terreau.directory.fields import BY_KEY, FieldKind
from terreau.directory.listing import freshness, tone
from terreau.directory.models import Organisation, Record
from terreau.directory.nomenclatures import activity_label
from terreau.directory.rules import Chosen, RecordView, choose, form_region, perimeter_facts
from terreau.directory.visibility import public
from terreau.directory.words import without_contacts
from terreau.journal.models import Event
from terreau.perimeters import rules as perimeters
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

_ORDER = list(Kind.values)


@dataclass(frozen=True)
class Said:
    """A value in words, whose word it is, and when it was said (ISO date, empty when not known)."""

    text: str
    source: str
    on: str
    url: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Origin:
    """One field: what is shown, and what the others say."""

    label: str
    shown: Said | None
    others: list[Said]


@dataclass(frozen=True)
class Perimeter:
    """One answer to « is it in the field? »."""

    name: str
    answer: str
    answer_label: str
    explanation: str
    rule_id: str


@dataclass
class Sheet:
    """All that the page says."""

    chosen: Chosen
    family: str
    country: str
    confirmation: Confirmation
    issues: list[str]
    sectors: list[str]
    sectors_derived: bool
    filieres: list[str]
    legal_form: str
    nature: str
    perimeters: list[Perimeter]
    identifiers: list[tuple[str, str]]
    activity: str
    members: str
    jobs: str
    place_lines: list[str]
    containers: list[Territory]
    placed: str
    sources: list[RecordView]
    origins: list[Origin]
    differing: dict[str, Said]
    history: list[dict[str, str]]
    json_ld: str
    website: str = ""
    languages: list[str] = field(default_factory=list)
    catalogue: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    source_rows: list[Record] = field(default_factory=list)
    simulated: bool = False

    @property
    def freshness(self) -> str:
        """When and by whom the sheet was last confirmed."""
        return self.confirmation.text

    @property
    def tone(self) -> str:
        """How to show it."""
        return self.confirmation.tone


def sheet_of(organisation: Organisation) -> Sheet:
    """The sheet of an organisation, in a handful of queries whatever it holds."""
    rows = list(organisation.records.select_related("source").order_by("first_seen_at", "pk"))
    views = [view_of(row) for row in rows]
    chosen = public(choose(views))
    containers = _containers(organisation)
    main = chosen.provenance.get("name") or (views[0] if views else None)
    sheet = Sheet(
        chosen=chosen,
        values=chosen.values,
        family=labels.family_label(organisation.family) if organisation.family else "",
        country=country_name(organisation.country_code) if organisation.country_code else "",
        confirmation=confirmation(
            organisation.confirmed_on,
            views,
            timezone.localdate(),
            otherwise=(freshness("", _latest(rows)), tone("", _latest(rows))),
        ),
        issues=list(labels.labels("issue", organisation.issues).values()),
        sectors=list(labels.labels("sector", organisation.sectors).values()),
        sectors_derived="sectors" not in chosen.values,
        filieres=list(labels.labels("filiere", organisation.filieres).values()),
        legal_form=_form_label(organisation.country_code, organisation.legal_form),
        nature=labels.nature_label(organisation.nature),
        perimeters=_perimeters(organisation),
        identifiers=_identifiers(chosen.values.get("identifiers") or {}),
        activity=_activity(chosen.values.get("activity_code") or ""),
        members=count_text(chosen.values.get("members")),
        jobs=count_text(chosen.values.get("jobs")),
        place_lines=place_lines(chosen.values),
        containers=containers,
        placed=_placed(organisation),
        sources=views,
        source_rows=rows,
        simulated=bool(rows) and all(row.source.simulated for row in rows),
        origins=_origins(chosen, organisation.country_code),
        differing=_differing(chosen, main, organisation.country_code),
        history=_history(organisation),
        json_ld="",
        website=web_address(chosen.values),
        languages=languages.names(chosen.values.get("languages") or []),
        catalogue=by_kind(chosen.values.get("catalogue") or (), timezone.localdate()),
    )
    sheet.json_ld = json_ld(organisation, sheet)
    return sheet


def web_address(values: dict[str, Any]) -> str:
    """The site, if it is one that can be followed safely: a list may hold anything."""
    address = str(values.get("website") or "")
    return address if address.startswith(("http://", "https://")) else ""


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _latest(rows: Iterable[Record]) -> str:
    return max((_iso(row.stated_on or row.source.dated_on) for row in rows), default="")


def _containers(organisation: Organisation) -> list[Territory]:
    if organisation.territory is None:
        return []
    found: QuerySet[Territory] = Territory.objects.containing(organisation.territory)
    return sorted(found, key=lambda one: _ORDER.index(one.kind))


def _form_label(country: str, code: str) -> str:
    if not country or not code:
        return code
    form = perimeters.form(country, code, form_region(country, code))
    return form.label if form else code


def _perimeters(organisation: Organisation) -> list[Perimeter]:
    """The answer of each perimeter of the country, today."""
    if not organisation.country_code:
        return []
    facts = perimeter_facts(
        {**organisation.shown_values, "legal_form": organisation.legal_form},
        country=organisation.country_code,
        nature=organisation.nature,
        on=timezone.localdate(),
    )
    found = []
    for name in perimeters.perimeters_of(organisation.country_code):
        verdict = perimeters.decide(facts, name)
        found.append(
            Perimeter(
                perimeters.PERIMETERS[name],
                verdict.in_scope,
                perimeters.ANSWERS[verdict.in_scope],
                verdict.explanation,
                verdict.rule_id,
            )
        )
    return found


def _identifiers(said: dict[str, str]) -> list[tuple[str, str]]:
    return [(SCHEMES[scheme].label if scheme in SCHEMES else scheme, value) for scheme, value in said.items()]


def _activity(code: str) -> str:
    label = activity_label(code)
    return f"{label} ({code})" if label else code


def count_text(count: dict[str, Any] | None) -> str:
    """« 2 000 », « de 10 à 19 », « 10 000 et plus »."""
    if not count:
        return ""
    if count.get("value") is not None:
        return french_number(count["value"])
    low, high = count.get("low"), count.get("high")
    if low is not None and high is not None:
        return _("de %(low)s à %(high)s") % {"low": french_number(low), "high": french_number(high)}
    if low is not None:
        return _("%(low)s et plus") % {"low": french_number(low)}
    return _("%(high)s au plus") % {"high": french_number(high)}


def place_lines(values: dict[str, Any]) -> list[str]:
    """Where it is, as one writes an address."""
    town = " ".join(str(values[key]) for key in ("postal_code", "locality") if values.get(key))
    lines = [values.get("address"), values.get("district"), town]
    if values.get("landmark"):
        lines.insert(2, _("Repère : %(landmark)s") % {"landmark": values["landmark"]})
    return [str(line) for line in lines if line]


def _placed(organisation: Organisation) -> str:
    return {
        "point": _("Placée à un point précis."),
        "commune": _("Placée au centre de sa commune."),
        "country": _("Sans lieu précis : on n’en connaît que le pays."),
    }.get(organisation.precision, _("Sans lieu : aucune source ne dit où elle se trouve."))


# --- Where each value comes from -------------------------------------------------------------------


def value_text(key: str, value: Any, country: str = "") -> str:
    """A value of a record in words; a legal form is named in the table of its country."""
    kind = BY_KEY[key].kind if key in BY_KEY else FieldKind.TEXT
    if kind is FieldKind.CODES:
        facet = {"sectors": "sector", "issues": "issue", "filieres": "filiere"}[key]
        return ", ".join(labels.labels(facet, value).values())
    if kind is FieldKind.TEXTS:
        return ", ".join(value)
    if kind in _IN_WORDS:
        return _IN_WORDS[kind](value)
    if kind is FieldKind.COUNT:
        return count_text(value)
    if kind is FieldKind.DATE:
        return labels.day_text(value)
    if kind is FieldKind.ACTIONS:
        return " ; ".join(str(action.get("what", "")) for action in value if not action.get("withdrawn"))
    if kind is FieldKind.PLACE:
        return _place_text(value)
    if kind is FieldKind.IDENTIFIERS:
        return ", ".join(f"{name} {number}" for name, number in _identifiers(value) if number)
    if kind is FieldKind.QUALITIES:
        return ", ".join(
            f"{perimeters.CONDITIONS[name].label}\u00a0: {_('oui') if met else _('non')}"
            for name, met in value.items()
            if name in perimeters.CONDITIONS
        )
    return _code_text(key, str(value), country)


def _catalogue_text(entries: list[dict[str, Any]]) -> str:
    return " ; ".join(f"{CATALOGUE_KINDS[one['kind']]} {one['what']}" for one in entries)


_IN_WORDS: dict[FieldKind, Callable[[Any], str]] = {
    FieldKind.LANGUAGES: lambda codes: ", ".join(languages.names(codes)),
    FieldKind.CATALOGUE: _catalogue_text,
    FieldKind.VISIBILITY: lambda said: ", ".join(sorted(key for key, seen in said.items() if seen)),
}


def _code_text(key: str, value: str, country: str) -> str:
    if key == "legal_form":
        return _form_label(country, value)
    if key == "activity_code":
        return _activity(value)
    if key == "family":
        return labels.family_label(value)
    if key == "nature":
        return labels.nature_label(value)
    if key == "active":
        return _("oui") if value == "yes" else _("non")
    return value


def _place_text(place: dict[str, Any]) -> str:
    name = labels.label("territory", place["territory"]) if place.get("territory") else ""
    country = country_name(place["country"]) if place.get("country") else ""
    point = ""
    if place.get("longitude") is not None:
        point = f"{french_number(place['latitude'], 5)}\u00a0; {french_number(place['longitude'], 5)}"
    return ", ".join(dict.fromkeys(part for part in (name, country, point) if part))


def _said(key: str, value: Any, view: RecordView, country: str) -> Said:
    return Said(value_text(key, value, country), view.source_name, view.dated_on(key), gone=view.gone)


def _origins(chosen: Chosen, country: str) -> list[Origin]:
    found = []
    for key, one in BY_KEY.items():
        shown = None
        if key in chosen.provenance:
            shown = _said(key, chosen.values[key], chosen.provenance[key], country)
        elif key in chosen.withdrawn:
            view = chosen.withdrawn[key]
            shown = Said(_("valeur retirée"), view.source_name, view.dated_on(key))
        others = [_said(key, value, view, country) for value, view in chosen.others.get(key, ())]
        if shown is not None or others:
            found.append(Origin(str(one.label), shown, others))
    return found


def _differing(chosen: Chosen, main: RecordView | None, country: str) -> dict[str, Said]:
    """The values that do not come from the source of the name: those alone carry their source beside them."""
    return {
        key: _said(key, chosen.values[key], view, country)
        for key, view in chosen.provenance.items()
        if main is not None and view.source_id != main.source_id
    }


def _history(organisation: Organisation) -> list[dict[str, str]]:
    """What was done to the sheet, the newest first; never by whom.

    Other applications write in the journal about a sheet too (who asked to keep it, who was asked about it):
    that is work between persons, not a change of what is read here.
    """
    words = {
        "organisation.created": _("Fiche créée"),
        "organisation.edited": _("Fiche modifiée"),
        "organisation.confirmed": _("Fiche confirmée"),
        "organisation.hidden": _("Fiche retirée de l’annuaire"),
        "organisation.restored": _("Fiche remise dans l’annuaire"),
        "organisation.linked": _("Enregistrement rattaché"),
        "organisation.unlinked": _("Enregistrement séparé"),
        "organisation.merged": _("Fiches réunies"),
        "organisation.unmerged": _("Fiches séparées de nouveau"),
        "organisation.reverted": _("Ancien état rendu"),
        "organisation.distinct": _("Fiche dite différente d’une autre"),
    }
    events = Event.objects.about(f"organisation:{organisation.public_id}").filter(verb__in=words)[:20]
    return [{"what": words[event.verb], "on": timezone.localdate(event.at).isoformat()} for event in events]


# --- For machines ----------------------------------------------------------------------------------------


def json_ld(organisation: Organisation, sheet: Sheet) -> str:
    """The sheet as schema.org in JSON-LD, safe inside a page: no « < » can close its block."""
    address = reverse("directory:sheet", args=[organisation.public_id])
    data = {
        "@context": "https://schema.org",
        "@id": f"{settings.PUBLIC_URL}{address}",
        **organisation_ld(organisation, sheet.chosen.values, sheet.issues + sheet.sectors),
        **simulated_ld(sheet.simulated),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def simulated_ld(simulated: bool) -> dict[str, str]:
    """The mark of simulated data in the words of schema.org."""
    return {"disambiguatingDescription": _("Données simulées")} if simulated else {}


def organisation_ld(organisation: Organisation, values: dict[str, Any], about: list[str]) -> dict[str, Any]:
    """An organisation in the words of schema.org; no person's data."""
    data: dict[str, Any] = {
        "@type": "Organization",
        "name": organisation.name,
        "alternateName": organisation.short_name,
        "description": without_contacts(organisation.description),
        "url": web_address(values),
        "foundingDate": values.get("founded_on", ""),
        "dissolutionDate": values.get("ceased_on", ""),
        "knowsAbout": about,
        "memberOf": [{"@type": "Organization", "name": name} for name in values.get("umbrellas") or ()],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": scheme, "value": value}
            for scheme, value in (values.get("identifiers") or {}).items()
        ],
        "location": _location_ld(organisation, values),
    }
    return {key: value for key, value in data.items() if value}


def _location_ld(organisation: Organisation, values: dict[str, Any]) -> dict[str, Any]:
    address = {
        "streetAddress": values.get("address", ""),
        "postalCode": values.get("postal_code", ""),
        "addressLocality": values.get("locality", "")
        or (
            organisation.territory.name
            if organisation.territory and organisation.precision != "country"
            else ""
        ),
        "addressCountry": organisation.country_code,
    }
    address = {key: value for key, value in address.items() if value}
    found: dict[str, Any] = {}
    if address:
        found["address"] = {"@type": "PostalAddress", **address}
    if organisation.longitude is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": organisation.latitude,
            "longitude": organisation.longitude,
        }
    return {"@type": "Place", **found} if found else {}
