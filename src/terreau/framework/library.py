"""Writing in the library: what ships, what agents propose, what the secretariat decides."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.care import holders
from terreau.accounts.enums import Role
from terreau.core.errors import TerreauError
from terreau.core.text import fold
from terreau.directory.models import is_public_id
from terreau.directory.writing import known, public_changed
from terreau.framework import needs, perms
from terreau.framework.enums import ProposalState, Reliability, TextKind, Theme
from terreau.framework.library_models import LegalText, TextVersion
from terreau.framework.places import is_place
from terreau.framework.telling import PROPOSAL, clean_dated
from terreau.journal.services import record
from terreau.journal.words import clean_words, field_label
from terreau.notifications.telling import write_to
from terreau.territories.models import Territory

FIELDS = (
    *("place", "kind", "title", "short", "dated", "summary", "articles", "themes", "needs"),
    *("source", "url", "reliability", "notes"),
)


def label_of(name: str) -> str:
    """What a field of a text is called."""
    return field_label(TextVersion, name)


# --- What ships -------------------------------------------------------------------------------------


@cache
def shipped() -> list[dict[str, Any]]:
    """The texts that come with the platform."""
    text = resources.files("terreau.framework").joinpath("data", "library.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)["texts"]
    return found


def is_needed() -> bool:
    """Whether one is missing; an exercise holds nothing real."""
    if settings.EXERCISE:
        return False
    there = set(LegalText.objects.values_list("code", flat=True))
    return any(one["key"] not in there for one in shipped())


def load(progress: Callable[[int, int], None]) -> None:
    """Ship what is missing; a text that the network took in hand is left as it is."""
    every = shipped()
    for number, one in enumerate(every, start=1):
        with transaction.atomic():
            text, new = LegalText.objects.get_or_create(code=one["key"])
            if new:
                values = {name: one[name] for name in FIELDS}
                _publish(text, _add(text, values, state=ProposalState.PUBLISHED))
                record(verb="text.shipped", subject=f"text:{text.code}", name=one["title"])
        progress(number, len(every))


# --- What the network adds --------------------------------------------------------------------------


def propose(
    *,
    person: Any,
    territory: Territory,
    text: LegalText | None,
    once: str,
    values: Mapping[str, Any],
    read: int | None = None,
) -> TextVersion:
    """Propose a text, or a better description of one; sent twice, it is proposed once.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: from where it is proposed.
        text: the text to mend; None for one that the library does not hold.
        once: drawn with the form.
        values: `FIELDS`, as typed.
        read: number of the published version that was read; None for that of now.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when a value cannot be kept, nothing changes, or another version was published since.
    """
    perms.can_propose_text.require(person, territory)
    if not is_public_id(once):
        raise TerreauError(_("Ce formulaire n’est pas complet."), remedy=_("Ouvrez-le de nouveau."))
    clean = clean_values(values)
    with transaction.atomic():
        if (sent := TextVersion.objects.select_related("text").filter(once=once).first()) is not None:
            return sent
        if text is None:
            held = LegalText.objects.create(code=_new_code(clean, once))
        else:
            held = _held(text)
            if held.published and not differing(held.published, clean):
                raise TerreauError(_("Rien n’est changé."), where=held.published.title)
            if held.published and read not in (None, held.published.number):
                raise TerreauError(
                    _("Une autre version de ce texte a été publiée pendant que vous écriviez."),
                    where=held.published.title,
                    remedy=_(
                        "Rien n’est perdu\u00a0: comparez votre saisie au texte actuel, puis enregistrez."
                    ),
                )
        made = _add(held, clean, author=known(person), territory_code=territory.code, once=once)
        record(
            verb="text.proposed",
            subject=f"text:{held.code}",
            actor=person,
            territory_code=territory.code,
            name=made.title,
        )
        write_to(
            holders(Role.SECRETARIAT),
            kind=PROPOSAL,
            once=f"text:{held.pk}:{made.number}",
            subject=_("Un texte à vérifier\u00a0: %(title)s") % {"title": made.title},
            lines=[_("Proposé depuis %(town)s.") % {"town": territory.name}],
            url=reverse("framework:check", args=[made.pk]),
            territory_code=territory.code,
        )
    return made


def decide(*, person: Any, proposal: TextVersion, accepted: bool, read: int, words: str = "") -> TextVersion:
    """Publish or refuse what was proposed; decided twice the same way, it is decided once.

    Args:
        person: of the secretariat.
        proposal: a version that waits.
        accepted: whether it becomes the text that all read.
        read: number of the published version that was compared with it (0 where there was none).
        words: why not, needed to refuse.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it was decided otherwise, or the published version changed in between.
    """
    perms.can_check_text.require(person)
    told = clean_words(words, _("pourquoi"))
    if not accepted and not told:
        raise TerreauError(_("Dites à qui l’a proposée pourquoi elle est refusée."))
    state = ProposalState.PUBLISHED if accepted else ProposalState.REFUSED
    with transaction.atomic():
        text = _held(proposal.text)
        held = text.versions.select_related("author").get(pk=proposal.pk)
        if held.state == state:
            return held
        if held.state != ProposalState.PROPOSED:
            raise TerreauError(_("Cette proposition a déjà reçu une réponse."), where=held.title)
        if accepted and (text.published.number if text.published else 0) != read:
            raise TerreauError(
                _("Le texte publié a changé pendant que vous lisiez."),
                where=held.title,
                remedy=_("Comparez de nouveau, puis décidez."),
            )
        held.state, held.decision = state, told
        held.decided_by, held.decided_at = known(person), timezone.now()
        held.save(update_fields=["state", "decision", "decided_by", "decided_at"])
        if accepted:
            _publish(text, held)
        record(
            verb="text.published" if accepted else "text.refused",
            subject=f"text:{text.code}",
            actor=person,
            territory_code=held.territory_code,
            name=held.title,
        )
        title = _("Publié\u00a0: %(title)s") if accepted else _("Refusé\u00a0: %(title)s")
        write_to(
            [held.author] if held.author else [],
            kind=PROPOSAL,
            once=f"text:{text.pk}:{held.number}:decision",
            subject=title % {"title": held.title},
            lines=[told] if told else [],
            url=reverse("framework:text", args=[text.code]) if accepted else reverse("framework:library"),
            territory_code=held.territory_code,
        )
    return held


def _publish(text: LegalText, version: TextVersion) -> None:
    text.published = version
    text.save(update_fields=["published"])
    public_changed()


def _add(text: LegalText, values: Mapping[str, Any], **more: Any) -> TextVersion:
    text.number += 1
    text.save(update_fields=["number"])
    base = text.published.number if text.published else 0
    return TextVersion.objects.create(text=text, number=text.number, base=base, **values, **more)


def _held(text: LegalText) -> LegalText:
    """The text as it is now, locked until the end of the transaction."""
    return LegalText.objects.select_for_update(of=("self",)).select_related("published").get(pk=text.pk)


def _new_code(clean: Mapping[str, Any], once: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", fold(clean["short"] or clean["title"])).strip("-")
    return f"{clean['place']}-{words[:36].strip('-')}-{once[:4]}"


def differing(version: TextVersion, values: Mapping[str, Any]) -> list[str]:
    """The fields that differ."""
    return [name for name in FIELDS if getattr(version, name) != values[name]]


def clean_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a text, each as it may be kept.

    Raises:
        TerreauError: when one cannot be.
    """
    clean: dict[str, Any] = {}
    for name, longest in (("title", 300), ("short", 120), ("source", 300)):
        clean[name] = clean_words(values.get(name), label_of(name), longest=longest)
    for name in ("summary", "notes"):
        clean[name] = clean_words(values.get(name), label_of(name))
    for name in ("title", "summary"):
        if not clean[name]:
            raise TerreauError(_("Ce champ est nécessaire."), where=label_of(name))
    clean["place"] = str(values.get("place") or "")
    if not is_place(clean["place"]):
        raise TerreauError(_("Choisissez un pays, ou un droit commun à plusieurs."), where=label_of("place"))
    for name, choices in (("kind", TextKind.values), ("reliability", Reliability.values)):
        if values.get(name) not in choices:
            raise TerreauError(_("Il manque un choix."), where=label_of(name))
        clean[name] = str(values[name])
    clean["dated"] = clean_dated(values.get("dated"), label_of("dated"))
    clean["url"] = str(values.get("url") or "")
    clean["articles"] = [
        {
            "ref": clean_words(one["ref"], label_of("articles"), longest=120),
            "text": clean_words(one["text"], label_of("articles")),
        }
        for one in values.get("articles") or []
        if one.get("ref")
    ]
    clean["themes"] = [one for one in Theme.values if one in (values.get("themes") or [])]
    clean["needs"] = [one for one, _label in needs.choices() if one in (values.get("needs") or [])]
    if clean["reliability"] == Reliability.VERIFIED and not (clean["source"] or clean["url"]):
        raise TerreauError(
            _("Un texte «\u00a0vérifié dans la source\u00a0» dit laquelle."),
            where=label_of("source"),
            remedy=_("Nommez-la, ou choisissez «\u00a0à vérifier\u00a0»."),
        )
    return clean
