"""What a line of a spreadsheet says of an action, read into values, or why it cannot be."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.core.text import fold, squeeze
from terreau.levers.catalogue import lever_choices
from terreau.plans import content
from terreau.plans.enums import ActionState, Participation
from terreau.plans.importing_amounts import Unread, read_units
from terreau.plans.importing_columns import MEANINGS, year_in
from terreau.plans.importing_grid import ReadLine
from terreau.plans.measuring import LARGEST
from terreau.plans.models import Plan
from terreau.plans.spending import YEARS_AFTER
from terreau.practices.enums import CostNature
from terreau.registers.reading_values import parse_number, read_date
from terreau.survey.enums import Need

# Year, nature, source, kind.
MoneyKey = tuple[int, str, str, str]
_STATES: Final = {
    "to_start": "a lancer|a venir|a demarrer|a faire|(non|pas) (demarre|commence|lance)\\w*"
    "|prevue?|planifiee?|programmee?|en attente|a engager",
    "under_way": "en cours.*|engagee?|lancee?|demarree?|commencee?|en retard|en oeuvre|active?|en continu",
    "blocked": "bloquee?|suspendue?|en pause|a l arret|gelee?",
    "done": "terminee?|realisee?|faite?|finie?|achevee?|cloturee?|close|clos|soldee?|100",
    "dropped": "abandonnee?|annulee?|retiree?",
}
_NATURES: Final = {
    "investment": "invest.*",
    "running": "fonctionnement|exploitation",
    "staff": "personnel|salaires?|rh|ressources humaines",
    "grants": "aides?.*|subventions?.*",
}
_PART: Final = re.compile(
    r"(?:([1-4])(?:er|e|eme)? trimestre|t([1-4])|s([12])|([12])(?:er|e|eme)? semestre) (\d{4})"
)
_YES: Final = ("oui", "o", "x", "1", "vrai", "true", "public", "yes")
_NO: Final = ("non", "n", "0", "faux", "false", "no")


@dataclass
class Line:
    """What a line says: fields as `content.clean` gives them, amounts, indicators; why it is refused."""

    number: int
    title: str
    axis: str
    objective: str
    public_id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    money: dict[MoneyKey, int] = field(default_factory=dict)
    indicators: list[dict[str, Any]] = field(default_factory=list)
    # As they stand in the cell: a name may hold any mark that parts them.
    partners: str = ""
    # Of the action when the file was exported.
    version: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """The number that the file gives it."""
        return str(self.fields.get("reference", ""))


def read_lines(found: Iterable[ReadLine], plan: Plan) -> list[Line]:
    """Each line of the file, read; the same line twice counts once."""
    lines, seen = [], set()
    for one in found:
        mark = (one.axis, one.objective, tuple(one.texts.items()), tuple(one.amounts))
        if mark not in seen:
            seen.add(mark)
            lines.append(_line(one, plan))
    return lines


def _line(read: ReadLine, plan: Plan) -> Line:
    axis, objective = read.axis, read.objective
    nowhere = not axis and not objective
    axis = axis or objective or _("Actions du plan")
    line = Line(read.number, squeeze(read.texts.get("title", "")), axis, objective or axis)
    if nowhere:
        line.notes.append(_("Sans axe ni objectif\u00a0: rangée sous «\u00a0%s\u00a0».") % axis)
    line.public_id = read.texts.get("public_id", "").strip()
    line.partners = "\n".join(map(squeeze, read.texts.get("partners", "").split("\n")))
    line.version = whole_number(read.texts.get("version", ""))
    if len(line.axis) > 300 or len(line.objective) > 300:
        line.problems.append(_("Le titre de l’axe ou de l’objectif dépasse 300 signes."))
    if not line.title:
        line.problems.append(_("Il manque le nom de l’action."))
    for name, text in read.texts.items():
        _read_field(line, name, text)
    _read_money(line, read, plan)
    _read_indicators(line, read.texts)
    return line


def _read_field(line: Line, name: str, text: str) -> None:
    reader = _READERS.get(name)
    if reader is None:
        return
    try:
        value = reader(text)
        if value is None:
            line.problems.append(_unread(name, text))
        else:
            line.fields |= content.clean({name: value})
    except _Unknown as unknown:
        line.notes.append(str(unknown))
    except TerreauError as error:
        line.problems.append(_told(error))


class _Unknown(Exception):  # noqa: N818  (not an error: the rest of the line is read)
    """A word that is in no list, where the list is ours: it is said, and not taken."""


def _unread(name: str, text: str) -> str:
    told = {
        **dict.fromkeys(content.DATES, _("écrivez par exemple 30/06/2026")),
        "state": ", ".join(str(one.label) for one in ActionState),
        "is_public": _("écrivez oui ou non"),
        "nature": ", ".join(str(one.label) for one in CostNature),
    }
    known = told.get(name, _("écrivez un nombre"))
    words = {"text": squeeze(text)[:60], "column": MEANINGS[name], "known": known}
    return _("%(column)s\u00a0: «\u00a0%(text)s\u00a0» n’est pas compris (%(known)s).") % words


def _told(error: TerreauError) -> str:
    return " ".join(part for part in (error.place, error.message, error.remedy) if part)


# --- Fields -------------------------------------------------------------------------------------------


def _day(text: str, *, last: bool) -> date | None:
    """A day; of a month, a quarter, a half or a year, its first or its last."""
    part = _PART.fullmatch(fold(text))
    if part:
        months = 3 if part[1] or part[2] else 6
        rank, year = int(part[1] or part[2] or part[3] or part[4]), int(part[5])
        return _end(year, rank * months) if last else date(year, (rank - 1) * months + 1, 1)
    found = read_date(text)
    if found is None or not last or found.precision == "day":
        return found.value if found else None
    return _end(found.value.year, 12 if found.precision == "year" else found.value.month)


def _end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _one_of(choices: Any, more: Mapping[str, str]) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        folded = fold(text)
        for code, label in choices:
            if folded in (fold(code), fold(str(label))) or re.fullmatch(more.get(code, "(?!)"), folded):
                return str(code)
        return None

    return read


def _one_of_ours(name: str, choices: Callable[[], Iterable[tuple[str, Any]]]) -> Callable[[str], str]:
    """A word of our own lists, which the town did not know: another is said and left aside."""

    def read(text: str) -> str:
        found = _one_of(choices(), {})(text)
        if found is None:
            told = {"column": MEANINGS[name], "text": squeeze(text)[:60]}
            raise _Unknown(
                _("%(column)s\u00a0: «\u00a0%(text)s\u00a0» n’est pas dans la liste, et n’est pas repris.")
                % told
            )
        return found

    return read


def _levers() -> Iterator[tuple[str, str]]:
    for _family, levers in lever_choices():
        yield from levers


def _people(text: str) -> list[str]:
    """Names, a line each; on one line, parted by semicolons, or else by commas."""
    marks = next((mark for mark in ("\n", ";", "|") if mark in text), ",")
    return [name for one in text.split(marks) if (name := squeeze(one).strip(" -•–"))]


def _yes(text: str) -> bool | None:
    folded = fold(text)
    return True if folded in _YES else False if folded in _NO else None


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    **dict.fromkeys(("reference", "title", "words", "elected_pilot", "technical_pilot", "cause"), str),
    "partners": _people,
    "starts_on": lambda text: _day(text, last=False),
    "ends_on": lambda text: _day(text, last=True),
    "state": _one_of(ActionState.choices, _STATES),
    "participation": _one_of_ours("participation", lambda: Participation.choices),
    "need": _one_of_ours("need", lambda: Need.choices),
    "lever": _one_of_ours("lever", _levers),
    "is_public": _yes,
}


# --- Money --------------------------------------------------------------------------------------------


def _read_money(line: Line, read: ReadLine, plan: Plan) -> None:
    if not read.amounts:
        return
    texts = read.texts
    nature = (
        _one_of(CostNature.choices, _NATURES)(texts["nature"])
        if "nature" in texts
        else CostNature.RUNNING.value
    )
    if nature is None:
        line.problems.append(_unread("nature", texts["nature"]))
        return
    source = squeeze(texts.get("source", "")) or _("à préciser")
    told = parse_number(texts.get("year", ""))
    for kind, title, text in read.amounts:
        try:
            units, note = read_units(kind, title, text, plan.currency, largest=LARGEST)
        except Unread as unread:
            line.problems.append(str(unread))
            continue
        if note:
            line.notes.append(note)
        year = year_in(title) or (int(told) if told is not None and told == int(told) else None)
        if (problem := _wrong_year(year, plan)) and units:
            line.problems.append(problem)
        elif year:
            key = (year, nature, source[:200], kind)
            line.money[key] = line.money.get(key, 0) + units


def _wrong_year(year: int | None, plan: Plan) -> str:
    first, last = plan.starts_on.year, plan.ends_on.year + YEARS_AFTER
    if year is None:
        return _("Un montant n’a pas d’année\u00a0: dites quelle colonne la donne.")
    if first <= year <= last:
        return ""
    words = {"year": year, "first": first, "last": last}
    return _("Année %(year)d\u00a0: le budget du plan va de %(first)d à %(last)d.") % words


# --- Indicators ---------------------------------------------------------------------------------------


def _read_indicators(line: Line, texts: Mapping[str, str]) -> None:
    """What is measured, a line each in the cell; what goes with it where there is but one."""
    titles = [squeeze(one).strip(" -•–") for one in texts.get("indicator", "").split("\n")]
    titles = [one for one in titles if one]
    if any(len(one) > 300 for one in titles):
        line.problems.append(_("Un indicateur dépasse 300 signes."))
        return
    if len(titles) != 1:
        line.indicators = [{"title": one} for one in titles]
        return
    told: dict[str, Any] = {"title": titles[0]}
    for name, column, longest in (("unit", "unit", 40), ("source", "figure_source", 300)):
        if text := squeeze(texts.get(column, "")):
            told[name] = text[:longest]
    for name in ("baseline", "target"):
        if not (text := texts.get(name, "")):
            continue
        number = parse_number(text)
        if number is None or abs(number) >= LARGEST:
            words = {"column": MEANINGS[name], "text": squeeze(text)[:60]}
            line.notes.append(
                _("%(column)s\u00a0: «\u00a0%(text)s\u00a0» n’est pas un nombre, et n’est pas reprise.")
                % words
            )
        else:
            told[name] = number.quantize(Decimal("0.0001"))
    if text := texts.get("target_on", ""):
        if day := _day(text, last=True):
            told["target_on"] = day
        else:
            line.problems.append(_unread("target_on", text))
    line.indicators = [told]
