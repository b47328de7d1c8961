"""The questions of an import answered by a person: each answer is one transaction, and is remembered.

A row that waits is written only once nothing is left to ask of it. An answer about a place or a value holds
for all the rows that ask the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.compact_json import dumps
from terreau.core.errors import TerreauError
from terreau.directory.enums import LinkMethod, Status
from terreau.directory.ingest import ChangedRecord, Ingest, NewRecord
from terreau.directory.models import Organisation, Record
from terreau.journal.services import record as journal
from terreau.registers.enums import Decision, Outcome, Question, RunState
from terreau.registers.matching import prepare, similarity
from terreau.registers.models import Ruling, StagedRow, Translation
from terreau.registers.neighbours import candidate_of_values, candidates_of, hashes, neighbours
from terreau.registers.perms import can_decide
from terreau.registers.placing import PlaceText, placed_at
from terreau.registers.possible import Possible
from terreau.registers.row_shapes import add_codes
from terreau.registers.stage import sheet_of
from terreau.territories.gazetteer import gazetteer

_MOST_CANDIDATES = 8


@dataclass(frozen=True)
class Answer:
    """What a person answers to the question of a row.

    Attributes:
        decision: one of `enums.Decision`.
        code: public code of the territory chosen, or public identifier of the organisation.
        codes: those into which a value is translated.
    """

    decision: str
    code: str = ""
    codes: tuple[str, ...] = ()


def decide(*, person: Any, row: StagedRow, answer: Answer) -> StagedRow:
    """Answer the question of one row, in a transaction of its own.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the row was answered already, or the answer is not possible.
    """
    can_decide.require(person, row)
    with transaction.atomic():
        held = _held(row)
        _decide(person, held, answer)
    return held


def decide_alike(*, person: Any, row: StagedRow, answer: Answer) -> int:
    """Answer the question of a row and of all those of its import that ask the same thing.

    Only for places and values: whether two organisations are one is asked each time.

    Returns:
        How many rows were answered.
    """
    if row.question not in (Question.PLACE, Question.VALUE):
        decide(person=person, row=row, answer=answer)
        return 1
    alike = row.run.rows.to_review().filter(question=row.question, question_key=row.question_key)
    count = 0
    for other in list(alike.select_related("run__source", "run__territory")):
        decide(person=person, row=other, answer=answer)
        count += 1
    return count


def _held(row: StagedRow) -> StagedRow:
    held = (
        StagedRow.objects.select_for_update(of=("self",))
        .select_related("run__source", "run__territory")
        .get(pk=row.pk)
    )
    if held.outcome != Outcome.REVIEW or held.decision:
        raise TerreauError(
            _("Cette ligne a déjà reçu une réponse."), where=held.name, remedy=_("Rechargez la liste.")
        )
    if held.run.state != RunState.APPLIED:
        raise TerreauError(
            _("L’import n’est pas encore appliqué."),
            where=held.run.file_name,
            remedy=_("Appliquez d’abord les autres différences ; cette ligne attendra."),
        )
    return held


def _decide(person: Any, row: StagedRow, answer: Answer) -> None:
    if answer.decision == Decision.SKIP:
        _remember(person, row, row.source_ref, answer.decision, {})
        _close(person, row, Decision.SKIP)
        return
    steps = {
        (Question.PLACE, Decision.PLACE): _place,
        (Question.VALUE, Decision.VALUE): _translate,
        (Question.SAME, Decision.SAME): _same,
        (Question.SAME, Decision.DIFFERENT): _different,
    }
    step = steps.get((Question(row.question), Decision(answer.decision)))
    if step is None:
        raise TerreauError(_("Cette réponse ne va pas avec la question."), where=row.name)
    step(person, row, answer)


# --- The answers ------------------------------------------------------------------------------------


def _place(person: Any, row: StagedRow, answer: Answer) -> None:
    places = gazetteer()
    if not answer.code or places.by_code(answer.code) is None:
        raise TerreauError(
            _("Le territoire «\u00a0%(code)s\u00a0» n’existe pas.") % {"code": answer.code},
            where=row.name,
            remedy=_("Choisissez-le dans la liste, ou donnez son code public."),
        )
    before = row.values.get("place") or {}
    told = PlaceText(longitude=before.get("longitude"), latitude=before.get("latitude"))
    row.values["place"] = placed_at(places, told, answer.code)
    _remember(person, row, row.question_key, Decision.PLACE, {"code": answer.code})
    _next(person, row, Decision.PLACE)


def _translate(person: Any, row: StagedRow, answer: Answer) -> None:
    target, _colon, folded = row.question_key.partition(":")
    unknown = set(answer.codes) - Possible().of(row, target).keys()
    if unknown:
        raise TerreauError(
            _("«\u00a0%(code)s\u00a0» n’est pas un choix possible.") % {"code": sorted(unknown)[0]},
            where=row.name,
        )
    Translation.objects.update_or_create(
        source=row.run.source,
        target=target,
        folded=folded[:200],
        defaults={
            "value": str((row.candidates or [{}])[0].get("value", folded))[:200],
            "codes": list(answer.codes),
            "confirmed_by": person if getattr(person, "pk", None) else None,
        },
    )
    add_codes(row.values, target, answer.codes)
    row.values.pop("categories", None)
    _next(person, row, Decision.VALUE)


def _same(person: Any, row: StagedRow, answer: Answer) -> None:
    organisation = Organisation.objects.filter(public_id=answer.code, merged_into=None).first()
    if organisation is None:
        raise TerreauError(_("Cette fiche n’existe plus."), where=row.name, remedy=_("Rechargez la page."))
    _remember(person, row, f"{row.source_ref}|{organisation.public_id}", Decision.SAME, {})
    _write(person, row, organisation, LinkMethod.PERSON)
    _close(person, row, Decision.SAME)


def _different(person: Any, row: StagedRow, answer: Answer) -> None:
    for sheet in sheets_proposed(row).values():
        _remember(person, row, f"{row.source_ref}|{sheet.public_id}", Decision.DIFFERENT, {})
    _write(person, row, None, LinkMethod.FIRST)
    _close(person, row, Decision.DIFFERENT)


def _next(person: Any, row: StagedRow, decision: Decision) -> None:
    """Ask the row's next question, or look for its double, or write it."""
    if row.asks:
        first, *rest = row.asks
        _ask(row, first["kind"], [first["text"]], first["key"], first["candidates"], rest)
        return
    record = Record.objects.filter(source=row.run.source, source_ref=row.source_ref).first()
    if record is None:
        doubts, home = _doubles(row)
        if doubts:
            _ask(row, Question.SAME, doubts[0]["explanation"][:1], "", doubts, [])
            return
        _write(person, row, home[0] if home else None, home[1] if home else LinkMethod.FIRST)
    else:
        _write_again(person, row, record)
    _close(person, row, decision)


def _ask(
    row: StagedRow, kind: str, reasons: list[str], key: str, candidates: list[Any], rest: list[Any]
) -> None:
    row.question, row.reasons, row.question_key = kind, reasons, key
    row.candidates, row.asks = candidates, rest
    row.save(update_fields=["question", "reasons", "question_key", "candidates", "asks", "values"])


def _doubles(row: StagedRow) -> tuple[list[dict[str, Any]], tuple[Organisation, str] | None]:
    """Sheets this row may be the double of, and the one it surely is."""
    with neighbours() as near:
        index = near.names([(row.name, "")])
        own = prepare(candidate_of_values(row.values, gazetteer()), index)
        shared = near.sharing(hashes(own))
    found = candidates_of({key for keys in shared.values() for key in keys})
    matches = [(similarity(own, prepare(candidate, index)), key) for key, candidate in found.items()]
    matches.sort(key=lambda item: -item[0].score)
    if matches and matches[0][0].verdict == "same":
        return [], (Organisation.objects.get(pk=matches[0][1]), LinkMethod.SIMILARITY)
    return [
        {"kind": "organisation", "key": key, "score": round(match.score, 3), "explanation": match.explanation}
        for match, key in matches[:_MOST_CANDIDATES]
        if match.verdict == "review"
    ], None


def sheets_proposed(row: StagedRow) -> dict[int, Organisation]:
    """The sheets a row resembles, in the order in which they are proposed: key → sheet.

    A row of the same list is proposed as the organisation it has become.
    """
    keys = [choice["key"] for choice in row.candidates if choice.get("kind") == "organisation"]
    refs = [choice.get("ref", "") for choice in row.candidates if choice.get("kind") == "row"]
    if refs:
        records = Record.objects.filter(source=row.run.source, source_ref__in=refs)
        keys += list(records.exclude(organisation=None).values_list("organisation", flat=True))
    found = Organisation.objects.filter(pk__in=keys).exclude(status=Status.HIDDEN).select_related("territory")
    by_key = {sheet.pk: sheet for sheet in found}
    return {key: by_key[key] for key in dict.fromkeys(keys) if key in by_key}


# --- Writing one row ------------------------------------------------------------------------------


def _sheet(values: Mapping[str, Any], ref: str) -> tuple[Any, ...]:
    places = gazetteer()

    def territory_id(code: str) -> int | None:
        found = places.by_code(code)
        return found.id if found else None

    return sheet_of(values, ref, territory_id)


def _write(person: Any, row: StagedRow, organisation: Organisation | None, method: str) -> None:
    run = row.run
    ingest = Ingest(source=run.source, person=person)
    ingest.add(
        [
            NewRecord(
                ref=row.source_ref,
                digest=row.digest,
                stated_on=_day(row.stated_on or run.dated_on),
                values=dumps(row.values),
                sheet=_sheet(row.values, row.source_ref),
                identifiers=list((row.values.get("identifiers") or {}).items()),
                organisation=organisation.pk if organisation else None,
                method=method,
                explanation=row.reasons,
            )
        ]
    )
    ingest.finish()


def _write_again(person: Any, row: StagedRow, record: Record) -> None:
    ingest = Ingest(source=row.run.source, person=person)
    ingest.change_records(
        [
            ChangedRecord(
                record=record.pk,
                organisation=record.organisation_id,
                digest=row.digest,
                stated_on=_day(row.stated_on or row.run.dated_on),
                values=dumps(row.values),
                sheet=_sheet(row.values, row.source_ref),
                identifiers=list((row.values.get("identifiers") or {}).items()),
            )
        ]
    )
    ingest.finish()


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _close(person: Any, row: StagedRow, decision: Decision) -> None:
    row.decision, row.decided_at = decision, timezone.now()
    row.decided_by = person if getattr(person, "pk", None) else None
    row.save()
    journal(
        verb="import.decided",
        subject=f"import:{row.run_id}",
        actor=person,
        territory_code=row.run.territory.code,
        row=row.number,
        question=row.question,
        decision=str(decision),
    )


def _remember(person: Any, row: StagedRow, key: str, decision: str, answer: dict[str, Any]) -> None:
    Ruling.objects.update_or_create(
        source=row.run.source,
        question=row.question,
        key=key[:300],
        defaults={
            "decision": decision,
            "answer": answer,
            "person": person if getattr(person, "pk", None) else None,
        },
    )
