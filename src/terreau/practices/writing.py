"""A sheet from its first word to its yearly confirmation: saved, sent to readers, checked, published."""

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
from terreau.accounts.perms import is_secretariat
from terreau.core.errors import TerreauError
from terreau.directory.models import is_public_id
from terreau.directory.writing import known, public_changed
from terreau.journal.words import clean_words, field_label
from terreau.notifications.telling import write_to, write_to_town
from terreau.practices import content, perms
from terreau.practices.models import Check, Practice, Version
from terreau.practices.rules import Voice, is_checked
from terreau.practices.telling import ANSWER, REVIEW, tell
from terreau.territories.models import Territory


def begin(*, person: Any, territory: Territory, public_id: str, values: Mapping[str, Any]) -> Practice:
    """The first version of a new sheet; sent twice, there is one.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: where the practice was born.
        public_id: drawn with the form.
        values: the fields as typed.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when a value cannot be kept.
    """
    perms.can_write.require(person, territory)
    clean = content.clean(values)
    if not is_public_id(public_id):
        raise TerreauError(_("Ce formulaire n’est pas complet."), remedy=_("Ouvrez-le de nouveau."))
    with transaction.atomic():
        practice, made = Practice.objects.get_or_create(
            public_id=public_id, defaults={"territory": territory, "simulated": settings.EXERCISE}
        )
        if not made:
            perms.can_edit.require(person, practice)
            return practice
        _add_version(practice, clean, person)
        tell("practice.begun", person, practice, name=clean["title"])
    return practice


def save(*, person: Any, practice: Practice, number: int, values: Mapping[str, Any]) -> Practice:
    """A new version of a sheet; readers are not asked again until it is sent to them.

    Args:
        person: an agent of its territory, or the secretariat.
        practice: the sheet.
        number: of the version that was read.
        values: the fields as typed.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone saved in between, or a value cannot be kept.
    """
    clean = content.clean(values)
    with transaction.atomic():
        held = _held(practice)
        perms.can_edit.require(person, held)
        latest = held.versions.get(number=held.number)
        if not content.differing(latest.values, clean):
            return held
        if held.number != number:
            raise TerreauError(
                _("Quelqu’un d’autre a modifié cette pratique pendant que vous l’écriviez."),
                where=latest.title,
                remedy=_("Rien n’est perdu\u00a0: comparez votre saisie au texte actuel, puis enregistrez."),
            )
        held.submitted = None
        _add_version(held, clean, person)
        tell(
            "practice.edited",
            person,
            held,
            name=clean["title"],
            fields=content.differing(latest.values, clean),
        )
    return held


def submit(*, person: Any, practice: Practice) -> Practice:
    """Ask peers and the secretariat to check the last version.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when others could not understand the sheet yet.
    """
    with transaction.atomic():
        held = _held(practice)
        perms.can_edit.require(person, held)
        latest = held.versions.get(number=held.number)
        if held.submitted_id == latest.pk or held.published_id == latest.pk:
            return held
        if absent := content.missing(latest.values):
            raise TerreauError(
                _("Il manque\u00a0: %(fields)s.") % {"fields": ", ".join(absent)},
                where=latest.title,
                remedy=_("Complétez la fiche, puis envoyez-la."),
            )
        held.submitted = latest
        held.save(update_fields=["submitted"])
        tell("practice.submitted", person, held, name=latest.title)
        _call_readers(held, latest)
    return held


def _call_readers(practice: Practice, version: Version) -> None:
    write_to(
        holders(Role.SECRETARIAT),
        kind=REVIEW,
        once=f"practice:{practice.pk}:{version.number}:review",
        subject=_("Une bonne pratique à relire\u00a0: %(title)s") % {"title": version.title},
        lines=[_("Votre avis suffit pour la publier, ou celui de deux agents d’autres territoires.")],
        url=reverse("practices:review", args=[practice.public_id]),
        territory_code=practice.territory.code,
    )


def check(*, person: Any, practice: Practice, number: int, approves: bool, words: str = "") -> Practice:
    """What a reader says of the version that waits; the last voice needed publishes it.

    Args:
        person: an agent of another territory, or the secretariat.
        practice: the sheet.
        number: of the version that was read.
        approves: yes, or what must change.
        words: what must change, needed to say no.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the version changed, or no word says why not.
    """
    told = clean_words(
        words,
        field_label(Check, "words"),
        needed="" if approves else _("Dites à la ville ce qui est à revoir."),
    )
    with transaction.atomic():
        held = _held(practice)
        if held.submitted is None or held.submitted.number != number:
            raise TerreauError(
                _("Cette version n’attend plus de relecture."),
                remedy=_("Relisez la fiche telle qu’elle est à présent."),
            )
        perms.can_check.require(person, held)
        version = held.submitted
        peer = None if is_secretariat(person) else perms.peer_territory(person, held)
        Check.objects.update_or_create(
            version=version,
            territory=peer,
            defaults={"person": known(person), "approves": approves, "words": told, "at": timezone.now()},
        )
        tell("practice.approved" if approves else "practice.returned", person, held, name=version.title)
        if not approves:
            held.submitted = None
            held.save(update_fields=["submitted"])
            _answer(held, version, _("À revoir\u00a0: %(title)s"), [told])
        elif is_checked(_voices(version)):
            _publish(held, version, person)
    return held


def _voices(version: Version) -> list[Voice]:
    return [
        Voice(str(one.territory_id), one.approves, secretariat=one.territory_id is None)
        for one in version.checks.all()
    ]


def _publish(practice: Practice, version: Version, person: Any) -> None:
    today = timezone.localdate()
    practice.published, practice.submitted = version, None
    practice.published_on = today
    # Its own town wrote it: that is its word.
    practice.confirmed_on = today
    practice.save(update_fields=["published", "submitted", "published_on", "confirmed_on"])
    tell("practice.published", person, practice, name=version.title, number=version.number)
    _answer(
        practice,
        version,
        _("Publiée\u00a0: %(title)s"),
        [_("D’autres villes peuvent la lire et la reprendre. Une fois par an, confirmez qu’elle vit.")],
    )
    public_changed()


def _answer(practice: Practice, version: Version, subject: str, lines: list[str]) -> None:
    write_to_town(
        practice.territory,
        kind=ANSWER,
        once=f"practice:{practice.pk}:{version.number}:answer:{timezone.now().isoformat()}",
        subject=subject % {"title": version.title},
        lines=lines,
        url=reverse("practices:edit", args=[practice.public_id]),
    )


def confirm(*, person: Any, practice: Practice, today: date | None = None) -> Practice:
    """The town says that its practice lives as it is told.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it is not published.
    """
    with transaction.atomic():
        held = _held(practice)
        perms.can_confirm.require(person, held)
        if held.published is None or held.withdrawn_on is not None:
            raise TerreauError(_("Seule une pratique publiée se confirme."), where=str(held))
        day = today or timezone.localdate()
        if held.confirmed_on == day:
            return held
        held.confirmed_on = day
        held.save(update_fields=["confirmed_on"])
        tell("practice.confirmed", person, held, name=held.published.title)
        public_changed()
    return held


def withdraw(*, person: Any, practice: Practice, withdrawn: bool = True) -> Practice:
    """Take a sheet off the public list, or put it back; done again, it stays so.

    Raises:
        NotAllowed: when the person may not.
    """
    with transaction.atomic():
        held = _held(practice)
        perms.can_withdraw.require(person, held)
        if (held.withdrawn_on is not None) == withdrawn:
            return held
        held.withdrawn_on = timezone.localdate() if withdrawn else None
        held.submitted = None
        held.save(update_fields=["withdrawn_on", "submitted"])
        title = held.versions.get(number=held.number).title
        tell("practice.withdrawn" if withdrawn else "practice.restored", person, held, name=title)
        public_changed()
    return held


def ship(*, shipped_as: str, territory: Territory, values: Mapping[str, Any], day: date) -> bool:
    """Publish a sheet that comes with the platform, not confirmed by its town; one that is there stays.

    Returns:
        Whether it is new.
    """
    clean = content.clean(values)
    with transaction.atomic():
        practice, made = Practice.objects.get_or_create(
            shipped_as=shipped_as, defaults={"territory": territory}
        )
        if made:
            practice.published = _add_version(practice, clean, None)
            practice.published_on = day
            practice.save(update_fields=["published", "published_on"])
            tell("practice.shipped", None, practice, name=clean["title"])
            public_changed()
    return made


def _add_version(practice: Practice, clean: Mapping[str, Any], person: Any) -> Version:
    practice.number += 1
    columns = {key: clean[key] for key in content.COLUMNS if key in clean}
    rest = {key: value for key, value in clean.items() if key not in content.COLUMNS}
    version = Version.objects.create(
        practice=practice, number=practice.number, content=rest, author=known(person), **columns
    )
    practice.save(update_fields=["number", "submitted"])
    return version


def _held(practice: Practice) -> Practice:
    """The sheet as it is now, locked until the end of the transaction."""
    return (
        Practice.objects.select_for_update(of=("self",))
        .select_related("territory", "published", "submitted")
        .get(pk=practice.pk)
    )
