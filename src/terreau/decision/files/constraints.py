"""The labels of projects and the constraints of a document, read into rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from terreau.core.errors import TerreauError
from terreau.decision.files.reading import as_list, as_name, as_number, as_object
from terreau.decision.rules import Exclusion, Kept, Limit, Measure, Prerequisite, Rule

MOST_CONSTRAINTS: Final = 500
# What a project may say that is not a label to choose by.
_OF_PROJECT: Final = frozenset(
    ("id", "cost", "costs", "value", "marks", "min_share", "veto", "name", "comment")
)
_LIMIT: Final = frozenset(("type", "min", "max", "name", "comment"))

_Labels = Mapping[str, frozenset[str]]
_Given = dict[str, Any]


def labels_of(project: _Given, where: str) -> dict[str, frozenset[str]]:
    """The labels of a project: every other key, with one name or several."""
    return {
        key: _names(value, f"{where}, « {key} »")
        for key, value in project.items()
        if key not in _OF_PROJECT and value is not None and value != []
    }


def _names(value: Any, where: str) -> frozenset[str]:
    given = as_list(value, where) if isinstance(value, list) else [value]
    return frozenset(as_name(one, where) for one in given)


def read_rules(
    value: Any, labels: Mapping[str, _Labels]
) -> tuple[tuple[Rule, ...], frozenset[str], list[float]]:
    """The constraints of a document.

    Args:
        value: the list, or nothing.
        labels: those of each project.

    Returns:
        The rules; the projects vetoed; the amounts of money named, in the unit of the document.

    Raises:
        TerreauError: a constraint does not hold.
    """
    rules: list[Rule] = []
    vetoed: set[str] = set()
    names: set[str] = set()
    for at, item in enumerate(as_list(value, "« constraints »", MOST_CONSTRAINTS) if value else (), start=1):
        where = f"« constraints » n° {at}"
        given = as_object(item, where)
        kind = given.get("type")
        if not isinstance(kind, str) or kind not in (*_READERS, "veto"):
            raise TerreauError(
                f"Le type est l’un de : {', '.join((*_READERS, 'veto'))}.", where=f"{where}, « type »"
            )
        if kind == "veto":
            as_object(given, where, ("type", "project"))
            vetoed.add(_project(given.get("project"), labels, f"{where}, « project »"))
            continue
        rule = _READERS[kind](given, labels, where, names)
        names.add(rule.key)
        rules.append(rule)
    money = [
        bound
        for rule in rules
        if isinstance(rule, Limit) and rule.measure is Measure.COST
        for bound in (rule.least, rule.most)
        if bound is not None
    ]
    return tuple(rules), frozenset(vetoed), money


def _key(given: _Given, otherwise: str, where: str, taken: set[str]) -> str:
    """The name of a constraint: the one given, or what it says."""
    if given.get("name") is not None:
        name = as_name(given["name"], f"{where}, « name »")
        if name in taken:
            raise TerreauError(f"Deux contraintes portent le nom « {name} ».", where=where)
        return name
    name, number = otherwise, 2
    while name in taken:
        name, number = f"{otherwise} ({number})", number + 1
    return name


def _project(value: Any, labels: Mapping[str, _Labels], where: str) -> str:
    name = as_name(value, where)
    if name not in labels:
        raise TerreauError(f"Le projet « {name} » n’est pas dans la liste.", where=where)
    return name


def _limit(given: _Given, labels: Mapping[str, _Labels], where: str, taken: set[str]) -> Rule:
    measure = Measure(given["type"])
    asked = [key for key in given if key not in _LIMIT]
    if len(asked) > 1:
        raise TerreauError(
            f"La contrainte porte sur « {asked[0]} » et sur « {asked[1]} ».",
            where=where,
            remedy="Une contrainte porte sur une seule clé des projets, ou sur aucune.",
        )
    label = asked[0] if asked else ""
    names = _names(given[label], f"{where}, « {label} »") if label else frozenset()
    for name in sorted(names):
        if not any(name in one.get(label, ()) for one in labels.values()):
            raise TerreauError(f"Aucun projet ne porte « {label} : {name} ».", where=where)
    most = 1.0 if measure is Measure.SHARE else 1e15
    least, greatest = (
        None if given.get(key) is None else as_number(given[key], f"{where}, « {key} »", 0, most)
        for key in ("min", "max")
    )
    if least is None and greatest is None:
        raise TerreauError("Il manque « min » ou « max ».", where=where)
    what = f"{label} {', '.join(sorted(names))}" if label else "tous les projets"
    otherwise = f"{_MEASURES[measure]}, {what}"
    return Limit(_key(given, otherwise, where, taken), label, names, measure, least, greatest)


_MEASURES: Final = {Measure.COUNT: "nombre", Measure.COST: "coût", Measure.SHARE: "part du budget"}


def _requires(given: _Given, labels: Mapping[str, _Labels], where: str, taken: set[str]) -> Rule:
    as_object(given, where, ("type", "project", "needs"))
    project = _project(given.get("project"), labels, f"{where}, « project »")
    needs = _project(given.get("needs"), labels, f"{where}, « needs »")
    return Prerequisite(_key(given, f"{project} demande {needs}", where, taken), project, needs)


def _excludes(given: _Given, labels: Mapping[str, _Labels], where: str, taken: set[str]) -> Rule:
    as_object(given, where, ("type", "projects"))
    listed = as_list(given.get("projects"), f"{where}, « projects »")
    projects = tuple(_project(one, labels, f"{where}, « projects »") for one in listed)
    if len(set(projects)) < max(2, len(projects)):
        raise TerreauError("Il faut au moins deux projets, chacun une fois.", where=f"{where}, « projects »")
    return Exclusion(_key(given, f"un seul de {', '.join(projects)}", where, taken), projects)


def _keep(given: _Given, labels: Mapping[str, _Labels], where: str, taken: set[str]) -> Rule:
    as_object(given, where, ("type", "project"))
    project = _project(given.get("project"), labels, f"{where}, « project »")
    return Kept(_key(given, f"{project} gardé", where, taken), project)


_Reader = Callable[[_Given, Mapping[str, _Labels], str, set[str]], Rule]
_READERS: Final[dict[str, _Reader]] = {
    "count": _limit,
    "cost": _limit,
    "share": _limit,
    "requires": _requires,
    "excludes": _excludes,
    "keep": _keep,
}
