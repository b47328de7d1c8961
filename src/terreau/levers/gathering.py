"""What the ranking of levers rests on, read where it was published: diagnosis, framework, law, directory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from terreau.diagnosis import services as diagnosis
from terreau.diagnosis.evidence import Evidence, Framework
from terreau.diagnosis.findings import Finding, find
from terreau.diagnosis.models import Edition
from terreau.diagnosis.reading.published import framework_of
from terreau.directory.models import Organisation
from terreau.directory.nomenclatures import sectors
from terreau.directory.search import Query, search
from terreau.framework import places, shelf
from terreau.framework.enums import Level, Lifter, TextKind
from terreau.framework.library_models import LegalText
from terreau.levers.catalogue import Law, catalogue
from terreau.levers.models import LeverOpinion, ThresholdChoice
from terreau.levers.rules import (
    Estimate,
    Fact,
    LawFact,
    ProjectSubject,
    Subject,
    Suppliers,
    Thresholds,
)
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

# With more sheets than that, the number alone tells that there are enough; their jobs are not read.
MOST_READ: Final = 3000
_MODELS: Final = frozenset({TextKind.DELIBERATION, TextKind.CLAUSE})
_LED: Final = frozenset({"need", "obstacle", "barrier"})
_WITHIN: Final = frozenset({Level.COMMUNE, Level.GROUPING})


@dataclass(frozen=True)
class Gathered:
    """What was read: the subject, the rule of thresholds in force, and from where all came."""

    subject: Subject
    thresholds: Thresholds
    choice: ThresholdChoice | None
    opinions: Mapping[str, LeverOpinion]
    diagnosis: Edition | None
    framework: Framework | None
    reach: Territory
    known: int  # sheets found there
    unsorted: int  # of them, those that tell no sector


def thresholds_row(territory: Territory) -> ThresholdChoice | None:
    """The thresholds in force; None where the town keeps those of the platform."""
    return ThresholdChoice.objects.filter(territory=territory).select_related("author").first()


def last_opinions(territory: Territory, project: str = "") -> dict[str, LeverOpinion]:
    """Lever → what the town last said of it, for itself or for one of its projects."""
    rows = LeverOpinion.objects.filter(territory=territory, project=project).order_by("number")
    return {one.lever: one for one in rows.select_related("author")}


def reaches(territory: Territory) -> list[tuple[str, str]]:
    """Where else suppliers may be looked for: what contains the territory, but for the country."""
    found = Territory.objects.containing(territory).exclude(pk=territory.pk).exclude(kind=Kind.COUNTRY)
    return [(one.code, one.name) for one in found.order_by("kind", "name")]


def gather(territory: Territory, day: date, project: ProjectSubject | None = None) -> Gathered:
    """All that the ranking of a territory, or of one of its projects, rests on."""
    choice = thresholds_row(territory)
    opinions = last_opinions(territory, project.public_id if project else "")
    framework = framework_of(territory, day)
    edition = Edition.objects.of(territory).first()
    needs, obstacles = _pressing(edition)
    statements, barriers = _published(framework)
    levels = {f"cadre.{one.code}": one for one in framework.statements} if framework else {}
    lifters = {f"frein.{one.key}": one.lifter for one in framework.barriers} if framework else {}
    thresholds = _thresholds(choice)
    reach = _reach(territory, choice)
    supplied, known, unsorted = read_suppliers(reach, thresholds.jobs)
    weak = [one for one in statements if one.pressing]
    subject = Subject(
        needs=tuple(_fact(one, one.code) for one in needs),
        reachable=(
            *(_fact(one, one.code) for one in barriers if lifters[one.key] != Lifter.STATE),
            *(_fact(one, one.code) for one in obstacles),
        ),
        beyond=tuple(_fact(one, one.code) for one in barriers if lifters[one.key] == Lifter.STATE),
        strengths=tuple(_fact(one, levels[one.key].code) for one in statements if not one.pressing),
        weak=tuple(_fact(one, levels[one.key].code) for one in weak if levels[one.key].level in _WITHIN),
        blocked=tuple(
            _fact(one, levels[one.key].code) for one in weak if levels[one.key].level not in _WITHIN
        ),
        law=law_of(territory.country_code, day),
        suppliers=_bought(supplied, choice, project),
        actors=_actors(supplied, project),
        estimates={code: Estimate(one.cost, one.months) for code, one in opinions.items()},
        project=project,
    )
    return Gathered(subject, thresholds, choice, opinions, edition, framework, reach, known, unsorted)


def _fact(finding: Finding, code: str) -> Fact:
    # « Besoin : » and the like are said by the sentence of the reason.
    label = finding.label.split("\u00a0: ", 1)[-1] if finding.kind in _LED else finding.label
    told = f"{label} ({finding.proof})" if finding.proof else label
    return Fact(finding.key, code, finding.impact * finding.certainty, told, finding.url)


def _pressing(edition: Edition | None) -> tuple[list[Finding], list[Finding]]:
    """The needs and the obstacles that call for an answer in the last published diagnosis."""
    findings = diagnosis.read(edition).findings if edition else ()
    pressing = [one for one in findings if one.pressing]
    return (
        [one for one in pressing if one.kind == "need"],
        [one for one in pressing if one.kind == "obstacle"],
    )


def _published(framework: Framework | None) -> tuple[list[Finding], list[Finding]]:
    """The statements of the published framework and its standing barriers, weighed as the diagnosis does."""
    found = find(Evidence(framework=framework), {})
    return (
        [one for one in found if one.kind == "statement"],
        [one for one in found if one.kind == "barrier" and one.pressing],
    )


def _thresholds(choice: ThresholdChoice | None) -> Thresholds:
    if choice is None:
        return Thresholds()
    return Thresholds(choice.reserve, choice.lot, choice.clause, choice.capable, choice.jobs)


def _reach(territory: Territory, choice: ThresholdChoice | None) -> Territory:
    """Where suppliers are counted; what no longer contains the territory is left aside."""
    if choice is None or not choice.reach:
        return territory
    return Territory.objects.containing(territory).filter(code=choice.reach).first() or territory


# --- Suppliers -----------------------------------------------------------------------------------------


def read_suppliers(territory: Territory, jobs: int) -> tuple[dict[str, Suppliers], int, int]:
    """Every sector with its actors in activity, how many sheets were found in all, and without a sector."""
    found = search(Query(territories=(territory.code,), size=1, facets=("sector",)))
    counts = dict(found.facets.get("sector", ()))
    able: Counter[str] = Counter()
    small: Counter[str] = Counter()
    unsorted = 0
    if found.total <= MOST_READ:
        able, small, unsorted = _sizes(territory, jobs)
    return (
        {
            one.code: _suppliers(
                one.code, one.label, counts.get(one.code, 0), able[one.code], small[one.code]
            )
            for one in sectors()
        },
        found.total,
        unsorted,
    )


def _suppliers(code: str, label: str, count: int, able: int, small: int) -> Suppliers:
    return Suppliers(code, label, count, capable=able, untold=max(0, count - able - small))


def _sizes(territory: Territory, jobs: int) -> tuple[Counter[str], Counter[str], int]:
    """Sector → how many have that many jobs, how many are known to have fewer; how many have no sector."""
    able: Counter[str] = Counter()
    small: Counter[str] = Counter()
    unsorted = 0
    sheets = Organisation.objects.in_territory(territory).active().filter(merged_into__isnull=True)
    for codes, told in sheets.order_by().values_list("sectors", "shown_values__jobs"):
        unsorted += not codes
        number = _number(told)
        if number is not None:
            (able if number >= jobs else small).update(codes)
    return able, small, unsorted


def _number(jobs: Any) -> int | None:
    """How many jobs a sheet tells; of a band, the least."""
    if isinstance(jobs, Mapping):
        jobs = jobs.get("value", jobs.get("low"))
    return jobs if isinstance(jobs, int) else None


def _bought(
    supplied: Mapping[str, Suppliers], choice: ThresholdChoice | None, project: ProjectSubject | None
) -> tuple[Suppliers, ...]:
    """The sectors of the project; those that the town buys from, where it names none."""
    own = [code for code in project.sectors if code in supplied] if project else []
    bought: Iterable[str] = own or (choice.bought if choice else catalogue().bought)
    return tuple(supplied[code] for code in bought if code in supplied)


def _actors(supplied: Mapping[str, Suppliers], project: ProjectSubject | None) -> tuple[Suppliers, ...]:
    """Of the sectors of the project; of all where it names none."""
    own = tuple(supplied[code] for code in project.sectors if code in supplied) if project else ()
    return own or tuple(supplied.values())


# --- Law -----------------------------------------------------------------------------------------------


def law_of(country: str, day: date) -> dict[str, LawFact]:
    """Lever → what the law that holds in a country says of it, for the levers that ask for some."""
    held = places.laws_of(country)
    texts = {one.code: one for one in shelf.published().filter(published__place__in=held)}
    return {
        lever.code: fact
        for lever in catalogue()
        if lever.law is not None and (fact := _law_fact(lever.law, texts, held, day)) is not None
    }


def _law_fact(law: Law, texts: Mapping[str, LegalText], held: tuple[str, ...], day: date) -> LawFact | None:
    told = [
        LawFact(
            _grade(texts[one.text], one.says, one.since, day),
            one.text,
            _label(texts[one.text]),
            one.ref,
            one.says,
        )
        for one in law.texts
        if one.text in texts
    ]
    if told:
        order = ("verified", "unverified", "later", "refused")
        own = {one.text: held.index(shelf.version_of(texts[one.text]).place) for one in told}
        return min(told, key=lambda one: (order.index(one.grade), own[one.text]))
    related = [
        one
        for one in texts.values()
        if law.theme in shelf.version_of(one).themes and shelf.version_of(one).kind not in _MODELS
    ]
    if related:
        nearest = min(related, key=lambda one: (held.index(shelf.version_of(one).place), one.code))
        return LawFact("related", nearest.code, _label(nearest))
    return LawFact("unknown") if law.needed else None


def _grade(text: LegalText, says: str, since: str, day: date) -> str:
    if says == "refuses":
        return "refused"
    if since > day.isoformat():
        return "later"
    return "verified" if shelf.version_of(text).reliability == "V" else "unverified"


def _label(text: LegalText) -> str:
    version = shelf.version_of(text)
    return version.short or version.title
