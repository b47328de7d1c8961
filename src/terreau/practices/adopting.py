"""« Nous la reprenons »: a town takes up a practice, adapts it, and tells what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.writing import known, public_changed
from terreau.journal.words import clean_words, field_label
from terreau.notifications.telling import write_to_town
from terreau.practices import perms, rules
from terreau.practices.enums import Term
from terreau.practices.models import Adoption, AdoptionResult, Practice
from terreau.practices.telling import ANSWER, tell
from terreau.territories.models import Territory


def take_up(
    *,
    person: Any,
    practice: Practice,
    territory: Territory,
    source: Adoption | None = None,
    adaptation: str = "",
) -> Adoption:
    """A town declares that it takes up a practice; declared twice, it is one.

    Args:
        person: an agent of the town, or the secretariat.
        practice: a published one, of another town.
        territory: the town.
        source: the adoption it was taken from; none for the town where the practice was born.
        adaptation: what is done otherwise.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the practice is not public, or the town would take it from itself.
    """
    perms.can_take_up.require(person, territory)
    words = clean_words(adaptation, field_label(Adoption, "adaptation"))
    with transaction.atomic():
        held = (
            Practice.objects.select_for_update(of=("self",))
            .select_related("territory", "published")
            .get(pk=practice.pk)
        )
        if held.published is None or held.withdrawn_on is not None:
            raise TerreauError(_("Seule une pratique publiée se reprend."))
        if held.territory_id == territory.pk:
            raise TerreauError(
                _("Une ville ne reprend pas sa propre pratique."),
                where=territory.name,
                remedy=_("Modifiez sa fiche si elle a changé."),
            )
        _check_source(held, territory.pk, source)
        adoption, made = Adoption.objects.get_or_create(
            practice=held,
            territory=territory,
            defaults={
                "source": source,
                "adaptation": words,
                "declared_on": timezone.localdate(),
                "declared_by": known(person),
            },
        )
        if made:
            tell("practice.taken_up", person, held, territory, name=held.published.title)
            _tell_origin(held, adoption)
            public_changed()
    return adoption


def change(
    *, person: Any, adoption: Adoption, version: int, source: Adoption | None, adaptation: str
) -> Adoption:
    """Say otherwise what is adapted, or from whom it was taken.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone changed it in between, or the town would take it from itself.
    """
    words = clean_words(adaptation, field_label(Adoption, "adaptation"))
    with transaction.atomic():
        held = _held(person, adoption)
        if (held.source_id, held.adaptation) == (source.pk if source else None, words):
            return held
        _check_version(held, version)
        _check_source(held.practice, held.territory_id, source)
        held.source, held.adaptation, held.version = source, words, held.version + 1
        held.save(update_fields=["source", "adaptation", "version"])
        tell("practice.adapted", person, held.practice, held.territory)
        public_changed()
    return held


def tell_result(
    *,
    person: Any,
    adoption: Adoption,
    term: int,
    version: int,
    words: str,
    evidence: str = "",
    today: date | None = None,
) -> AdoptionResult:
    """What came of an adoption at one of its terms; told again, it takes the place of what was said.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the term has not come, nothing is said, or someone wrote in between.
    """
    told = clean_words(
        words, field_label(AdoptionResult, "words"), needed=_("Dites ce que la reprise a donné.")
    )
    proof = clean_words(evidence, field_label(AdoptionResult, "evidence"))
    day = today or timezone.localdate()
    with transaction.atomic():
        held = _held(person, adoption)
        if term not in Term.values:
            raise TerreauError(_("Un résultat se donne à 6 ou à 18 mois."))
        due = rules.months_after(held.declared_on, term)
        if day < due:
            raise TerreauError(
                _("Ce résultat se donnera à partir du %(day)s.") % {"day": due.strftime("%d/%m/%Y")},
                where=held.territory.name,
            )
        said = held.results.filter(term=term, words=told, evidence=proof).first()
        if said is not None:
            return said
        _check_version(held, version)
        result, _made = AdoptionResult.objects.update_or_create(
            adoption=held,
            term=term,
            defaults={"words": told, "evidence": proof, "told_on": day, "told_by": known(person)},
        )
        held.version += 1
        held.save(update_fields=["version"])
        tell("practice.resulted", person, held.practice, held.territory, term=term)
        public_changed()
    return result


def end(*, person: Any, adoption: Adoption, why: str) -> Adoption:
    """The town gives a practice up, and says why: it stays in the tree, as others can learn from it.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: without a reason.
    """
    words = clean_words(
        why,
        field_label(Adoption, "why_ended"),
        needed=_("Dites pourquoi\u00a0: cela aidera d’autres villes."),
    )
    with transaction.atomic():
        held = _held(person, adoption)
        if held.ended_on is None:
            held.ended_on, held.why_ended, held.version = timezone.localdate(), words, held.version + 1
            held.save(update_fields=["ended_on", "why_ended", "version"])
            tell("practice.given_up", person, held.practice, held.territory)
            public_changed()
    return held


def resume(*, person: Any, adoption: Adoption) -> Adoption:
    """The town takes up again what it had given up; the journal keeps that it had, and why.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the practice was withdrawn since.
    """
    with transaction.atomic():
        held = _held(person, adoption)
        if held.ended_on is None:
            return held
        if held.practice.withdrawn_on is not None:
            raise TerreauError(_("Seule une pratique publiée se reprend."))
        why, held.ended_on, held.why_ended, held.version = held.why_ended, None, "", held.version + 1
        held.save(update_fields=["ended_on", "why_ended", "version"])
        tell("practice.resumed", person, held.practice, held.territory, given_up=why)
        public_changed()
    return held


def _check_version(held: Adoption, version: int) -> None:
    """Refuse to write over what someone else wrote since the page was read."""
    if held.version != version:
        raise TerreauError(
            _("Quelqu’un d’autre a modifié cette reprise pendant que vous l’écriviez."),
            where=held.territory.name,
            remedy=_(
                "Votre texte est encore ici\u00a0: comparez-le à ce qui est enregistré, puis envoyez-le."
            ),
        )


def _check_source(practice: Practice, territory_id: int, source: Adoption | None) -> None:
    """Refuse what would make a town take a practice from itself, straight or by way of others."""
    if source is None:
        return
    rows = Adoption.objects.filter(practice=practice).values_list("pk", "territory_id", "source_id")
    towns = {key: town for key, town, _source in rows}
    if source.pk not in towns:
        raise TerreauError(_("Cette ville n’a pas repris cette pratique."), where=source.territory.name)
    parents = {town: towns.get(parent) if parent else None for _key, town, parent in rows}
    if rules.makes_cycle(territory_id, towns[source.pk], parents):
        raise TerreauError(
            _("La ville reprendrait la pratique d’elle-même, par l’intermédiaire d’une autre."),
            where=source.territory.name,
            remedy=_("Choisissez la ville d’origine, ou une ville qui ne la tient pas de vous."),
        )


def _tell_origin(practice: Practice, adoption: Adoption) -> None:
    from_town = adoption.source.territory if adoption.source else practice.territory
    write_to_town(
        from_town,
        kind=ANSWER,
        once=f"practice:{practice.pk}:adoption:{adoption.pk}",
        subject=_("%(town)s reprend votre bonne pratique") % {"town": adoption.territory.name},
        lines=[adoption.adaptation] if adoption.adaptation else [],
        url=reverse("practices:sheet", args=[practice.public_id]),
    )


def _held(person: Any, adoption: Adoption) -> Adoption:
    """The adoption as it is now, locked with its whole tree, if the person may change it."""
    Practice.objects.select_for_update(of=("self",)).get(pk=adoption.practice_id)
    held = Adoption.objects.select_related("practice__territory", "territory").get(pk=adoption.pk)
    perms.can_take_up.require(person, held.territory)
    return held
