"""Two editions of a territory side by side: what changed, and when nothing may be subtracted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from terreau.diagnosis.content import Content, Part, part_figures
from terreau.diagnosis.rules import ONLY_AFTER, ONLY_BEFORE, Change, Figure, difference
from terreau.diagnosis.wording import COLON, listed, quoted

# What these parts say comes from elsewhere, or is about the sources: no change of the territory.
LEFT_OUT: Final = frozenset({"references", "methode", "evolution"})
_OF_A_SOURCE: Final = "sources."


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one section."""

    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes from one edition to another.

    Attributes:
        refusal: why nothing is subtracted, where that is so; both values are shown all the same.
        remarks: what must be known before reading a rise or a fall.
        groups: the figures that are in either edition, section by section.
        turned: the recommendations that came, and those that no longer apply.
    """

    refusal: str
    remarks: tuple[str, ...]
    groups: tuple[Group, ...]
    turned: tuple[str, ...] = ()


def compare(before: Content, after: Content) -> Comparison:
    """What changed from one edition to the other, refused as a whole where the perimeter or method did.

    Raises:
        ValueError: when they are not of the same territory.
    """
    if before.subject.code != after.subject.code:
        raise ValueError("editions of two territories are not compared")
    refusal = _refusal(before, after)
    groups = []
    for part in after.sections:
        if part.key not in LEFT_OUT:
            found = before.part(part.key) or Part(part.key, part.title)
            groups.append(_group(found, part, refusal))
    seen = {part.key for part in after.sections}
    for part in before.sections:
        if part.key not in seen and part.key not in LEFT_OUT:
            groups.append(_group(part, Part(part.key, part.title), refusal))
    told = tuple(group for group in groups if group.changes)
    return Comparison(refusal, _remarks(before, after), told, _turned(before, after))


def _recommended(content: Content) -> dict[str, str]:
    part = content.part("recommandations")
    return {one.key: one.title for one in part.entries} if part else {}


def _turned(before: Content, after: Content) -> tuple[str, ...]:
    old, new = _recommended(before), _recommended(after)
    came = [quoted(title) for key, title in new.items() if key not in old]
    gone = [quoted(title) for key, title in old.items() if key not in new]
    told = (
        f"Recommandations nouvelles{COLON}{listed(came)}." if came else "",
        f"Recommandations qui ne s’appliquent plus{COLON}{listed(gone)}." if gone else "",
    )
    return tuple(text for text in told if text)


def _refusal(before: Content, after: Content) -> str:
    if before.method_version != after.method_version:
        return (
            f"La méthode a changé entre ces deux éditions (version {before.method_version}, puis "
            f"{after.method_version})\u00a0: leurs chiffres ne se soustraient pas."
        )
    if before.subject.extent != after.subject.extent:
        return (
            "Le périmètre du territoire a changé entre ces deux éditions\u00a0: leurs chiffres ne se "
            "soustraient pas."
        )
    return ""


def _figures(part: Part) -> dict[str, Figure]:
    return {one.id: one for one in part_figures(part)}


def _group(before: Part, after: Part, refusal: str) -> Group:
    old, new = _figures(before), _figures(after)
    changes = [
        difference(old.get(key), new.get(key)) for key in [*new, *(key for key in old if key not in new)]
    ]
    # A source that came or went is told above; its counts are no change of the territory.
    missing = (ONLY_BEFORE, ONLY_AFTER)
    changes = [one for one in changes if not (one.note in missing and one.id.startswith(_OF_A_SOURCE))]
    if refusal:
        changes = [replace(change, change=None, rate=None, note="") for change in changes]
    return Group(after.title, tuple(changes))


def _source_names(content: Content) -> dict[str, str]:
    part = content.part("sources")
    tables = part.tables if part else ()
    return {line.key: line.label for table in tables if table.key == "sources" for line in table.lines}


def _remarks(before: Content, after: Content) -> tuple[str, ...]:
    old, new = _source_names(before), _source_names(after)
    added = [quoted(name) for key, name in new.items() if key not in old]
    gone = [quoted(name) for key, name in old.items() if key not in new]
    remarks = []
    if added:
        remarks.append(
            f"Sources nouvelles dans la seconde édition\u00a0: {listed(added)}. Une hausse peut venir "
            "d’elles, et non du territoire."
        )
    if gone:
        remarks.append(
            f"Sources absentes de la seconde édition\u00a0: {listed(gone)}. Une baisse peut venir de là, "
            "et non du territoire."
        )
    return tuple(remarks)
