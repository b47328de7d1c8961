"""By what mapping a list is read: the one remembered for its source, or a proposal to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import fold
from terreau.directory.models import Source
from terreau.directory.terms import filieres_of
from terreau.journal.services import record
from terreau.registers.checking import checked
from terreau.registers.enums import Question, RunState
from terreau.registers.identifying import lost_digits
from terreau.registers.mapping import SAMPLE, Proposal, propose
from terreau.registers.models import ImportRun, Ruling, Translation
from terreau.registers.models import Mapping as StoredMapping
from terreau.registers.perms import can_lead_run
from terreau.registers.placing import Placer
from terreau.registers.receiving import REASON_COLUMN, held_open, reopen
from terreau.registers.row_reading import Context, Reading, RowReader
from terreau.registers.spec import ColumnSpec, Spec, from_json, signature, to_json
from terreau.territories.gazetteer import MEMORY_KEY, gazetteer
from terreau.territories.models import DataState

SHOWN_ROWS = 10
Row = Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """The mapping an import would use now.

    Attributes:
        spec: the mapping.
        proposal: what the columns are thought to be, with samples and values met.
        remembered: the mapping confirmed earlier for lists with these columns, when there is one.
        sample: rows of the list.
    """

    spec: Spec
    proposal: Proposal
    remembered: StoredMapping | None
    sample: list[tuple[int, dict[str, str]]]

    @property
    def is_certain(self) -> bool:
        """Whether the list can be read without a person's word."""
        return not self.spec.missing() and (self.remembered is not None or not self.proposal.doubts)


def plan(run: ImportRun) -> Plan:
    """The mapping confirmed for this source and these columns, else a proposal."""
    with reopen(run) as table:
        sample = list(islice(table.rows(), SAMPLE))
        columns = [column for column in table.columns if column != REASON_COLUMN]
    proposal = propose(columns, [values for _number, values in sample], country=run.territory.country_code)
    translated = translations_of(run.source)
    remembered = remembered_mapping(run.source, columns)
    spec = from_json(remembered.spec) if remembered is not None else proposal.spec
    return Plan(
        replace(spec, translations={}).with_translations(_merged(spec, translated)),
        proposal,
        remembered,
        sample,
    )


def _merged(
    spec: Spec, confirmed: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Translations of the mapping, what persons confirmed having the upper hand."""
    merged = {target: dict(values) for target, values in spec.translations.items()}
    for target, values in confirmed.items():
        merged.setdefault(target, {}).update(values)
    return merged


def remembered_mapping(source: Source, columns: Iterable[str]) -> StoredMapping | None:
    """The last mapping confirmed for lists of this source that have these columns."""
    mark = signature(columns)
    return StoredMapping.objects.filter(source=source, signature=mark).select_related("confirmed_by").first()


def translations_of(source: Source) -> dict[str, dict[str, tuple[str, ...]]]:
    """What persons confirmed of this source's values: target → folded value → codes."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for target, folded, codes in Translation.objects.filter(source=source).values_list(
        "target", "folded", "codes"
    ):
        found.setdefault(target, {})[folded] = tuple(codes)
    return found


def suggestions(targets: Iterable[str], source: Source) -> dict[str, dict[str, tuple[str, ...]]]:
    """What persons confirmed of the same values in other sources, to be proposed here.

    That a value meant nothing there says nothing of what it means here.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    others = (
        Translation.objects.filter(target__in=list(targets)).exclude(source=source).order_by("confirmed_at")
    )
    for target, folded, codes in others.values_list("target", "folded", "codes")[:20_000]:
        if not codes:
            continue
        found.setdefault(target, {})[folded] = tuple(codes)
    return found


def confirm_mapping(*, person: Any, run: ImportRun, spec: Spec) -> ImportRun:
    """Keep the mapping, with who confirmed it, and make the import ready to be read.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the mapping lacks what a list cannot do without or holds codes that no table
            knows, or the import is past that point.
    """
    can_lead_run.require(person, run)
    missing = spec.missing()
    if missing:
        raise TerreauError(
            _("Il manque %(what)s.") % {"what": _(" et ").join(missing)},
            where=_("Correspondance des colonnes\u00a0:"),
            remedy=_("Dites quelle colonne le donne."),
        )
    spec = checked(spec, filieres_of(run.territory))
    _check_territory(spec)
    with transaction.atomic():
        run = held_open(run)
        run.mapping = _keep_mapping(person, run, spec)
        _keep_translations(person, run.source, spec)
        run.state, run.error = RunState.MAPPED, ""
        run.save(update_fields=["mapping", "state", "error"])
        record(
            verb="import.mapped",
            subject=f"import:{run.pk}",
            actor=person,
            territory_code=run.territory.code,
            mapping=run.mapping.pk,
        )
    return run


def _check_territory(spec: Spec) -> None:
    said = str(spec.constants.get("territory") or "").strip()
    if said and gazetteer().by_code(said.lower()) is None:
        raise TerreauError(
            _("Le code de territoire «\u00a0%(code)s\u00a0» est inconnu.") % {"code": said},
            where=_("Correspondance, constants, «\u00a0territory\u00a0»."),
            remedy=_("Cherchez-le avec\u00a0: terreau territories find."),
        )


def _keep_mapping(person: Any, run: ImportRun, spec: Spec) -> StoredMapping:
    columns = [column for column in run.described["columns"] if column != REASON_COLUMN]
    said = to_json(spec)
    latest = remembered_mapping(run.source, columns)
    if latest is not None and latest.spec == said:
        return latest
    return StoredMapping.objects.create(
        source=run.source, signature=signature(columns), spec=said, confirmed_by=_known(person)
    )


def _keep_translations(person: Any, source: Source, spec: Spec) -> None:
    known = translations_of(source)
    for target, values in spec.translations.items():
        for folded, codes in values.items():
            if known.get(target, {}).get(folded) != codes:
                Translation.objects.update_or_create(
                    source=source,
                    target=target,
                    folded=folded[:200],
                    defaults={"value": folded[:200], "codes": list(codes), "confirmed_by": _known(person)},
                )


def _known(person: Any) -> Any:
    return person if getattr(person, "pk", None) else None


def context_of(run: ImportRun, spec: Spec, sample: Iterable[Row] = ()) -> Context:
    """What the reading of this list's rows needs besides its mapping."""
    return Context(
        placer=placer(),
        country=run.territory.country_code,
        filieres=_filieres(run),
        answers=_answers(run.source),
        lost_digits=lost_digits(spec.columns_for("identifier"), sample),
        today=localdate().isoformat(),
    )


def placer() -> Placer:
    """Places rows by the gazetteer of this instance."""
    version = DataState.objects.filter(key=MEMORY_KEY).values_list("value", flat=True).first()
    return Placer(gazetteer(), version or "")


def _filieres(run: ImportRun) -> dict[str, str]:
    named = filieres_of(run.territory)
    return {folded: code for code, label in named.items() for folded in (fold(code), fold(label))}


def _answers(source: Source) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    rulings = Ruling.objects.filter(source=source, question=Question.PLACE)
    for key, answer in rulings.values_list("key", "answer"):
        if answer.get("code"):
            found["place", key] = answer["code"]
    for target, values in translations_of(source).items():
        found.update({("value", f"{target}:{folded}"): codes for folded, codes in values.items()})
    return found


def preview(run: ImportRun, spec: Spec, sample: list[tuple[int, dict[str, str]]]) -> list[Reading]:
    """The first rows of the list as this mapping reads them."""
    usable = restricted(spec, run.described["columns"])
    reader = RowReader(usable, context_of(run, usable, [values for _number, values in sample]))
    return [reader.read(number, values) for number, values in sample[:SHOWN_ROWS]]


def restricted(spec: Spec, columns: Iterable[str]) -> Spec:
    """The mapping without the columns that this list does not have."""
    there = set(columns)
    kept: tuple[ColumnSpec, ...] = tuple(item for item in spec.columns if item.column in there)
    return replace(spec, columns=kept)
