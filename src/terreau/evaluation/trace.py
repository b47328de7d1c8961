"""Everything a decision rests on, as JSON: criteria, marks without name, weights, result, method."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from terreau.evaluation import criteria
from terreau.evaluation.gathering import Gathered, Voice

if TYPE_CHECKING:
    from terreau.evaluation.deciding import Said

FORMAT: Final = "terreau-evaluation-1"


def content_of(
    gathered: Gathered, result: dict[str, Any], decided: Mapping[str, Said], reference: str, day: date | None
) -> dict[str, Any]:
    """What a decision keeps."""
    evaluation = gathered.evaluation
    return {
        "format": FORMAT,
        "simulated": evaluation.is_simulated,
        "title": evaluation.title,
        "territory": evaluation.territory.code,
        "opened_on": evaluation.opened_on.isoformat(),
        "decided_on": day.isoformat() if day else "",
        "reference": reference,
        "together": evaluation.together,
        "criteria": criteria.as_json(gathered.criteria),
        "weighting": evaluation.weighting,
        "assessors": dict(Counter(voice.college for voice in gathered.voices)),
        "marks": [_marks(gathered, voice) for voice in gathered.voices],
        "hands": [
            {
                "college": college,
                "ranks": [list(rank) for rank in hand.ranks],
                "blanks": list(hand.blanks),
                "z": float(hand.times),
            }
            for college, hand in gathered.hands
        ],
        "decisions": {
            project: {"outcome": said.outcome, "reason": said.reason} for project, said in decided.items()
        },
        "result": result,
    }


def _marks(gathered: Gathered, voice: Voice) -> dict[str, Any]:
    """The marks of one assessor, in each round, by project."""
    names = {one.pk: one.project.public_id for one in gathered.candidates}
    return {
        "assessor": voice.number,
        "college": voice.college,
        "first": {names[key]: marks for key, marks in voice.first.items() if key in names},
        "now": {names[key]: marks for key, marks in voice.now.items() if key in names},
        "stepped_back": sorted(names[key] for key in voice.stepped_back if key in names),
    }


def columns_of(content: Mapping[str, Any]) -> list[str]:
    """The columns of the file of projects."""
    asked = [one["key"] for one in content["criteria"]]
    marks = [f"{key}_{side}" for key in asked for side in ("min", "max")]
    compared = ["flux_net", "rang_promethee", "part_selectionne"]
    return [
        "projet",
        "titre",
        "valeur_min",
        "valeur_max",
        "rang",
        "proposition",
        "decision",
        "raison",
        *marks,
        *compared,
        "donnees_simulees",
    ]


def rows_of(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One row for each project: its marks, its value, what is proposed and decided."""
    compared = (content["result"]["comparison"] or {"projects": {}})["projects"]
    for one in content["result"]["projects"]:
        decided = content["decisions"].get(one["id"], {"outcome": "", "reason": ""})
        beside = compared.get(one["id"])
        row = {
            "projet": one["id"],
            "titre": one["title"],
            "valeur_min": round(one["value"][0], 4),
            "valeur_max": round(one["value"][1], 4),
            "rang": one["rank"],
            "proposition": one["proposal"],
            "decision": decided["outcome"],
            "raison": decided["reason"],
            "flux_net": round(beside["flow"], 6) if beside else "",
            "rang_promethee": beside["flow_rank"] if beside else "",
            "part_selectionne": round(beside["among"], 6) if beside else "",
            "donnees_simulees": content["simulated"],
        }
        for key, mark in one["marks"].items():
            row |= {f"{key}_min": round(mark[0], 4), f"{key}_max": round(mark[1], 4)}
        yield row
