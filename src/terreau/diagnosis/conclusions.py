"""What an edition concludes from its own findings: one page, strengths and weaknesses, recommendations.

Made from a content alone, so that a draft whose lines were judged anew need not be read again from the
whole directory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from terreau.diagnosis.content import Column, Content, Entry, Line, Mark, Part, Table
from terreau.diagnosis.findings import SIDES, Finding
from terreau.diagnosis.gaps import gaps
from terreau.diagnosis.parts import method
from terreau.diagnosis.recommending import Recommendation, recommend, rule_book
from terreau.diagnosis.swot import SIDE_LABELS, Action, Judgement, SwotLine, crossed, swot
from terreau.diagnosis.wording import COLON, SEMICOLON, capitalised, quoted

SYNTHESIS, SWOT, RECOMMENDATIONS, GAPS, METHOD = "synthese", "swot", "recommandations", "manques", "methode"
_MADE_HERE: Final = frozenset({SYNTHESIS, SWOT, RECOMMENDATIONS, GAPS, METHOD})
# The parts about the figures themselves are read last.
_LAST: Final = frozenset({"sources"})
TABLES: Final = {
    "strength": "forces",
    "weakness": "faiblesses",
    "opportunity": "opportunites",
    "threat": "menaces",
}
_SENTENCES: Final = {
    ("strength", "opportunity"): "S’appuyer sur {inside} pour saisir {outside}",
    ("weakness", "opportunity"): "Agir sur {inside} grâce à {outside}",
    ("strength", "threat"): "Parer {outside} grâce à {inside}",
    ("weakness", "threat"): "Protéger {inside} de {outside}",
}
# What fits on one page.
NEEDS_TOLD, LINES_TOLD, RECOMMENDED_TOLD, CHARACTERS = 5, 2, 5, 110


def concluded(content: Content, judgements: Sequence[Judgement] = ()) -> Content:
    """The content with its conclusions, made anew in place of those it may have."""
    ground = [part for part in content.sections if part.key not in _MADE_HERE]
    # The signs of the directory alone make no strengths and weaknesses of a territory.
    whole = bool(judgements) or any(one.kind != "sign" for one in content.findings)
    lines = swot(content.findings, judgements) if whole else ()
    found = recommend(content.findings, rule_book().rules)
    parts = [part for part in ground if part.key not in _LAST]
    parts += (part for part in (_swot(content, lines), _recommendations(found)) if part)
    parts += (part for part in ground if part.key in _LAST)
    if whole:
        parts.insert(0, _synthesis(content, lines, found))
    missing = _gaps(parts)
    if missing:
        parts.append(missing)
    parts.append(method.build(parts))
    return replace(content, sections=tuple(parts))


def _swot(content: Content, lines: Sequence[SwotLine]) -> Part | None:
    if not lines:
        return None
    tables = [_side(content, side, [one for one in lines if one.side == side]) for side in SIDES]
    return Part(
        key=SWOT,
        title="Forces, faiblesses, opportunités, menaces",
        texts=("Chaque ligne dit sur quoi elle repose. Les plus pesantes viennent d’abord.",),
        tables=tuple(table for table in tables if table),
        entries=tuple(_action(one) for one in crossed(lines)),
    )


def _about(content: Content, lines: Iterable[SwotLine]) -> dict[str, Any]:
    keys = {one.evidence.key.split(".", 1)[0] for one in lines}
    of_survey = content.part("besoins")
    simulated = bool(of_survey and any(table.simulated for table in of_survey.tables)) and bool(
        keys & {"besoin", "obstacle", "pratique"}
    )
    framework = content.part("cadre")
    simulated |= bool(framework and any(table.simulated for table in framework.tables)) and bool(
        keys & {"cadre", "frein"}
    )
    return {
        "date": content.as_of,
        "perimeter": f"{content.subject.name} ({content.subject.kind})",
        "source": "les autres parties de cette édition",
        "simulated": simulated,
    }


def _side(content: Content, side: str, lines: Sequence[SwotLine]) -> Table | None:
    if not lines:
        return None
    columns = [
        Column("impact", "Impact", "de 1 à 5", counted="impact, de 1 à 5"),
        Column("certitude", "Certitude", "de 1 à 5", counted="certitude, de 1 à 5"),
        Column("preuve", "Preuve"),
    ]
    judged = any(one.reason for one in lines)
    if judged:
        columns.append(Column("avis", "Avis du territoire"))
    rows = [
        Line(
            one.key,
            one.text,
            (one.impact, one.certainty, _proof(one), *((one.reason,) if judged else ())),
            one.evidence.url,
        )
        for one in lines
    ]
    return Table(
        TABLES[side], SIDE_LABELS[side], "Constat", tuple(columns), tuple(rows),
        reliability="notes par règle, ou du territoire quand un avis est dit",
        method=SWOT, **_about(content, lines),
    )  # fmt: skip


def _proof(line: SwotLine) -> str:
    """What a line rests on; a line of the territory's own also names the finding."""
    proof = line.evidence.proof
    return f"{line.evidence.label}{COLON}{proof}" if line.own else proof


def _mark(finding: Finding) -> Mark:
    return Mark(finding.key, finding.label, finding.url)


def _action(action: Action) -> Entry:
    inside, outside = action.inside, action.outside
    sentence = _SENTENCES[inside.side, outside.side]
    return Entry(
        key=action.key,
        title=sentence.format(inside=quoted(inside.text), outside=quoted(outside.text)) + ".",
        group=action.crossing,
        marks=(_mark(inside.evidence), _mark(outside.evidence)),
    )


def _recommendations(found: Sequence[Recommendation]) -> Part | None:
    if not found:
        return None
    return Part(
        key=RECOMMENDATIONS,
        title="Ce qui est recommandé",
        texts=("Proposées par règle, pour être discutées. Chacune dit de quoi elle vient.",),
        entries=tuple(_recommendation(one) for one in found),
        notes=(f"Règles en version {rule_book().version}.",),
    )


def _recommendation(found: Recommendation) -> Entry:
    return Entry(
        key=found.rule.id,
        title=found.rule.title,
        text=found.rule.text,
        facts=(
            ("Pourquoi", found.reason),
            ("Leviers", f"{SEMICOLON.join(found.rule.levers)}."),
        ),
        marks=tuple(_mark(one) for one in found.findings),
    )


def _short(text: str) -> str:
    return text if len(text) <= CHARACTERS else f"{text[: CHARACTERS - 1].rstrip()}…"


def _synthesis(content: Content, lines: Sequence[SwotLine], found: Sequence[Recommendation]) -> Part:
    """One page for those who decide: what is known, needed, found, recommended."""
    essentials = content.part("essentiel")
    needs = [one for one in content.findings if one.kind == "need" and one.pressing][:NEEDS_TOLD]
    entries = [
        Entry(one.key, capitalised(one.label.split(COLON, 1)[-1]), "Les besoins les plus forts", one.proof)
        for one in needs
    ]
    entries += (
        Entry(one.rule.id, one.rule.title, "Ce qui est recommandé") for one in found[:RECOMMENDED_TOLD]
    )
    for side in SIDES:
        # The strongest needs have their own list.
        told = [one for one in lines if one.side == side and one.evidence not in needs]
        entries += (Entry(one.key, _short(one.text), SIDE_LABELS[side]) for one in told[:LINES_TOLD])
    texts = [text for text in essentials.texts[:4] if text] if essentials else []
    return Part(key=SYNTHESIS, title="En une page", texts=tuple(texts), entries=tuple(entries))


def _gaps(parts: Sequence[Part]) -> Part | None:
    missing = [one.told for one in gaps({part.key for part in parts}) if one.told]
    if not missing:
        return None
    told = SEMICOLON.join(missing)
    return Part(
        key=GAPS,
        title="Ce que ce diagnostic ne contient pas",
        texts=(f"{capitalised(told)}.",),
    )
