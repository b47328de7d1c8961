"""Which of the values said of an organisation is shown, and what follows from it.

An organisation is what its records say together. For each field the first of these that gives a
value is shown: the actor's own word, then the agent's, then a register's, then a list's; among
those of one kind, a source that still names the organisation before one that no longer does, then
the newest. So a register read again never undoes a correction, whatever its date, and taking a
record away gives back exactly what the others say. Nothing is lost: the rest is kept in `others`.

Two exceptions. Actions, identifiers and qualities of all records are united, since each source
knows some. A place known by registers and lists only is the most precise of those that agree, since
the seat of a register without address should not hide the point of a list.

An actor or an agent may also withdraw a value without giving another: None under its key.

`restate` goes the other way: from the sheet as a person leaves it to what that person's record says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from terreau.core.text import fold, squeeze
from terreau.directory.nomenclatures import sector_of_activity
from terreau.directory.visibility import public
from terreau.perimeters import rules as perimeters

# A choice made between two sheets that are made one outranks what they said; saying a field again ends it.
CHOICE = "choice"
KIND_ORDER = {CHOICE: -1, "actor": 0, "agent": 1, "register": 2, "list": 3}
# Whose word may withdraw a value, and whose word counts as a confirmation that the actor exists.
PEOPLE = frozenset({"actor", "agent"})
_WITHDRAWS = PEOPLE | {CHOICE}
UNITED = frozenset({"actions", "identifiers", "qualities", "visibility"})
PRECISION_ORDER = {"point": 0, "commune": 1, "country": 2, "none": 3}
YES, NO = "yes", "no"

_LENGTHS = {"name": 300, "short_name": 80, "legal_form": 60, "family": 20, "nature": 24}
_TEXT_COLUMNS = ("short_name", "description", "legal_form", "family", "nature")
_CODES_COLUMNS = ("sectors", "issues", "filieres")
# Fields that have a column of their own on Organisation, or several (the place).
COLUMNS = frozenset({"name", "place", *_TEXT_COLUMNS, *_CODES_COLUMNS})
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RecordView:
    """What one source says of one organisation, as the rule reads it.

    `dates` gives the day of a value where it is not that of the record (an agent corrects one
    field of a sheet, not all): key → ISO date. `gone` says that the source no longer names it.
    """

    source_id: int
    source_code: str
    source_name: str
    kind: str
    values: Mapping[str, Any]
    stated_on: date | None
    first_seen: datetime
    last_seen: datetime
    gone: bool = False
    record_id: int = 0
    source_ref: str = ""
    dates: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    def said_on(self, key: str) -> str:
        """The ISO date of a value: its own, else the record's, else the day it was last seen."""
        dated = self.dates.get(key)
        if dated:
            return dated
        return (self.stated_on or self.last_seen.date()).isoformat()

    def dated_on(self, key: str) -> str:
        """The ISO date that the source itself gives to a value; empty when it gives none."""
        return self.dates.get(key) or (self.stated_on.isoformat() if self.stated_on else "")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The values shown, whose word each is, and what the others say.

    `withdrawn` names the record by which a person withdrew a value: the key is then in neither
    `values` nor `provenance`, and what the lower sources say is in `others`.
    """

    values: dict[str, Any]
    provenance: dict[str, RecordView]
    others: dict[str, list[tuple[Any, RecordView]]]
    withdrawn: dict[str, RecordView]
    records: tuple[RecordView, ...]


def is_given(value: Any) -> bool:
    """Whether the value says something: neither None, nor empty, nor a place nowhere."""
    if isinstance(value, dict):
        if "precision" in value and "territory" in value:
            return bool(value.get("territory") or value.get("country")) or value.get("longitude") is not None
        return bool(value)
    return value is not None and value != "" and value != []


def choose(records: Iterable[RecordView]) -> Chosen:
    """What is shown of an organisation from all that is said of it. The order of `records` is free."""
    views = tuple(sorted(records, key=lambda view: (view.source_code, view.source_ref, view.record_id)))
    chosen = Chosen({}, {}, {}, {}, views)
    keys = dict.fromkeys(key for view in views for key in view.values)
    for key in keys:
        _choose_one(chosen, key, views)
    return chosen


def _choose_one(chosen: Chosen, key: str, views: tuple[RecordView, ...]) -> None:
    ranked = _ranked(key, views) if len(views) > 1 else list(views)
    given: list[tuple[Any, RecordView]] = []
    below: list[tuple[Any, RecordView]] = []
    for view in ranked:
        value = view.values.get(key)
        if is_given(value):
            (below if key in chosen.withdrawn else given).append((value, view))
        elif value is None and key in view.values and view.kind in _WITHDRAWS and not given:
            chosen.withdrawn.setdefault(key, view)
    if not given:
        if below:
            chosen.others[key] = below
        return
    if key in UNITED:
        united = _unite(given)
        if united:
            chosen.values[key], chosen.provenance[key] = united, given[0][1]
        rest = given[1:]
    else:
        at = _most_precise(given) if key == "place" else 0
        chosen.values[key], chosen.provenance[key] = given[at]
        rest = given[:at] + given[at + 1 :]
    if rest:
        chosen.others[key] = rest


def _ranked(key: str, views: tuple[RecordView, ...]) -> list[RecordView]:
    """The records that speak of a field, the one to believe first."""
    speakers = [view for view in views if key in view.values]
    # A day is too coarse for people, who may correct each other within the hour.
    speakers.sort(key=lambda view: (view.said_on(key), _moment(view)), reverse=True)
    speakers.sort(key=lambda view: (KIND_ORDER[view.kind], view.gone))
    return speakers


def _moment(view: RecordView) -> str:
    return view.last_seen.isoformat() if view.kind in _WITHDRAWS else ""


def _unite(given: list[tuple[Any, RecordView]]) -> Any:
    """All the actions, or all the identifiers: where two say the same thing, the first is kept.

    One entry is withdrawn, without touching the others, by None under its scheme, or by an action
    marked `withdrawn`.
    """
    if isinstance(given[0][0], dict):
        united: dict[str, Any] = {}
        for value, _view in given:
            for name, said in value.items():
                united.setdefault(name, said)
        return {name: said for name, said in united.items() if said is not None}
    actions: dict[str, Any] = {}
    for value, _view in given:
        for action in value:
            actions.setdefault(_action_key(action), action)
    return [action for action in actions.values() if not action.get("withdrawn")]


def _action_key(action: Mapping[str, Any]) -> str:
    return fold(str(action.get("what", "")))


def _most_precise(given: list[tuple[Any, RecordView]]) -> int:
    """Which place to show: the first, or a more precise one that agrees with it."""
    first, view = given[0]
    if view.kind in _WITHDRAWS:
        return 0
    best, at = PRECISION_ORDER.get(first.get("precision", "none"), 3), 0
    for index, (place, _view) in enumerate(given[1:], 1):
        rank = PRECISION_ORDER.get(place.get("precision", "none"), 3)
        if rank < best and _agree(first, place):
            best, at = rank, index
    return at


def _agree(first: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the second place may be the first, told more precisely."""
    if first.get("precision") in {"country", "none"}:
        return not first.get("country") or first.get("country") == other.get("country")
    return bool(first.get("territory")) and first.get("territory") == other.get("territory")


def columns(chosen: Chosen) -> dict[str, Any]:
    """The columns of Organisation that follow from the records.

    All but the territory's key, given by its public code under `territory_code` (the country's when
    nothing more precise is known, empty when nothing is), and the status HIDDEN, which is a
    person's decision: `status` is here `active` or `ceased`. What is not public is in none of them.
    """
    values = public(chosen).values
    name = squeeze(str(values.get("name") or values.get("short_name") or "")) or "(sans nom)"
    found: dict[str, Any] = {key: str(values.get(key) or "") for key in _TEXT_COLUMNS}
    form = _form(values)
    found["family"] = _family(chosen, form)
    found["nature"] = found["nature"] or (form.nature if form else "")
    for key in ("short_name", "legal_form", "family", "nature"):
        found[key] = found[key][: _LENGTHS[key]]
    found["name"] = name[: _LENGTHS["name"]]
    found["name_folded"] = fold(name)[: _LENGTHS["name"]]
    for key in _CODES_COLUMNS:
        found[key] = list(values.get(key) or ())
    if not found["sectors"]:
        told = sector_of_activity(str(values.get("activity_code") or ""))
        found["sectors"] = [told] if told else []
    found.update(_place(values.get("place") or {}))
    found["shown_values"] = {key: value for key, value in values.items() if key not in COLUMNS}
    found["status"] = "ceased" if _has_ceased(values) else "active"
    found["confirmed_on"] = _confirmed_on(chosen.records)
    first = min(chosen.records, key=lambda view: view.first_seen, default=None)
    found["source_id"] = first.source_id if first else None
    found["source_ref"] = first.source_ref if first else ""
    return found


def _place(place: Mapping[str, Any]) -> dict[str, Any]:
    territory = str(place.get("territory") or "")
    country = str(place.get("country") or "").upper() or territory.partition("-")[0].upper()
    longitude, latitude = place.get("longitude"), place.get("latitude")
    precision = str(place.get("precision") or "none")
    if longitude is None or latitude is None:
        longitude = latitude = None
        precision = "commune" if precision == "point" else precision
    if not territory:
        precision = precision if longitude is not None else ("country" if country else "none")
    return {
        "country_code": country[:2],
        "territory_code": territory or country.lower(),
        "precision": precision,
        "longitude": longitude,
        "latitude": latitude,
    }


def _has_ceased(values: Mapping[str, Any]) -> bool:
    active = values.get("active")
    return active == NO or bool(values.get("ceased_on") and active != YES)


def _confirmed_on(records: Iterable[RecordView]) -> date | None:
    """The last day on which the actor or an agent vouched for the sheet."""
    days = [view.stated_on for view in records if view.kind in PEOPLE and view.stated_on and not view.gone]
    return max(days, default=None)


def form_region(country: str, form_code: str) -> str | None:
    """The region whose own table holds the form: its code begins with it (`qc-obnl`)."""
    region = form_code.partition("-")[0].lower()
    rules = perimeters.country_rules(country, region) if country else None
    return region if rules is not None and rules.region == region else None


def _form(values: Mapping[str, Any]) -> perimeters.LegalForm | None:
    country = str((values.get("place") or {}).get("country") or "")
    code = str(values.get("legal_form") or "")
    if not country or not code:
        return None
    return perimeters.form(country, code, form_region(country, code))


def _family(chosen: Chosen, form: perimeters.LegalForm | None) -> str:
    """The family stated, unless a better source gives a legal form that belongs to another."""
    stated = str(chosen.values.get("family") or "")
    if form is None:
        return stated
    if stated:
        by_form, by_family = chosen.provenance["legal_form"], chosen.provenance["family"]
        if KIND_ORDER[by_family.kind] <= KIND_ORDER[by_form.kind]:
            return stated
    qualities = chosen.values.get("qualities") or {}
    met = form.status != "inclus_sous_condition" or any(qualities.get(key) for key in form.conditions)
    return form.family if met else form.family_otherwise


def perimeter_facts(values: Mapping[str, Any], *, country: str, nature: str, on: date) -> perimeters.Facts:
    """What `perimeters.decide` wants to know, from the values shown of an organisation.

    A single declared number of members is passed on; a band is not.
    """
    qualities: Mapping[str, bool] = values.get("qualities") or {}
    form_code = str(values.get("legal_form") or "")
    members = (values.get("members") or {}).get("value")
    flag = qualities.get("ess_flag")
    told = {key: met for key, met in qualities.items() if key not in {"ess_flag", "ess_list"}}
    return perimeters.Facts(
        country=country,
        on=on,
        form_code=form_code or None,
        region=form_region(country, form_code),
        activity=str(values.get("activity_code") or "") or None,
        ess_flag=None if flag is None else ("O" if flag else "N"),
        on_ess_list=qualities.get("ess_list"),
        approvals=frozenset(key for key, met in told.items() if met),
        refusals=frozenset(key for key, met in told.items() if not met),
        informal=nature == "groupement_informel",
        members=members if isinstance(members, int) else None,
    )


def restate(
    views: Iterable[RecordView], mine: RecordView | None, typed: Mapping[str, Any], on: date
) -> tuple[dict[str, Any], dict[str, str]]:
    """What a person's record says, and since when, once the person has edited the sheet.

    Only what differs from what the others say is kept: an untouched field stays the word of its source
    and follows it. A value given back to what the others say is no longer the person's; a value
    emptied is withdrawn.

    Args:
        views: all that is said of the organisation, the person's own record included.
        mine: that record as it is now, if there is one.
        typed: the fields the person was shown, as the person leaves them; absent ones are untouched.
        on: the day of the edit.

    Returns:
        The record's new values, and the day of each.
    """
    everything = list(views)
    shown = choose(everything)
    others = choose(view for view in everything if mine is None or view is not mine)
    values: dict[str, Any] = dict(mine.values) if mine else {}
    dates = {key: mine.said_on(key) for key in values} if mine else {}
    for key, value in typed.items():
        if value == shown.values.get(key) or not (is_given(value) or key in shown.values):
            continue
        base = others.values.get(key)
        said = delta(value, base) if key in UNITED else value
        if key not in UNITED and not is_given(value):
            said = None if base is not None else _UNSAID
        elif key not in UNITED and value == base:
            said = _UNSAID
        if said is _UNSAID or (key in UNITED and not said):
            values.pop(key, None)
            dates.pop(key, None)
        else:
            values[key], dates[key] = said, on.isoformat()
    return values, dates


_UNSAID = object()


def delta(typed: Any, base: Any) -> Any:
    """What must be added to, changed in or withdrawn from `base` to have `typed`."""
    if isinstance(typed or base, dict):
        before: Mapping[str, Any] = base or {}
        after: Mapping[str, Any] = typed or {}
        own = {name: said for name, said in after.items() if before.get(name) != said}
        return {**own, **{name: None for name in before if name not in after}}
    known = {_action_key(action): action for action in base or ()}
    kept = {_action_key(action): action for action in typed or ()}
    own_actions = [action for key, action in kept.items() if known.get(key) != action]
    gone = [{"what": action["what"], "withdrawn": True} for key, action in known.items() if key not in kept]
    return own_actions + gone
