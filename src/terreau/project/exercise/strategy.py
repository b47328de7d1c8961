"""The strategy of Songemont: four issues that rest on its diagnosis, voted, revised once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone

from terreau.directory.models import new_public_id
from terreau.documents.pdf import render
from terreau.project.exercise.people import SONGEMONT, person_of
from terreau.strategy import services
from terreau.strategy.content import content_of, digest_of, findings_of
from terreau.strategy.models import Strategy
from terreau.survey.enums import Need
from terreau.territories.models import Territory
from terreau.territories.services import resolve

_WORDS: Final = (
    "Songemont veut que la laine du mont, la halle et les ateliers fassent vivre ceux qui y travaillent.\n\n"
    "Ces quatre enjeux inventés guident ses projets, ses achats et son plan d’action."
)
# Title, words, years ahead, indicator, unit, source, start, target, needs, kinds of findings.
_ISSUES: Final = (
    (
        "Donner un toit aux ateliers",
        "La moitié des ateliers inventés travaillent chez eux, ou dehors.",
        (8, "Ateliers logés dans un local de la ville", "ateliers", "registre inventé des locaux", 2, 20),
        (Need.PREMISES, Need.EQUIPMENT),
    ),
    (
        "Acheter ici une part de ce que la ville achète",
        "Les lots sont trop gros pour des coopératives de quatre personnes.",
        (5, "Part des achats confiée à des acteurs de l’ESS", "%", "comptes inventés de la ville", 3, 15),
        (Need.PURCHASING,),
    ),
    (
        "Rendre le crédit possible sans garantie personnelle",
        "Les femmes du marché à la laine empruntent à leurs cousins.",
        (6, "Porteurs de projet financés dans l’année", "porteurs", "caisse inventée du mont", 4, 60),
        (Need.MICROCREDIT, Need.COFINANCING),
    ),
    (
        "Décider avec ceux qui font",
        "Une commission se réunit, sans que rien n’en sorte.",
        (3, "Décisions du conseil préparées avec les acteurs", "décisions", "registre inventé", 0, 12),
        (Need.DIALOGUE,),
    ),
)
_VOTED: Final = "Délibération inventée sur l’économie sociale et solidaire"
_TEXT: Final = f"""
#set document(title: [{_VOTED}])
#set text(lang: "fr")
= {_VOTED}
Ce texte a été inventé pour s’exercer\u00a0: il ne décrit rien de réel.
"""


def strategy() -> None:
    """Write the issues, attach what was voted, publish; then raise a target and publish again."""
    agent, town = person_of(SONGEMONT), resolve(SONGEMONT.territory)
    today = timezone.localdate()
    services.introduce(person=agent, territory=town, version=1, words=_WORDS)
    made = [
        services.add_issue(
            person=agent, territory=town, public_id=new_public_id(), values=_values(town, one, today)
        )
        for one in _ISSUES
    ]
    services.attach(
        person=agent,
        territory=town,
        name="deliberation-inventee.pdf",
        content=render(_TEXT, {}),
        title=_VOTED,
        reference="INV-2024-12",
        voted_on=today - timedelta(days=700),
    )
    _publish(agent, town, "", today - timedelta(days=690))
    raised = _values(town, _ISSUES[1], today) | {"target": 20, "rank": 2}
    services.save_issue(person=agent, issue=made[1], version=1, values=raised)
    _publish(agent, town, "La cible des achats passe de 15 à 20\u00a0%.", today - timedelta(days=40))


def _values(town: Territory, issue: Any, today: date) -> dict[str, Any]:
    title, words, (years, indicator, unit, source, baseline, target), needs = issue
    codes = [need.value for need in needs]
    found = [one["key"] for one in findings_of(town) if one["key"].partition(".")[2] in codes]
    return {
        "title": title,
        "words": words,
        "horizon": today.year + years,
        "indicator": indicator,
        "unit": unit,
        "source": source,
        "baseline": baseline,
        "target": target,
        "needs": codes,
        "findings": found,
    }


def _publish(agent: Any, town: Territory, reason: str, day: date) -> None:
    read = digest_of(content_of(Strategy.objects.get(territory=town)))
    services.publish(person=agent, territory=town, read=read, reason=reason, today=day)
