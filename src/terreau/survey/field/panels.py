"""Where the field appears elsewhere: what waits in a territory, the journal."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from terreau.core import registry as house
from terreau.core.registry import Waiting
from terreau.journal.sentences import register as register_sentence
from terreau.survey.field_models import SetAside
from terreau.territories.models import Territory


def register() -> None:
    """Tell the house what the field offers."""
    house.territory_waits.register(house.TerritoryWait("set_aside", 45, count_set_aside, tell_set_aside))
    for verb, sentence in (
        ("field_account.given", _("a donné un accès de terrain pour l’enquête")),
        ("field_account.revoked", _("a retiré un accès de terrain de l’enquête")),
        ("paper_batch.prepared", _("a préparé des feuilles de papier pour l’enquête")),
        ("set_aside.dropped", _("a jeté un envoi mis de côté de l’enquête")),
        ("answers_file.written", _("a repris un export dans l’enquête")),
    ):
        register_sentence(verb, sentence)


def count_set_aside(territories: Any) -> Any:
    """How many sendings were set aside in each territory."""
    held = SetAside.objects.filter(survey__territory__in=territories)
    return (
        held.order_by()
        .values("survey__territory")
        .annotate(n=Count("pk"))
        .values_list("survey__territory", "n")
    )


def tell_set_aside(territory: Territory, count: int) -> Waiting:
    """« 3 envois mis de côté », on the page of the survey that has the oldest."""
    held = SetAside.objects.filter(survey__territory=territory).select_related("survey").first()
    name, parts = ("survey:field", [held.survey.slug]) if held else ("survey:surveys", [])
    return Waiting(
        ngettext("envoi de téléphone mis de côté", "envois de téléphones mis de côté", count),
        reverse(name, args=[territory.code, *parts]),
        count,
        _("Une réponse attend d’entrer dans les résultats."),
    )
