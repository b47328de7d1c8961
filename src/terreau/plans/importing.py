"""A plan kept in a spreadsheet, brought in: received, its columns said, its lines written all at once."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError, ToldError
from terreau.core.text import fold
from terreau.directory.models import new_public_id
from terreau.directory.writing import known as known_person
from terreau.plans import acting, importing_columns, measuring, perms, planning, spending
from terreau.plans.importing_compare import MEASURED, Change, compare, counted
from terreau.plans.importing_grid import SEARCHED, find_titles, lines_of, titles_of
from terreau.plans.importing_models import ColumnMeanings, LastSaid, PlanFile
from terreau.plans.importing_values import read_lines
from terreau.plans.models import Action, Axis, Indicator, Objective, Plan
from terreau.plans.planning import held_plan
from terreau.plans.telling import require_running, tell
from terreau.registers.reading import Limits, read_grid

LIMITS: Final = Limits(
    size=5_000_000, rows=2_000, columns=60, cell=20_000, inflated=200_000_000, seconds=30.0
)
# Blank rows count too: their numbers are those of the file.
MOST_ROWS: Final = 10 * LIMITS.rows
# A file that nobody brought in is forgotten.
KEPT_FOR: Final = timedelta(days=30)
MOST_TOLD: Final = 200
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def receive_file(
    *, person: Any, plan: Plan, name: str, content: Iterable[bytes], sheet: str = ""
) -> PlanFile:
    """Keep the table of a file, to be looked at before anything is written of it.

    Args:
        person: an agent of the territory, or the secretariat.
        plan: one that runs.
        name: of the file.
        content: the file, by blocks.
        sheet: of a workbook, empty for the first filled one.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, or the file cannot be read.
    """
    perms.can_write.require(person, plan.territory)
    require_running(plan)
    rows, taken = _rows(content, sheet)
    titles_at = find_titles(rows)
    with transaction.atomic():
        waiting = PlanFile.objects.filter(plan=plan, done_at=None)
        waiting.filter(sent_at__lt=timezone.now() - KEPT_FOR).delete()
        if person.pk:
            waiting.filter(sent_by=person).delete()
        return PlanFile.objects.create(
            plan=plan,
            name=_CONTROL.sub("", Path(name).name)[:255] or _("fichier"),
            sheet=taken[:255],
            rows=rows,
            titles_at=titles_at,
            meanings=_meanings(plan, titles_of(rows, titles_at)),
            sent_by=known_person(person),
        )


def _rows(content: Iterable[bytes], sheet: str) -> tuple[list[list[str]], str]:
    with tempfile.NamedTemporaryFile(prefix="terreau-") as kept:
        for block in content:
            kept.write(block)
        kept.flush()
        grid = read_grid(Path(kept.name), limits=LIMITS, sheet=sheet.strip())
    rows = [[_CONTROL.sub("", cell).strip() for cell in row] for row in grid.rows[: MOST_ROWS + 1]]
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > MOST_ROWS:
        raise TerreauError(
            _("Le tableau s’étend sur plus de %(count)d lignes, vides comprises.") % {"count": MOST_ROWS},
            remedy=_("Copiez les seules lignes du plan dans une nouvelle feuille."),
        )
    if not rows:
        raise TerreauError(
            _("Ce fichier est vide."), remedy=_("Choisissez le fichier ou la feuille du plan.")
        )
    return rows, grid.sheet


def _meanings(plan: Plan, titles: Sequence[str]) -> list[str]:
    """What the columns mean: as the territory said of the same titles, else as they are guessed."""
    told = ColumnMeanings.objects.filter(
        territory=plan.territory, digest=importing_columns.digest_of(titles)
    ).first()
    return list(told.meanings) if told else importing_columns.guess(titles)


def set_titles(*, person: Any, file: PlanFile, titles_at: Sequence[int]) -> PlanFile:
    """Say on which row the titles are, or on which two that follow each other.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when these are no rows that can hold titles.
    """
    with transaction.atomic():
        held = _held_file(person, file)
        first, last = titles_at[0], titles_at[-1]
        good = list(titles_at) in ([first], [first, first + 1])
        if not good or first < 1 or last > min(len(held.rows), SEARCHED * 2):
            raise TerreauError(
                _("Ce ne sont pas des lignes de titres."),
                remedy=_("Écrivez le numéro d’une ligne, par exemple 3, ou de deux qui se suivent, 3-4."),
            )
        if not any(any(held.rows[number - 1]) for number in titles_at):
            raise TerreauError(_("La ligne %(row)d est vide.") % {"row": titles_at[0]})
        held.titles_at = list(titles_at)
        held.meanings = _meanings(held.plan, titles_of(held.rows, titles_at))
        held.save(update_fields=["titles_at", "meanings"])
    return held


def set_columns(*, person: Any, file: PlanFile, meanings: Sequence[str]) -> PlanFile:
    """Say what each column means; it is kept for the next file of the territory with the same titles.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when one means nothing, or two mean the same.
    """
    with transaction.atomic():
        held = _held_file(person, file)
        titles = titles_of(held.rows, held.titles_at)
        _check_columns(titles, meanings)
        held.meanings = list(meanings)
        held.save(update_fields=["meanings"])
        _remember(held, titles)
    return held


def _check_columns(titles: Sequence[str], meanings: Sequence[str]) -> None:
    if len(meanings) != len(titles) or any(one and one not in importing_columns.MEANINGS for one in meanings):
        raise TerreauError(_("Ce formulaire n’est pas complet."), remedy=_("Ouvrez-le de nouveau."))
    seen: dict[str, str] = {}
    for title, meaning in zip(titles, meanings, strict=True):
        if meaning in seen and meaning not in importing_columns.AMOUNTS:
            words = {"one": seen[meaning], "other": title, "meaning": importing_columns.MEANINGS[meaning]}
            raise TerreauError(
                _(
                    "Deux colonnes disent la même chose (%(meaning)s)\u00a0: «\u00a0%(one)s\u00a0» et "
                    "«\u00a0%(other)s\u00a0»."
                )
                % words,
                remedy=_("Laissez l’une des deux de côté."),
            )
        if meaning:
            seen[meaning] = title
    if "title" not in seen:
        raise TerreauError(_("Aucune colonne ne donne le nom des actions."), remedy=_("Dites laquelle."))


def _remember(file: PlanFile, titles: Sequence[str]) -> None:
    ColumnMeanings.objects.update_or_create(
        territory=file.plan.territory,
        digest=importing_columns.digest_of(titles),
        defaults={"meanings": file.meanings},
    )


def drop_file(*, person: Any, file: PlanFile) -> None:
    """Forget a file that was not brought in; done again, it stays forgotten.

    Raises:
        NotAllowed: when the person may not.
    """
    with transaction.atomic():
        plan = held_plan(person, file.plan, running=False)
        PlanFile.objects.filter(pk=file.pk, plan=plan, done_at=None).delete()


def changes_of(file: PlanFile) -> list[Change]:
    """What a file would change in its plan as it is now."""
    if not file.titles_at:
        return []
    found = lines_of(file.rows, file.titles_at, file.meanings)
    return compare(file.plan, read_lines(found, file.plan))


def import_file(*, person: Any, file: PlanFile) -> PlanFile:
    """Write what a file says, all of it or nothing; what cannot be kept is told. Done twice, it is done once.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, or no line can be read.
    """
    with transaction.atomic():
        plan = held_plan(person, file.plan)
        held = PlanFile.objects.select_for_update(of=("self",)).filter(pk=file.pk).first()
        if held is None:
            raise _gone()
        if held.done_at is not None:
            return held
        held.plan = plan
        _check_columns(titles_of(held.rows, held.titles_at), held.meanings)
        changes = changes_of(held)
        _Writer(person, plan, held.name).write(changes)
        counts = counted(changes)
        _remember(held, titles_of(held.rows, held.titles_at))
        held.outcome = {"counts": counts, "lines": _told(changes)}
        held.rows, held.done_at = [], timezone.now()
        held.save()
        tell("plan.imported", person, plan, name=plan.title, file=held.name, **counts)
    return held


def _held_file(person: Any, file: PlanFile) -> PlanFile:
    plan = held_plan(person, file.plan)
    held = PlanFile.objects.select_for_update(of=("self",)).filter(pk=file.pk, done_at=None).first()
    if held is None:
        raise _gone()
    held.plan = plan
    return held


def _gone() -> TerreauError:
    return TerreauError(_("Ce fichier a déjà été importé, ou retiré."), remedy=_("Envoyez-le de nouveau."))


def _told(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The lines that a person must still look at: refused, or said otherwise on the screen."""
    told = [one for one in changes if one.line.problems or one.kept or one.line.notes]
    return [
        {
            "number": one.line.number,
            "title": one.line.title[:300],
            "problems": one.line.problems,
            "notes": one.line.notes,
            "kept": [[item.label, item.file, item.now] for item in one.kept],
        }
        for one in told[:MOST_TOLD]
    ]


class _Writer:
    """Writes changes by the services of the plan: each line whole, or refused with the reason."""

    def __init__(self, person: Any, plan: Plan, name: str) -> None:
        self.person, self.plan, self.name = person, plan, name
        self.objectives: dict[tuple[str, str], Objective] = {}
        self.axes: dict[str, Axis] = {}
        self.said: list[LastSaid] = []

    def write(self, changes: Iterable[Change]) -> None:
        """Each change that is not refused."""
        self._read()
        for change in changes:
            if change.line.problems:
                continue
            try:
                with transaction.atomic():
                    action = self._write(change)
            except ToldError as error:
                change.line.problems.append(str(error))
                self._read()
                continue
            before = change.known.said if change.known else {}
            if change.said.items() - before.items():
                self.said.append(LastSaid(action=action, said=before | change.said))
        LastSaid.objects.bulk_create(
            self.said, update_conflicts=True, unique_fields=["action"], update_fields=["said"], batch_size=200
        )

    def _read(self) -> None:
        """The axes and objectives there are; again after a line was undone with those it had made."""
        self.axes = {fold(one.title): one for one in Axis.objects.filter(plan=self.plan)}
        found = Objective.objects.filter(axis__plan=self.plan).select_related("axis__plan__territory")
        self.objectives = {(fold(one.axis.title), fold(one.title)): one for one in found}

    def _write(self, change: Change) -> Action:
        action = self._action(change)
        note = (_("Import de %s") % self.name)[:300]
        for (year, nature, source, kind), amount in change.money.items():
            spending.add_entry(
                person=self.person,
                action=action,
                public_id=new_public_id(),
                year=year,
                nature=nature,
                source=source,
                kind=kind,
                amount=amount,
                on=timezone.localdate(),
                note=note,
            )
        for indicator, told in change.indicators:
            self._indicator(action, indicator, told)
        return action

    def _action(self, change: Change) -> Action:
        if change.known is None:
            values = change.fields | {"objective": self._objective(change)}
            return acting.add_action(
                person=self.person, plan=self.plan, public_id=new_public_id(), values=values
            )
        action = change.known.action
        values = change.fields | ({"objective": self._objective(change)} if change.moves else {})
        if not values:
            return action
        return acting.save_action(person=self.person, action=action, version=action.version, values=values)

    def _objective(self, change: Change) -> Objective:
        axis_title, title = change.line.axis, change.line.objective
        key = fold(axis_title), fold(title)
        if key not in self.objectives:
            axis = self.axes.get(key[0]) or planning.add_axis(
                person=self.person, plan=self.plan, title=axis_title
            )
            self.axes[key[0]] = axis
            self.objectives[key] = planning.add_objective(person=self.person, axis=axis, title=title)
        return self.objectives[key]

    def _indicator(self, action: Action, indicator: Indicator | None, told: dict[str, Any]) -> None:
        # A line before this one may have brought it.
        indicator = indicator or action.indicators.filter(title=told["title"]).first()
        if indicator is None:
            measuring.add_indicator(person=self.person, action=action, values=told)
            return
        now = {name: getattr(indicator, name) for name in ("title", "sense", *MEASURED)}
        indicator.action = action
        values = now | told
        # A table says no sense: it is that of its numbers.
        values["sense"] = measuring.sense_of(values["baseline"], values["target"]) or values["sense"]
        measuring.save_indicator(
            person=self.person, indicator=indicator, version=indicator.version, values=values
        )
