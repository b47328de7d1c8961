"""Plainly fictional evidence: what a survey, a framework, practices and look-alike towns could tell."""

from __future__ import annotations

from terreau.diagnosis.evidence import (
    Barrier,
    Compared,
    Evidence,
    Framework,
    Likeness,
    Need,
    Obstacle,
    Practice,
    Statement,
    Survey,
)
from terreau.framework.enums import BarrierCategory
from terreau.survey.enums import Need as NeedCode


def need(code: str = "microcredit", *, rank: int = 1, quadrant: str = "act", **more) -> Need:
    values = {
        "label": str(NeedCode(code).label), "score": 3.4, "low": 3.1, "high": 3.7, "importance": 4.5,
        "satisfaction": 2.0, "best": rank, "worst": rank + 1, "answers": 42,
    }  # fmt: skip
    return Need(code=code, rank=rank, quadrant=quadrant, **{**values, **more})


def survey(*needs: Need, obstacles: tuple[Obstacle, ...] = (), **more) -> Survey:
    values = {
        "edition": 1, "title": "Enquête d’essai", "date": "2026-01-15", "answers": 42, "population": 100,
        "margin": 11.6, "weighted": True, "simulated": False, "url": "/territoires/xx-com-1/besoins/1/",
    }  # fmt: skip
    return Survey(needs=needs, obstacles=obstacles, **{**values, **more})


def statement(
    code: str = "law-local", *, verdict: str = "weakness", level: str = "commune", **more
) -> Statement:
    values = {
        "area": "law", "label": "Le règlement local d’essai aide.",
        "verdict_label": {"strength": "force", "weakness": "faiblesse", "absent": "absent"}[verdict],
        "level_label": "commune", "score": 3.0, "judges": 9, "disputed": False,
        "proof": "Délibération d’essai, 2024", "lever": "règlement local",
        "url": "/territoires/xx-com-1/cadre/1/",
    }  # fmt: skip
    return Statement(code=code, verdict=verdict, level=level, **{**values, **more})


def barrier(key: str = "b1", *, category: str = "financial", lifter: str = "state", **more) -> Barrier:
    values = {
        "category_label": str(BarrierCategory(category).label), "label": "Un frein d’essai",
        "lifter_label": "l’État", "state": "open", "state_label": "ouvert", "severity": 4, "probability": 3,
        "url": "/territoires/xx-com-1/cadre/1/",
    }  # fmt: skip
    return Barrier(key=key, category=category, lifter=lifter, **{**values, **more})


def practice(key: str = "p1", *, need: str = "microcredit", **more) -> Practice:
    values = {
        "need_label": str(NeedCode(need).label), "title": "Une pratique d’essai", "place": "Ville-Modèle",
        "reason": "même pays", "confirmed": True, "simulated": False, "url": "/bonnes-pratiques/p1/",
    }  # fmt: skip
    return Practice(key=key, need=need, **{**values, **more})


def whole() -> Evidence:
    """Something of everything."""
    codes = [one.value for one in NeedCode]
    return Evidence(
        survey=survey(
            *(
                need(
                    code, rank=rank, quadrant="act" if rank < 5 else "keep" if rank < 8 else "watch",
                    score=4.2 - rank / 5, low=4.0 - rank / 5, high=4.4 - rank / 5,
                )
                for rank, code in enumerate(codes, start=1)
            ),
            obstacles=(Obstacle("financial", "financier", 21, 42), Obstacle("land", "foncier", 4, 42)),
        ),
        framework=Framework(
            edition=1, date="2026-01-20", simulated=False, url="/territoires/xx-com-1/cadre/1/",
            statements=(
                statement(),
                statement("finance-fund", area="finance", verdict="strength", level="state", score=8.0),
                statement("markets-rules", area="markets", verdict="absent", level="commune", disputed=True),
            ),
            barriers=(barrier(), barrier("b2", category="land", lifter="town")),
        ),
        practices=(practice(), practice("p2", need="cofinancing", confirmed=False)),
        likeness=Likeness(
            towns=(("Ville-Sœur", "Pays-Essai", "région"),),
            compared=(Compared("organisations", "organisations connues", "", 14.0, 5, 20.0, 12.0, 31.0),),
            url="/territoires/xx-com-1/villes-semblables/",
        ),
    )  # fmt: skip
