"""Where results appear elsewhere: a territory's page, the journal, what waits."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.core.registry import TerritoryPanel, territory_panels
from terreau.journal.sentences import register as register_sentence
from terreau.survey.results import presentation
from terreau.survey.results.charts import ranked
from terreau.survey.results.models import ResultsEdition
from terreau.survey.results.services import read_edition
from terreau.territories.models import Territory

_SENTENCES = {
    "survey.results_published": _("a publié les résultats de l’enquête"),
    "survey.shortlist_rated": _("a noté la liste courte de l’enquête"),
    "survey.remark_shown": _("a choisi une remarque à montrer de l’enquête"),
    "survey.remark_hidden": _("a retiré une remarque montrée de l’enquête"),
}


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """The strongest needs, once results are published."""
    edition = ResultsEdition.objects.of(territory).first()
    if edition is None:
        return None
    results = read_edition(edition)
    return {
        "territory": territory,
        "first": presentation.first_sentence(ranked(results)),
        "who": presentation.sentence_of_sample(results),
        "simulated": results.simulated,
    }


def register() -> None:
    """Tell the rest of the house."""
    for verb, sentence in _SENTENCES.items():
        register_sentence(verb, sentence)
    territory_panels.register(TerritoryPanel("needs", 28, "survey/results/panel.html", panel))
