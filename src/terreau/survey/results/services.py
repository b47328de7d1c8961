"""Computing the results of a survey for those who prepare them, and publishing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core import stamp
from terreau.core.errors import TerreauError
from terreau.directory.models import Organisation
from terreau.journal.services import record
from terreau.survey.enums import SurveyState
from terreau.survey.models import Survey
from terreau.survey.results import perms, shortlist
from terreau.survey.results.charts import draw_all
from terreau.survey.results.compute import Subject, compute
from terreau.survey.results.content import Results, counts_of, digest, from_text, to_text
from terreau.survey.results.gathering import gather
from terreau.survey.results.models import ResultsEdition
from terreau.survey.results.population import read_population
from terreau.survey.results.protecting import PUBLIC, WORK, Former
from terreau.territories.models import Territory

_KEPT: Final = 16


def working_results(survey: Survey, least: int = WORK) -> Results:
    """The results as they stand, no figure on fewer than `least` answers; the last are kept in memory."""
    told = survey.submissions.order_by().aggregate(last=Max("completed_at"), count=Count("pk"))
    # The last one asked, answered already or not: the questions are read as it puts them.
    version = survey.versions.order_by().aggregate(last=Max("pk"))["last"]
    states = tuple(survey.submissions.order_by("state").values_list("state").annotate(count=Count("pk")))
    sheets = Organisation.objects.aggregate(last=Max("change"))["last"]
    mark = (*told.values(), version, states, sheets, survey.title, timezone.localdate())
    return replace(_computed(survey.pk, least, mark), shortlist=shortlist.read(survey))


@lru_cache(maxsize=_KEPT)
def _computed(key: int, least: int, _mark: Any) -> Results:
    survey = Survey.objects.select_related("territory").get(pk=key)
    gathered, _keys = gather(survey, read_population(survey.territory))
    return compute(gathered, subject_of(survey), least=least)


def subject_of(survey: Survey) -> Subject:
    """Whose results these are, as they stand today."""
    return Subject(
        survey=survey.slug,
        title=survey.title,
        territory=survey.territory.code,
        territory_name=survey.territory.name,
        opened_on=survey.opened_on.isoformat() if survey.opened_on else "",
        as_of=timezone.localdate().isoformat(),
        simulated=survey.simulated,
    )


# --- Editions ----------------------------------------------------------------------------------------


def read_edition(edition: ResultsEdition) -> Results:
    """What an edition says."""
    return from_text(edition.content)


def publish_results(*, person: Any, survey: Survey) -> ResultsEdition:
    """Publish the results as a dated edition, which never changes. The same results again give the same one.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the survey still takes answers, too few have answered, or too few since the last
            edition.
    """
    perms.can_publish_results.require(person, survey.territory)
    if survey.state != SurveyState.CLOSED:
        raise TerreauError(
            _("L’enquête prend encore des réponses."),
            where=survey.title,
            remedy=_("Fermez-la, puis publiez ses résultats."),
        )
    editions = list(ResultsEdition.objects.filter(survey=survey).order_by("number").defer("pictures"))
    results, keys = _public(survey, editions)
    if editions and _same(results, read_edition(editions[-1])):
        return editions[-1]
    edition = ResultsEdition(
        survey=survey,
        territory=survey.territory,
        as_of=timezone.localdate(),
        content=to_text(results),
        digest=digest(to_text(results)),
        pictures=draw_all(results),
        answers=keys,
        published_at=timezone.now(),
        published_by=person if getattr(person, "pk", None) else None,
    )
    return _insert(person, edition, len(editions))


def _public(survey: Survey, editions: Sequence[ResultsEdition]) -> tuple[Results, list[str]]:
    published = [frozenset(one.answers) for one in editions]
    gathered, keys = gather(survey, read_population(survey.territory), published)
    _check_enough(survey, keys, published)
    former = {
        key: Former(count, at)
        for at, one in enumerate(editions)
        for key, count in counts_of(read_edition(one)).items()
    }
    results = compute(gathered, subject_of(survey), least=PUBLIC, former=former)
    return replace(results, shortlist=shortlist.read(survey)), keys


def _check_enough(survey: Survey, keys: Sequence[str], published: Sequence[frozenset[str]]) -> None:
    if len(keys) < PUBLIC:
        text = ngettext(
            "%(count)d réponse complète\u00a0: un chiffre public en demande dix.",
            "%(count)d réponses complètes\u00a0: un chiffre public en demande dix.",
            len(keys),
        )
        raise TerreauError(
            text % {"count": len(keys)},
            where=survey.title,
            remedy=_("La liste d’appels dit à qui le demander encore."),
        )
    if published and set(keys) != published[-1] and len(set(keys) - published[-1]) < PUBLIC:
        raise TerreauError(
            _("Depuis la dernière édition, moins de dix réponses sont venues."),
            where=survey.title,
            remedy=_(
                "La différence entre les deux éditions dirait ce que ces quelques personnes "
                "ont répondu\u00a0: attendez qu’il y en ait dix."
            ),
        )


def _same(results: Results, former: Results) -> bool:
    return replace(results, as_of=former.as_of) == former


def _insert(person: Any, edition: ResultsEdition, editions: int) -> ResultsEdition:
    territory = edition.territory
    with transaction.atomic():
        Territory.objects.select_for_update(no_key=True).get(pk=territory.pk)
        of_survey = ResultsEdition.objects.filter(survey=edition.survey).order_by("-number")
        if of_survey.count() != editions:
            # A second click: the first has published it.
            found = of_survey.first()
            assert found is not None
            return found
        last = ResultsEdition.objects.filter(territory=territory).aggregate(last=Max("number"))["last"]
        edition.number = (last or 0) + 1
        edition.save()
        record(
            verb="survey.results_published",
            subject=f"survey:{edition.survey.slug}",
            actor=person,
            territory_code=territory.code,
            number=edition.number,
            digest=edition.digest,
        )
        transaction.on_commit(lambda: stamp.touch(settings.HOME.content_stamp))
    return edition
