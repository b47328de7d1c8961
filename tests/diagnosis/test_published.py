"""What is read of the survey and the framework for a day: published by then, in the diagnosis's own units."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from terreau.diagnosis.reading import published
from terreau.framework.figures import PublishedAssessment, PublishedFinding, PublishedObstacle
from terreau.survey.figures import PublishedBarrier, PublishedNeed, PublishedResults

TODAY = timezone.localdate()


@pytest.fixture
def publications(monkeypatch):
    """A survey and a framework published today."""
    results = PublishedResults(
        edition=1, survey="essai", title="Enquête d’essai", as_of=TODAY, simulated=False, answers=42,
        population=100, margin=0.116, weighted=True,
        needs=(PublishedNeed("digital", "Numérique", 3.4, 3.1, 3.7, 4.5, 2.0, "act", 1, 1, 2, 42),),
        barriers=(PublishedBarrier("land", "Foncier", 0.5, 21, 42),),
        url="/besoins/1/", method_url="/methode/",
    )  # fmt: skip
    finding = PublishedFinding(
        statement="law-local", area="law", text="Le règlement aide.", verdict="absent",
        verdict_label="absent",
        level="commune", level_label="commune", lever="regulation", lever_label="règlement",
        lever_words="Écrire un règlement.", words="Aucun texte", score=2.5, count=6,
        is_disputed=False, needs=("status",), evidence="Recueil d’essai, 2024", reliability="à vérifier",
    )  # fmt: skip
    obstacle = PublishedObstacle(
        public_id="f1", title="Frein d’essai", category="land", category_label="foncier",
        lifter="town", lifter_label="la mairie", probability=2, severity=5, state="open",
        state_label="ouverte",
    )  # fmt: skip
    assessment = PublishedAssessment(
        edition=1, as_of=TODAY, simulated=False, findings=(finding,), barriers=(obstacle,), url="/cadre/1/",
    )  # fmt: skip
    monkeypatch.setattr(published, "published_results", lambda territory: results)
    monkeypatch.setattr(published, "published_assessment", lambda territory: assessment)
    monkeypatch.setattr(published, "answering", lambda need, territory: [])
    monkeypatch.setattr(published, "is_compared", lambda territory: False)


def test_figures_are_read_in_the_units_of_the_diagnosis(world, publications):
    found = published.read_evidence(world.town, TODAY)
    assert found.survey.margin == pytest.approx(11.6)
    assert [(one.code, one.score, one.rank) for one in found.survey.needs] == [("digital", 3.4, 1)]
    assert [(one.category, one.count, one.answers) for one in found.survey.obstacles] == [("land", 21, 42)]
    (statement,) = found.framework.statements
    assert (statement.verdict_label, statement.judges, statement.proof) == (
        "absent",
        6,
        "Aucun texte (Recueil d’essai, 2024, à vérifier)",
    )
    (barrier,) = found.framework.barriers
    assert (barrier.severity, barrier.probability) == (5, 2)


def test_what_was_published_after_the_day_is_not_of_that_day(world, publications):
    found = published.read_evidence(world.town, TODAY - timedelta(days=1))
    assert (found.survey, found.framework, found.likeness) == (None, None, None)
