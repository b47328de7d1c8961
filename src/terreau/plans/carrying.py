"""Who carries an action with the town: organisations that accept, territories that share it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.models import Organisation
from terreau.directory.writing import known
from terreau.freshness.reaching import Ways, ways_of
from terreau.journal.words import clean_words, field_label
from terreau.notifications.services import notify_address
from terreau.notifications.telling import write_to, write_to_town
from terreau.plans import perms
from terreau.plans.acting import held_action
from terreau.plans.enums import Reply
from terreau.plans.models import Action, CoLeader, Share
from terreau.plans.telling import CO_LEADER, require_running, tell_action
from terreau.territories.models import Territory

LINK_GOOD_FOR = timedelta(days=60)
_SALT = "terreau.plans.co_leader"


def ask_co_leader(*, person: Any, action: Action, organisation: Organisation, words: str = "") -> CoLeader:
    """Ask an organisation to carry an action with the town; asked twice, it is asked once.

    One that refused can be asked again. Nobody is shown before having accepted.

    Args:
        person: an agent of the territory, or the secretariat.
        action: of a plan that runs.
        organisation: a sheet of the directory.
        words: the part that it is asked to take.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, or the words cannot be kept.
    """
    told = clean_words(words, field_label(CoLeader, "words"))
    with transaction.atomic():
        held = held_action(action)
        perms.can_edit_action.require(person, held)
        require_running(held.plan)
        asked, made = CoLeader.objects.select_for_update(of=("self",)).get_or_create(
            action=held, organisation=organisation, defaults={"words": told, "asked_at": timezone.now()}
        )
        if not made and asked.reply != Reply.REFUSED:
            return asked
        if not made:
            asked.words, asked.reply, asked.asked_at = told, Reply.WAITING, timezone.now()
            asked.answered_at = asked.answered_by = None
            asked.save()
        tell_action("action.co_leader_asked", person, held, organisation=organisation.name)
        _write_to(asked, ways_of([organisation.pk])[organisation.pk])
    return asked


def _write_to(asked: CoLeader, ways: Ways) -> None:
    town = asked.action.plan.territory
    subject = _("%(town)s vous propose de porter une action avec elle") % {"town": town.name}
    lines = [
        f"«\u00a0{asked.action.title}\u00a0»",
        asked.words,
        _("Votre organisation n’est montrée dans le plan que si vous acceptez."),
        _("Le lien sert pendant soixante jours, sans compte ni mot de passe."),
    ]
    told: dict[str, Any] = {
        "kind": CO_LEADER,
        "subject": subject,
        "lines": [line for line in lines if line],
        "url": reverse("plans:asked", args=[token_of(asked)]),
    }
    once = f"co-leader:{asked.pk}:{asked.asked_at.isoformat()}"
    write_to(ways.keepers, once=once, territory_code=town.code, **told)
    if not ways.keepers and ways.email:
        notify_address(address=ways.email, once=once, **told)


def token_of(asked: CoLeader) -> str:
    """What the link holds: what was asked and when, signed with the secret key of the instance."""
    return signing.dumps([asked.pk, asked.asked_at.isoformat()], salt=_SALT)


def asked_by_link(token: str) -> CoLeader:
    """What a link asks.

    Raises:
        TerreauError: when it was forged, is too old, or another has been sent since.
    """
    try:
        key, asked_at = signing.loads(token, salt=_SALT, max_age=LINK_GOOD_FOR)
    except signing.SignatureExpired:
        raise _ended(_("Ce lien a expiré\u00a0: il servait pendant soixante jours.")) from None
    except (signing.BadSignature, ValueError, TypeError):
        raise TerreauError(
            _("Ce lien n’est pas valable."),
            remedy=_("Ouvrez-le depuis le message reçu, sans le recopier à la main."),
        ) from None
    found = CoLeader.objects.select_related("organisation", "action__objective__axis__plan__territory")
    asked = found.filter(pk=key).first()
    if asked is None or asked.asked_at.isoformat() != asked_at:
        raise _ended(_("Cette demande a été retirée ou renouvelée."))
    return asked


def _ended(why: str) -> TerreauError:
    return TerreauError(why, remedy=_("L’agent du territoire peut vous l’envoyer de nouveau."))


def answer_by_link(*, token: str, accepts: bool) -> CoLeader:
    """The organisation answers from the link of its message.

    Raises:
        TerreauError: when the link opens nothing.
    """
    return _answer(None, asked_by_link(token), accepts)


def answer(*, person: Any, asked: CoLeader, accepts: bool) -> CoLeader:
    """One who keeps the sheet answers; an organisation may leave an action it had accepted.

    Raises:
        NotAllowed: when the person does not keep the sheet.
    """
    perms.can_answer.require(person, asked)
    return _answer(person, asked, accepts)


def _answer(person: Any, asked: CoLeader, accepts: bool) -> CoLeader:
    reply = Reply.ACCEPTED if accepts else Reply.REFUSED
    with transaction.atomic():
        action = held_action(asked.action)
        held = (
            CoLeader.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=asked.pk)
        )
        held.action = action
        if held.reply == reply:
            return held
        require_running(action.plan)
        held.reply, held.answered_at, held.answered_by = reply, timezone.now(), known(person)
        held.save(update_fields=["reply", "answered_at", "answered_by"])
        verb = "action.co_leader_accepted" if accepts else "action.co_leader_refused"
        tell_action(verb, person, action, organisation=held.organisation.name)
        _tell_town(held, accepts)
    return held


def _tell_town(asked: CoLeader, accepts: bool) -> None:
    subject = (
        _("%(name)s accepte de porter une action") if accepts else _("%(name)s ne portera pas une action")
    )
    write_to_town(
        asked.action.plan.territory,
        kind=CO_LEADER,
        once=f"co-leader:{asked.pk}:{asked.answered_at}",
        subject=subject % {"name": asked.organisation.name},
        lines=[f"«\u00a0{asked.action.title}\u00a0»"],
        url=reverse("plans:action", args=[asked.action.public_id]),
    )


def remove_co_leader(*, person: Any, asked: CoLeader) -> None:
    """The town takes back what it asked; done again, it stays so.

    Raises:
        NotAllowed: when the person may not.
    """
    with transaction.atomic():
        action = held_action(asked.action)
        perms.can_edit_action.require(person, action)
        require_running(action.plan)
        removed, _rows = CoLeader.objects.filter(pk=asked.pk).delete()
        if removed:
            tell_action("action.co_leader_removed", person, action, organisation=asked.organisation.name)


# --- Other territories ------------------------------------------------------------------------------


def ask_share(
    *, person: Any, action: Action, territory: Territory, words: str = "", percent: int | None = None
) -> Share:
    """Ask another territory to share an action; asked again, its part is told anew.

    Args:
        person: an agent of the territory of the plan, or the secretariat.
        action: of a plan that runs.
        territory: another one.
        words: its part, in words.
        percent: its part of the budget.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it is the same territory, or the parts go beyond the whole.
    """
    told: dict[str, Any] = {"words": clean_words(words, field_label(Share, "words")), "percent": percent}
    with transaction.atomic():
        held = held_action(action)
        perms.can_edit_action.require(person, held)
        require_running(held.plan)
        if territory.pk == held.plan.territory_id:
            raise TerreauError(_("Cette action est déjà la sienne."), where=territory.name)
        others = held.shares.exclude(territory=territory).exclude(reply=Reply.REFUSED)
        if sum(part or 0 for part in others.values_list("percent", flat=True)) + (percent or 0) > 100:
            raise TerreauError(
                _("Les parts des autres territoires dépassent 100\u00a0%."),
                where=territory.name,
                remedy=_("Baissez l’une d’elles."),
            )
        share, made = Share.objects.get_or_create(action=held, territory=territory, defaults=told)
        if not made and all(getattr(share, name) == value for name, value in told.items()):
            return share
        if not made:
            share.words, share.percent = told["words"], percent
            # What was accepted is no longer what is asked.
            share.reply, share.answered_on = Reply.WAITING, None
            share.save()
        tell_action("action.share_asked", person, held, territory=territory.name)
        write_to_town(
            territory,
            kind=CO_LEADER,
            once=f"share:{share.pk}:{timezone.now().isoformat()}",
            subject=_("%(town)s vous propose de partager une action") % {"town": held.plan.territory.name},
            lines=[f"«\u00a0{held.title}\u00a0»", *([told["words"]] if told["words"] else [])],
            url=reverse("plans:own", args=[territory.code]),
        )
    return share


def answer_share(*, person: Any, share: Share, accepts: bool) -> Share:
    """The other territory accepts its part, or refuses it.

    Raises:
        NotAllowed: when the person is no agent of it.
    """
    reply = Reply.ACCEPTED if accepts else Reply.REFUSED
    with transaction.atomic():
        action = held_action(share.action)
        held = Share.objects.select_for_update(of=("self",)).select_related("territory").get(pk=share.pk)
        perms.can_answer_share.require(person, held)
        if held.reply == reply:
            return held
        held.reply, held.answered_on = reply, timezone.localdate()
        held.save(update_fields=["reply", "answered_on"])
        verb = "action.share_accepted" if accepts else "action.share_refused"
        tell_action(verb, person, action, territory=held.territory.name)
    return held


def remove_share(*, person: Any, share: Share) -> None:
    """The town takes back what it asked of another; done again, it stays so.

    Raises:
        NotAllowed: when the person may not.
    """
    with transaction.atomic():
        action = held_action(share.action)
        perms.can_edit_action.require(person, action)
        require_running(action.plan)
        removed, _rows = Share.objects.filter(pk=share.pk).delete()
        if removed:
            tell_action("action.share_removed", person, action, territory=share.territory.name)
