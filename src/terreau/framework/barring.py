"""Barriers, from the day they are seen to the day they are lifted; and those carried to the State."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.care import holders
from terreau.accounts.enums import Role
from terreau.core.errors import TerreauError
from terreau.directory.models import is_public_id
from terreau.directory.writing import known, public_changed
from terreau.framework import grid, perms
from terreau.framework.enums import BarrierCategory, BarrierState, Lifter, StateAnswer
from terreau.framework.models import Advocacy, AdvocacyAnswer, Barrier, LegalText
from terreau.framework.telling import ADVOCACY, ANSWER, tell
from terreau.journal import words as typed
from terreau.journal.words import clean_words, field_label
from terreau.notifications.telling import write_to, write_to_town
from terreau.territories.models import Territory

SCALES = ("probability", "severity", "controllability")
FIELDS = (
    *("title", "description", "category", "lifter", *SCALES, "action", "owner", "due_on", "state"),
    *("statement", "law", "evidence", "is_public"),
)


def label_of(name: str) -> str:
    """What a field of a barrier is called."""
    return field_label(Barrier, name)


def save_barrier(
    *, person: Any, territory: Territory, public_id: str, version: int, values: Mapping[str, Any]
) -> Barrier:
    """Write a barrier down, or change it.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: where the barrier holds.
        public_id: drawn with the form: sent twice, there is one.
        version: of the barrier that was read; 0 for a new one.
        values: `FIELDS`, as typed.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone changed it in between, or a value cannot be kept.
    """
    perms.can_keep_barriers.require(person, territory)
    clean = _clean(values)
    if not is_public_id(public_id):
        raise TerreauError(_("Ce formulaire n’est pas complet."), remedy=_("Ouvrez-le de nouveau."))
    with transaction.atomic():
        made, new = Barrier.objects.get_or_create(
            public_id=public_id,
            defaults={
                **clean,
                "territory": territory,
                "simulated": settings.EXERCISE,
                "changed_by": known(person),
            },
        )
        if new:
            tell("barrier.noted", person, territory, f"barrier:{public_id}", name=made.title)
            return made
        held = _held(made)
        perms.can_keep_barriers.require(person, held.territory)
        changed = {name: value for name, value in clean.items() if getattr(held, name) != value}
        if not changed:
            return held
        if held.version != version:
            raise TerreauError(
                _("Quelqu’un d’autre a modifié ce frein pendant que vous l’écriviez."),
                where=held.title,
                remedy=_("Rien n’est perdu\u00a0: comparez votre saisie au texte actuel, puis enregistrez."),
            )
        before = {name: in_words(name, getattr(held, name)) for name in changed}
        for name, value in changed.items():
            setattr(held, name, value)
        held.version += 1
        held.changed_by = known(person)
        held.save()
        after = {name: in_words(name, value) for name, value in changed.items()}
        tell(
            "barrier.changed",
            person,
            held.territory,
            f"barrier:{public_id}",
            name=held.title,
            changes={name: [before[name], after[name]] for name in changed},
        )
    return held


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    clean: dict[str, Any] = {}
    for name, longest in (("title", 300), ("owner", 200)):
        clean[name] = clean_words(values.get(name), label_of(name), longest=longest)
    if not clean["title"]:
        raise TerreauError(_("Dites en une phrase ce qui freine."), where=label_of("title"))
    for name in ("description", "action", "evidence"):
        clean[name] = clean_words(values.get(name), label_of(name))
    allowed = (
        ("category", BarrierCategory.values),
        ("lifter", Lifter.values),
        ("state", BarrierState.values),
    )
    for name, choices in allowed:
        if values.get(name) not in choices:
            raise TerreauError(_("Il manque un choix."), where=label_of(name))
        clean[name] = str(values[name])
    for name in SCALES:
        value = str(values.get(name) or "")
        if value not in {"1", "2", "3", "4", "5"}:
            raise TerreauError(_("Choisissez de 1 à 5."), where=label_of(name))
        clean[name] = int(value)
    due = values.get("due_on")
    clean["due_on"] = due if isinstance(due, date) else None
    statement = str(values.get("statement") or "")
    clean["statement"] = statement if grid.current().statement(statement) else ""
    law = values.get("law")
    clean["law"] = law if isinstance(law, LegalText) else None
    clean["is_public"] = bool(values.get("is_public"))
    return clean


def in_words(name: str, value: Any) -> str:
    """A value as it is compared with another: a dash when there is none."""
    if name == "is_public":
        return _("oui") if value else _("non")
    if name == "statement" and value:
        known_statement = grid.current().statement(str(value))
        return known_statement.text if known_statement else str(value)
    return typed.in_words(Barrier, name, value)


# --- Advocacy ---------------------------------------------------------------------------------------


def carry(*, person: Any, barrier: Barrier, today: date | None = None) -> Advocacy:
    """Carry to the State a barrier that it alone can lift; pressed twice, it is carried once.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when another can lift it.
    """
    perms.can_keep_barriers.require(person, barrier.territory)
    with transaction.atomic():
        held = _held(barrier)
        if held.lifter != Lifter.STATE:
            raise TerreauError(
                _("Ce frein n’est pas de ceux que l’État peut lever."),
                where=held.title,
                remedy=_("Changez «\u00a0qui peut le lever\u00a0», puis enregistrez."),
            )
        point, new = Advocacy.objects.get_or_create(
            barrier=held, defaults={**_words_sent(held), "raised_by": known(person), **_dated(today)}
        )
        if not new and point.withdrawn_on is None:
            return point
        if not new:
            for name, value in (_words_sent(held) | _dated(today)).items():
                setattr(point, name, value)
            point.withdrawn_on, point.version = None, point.version + 1
            point.save()
        held.state, held.version = BarrierState.ADVOCACY, held.version + 1
        held.save(update_fields=["state", "version"])
        tell("barrier.carried", person, held.territory, f"barrier:{held.public_id}", name=held.title)
        country = perms.country_of(point)
        write_to(
            holders(Role.STATE, country) if country else [],
            kind=ADVOCACY,
            once=f"advocacy:{point.pk}:{point.version}",
            subject=_("Une demande à l’État\u00a0: %(title)s") % {"title": point.title},
            lines=[
                _("%(town)s la porte en plaidoyer. Votre réponse est attendue.")
                % {"town": held.territory.name}
            ],
            url=reverse("framework:point", args=[point.pk]),
            territory_code=held.territory.code,
        )
        public_changed()
    return point


def _words_sent(barrier: Barrier) -> dict[str, Any]:
    return {
        "country_code": barrier.territory.country_code,
        "title": barrier.title,
        "words": barrier.description,
        "category": barrier.category,
        "simulated": barrier.simulated,
    }


def _dated(today: date | None) -> dict[str, date]:
    return {"raised_on": today or timezone.localdate()}


def withdraw(*, person: Any, barrier: Barrier, today: date | None = None) -> Barrier:
    """Take back what was asked of the State; the barrier is open again. Its answers stay in its history.

    Raises:
        NotAllowed: when the person may not.
    """
    perms.can_keep_barriers.require(person, barrier.territory)
    with transaction.atomic():
        held = _held(barrier)
        point = Advocacy.objects.filter(barrier=held, withdrawn_on=None).first()
        if point is None:
            return held
        point.withdrawn_on, point.version = today or timezone.localdate(), point.version + 1
        point.save(update_fields=["withdrawn_on", "version"])
        if held.state == BarrierState.ADVOCACY:
            held.state, held.version = BarrierState.OPEN, held.version + 1
            held.save(update_fields=["state", "version"])
        tell("barrier.uncarried", person, held.territory, f"barrier:{held.public_id}", name=held.title)
        public_changed()
    return held


def answer(
    *,
    person: Any,
    point: Advocacy,
    version: int,
    answer: str,
    words: str,
    answered_on: date,
    url: str = "",
) -> Advocacy:
    """What the State says to a point; earlier answers stay.

    Args:
        person: someone of the State of this country, or the secretariat.
        point: what a town asks.
        version: of the point that was read.
        answer: one of `StateAnswer`, but for « sans réponse ».
        words: the text of the answer.
        answered_on: its date.
        url: where it can be read.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone answered in between, or a value cannot be kept.
    """
    perms.can_answer_for_state.require(person, perms.country_of(point))
    told = clean_words(words, _("texte de la réponse"))
    if answer not in StateAnswer.values or answer == StateAnswer.WAITING:
        raise TerreauError(_("Choisissez une réponse."))
    if not told:
        raise TerreauError(_("Dites ce que l’État répond, et pourquoi."))
    if answered_on > timezone.localdate():
        raise TerreauError(_("Cette date n’est pas encore venue."), where=_("date de la réponse"))
    with transaction.atomic():
        found = Advocacy.objects.select_for_update(of=("self",)).select_related("barrier__territory")
        held = found.get(pk=point.pk)
        given = {"answer": answer, "words": told, "answered_on": answered_on, "url": url}
        last = held.answers.first()
        if last is not None and all(getattr(last, name) == value for name, value in given.items()):
            return held
        if held.withdrawn_on is not None:
            raise TerreauError(_("La ville a retiré cette demande."), where=held.title)
        if held.version != version:
            raise TerreauError(
                _("Quelqu’un d’autre a répondu pendant que vous écriviez."),
                where=held.title,
                remedy=_("Lisez sa réponse, puis envoyez la vôtre si elle reste utile."),
            )
        AdvocacyAnswer.objects.create(advocacy=held, told_by=known(person), **given)
        held.answer, held.version = answer, held.version + 1
        held.save(update_fields=["answer", "version"])
        town = held.barrier.territory
        tell(
            "barrier.answered",
            person,
            town,
            f"barrier:{held.barrier.public_id}",
            name=held.title,
            answer=answer,
        )
        write_to_town(
            town,
            kind=ANSWER,
            once=f"advocacy:{held.pk}:{held.version}:answer",
            subject=_("L’État a répondu\u00a0: %(title)s") % {"title": held.title},
            lines=[str(StateAnswer(answer).label).capitalize(), told],
            url=reverse("framework:barrier", args=[town.code, held.barrier.public_id]),
        )
        public_changed()
    return held


def _held(barrier: Barrier) -> Barrier:
    """The barrier as it is now, locked until the end of the transaction."""
    return (
        Barrier.objects.select_for_update(of=("self",)).select_related("territory", "law").get(pk=barrier.pk)
    )
