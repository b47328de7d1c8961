"""Where the diagnosis appears elsewhere: a territory's page, the chain, a person's workspace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.care import at_most, territories_looked_after
from terreau.accounts.perms import is_signed_in
from terreau.core.registry import StepState, Waiting
from terreau.diagnosis import perms, presentation
from terreau.diagnosis.models import Draft, Edition
from terreau.diagnosis.services import read
from terreau.diagnosis.wording import day_in_words
from terreau.directory.models import Organisation
from terreau.registers.enums import BUSY
from terreau.registers.models import ImportRun
from terreau.registers.panels import WAITING
from terreau.territories.models import Territory


def door(territory: Territory) -> str:
    """Where the diagnosis is prepared, previewed and published."""
    return reverse("diagnosis:draft", args=[territory.code])


def _latest(territory: Territory) -> Edition | None:
    """The last edition, read once for a page that shows it twice; kept on the page's own object."""
    kept: dict[str, Edition | None] = territory.__dict__.setdefault("_read_for_the_page", {})
    if "edition" not in kept:
        kept["edition"] = Edition.objects.of(territory).first()
    return kept["edition"]


def panel(territory: Territory, person: Any) -> dict[str, Any] | None:
    """The last edition on the territory's page: what it says first."""
    edition = _latest(territory)
    if edition is None:
        return None
    essentials = read(edition).part("essentiel")
    return {
        "territory": territory,
        "number": edition.number,
        "as_of": day_in_words(edition.as_of),
        "texts": essentials.texts[:3] if essentials else (),
        "figures": [presentation.figure(one) for one in essentials.figures] if essentials else [],
    }


def step(territory: Territory, person: Any) -> StepState:
    """Where the diagnosis stands in the chain, and the next thing to do for whom may do it."""
    edition = _latest(territory)
    if is_signed_in(person) and perms.can_prepare(person, territory):
        own = _own_step(territory, edition)
        if own is not None:
            return own
    if edition is None:
        return StepState("later", _("Aucune édition publiée"))
    text = _("Édition n° %(number)s, situation au %(day)s.") % {
        "number": edition.number,
        "day": day_in_words(edition.as_of),
    }
    return StepState(
        "done", text, reverse("diagnosis:latest", args=[territory.code]), _("Lire le diagnostic")
    )


def _own_step(territory: Territory, edition: Edition | None) -> StepState | None:
    url = reverse("diagnosis:draft", args=[territory.code])
    if Draft.objects.filter(territory=territory).exists():
        return StepState("now", _("Un brouillon attend."), url, _("Le relire et le publier"))
    if edition is None:
        return StepState("now", _("Aucune édition publiée."), url, _("Préparer le diagnostic"))
    return None


def tasks(person: Any) -> list[dict[str, Any]]:
    """The drafts that wait in the territories given to the person, and those without any edition.

    A diagnosis is made of the directory: where nothing is in it yet, a first list comes before.
    """
    kept = territories_looked_after(person)
    drafts: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for territory, have in zip(kept, _what_they_have(kept), strict=True):
        door_to, among = "diagnosis:draft", found
        if "draft" in have:
            among = drafts
            text = _("%(name)s : un brouillon du diagnostic attend d’être relu et publié")
        elif "edition" in have:
            continue
        elif "organisation" in have:
            text = _("%(name)s : aucun diagnostic publié, en préparer un")
        elif "import" in have:
            continue
        else:
            text = _("%(name)s : aucune organisation recensée, apporter une première liste")
            door_to = "registers:new"
        url = reverse(door_to, args=[territory.code])
        among.append({"text": text % {"name": territory.name}, "url": url, "count": None})
    return [*at_most(drafts, person, "attente"), *at_most(found, person, "sans-diagnostic")]


def _what_they_have(territories: list[Territory]) -> list[set[str]]:
    """Of each, whether there is a draft, an edition, an organisation, an import on its way: one question."""
    if not territories:
        return []
    drafts = Draft.objects.filter(territory__in=territories).order_by()
    editions = Edition.objects.filter(territory__in=territories).order_by()
    imports = ImportRun.objects.filter(territory__in=territories, state__in=(*WAITING, *BUSY)).order_by()
    there = Organisation.objects.filter(territory__ancestor_links__ancestor=OuterRef("pk"))
    known = Territory.objects.filter(Exists(there), pk__in=[one.pk for one in territories]).order_by()
    have: dict[int, set[str]] = {one.pk: set() for one in territories}
    parts = [
        drafts.values_list("territory", Value("draft")),
        editions.values_list("territory", Value("edition")),
        imports.values_list("territory", Value("import")),
        known.values_list("pk", Value("organisation")),
    ]
    for key, what in parts[0].union(*parts[1:]):
        have[key].add(what)
    return [have[one.pk] for one in territories]


def drafts(territories: Iterable[Territory]) -> QuerySet[Any]:
    """The drafts that wait to be read again and published."""
    found = Draft.objects.filter(territory__in=list(territories))
    return found.order_by().values_list("territory").annotate(count=Count("pk"))


def tell_draft(territory: Territory, count: int) -> Waiting:
    """« brouillon de diagnostic à relire »."""
    why = _("Relu et publié, il devient la référence du territoire.")
    return Waiting(
        ngettext("brouillon de diagnostic à relire", "brouillons de diagnostic à relire", count),
        door(territory),
        count,
        why,
    )


def told() -> QuerySet[Edition, tuple[str, datetime]]:
    """The territories whose diagnosis is published, and when the last was, for search engines."""
    by_territory = Edition.objects.order_by().values("territory__code").annotate(last=Max("published_at"))
    return by_territory.order_by("territory__code").values_list("territory__code", "last")
