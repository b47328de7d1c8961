"""The agent's form for a sheet: each field of the catalogue in plain French."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.accounts.fields import count_rows
from terreau.accounts.forms import PlainForm
from terreau.core.errors import TerreauError
from terreau.core.identifiers import SCHEMES
from terreau.core.text import fold
from terreau.directory import languages
from terreau.directory.fields import BY_KEY, Values
from terreau.directory.form_sharing import REACHED, SharingFields, rows_of
from terreau.directory.meant import written
from terreau.directory.models import Organisation, Term
from terreau.directory.nomenclatures import issues, sectors
from terreau.directory.rules import NO, YES, Chosen, form_region
from terreau.directory.values import clean_values
from terreau.perimeters import rules as perimeters
from terreau.territories.enums import Kind
from terreau.territories.models import Territory
from terreau.territories.naming import told_apart
from terreau.territories.services import find

SPARE_ACTIONS = 2
MOST_ACTIONS = 20
_COUNT = re.compile(r"(\d+)(?:(?:-|à|a)(\d+)|(\+))?")
_CODE = re.compile(r"\(([a-z0-9-]+)\)\s*$")
_TEXTS = ("offers", "seeks", "umbrellas")
_PLAIN = (
    *("name", "short_name", "description", "legal_form", "family", "nature", "activity_code", "address"),
    *("postal_code", "locality", "district", "landmark", "website", "founded_on", "ceased_on", "active"),
)
_CHOSEN = ("sectors", "issues", "filieres", "languages")
_COUNTS = ("members", "jobs")
_DATES = ("members_on", "jobs_on")
# Shown even when nothing is said of them; of the others, only what is said.
_ALWAYS = frozenset(
    {
        *(
            "name",
            "description",
            "website",
            "issues",
            "sectors",
            "filieres",
            "email",
            "telephone",
            "languages",
        ),
        *("where", "address", "postal_code", "locality", "legal_form", "visibility"),
    }
)
LONGEST_LIST = 12
LABELS_TOLD = 4


def _lines() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})


class SheetForm(SharingFields, PlainForm):
    """What an agent says of an organisation; only the fields that changed are passed on."""

    lists = {"action": gettext_lazy("Actions en cours"), "entry": gettext_lazy("Catalogue")}

    name = forms.CharField(max_length=300)
    short_name = forms.CharField(max_length=80, required=False)
    description = forms.CharField(max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5}))
    website = forms.CharField(max_length=500, required=False)
    sectors = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    issues = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    filieres = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    offers = forms.CharField(required=False, widget=_lines())
    seeks = forms.CharField(required=False, widget=_lines())
    where = forms.CharField(max_length=200, required=False)
    address = forms.CharField(max_length=300, required=False)
    postal_code = forms.CharField(max_length=12, required=False)
    locality = forms.CharField(max_length=300, required=False)
    district = forms.CharField(max_length=300, required=False)
    landmark = forms.CharField(max_length=300, required=False)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, localize=True)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, localize=True)
    legal_form = forms.ChoiceField(required=False)
    family = forms.ChoiceField(required=False)
    nature = forms.ChoiceField(required=False)
    umbrellas = forms.CharField(required=False, widget=_lines())
    members = forms.CharField(max_length=30, required=False)
    members_on = forms.CharField(max_length=10, required=False)
    jobs = forms.CharField(max_length=30, required=False)
    jobs_on = forms.CharField(max_length=10, required=False)
    founded_on = forms.CharField(max_length=10, required=False)
    active = forms.ChoiceField(required=False)
    ceased_on = forms.CharField(max_length=10, required=False)
    activity_code = forms.CharField(max_length=10, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        territory: Territory | None,
        organisation: Organisation | None = None,
        chosen: Chosen | None = None,
    ) -> None:
        self.territory = territory
        self.chosen = chosen
        self.values: Values = chosen.values if chosen else {}
        country = (organisation.country_code if organisation else "") or (
            territory.country_code if territory else ""
        )
        self.country = country
        super().__init__(data, initial=self._initial())
        self._name_fields()
        self._offer_choices(country, organisation)
        self._add_numbers(country)
        self._add_qualities(country)
        self._add_actions()
        self.add_sharing()

    # --- What the form starts from -----------------------------------------------------------------

    def _initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = {key: self.values.get(key, "") for key in _PLAIN}
        initial |= {key: self.values.get(key, []) for key in _CHOSEN}
        initial |= {key: "\n".join(self.values.get(key, ())) for key in _TEXTS}
        for key in _COUNTS:
            count = self.values.get(key) or {}
            initial[key], initial[f"{key}_on"] = written_count(count), count.get("on") or ""
        place = self.values.get("place") or {}
        initial["longitude"], initial["latitude"] = place.get("longitude"), place.get("latitude")
        initial["where"] = self._where(place)
        return initial

    def _where(self, place: dict[str, Any]) -> str:
        code = place.get("territory") or str(place.get("country") or "").lower()
        known = Territory.objects.filter(code=code).first() if code else None
        if known is None and self.chosen is None:
            known = self.territory
        return written(known) if known else ""

    def _name_fields(self) -> None:
        own = {
            "where": (_("Commune, quartier ou pays"), _("Vide si rien n’est connu du lieu.")),
            "longitude": (_("Longitude"), _("En degrés, par exemple 0,34.")),
            "latitude": (_("Latitude"), _("En degrés, par exemple 46,58. Sans point précis, laissez vide.")),
            "offers": (_("Propose"), _("Une chose par ligne.")),
            "seeks": (_("Recherche"), _("Une chose par ligne.")),
            "umbrellas": (_("Structures faîtières"), _("Une par ligne : fédération, union, réseau.")),
            "members": (_("Membres"), _("Un nombre (120), ou une fourchette (10-19).")),
            "members_on": (_("Membres, à la date du"), _("Année, mois ou jour : 2026, 2026-03.")),
            "jobs": (_("Emplois"), _("Un nombre (12), ou une fourchette (10-19).")),
            "jobs_on": (_("Emplois, à la date du"), _("Année, mois ou jour : 2026, 2026-03.")),
            "founded_on": (_("Créée le"), _("Année, mois ou jour : 1999, 1999-04.")),
            "ceased_on": (_("Activité cessée le"), _("Année, mois ou jour.")),
            "family": (_("Famille"), _("Sans choix, celle de la forme juridique.")),
            "activity_code": (_("Code d’activité"), _("Code NAF, en France.")),
        }
        for name, field in self.fields.items():
            label, help_text = own.get(
                name, (str(BY_KEY[name].label), str(BY_KEY[name].help)) if name in BY_KEY else ("", "")
            )
            field.label, field.help_text = label, help_text

    def _offer_choices(self, country: str, organisation: Organisation | None) -> None:
        choices: dict[str, list[Any]] = {
            "sectors": [(term.code, term.label) for term in sectors()],
            "issues": [(term.code, term.label) for term in issues()],
            "filieres": _filieres(self.territory, self.values.get("filieres", [])),
            "languages": list(languages.LANGUAGES.items()),
            "legal_form": _legal_forms(country, organisation, self.values.get("legal_form", "")),
            "family": _words(perimeters.FAMILIES, _("celle de la forme juridique")),
            "nature": _words(perimeters.NATURES, _("celle de la forme juridique")),
            "active": [("", _("on ne sait pas")), (YES, _("oui")), (NO, _("non"))],
        }
        for name, options in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = options
        if not choices["filieres"]:
            del self.fields["filieres"]

    # --- Fields that depend on the country and on what is known --------------------------------------

    def _add_numbers(self, country: str) -> None:
        known = self.values.get("identifiers") or {}
        for code, scheme in SCHEMES.items():
            if scheme.country == country or code in known:
                self.fields[f"id_{code}"] = forms.CharField(
                    required=False, max_length=40, label=scheme.label, help_text=scheme.shape
                )
                self.initial[f"id_{code}"] = known.get(code, "")

    def _add_qualities(self, country: str) -> None:
        known = self.values.get("qualities") or {}
        told = {key for form in perimeters.forms_of(country) for key in form.conditions} if country else set()
        for code, word in perimeters.CONDITIONS.items():
            if code in told or code in known:
                answers = [("", _("on ne sait pas")), (YES, _("oui")), (NO, _("non"))]
                self.fields[f"quality_{code}"] = forms.ChoiceField(
                    required=False, choices=answers, label=word.label[:1].upper() + word.label[1:]
                )
                met = known.get(code)
                self.initial[f"quality_{code}"] = "" if met is None else (YES if met else NO)

    def _add_actions(self) -> None:
        known = self.values.get("actions") or []
        spare = min(len(known) + SPARE_ACTIONS, max(MOST_ACTIONS, len(known)))
        self.action_count = count_rows(self.data, "action", ()) if self.is_bound else spare
        labels = {"what": _("Quoi"), "for_whom": _("Pour qui"), "since": _("Depuis")}
        for index in range(self.action_count):
            action = known[index] if index < len(known) else {}
            for part, label in labels.items():
                name = f"action_{index}_{part}"
                self.fields[name] = forms.CharField(required=False, max_length=600, label=label)
                self.initial[name] = action.get(part, "")

    # --- What the form says ----------------------------------------------------------------------------

    def clean_where(self) -> str:
        """The public code of the place named; an ambiguous name must be told apart."""
        text = str(self.cleaned_data["where"]).strip()
        if not text or text == self.initial["where"]:
            return text
        match = _CODE.search(text)
        found = find(match[1] if match else text, limit=8)
        exact = [one for one in found if one.code == (match[1] if match else "")] or [
            one for one in found if fold(one.name) == fold(text)
        ]
        if len(exact) == 1:
            return written(exact[0])
        if not found:
            raise forms.ValidationError(_("Ce lieu n’est pas connu. Écrivez la commune, ou son code postal."))
        proposals = "\u202f; ".join(f"{told_apart(one)} ({one.code})" for one in (exact or found)[:5])
        raise forms.ValidationError(_("Plusieurs lieux sont possibles : recopiez l’un d’eux. ") + proposals)

    def _clean_count(self, name: str) -> str:
        text = re.sub(r"[\s\u00a0\u202f]+", "", str(self.cleaned_data[name]))
        if text and not _COUNT.fullmatch(text):
            raise forms.ValidationError(_("Écrivez un nombre (120) ou une fourchette (10-19)."))
        return text

    def clean_members(self) -> str:
        """A number or a band."""
        return self._clean_count("members")

    def clean_jobs(self) -> str:
        """A number or a band."""
        return self._clean_count("jobs")

    def clean(self) -> dict[str, Any]:
        """Each value is tried alone, so that all that is wrong is told at once, beside its field."""
        cleaned = super().clean() or {}
        changed = set(self.changed_data)
        for key in (*_PLAIN, *_TEXTS):
            if key in changed and key in cleaned:
                self._try(key, {key: cleaned[key]})
        for key in _COUNTS:
            if f"{key}_on" in changed and cleaned.get(key) and cleaned.get(f"{key}_on"):
                self._try(f"{key}_on", {key: read_count(cleaned[key], cleaned[f"{key}_on"])})
        for name in changed:
            if name.startswith("id_") and cleaned.get(name):
                self._try(name, {"identifiers": {name[3:]: cleaned[name]}})
        for index in range(self.action_count):
            parts = {
                part: cleaned.get(f"action_{index}_{part}", "") for part in ("what", "for_whom", "since")
            }
            wrong = "what" if not parts["what"] else "since"
            self._try(f"action_{index}_{wrong}", {"actions": [parts]})
        self.check_sharing(changed)
        return cleaned

    def _try(self, name: str, values: Values) -> None:
        try:
            clean_values(values)
        except TerreauError as error:
            self.add_error(name, f"{error.message} {error.remedy}".strip())

    def said(self) -> Values:
        """The fields that the person changed, in the shape of a record's values."""
        cleaned, changed = self.cleaned_data, set(self.changed_data)
        values: Values = {key: cleaned[key] for key in (*_PLAIN, *_CHOSEN, *_TEXTS) if key in changed}
        for key in _COUNTS:
            if {key, f"{key}_on"} & changed:
                values[key] = read_count(cleaned[key], cleaned[f"{key}_on"])
        if {"where", "longitude", "latitude"} & changed:
            values["place"] = self.place()
        if any(name.startswith("id_") for name in changed):
            numbers = {name[3:]: cleaned[name] for name in self.fields if name.startswith("id_")}
            values["identifiers"] = {code: number for code, number in numbers.items() if number}
        if any(name.startswith("quality_") for name in changed):
            told = {name[8:]: cleaned[name] for name in self.fields if name.startswith("quality_")}
            values["qualities"] = {code: answer == YES for code, answer in told.items() if answer}
        if any(name.startswith("action_") for name in changed):
            values["actions"] = self._actions()
        return values | self.said_of_sharing(changed)

    def place(self) -> dict[str, Any] | None:
        """The place said, None when none is."""
        match = _CODE.search(self.cleaned_data["where"])
        longitude, latitude = self.cleaned_data["longitude"], self.cleaned_data["latitude"]
        territory = Territory.objects.filter(code=match[1]).first() if match else None
        if territory is None:
            return None
        is_country = territory.kind == Kind.COUNTRY
        pointed = longitude is not None and latitude is not None
        return {
            "country": territory.country_code,
            "territory": "" if is_country else territory.code,
            "longitude": longitude,
            "latitude": latitude,
            "precision": "point" if pointed else ("country" if is_country else "commune"),
        }

    def _actions(self) -> list[dict[str, str]]:
        typed = [
            {part: self.cleaned_data[f"action_{index}_{part}"] for part in ("what", "for_whom", "since")}
            for index in range(self.action_count)
        ]
        return [{**self._before(index, typed), **one} for index, one in enumerate(typed) if any(one.values())]

    def _before(self, index: int, typed: list[dict[str, str]]) -> dict[str, Any]:
        """What is known of an action: the one of its words, or the one that stood there and has others."""
        known, words = self.values.get("actions") or [], {one["what"] for one in typed}
        same = [one for one in known if one["what"] == typed[index]["what"]]
        there = [one for one in known[index : index + 1] if one["what"] not in words]
        return dict(next(iter([*same, *there]), {"source_note": ""}))

    # --- For the template ---------------------------------------------------------------------------------

    def groups(self) -> list[dict[str, Any]]:
        """The fields under their headings, each with whose word it is at present."""
        numbers = [name for name in self.fields if name.startswith(("id_", "quality_"))]
        parts: list[tuple[str, Iterable[str]]] = [
            (_("L’essentiel"), ("name", "short_name", "description", "website")),
            (_("Enjeux, secteurs, filières"), ("issues", "sectors", "filieres")),
            (_("Comment la joindre"), (*REACHED, "languages")),
            (_("Ce qu’elle propose et recherche"), ("offers", "seeks")),
            (
                _("Où elle est"),
                (
                    *("where", "address", "postal_code", "locality", "district", "landmark"),
                    *("latitude", "longitude"),
                ),
            ),
            (_("Qui elle est"), ("legal_form", "family", "nature", "umbrellas", "activity_code", *numbers)),
            (_("Membres et emplois"), ("members", "members_on", "jobs", "jobs_on")),
            (_("Vie de l’organisation"), ("founded_on", "active", "ceased_on")),
            (_("Ce que tout le monde voit"), ("visibility",)),
        ]
        return [self._group(title, [name for name in names if name in self.fields]) for title, names in parts]

    def _group(self, title: str, names: list[str]) -> dict[str, Any]:
        """What is said, or wrong, or always asked; apart, what nothing is said of."""
        seen = [name for name in names if name in _ALWAYS or self._is_told(name)]
        more = [self._shown(name) for name in names if name not in seen]
        labels = [str(one["field"].label) for one in more if one["field"].name not in _DATES]
        return {
            "title": title,
            "fields": [self._shown(name) for name in seen],
            "more": more,
            "labels": labels[:LABELS_TOLD],
            "others": len(labels[LABELS_TOLD:]),
        }

    def _is_told(self, name: str) -> bool:
        # A number and its date are read together.
        alone = name.removesuffix("_on")
        pair = {alone, f"{alone}_on"} if alone in _COUNTS else {name}
        fields = [self[one] for one in pair]
        return any(one.initial not in ("", None, []) or one.value() or one.errors for one in fields)

    def _shown(self, name: str) -> dict[str, Any]:
        field = self[name]
        several = isinstance(field.field.widget, forms.CheckboxSelectMultiple)
        first, rest = self._choices(name) if several else ([], [])
        return {
            "field": field,
            "several": several,
            "first": first,
            "rest": rest,
            "by": self._spoken_by(name),
        }

    def _choices(self, name: str) -> tuple[list[Any], list[Any]]:
        """The boxes of a list: of a long one, those ticked and the likely ones first."""
        field, boxes = self[name], list(self[name])
        if len(boxes) <= LONGEST_LIST:
            return boxes, []
        ahead = {*(field.value() or ()), *(languages.first(self.country) if name == "languages" else ())}
        first = [box for box in boxes if box.data["value"] in ahead]
        return first, [box for box in boxes if box not in first]

    def _spoken_by(self, name: str) -> dict[str, str] | None:
        keys = {"where": "place", "longitude": "place", "latitude": "place"}
        key = keys.get(name, name.removesuffix("_on") if name.endswith("s_on") else name)
        if name.startswith("id_"):
            key = "identifiers"
        view = self.chosen.provenance.get(key) if self.chosen else None
        if view is None or name in {"longitude", "latitude"}:
            return None
        return {"source": view.source_name, "on": view.dated_on(key), "kind": view.kind}

    def actions(self) -> dict[str, Any]:
        """The fields of the actions, one row each, those said apart from the empty ones."""
        return rows_of(self, "action", ("what", "for_whom", "since"), self.action_count)


class HideForm(forms.Form):
    """Why a sheet is withdrawn."""

    reason = forms.CharField(max_length=300)


class FiliereForm(forms.Form):
    """A filière that a territory names."""

    label = forms.CharField(max_length=120)
    definition = forms.CharField(max_length=500, required=False, widget=_lines())


def written_count(count: dict[str, Any]) -> str:
    """A count as it is typed: « 120 », « 10-19 », « 10000+ »."""
    if count.get("value") is not None:
        return str(count["value"])
    if count.get("low") is None:
        return ""
    return f"{count['low']}-{count['high']}" if count.get("high") is not None else f"{count['low']}+"


def read_count(text: str, on: str) -> dict[str, Any] | None:
    """The value of a count from what was typed; None when nothing was."""
    match = _COUNT.fullmatch(text)
    if match is None:
        return None
    low, high, more = match.groups()
    day = on.strip() or None
    if high or more:
        return {"low": int(low), "high": int(high) if high else None, "on": day}
    return {"value": int(low), "on": day}


def _words(words: Any, empty: str) -> list[tuple[str, str]]:
    return [("", empty), *((code, word.label[:1].upper() + word.label[1:]) for code, word in words.items())]


def _filieres(territory: Territory | None, used: list[str]) -> list[tuple[str, str]]:
    if territory is None:
        named = Term.objects.filter(nomenclature="filiere", code__in=used)
    else:
        above = Territory.objects.containing(territory)
        named = Term.objects.filter(nomenclature="filiere", territory__in=above) | Term.objects.filter(
            nomenclature="filiere", code__in=used
        )
    return list(named.distinct().values_list("code", "label"))


def _legal_forms(country: str, organisation: Organisation | None, used: str) -> list[Any]:
    """The forms of the country, those of the field first; one that is no longer in the tables is kept."""
    empty = ("", _("non connue"))
    if not country:
        return [empty, *([(used, used)] if used else [])]
    found = perimeters.forms_of(
        country, form_region(country, organisation.legal_form if organisation else "")
    )
    inside = [(form.code, form.label) for form in found if form.status != "exclu"]
    outside = [(form.code, form.label) for form in found if form.status == "exclu"]
    known = {code for code, _label in (*inside, *outside)}
    extra = [(used, used)] if used and used not in known else []
    groups = [(_("Dans l’ESS, ou sous condition"), inside), (_("Hors de l’ESS"), outside)]
    return [empty, *extra, *((title, options) for title, options in groups if options)]
